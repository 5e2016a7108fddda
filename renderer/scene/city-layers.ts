import type { Layer } from "@deck.gl/core";
import type { MapLibreOverlay } from "@deck.gl/maplibre";
import type { Map as MapLibreMap } from "maplibre-gl";
import type { City } from "../../common/city";
import type { BuildingMesh } from "../layers/building-mesh";
import { BuildingLayer, buildingTiers, type BuildingTiers } from "../layers/buildings";
import { layerPlace } from "../layers/layer-place";
import { buildRoadRibbons } from "../layers/road-ribbons";
import type { RoadPicture } from "../layers/road-passes";
import { RoadLayer } from "../layers/roads";
import { VehicleLayer, type NearVehicles } from "../layers/vehicles";
import { MarkLayer, type MarkPicture } from "../layers/marks";
import type { AnswerPicture } from "../state/answers";
import type { LayerId } from "../state/layers";
import type { Playback } from "../state/playback";
import { firstLabelLayer } from "./map-style";
import type { Palette } from "./palette";
import type { Plane } from "./place";

/** Zoom from which the city's outline is drawn, and from which every building. */
const buildingZooms = [12.4, 14.4];

/** What the layers read at each picture; the scene changes it, deck.gl never hears of it. */
export interface LayerPictures {
  readonly playback: Playback;
  readonly roads: RoadPicture;
  readonly answers: AnswerPicture;
  readonly near: NearVehicles;
  readonly homes: MarkPicture;
  readonly passages: MarkPicture;
}

export interface CityLayers {
  show(shown: ReadonlySet<LayerId>): void;
  setPalette(palette: Palette): void;
}

/** deck.gl brings the uniforms of each layer up to date for every picture, whatever the layer then draws. */
function hasContent({ layer }: { readonly layer: Layer }): boolean {
  return !(layer instanceof MarkLayer && layer.isEmpty());
}

/**
 * Puts deck.gl's layers between the map's roads and its texts. They are set again only when the zoom crosses one of the
 * levels of detail, a layer is switched or the theme changes; what moves is read by the layers themselves at each picture.
 */
export function addCityLayers(
  map: MapLibreMap,
  overlay: MapLibreOverlay,
  city: City,
  plane: Plane,
  firstPalette: Palette,
  pictures: LayerPictures,
  firstShown: ReadonlySet<LayerId>,
): CityLayers {
  let tiers: BuildingTiers | null = null;
  const ribbons = buildRoadRibbons(city, plane);
  let palette = firstPalette;
  let shown = firstShown;
  const detailNow = () => buildingZooms.filter((zoom) => map.getZoom() >= zoom).length;
  let detail = detailNow();
  let hasOutline = false;
  let hasRest = false;

  const layers = () => {
    const placed = layerPlace(plane, palette, firstLabelLayer);
    const { playback, roads, answers, near, homes, passages } = pictures;
    const hasBuildings = shown.has("buildings");
    const buildings = (id: string, mesh: BuildingMesh, fromDetail: number) =>
      new BuildingLayer({ id, mesh, visible: hasBuildings && detail >= fromDetail, ...placed });
    const tiersOf = () => (tiers ??= buildingTiers(city, plane));
    return [
      // Once made they stay: hidden and shown again they cost nothing.
      ...((hasOutline ||= hasBuildings && detail >= 1) ? [buildings("building-outline", tiersOf().outline, 1)] : []),
      ...((hasRest ||= hasBuildings && detail >= 2) ? [buildings("buildings", tiersOf().rest(), 2)] : []),
      new RoadLayer({ id: "roads", ribbons, picture: roads, ...placed }),
      new MarkLayer({ id: "homes", plane, marks: homes, visible: shown.has("compliance"), ...placed }),
      new MarkLayer({ id: "passages", plane, marks: passages, visible: shown.has("passages"), ...placed }),
      new VehicleLayer({ id: "vehicles", plane, playback, answers, near, visible: shown.has("vehicles"), ...placed }),
    ];
  };
  const arrange = () => overlay.setProps({ layers: layers(), layerFilter: hasContent });
  arrange();
  map.on("zoom", () => {
    const next = detailNow();
    if (next === detail) return;
    detail = next;
    arrange();
  });
  return {
    show(next) {
      shown = next;
      arrange();
    },
    setPalette(next) {
      palette = next;
      arrange();
    },
  };
}
