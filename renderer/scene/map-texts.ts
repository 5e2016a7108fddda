import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { City } from "../../common/city";
import type { TerminalPlace } from "../../common/console-api";
import type { LayersState } from "../state/layers";
import { DifferenceTexel } from "../state/road-picture";
import type { RoadPicture } from "../layers/road-passes";
import { figureFeatures, terminalFeatures } from "./map-features";
import { nameLayers, sources } from "./map-style";
import { nothingNamed, type NamedTerminals } from "./named-terminals";
import type { PassagesOnMap } from "./passages-on-map";
import type { Plane } from "./place";
import { largestDifferences } from "./road-figures";

/** Texts on the map that change: names switched on and off, passages at terminals, figures of the difference map. */
export interface MapTexts {
  show(layers: LayersState): void;
  setNamed(named: NamedTerminals): void;
  /** Writes figures anew: at most once a report. */
  refresh(): void;
}

export function createMapTexts(
  map: MapLibreMap,
  city: City,
  plane: Plane,
  terminals: readonly TerminalPlace[],
  roads: RoadPicture,
  passages: PassagesOnMap,
): MapTexts {
  let layers: LayersState | null = null;
  let named = nothingNamed;
  let hasFigures = false;

  function writeTerminals() {
    const counts = layers?.shown.has("passages") === true ? passages.count : null;
    void map.getSource<GeoJSONSource>(sources.terminals)?.setData(terminalFeatures(terminals, named, plane, counts));
  }

  function writeFigures() {
    const isShown = layers?.shown.has("difference") === true;
    if (!isShown && !hasFigures) return;
    hasFigures = isShown;
    const isSpeed = layers?.differenceOf === "speed";
    const { speedKmh, flowVehH, speedStep, flowStep } = DifferenceTexel;
    const figures = isShown
      ? largestDifferences(city, roads.difference, isSpeed ? speedKmh : flowVehH, isSpeed ? speedStep : flowStep)
      : [];
    void map.getSource<GeoJSONSource>(sources.figures)?.setData(figureFeatures(figures, plane));
  }

  return {
    show(next) {
      layers = next;
      for (const layer of nameLayers) {
        if (map.getLayer(layer) === undefined) continue;
        map.setLayoutProperty(layer, "visibility", next.shown.has("names") ? "visible" : "none");
      }
      writeTerminals();
      writeFigures();
    },
    setNamed(next) {
      named = next;
      writeTerminals();
    },
    refresh() {
      if (layers?.shown.has("passages") === true) writeTerminals();
      writeFigures();
    },
  };
}
