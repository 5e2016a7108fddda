import { MapLibreOverlay } from "@deck.gl/maplibre";
import type { Map as MapLibreMap } from "maplibre-gl";
import { edgeCountOf, type City } from "../../common/city";
import { buildingLayer, buildingTiers, cityLight } from "../layers/buildings";
import { layerPlace } from "../layers/layer-place";
import { LinkSpeedLayer, type LinkSpeeds } from "../layers/link-speeds";
import { buildRoadRibbons } from "../layers/road-ribbons";
import { VehicleLayer } from "../layers/vehicles";
import type { Playback } from "../state/playback";
import { firstLabelLayer } from "./map-style";
import type { Palette } from "./palette";
import type { Plane } from "./place";

/** Zoom from which the city's outline is drawn, and from which every building. */
const buildingZooms = [11.5, 14.2];

/**
 * Puts deck.gl's layers between the map's roads and its texts. Set once, and again only when the zoom crosses one of
 * the levels of detail; what moves is read by the layers themselves at each picture.
 */
export function addCityLayers(
  map: MapLibreMap,
  city: City,
  plane: Plane,
  palette: Palette,
  playback: Playback,
  speeds: LinkSpeeds,
): void {
  const tiers = buildingTiers(city, plane);
  const placed = layerPlace(plane, palette, firstLabelLayer);
  const ribbons = buildRoadRibbons(city, plane);
  const links = new LinkSpeedLayer({ id: "links", ribbons, edgeCount: edgeCountOf(city), speeds, ...placed });
  const vehicles = new VehicleLayer({ id: "vehicles", plane, playback, ...placed });
  const layersOf = (detail: number) => [
    buildingLayer("building-outline", tiers.outline, detail >= 1, placed),
    buildingLayer("buildings", tiers.rest, detail >= 2, placed),
    links,
    vehicles,
  ];
  const detailNow = () => buildingZooms.filter((zoom) => map.getZoom() >= zoom).length;

  let detail = detailNow();
  const overlay = new MapLibreOverlay({ interleaved: true, effects: [cityLight()], layers: layersOf(detail) });
  map.addControl(overlay);
  map.on("zoom", () => {
    const next = detailNow();
    if (next === detail) return;
    detail = next;
    overlay.setProps({ layers: layersOf(detail) });
  });
}
