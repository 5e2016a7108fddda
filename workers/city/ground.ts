import type { AreaKind, LineKind } from "../../common/city";
import { append, endColumn, growColumn, type GrowingColumn } from "./geometry/growing-column";
import { signedArea } from "./geometry/polygon";
import { appendShape, endShapes, growShapes, type GrowingShapes, type RaggedShapes } from "./geometry/ragged-shapes";

/** What stands and lies beside the roads. Metres east and north of the city's origin. */
export interface Ground {
  /** Outer rings, counter-clockwise, not closed. */
  readonly buildings: RaggedShapes;
  readonly buildingHeightM: Float32Array<ArrayBuffer>;
  /** A `BuildingUse`. */
  readonly buildingUse: Uint8Array<ArrayBuffer>;
  /** Outer rings, counter-clockwise, not closed. */
  readonly areas: RaggedShapes;
  readonly areaKind: Uint8Array<ArrayBuffer>;
  readonly lines: RaggedShapes;
  readonly lineKind: Uint8Array<ArrayBuffer>;
  readonly places: readonly Place[];
}

/** What a building is for, as far as the map says. */
export const BuildingUse = { unknown: 0, homes: 1, offices: 2, shops: 3, industry: 4, neither: 5 } as const;
export type BuildingUse = (typeof BuildingUse)[keyof typeof BuildingUse];

export interface Place {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** 0 city, 1 town, 2 village or suburb, 3 quarter or smaller. */
  readonly rank: number;
}

export interface GrowingGround {
  readonly buildings: GrowingShapes;
  readonly buildingHeightM: GrowingColumn<Float32Array<ArrayBuffer>>;
  readonly buildingUse: GrowingColumn<Uint8Array<ArrayBuffer>>;
  readonly areas: GrowingShapes;
  readonly areaKind: GrowingColumn<Uint8Array<ArrayBuffer>>;
  readonly lines: GrowingShapes;
  readonly lineKind: GrowingColumn<Uint8Array<ArrayBuffer>>;
  readonly places: Place[];
}

export const startGround = (): GrowingGround => ({
  buildings: growShapes(),
  buildingHeightM: growColumn(Float32Array),
  buildingUse: growColumn(Uint8Array),
  areas: growShapes(),
  areaKind: growColumn(Uint8Array),
  lines: growShapes(),
  lineKind: growColumn(Uint8Array),
  places: [],
});

/** Rings of less than this are slips of a mapper, m². */
const smallestRingM2 = 1;

/** A ring without its closing point, in either direction. @returns false when it encloses nothing */
function appendRing(shapes: GrowingShapes, x: ArrayLike<number>, y: ArrayLike<number>): boolean {
  const area = signedArea(x, y);
  if (x.length < 3 || !(Math.abs(area) >= smallestRingM2)) return false;
  appendShape(shapes, x, y, area < 0);
  return true;
}

export function addBuilding(
  ground: GrowingGround,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  heightM: number,
  use: BuildingUse,
): boolean {
  if (!appendRing(ground.buildings, x, y)) return false;
  append(ground.buildingHeightM, heightM);
  append(ground.buildingUse, use);
  return true;
}

export function addArea(ground: GrowingGround, x: ArrayLike<number>, y: ArrayLike<number>, kind: AreaKind): boolean {
  if (!appendRing(ground.areas, x, y)) return false;
  append(ground.areaKind, kind);
  return true;
}

export function addLine(ground: GrowingGround, x: ArrayLike<number>, y: ArrayLike<number>, kind: LineKind): boolean {
  if (x.length < 2) return false;
  appendShape(ground.lines, x, y);
  append(ground.lineKind, kind);
  return true;
}

export function endGround(ground: GrowingGround): Ground {
  return {
    buildings: endShapes(ground.buildings),
    buildingHeightM: endColumn(ground.buildingHeightM),
    buildingUse: endColumn(ground.buildingUse),
    areas: endShapes(ground.areas),
    areaKind: endColumn(ground.areaKind),
    lines: endShapes(ground.lines),
    lineKind: endColumn(ground.lineKind),
    places: ground.places,
  };
}
