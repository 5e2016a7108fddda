import { LightingEffect, AmbientLight, DirectionalLight } from "@deck.gl/core";
import { SolidPolygonLayer } from "@deck.gl/layers";
import type { City } from "../../common/city";
import { rgbOf } from "../scene/palette";
import { toDeckMetres, type Plane } from "../scene/place";
import type { LayerPlace } from "./layer-place";

/**
 * Extruded buildings out of binary columns, in two layers: those that make the city's outline, seen from afar, and the
 * rest, seen from near.
 */
export interface BuildingColumns {
  readonly length: number;
  readonly startIndices: Uint32Array;
  readonly attributes: {
    /** x, y in metres for deck.gl. */
    readonly getPolygon: { readonly value: Float32Array; readonly size: 2 };
    readonly getElevation: { readonly value: Float32Array; readonly size: 1 };
  };
}

export interface BuildingTiers {
  readonly outline: BuildingColumns;
  /** Made when it is first asked for: from afar nobody sees it. */
  readonly rest: () => BuildingColumns;
}

/** A building belongs to the outline from this volume on, m³: a hall, a block, a tower. */
const outlineVolumeM3 = 6000;
/** From afar no more are drawn, the largest first; towns without large buildings still get some. */
const outlineShare = 0.25;

export function buildingTiers(city: City, plane: Plane): BuildingTiers {
  const { buildingHeightM } = city.columns;
  const volumes = Float64Array.from(buildingHeightM, (heightM, row) => heightM * footprintM2(city, row));
  // The volume from which on a building is in the outline, without sorting rows by it.
  const sorted = volumes.slice().sort();
  const byShare = sorted[Math.floor(sorted.length * (1 - outlineShare))] ?? 0;
  const leastM3 = Math.min(outlineVolumeM3, byShare);
  const rows = Array.from(volumes, (_, row) => row);
  let rest: BuildingColumns | null = null;
  return {
    outline: columnsOf(
      city,
      plane,
      rows.filter((row) => volumes[row] >= leastM3),
    ),
    rest: () =>
      (rest ??= columnsOf(
        city,
        plane,
        rows.filter((row) => volumes[row] < leastM3),
      )),
  };
}

function footprintM2({ columns: { buildingStart, buildingX, buildingY } }: City, row: number): number {
  const [first, end] = [buildingStart[row], buildingStart[row + 1]];
  let twice = 0;
  for (let point = first; point < end; point++) {
    const next = point + 1 === end ? first : point + 1;
    twice += buildingX[point] * buildingY[next] - buildingX[next] * buildingY[point];
  }
  return Math.abs(twice) / 2;
}

/** deck.gl wants rings that end where they begin. */
function columnsOf({ columns }: City, plane: Plane, rows: readonly number[]): BuildingColumns {
  const { buildingStart, buildingX, buildingY, buildingHeightM } = columns;
  const pointCount = rows.reduce((sum, row) => sum + buildingStart[row + 1] - buildingStart[row] + 1, 0);
  const startIndices = new Uint32Array(rows.length + 1);
  const polygons = new Float32Array(pointCount * 2);
  const elevations = new Float32Array(pointCount);
  let at = 0;
  rows.forEach((row, place) => {
    startIndices[place] = at;
    const [first, end] = [buildingStart[row], buildingStart[row + 1]];
    elevations.fill(buildingHeightM[row], at, at + end - first + 1);
    for (let point = first; point <= end; point++) {
      const from = point === end ? first : point;
      polygons.set(toDeckMetres(plane, buildingX[from], buildingY[from]), at * 2);
      at++;
    }
  });
  startIndices[rows.length] = at;
  return {
    length: rows.length,
    startIndices,
    attributes: { getPolygon: { value: polygons, size: 2 }, getElevation: { value: elevations, size: 1 } },
  };
}

/** The layer keeps `columns` by identity: one that is only hidden or shown touches no geometry. */
export function buildingLayer(id: string, columns: BuildingColumns, visible: boolean, placed: LayerPlace) {
  const { palette, ...place } = placed;
  return new SolidPolygonLayer<unknown, { beforeId: string }>({
    id,
    visible,
    ...place,
    data: columns,
    _normalize: false,
    _windingOrder: "CCW",
    positionFormat: "XY",
    extruded: true,
    getFillColor: [...rgbOf(palette.building), 240],
    wireframe: true,
    getLineColor: [...rgbOf(palette.buildingEdge), 255],
    material: { ambient: 0.6, diffuse: 0.46, shininess: 4, specularColor: [12, 13, 14] },
  });
}

/** Flat, cool light from the north-west, as on a relief map. */
export function cityLight(): LightingEffect {
  return new LightingEffect({
    ambient: new AmbientLight({ color: [255, 255, 255], intensity: 1 }),
    sun: new DirectionalLight({ color: [255, 255, 255], intensity: 1.15, direction: [0.55, -0.7, -0.9] }),
  });
}
