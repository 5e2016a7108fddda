import { edgeCountOf, type City } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";
import { DifferenceTexel, roadTexelFloats } from "../state/road-picture";

/** A figure written beside a road of the difference map: for those who read no colours, and to the unit. */
export interface RoadFigure {
  readonly edge: number;
  readonly x: number;
  readonly y: number;
  readonly value: number;
  /** 1 … 3. */
  readonly step: number;
}

/** Figures at once; the map's own collisions leave out those that still touch. */
export const figuresMost = 60;
/** No two figures in one square of this size: the larger one stays, m. */
export const figureSpacingM = 180;

/** The largest differences, apart from each other. @param value,step places in a `DifferenceTexel` */
export function largestDifferences(
  city: City,
  texels: Float32Array,
  value: (typeof DifferenceTexel)["speedKmh" | "flowVehH"],
  step: (typeof DifferenceTexel)["speedStep" | "flowStep"],
): RoadFigure[] {
  const { edgeLengthM } = city.columns;
  const candidates: number[] = [];
  for (let edge = 0; edge < edgeCountOf(city); edge++)
    if (texels[edge * roadTexelFloats + step] !== 0) candidates.push(edge);
  const sizeOf = (edge: number) => Math.abs(texels[edge * roadTexelFloats + value]);
  candidates.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
  const taken = new Set<string>();
  const figures: RoadFigure[] = [];
  for (const edge of candidates) {
    if (figures.length === figuresMost) break;
    const { x, y } = placeOnEdge(city, edge, edgeLengthM[edge] / 2);
    const square = `${Math.floor(x / figureSpacingM)} ${Math.floor(y / figureSpacingM)}`;
    if (taken.has(square)) continue;
    taken.add(square);
    const at = edge * roadTexelFloats;
    figures.push({ edge, x, y, value: texels[at + value], step: Math.abs(texels[at + step]) });
  }
  return figures;
}

/** "+12", "−3": always with its sign. */
export function signedFigure(value: number): string {
  const whole = Math.round(Math.abs(value));
  return value < 0 ? `−${whole}` : `+${whole}`;
}
