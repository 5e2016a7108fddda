import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { City } from "../../common/city";
import { markingFeatures, streetNameFeatures, type FeatureCollection } from "./map-features";
import { markingZoom, sources, streetNameZoom } from "./map-style";
import type { Plane } from "./place";

/** Begun so many levels of zoom before it can be seen. */
const aheadLevels = 1;

interface MapDetail {
  readonly source: string;
  readonly fromZoom: number;
  readonly build: (city: City, plane: Plane) => FeatureCollection;
}

const details: readonly MapDetail[] = [
  { source: sources.streetNames, fromZoom: streetNameZoom, build: streetNameFeatures },
  { source: sources.markings, fromZoom: markingZoom, build: markingFeatures },
];

/** What is seen from near only is built when one comes near: half of the city's geometry is. */
export function addDetails(map: MapLibreMap, city: City, plane: Plane): void {
  let waiting = details;
  const look = () => {
    const isNear = ({ fromZoom }: MapDetail) => map.getZoom() >= fromZoom - aheadLevels;
    for (const { source, build } of waiting.filter(isNear))
      void map.getSource<GeoJSONSource>(source)?.setData(build(city, plane));
    waiting = waiting.filter((detail) => !isNear(detail));
    if (waiting.length === 0) map.off("zoom", look);
  };
  map.on("zoom", look);
  look();
}
