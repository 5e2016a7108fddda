import type { Arena } from "../arena/arena";

/** Speeds that are tried between standing and the wanted speed, and halvings of the factor's bracket. */
const speedSteps = 200;
const halvings = 30;
const factorMax = 1000;

/**
 * The largest flow of identical drivers in equilibrium, vehicles a second: at speed v they keep the gap
 * s(v) = (s0 + v T) / √(1 − (v / v0)⁴).
 * @see Treiber, Hennecke, Helbing 2000, eq. 4
 */
function equilibriumCapacity({ columns }: Arena, wantedMps: number, headwayS: number): number {
  let largest = 0;
  for (let step = 1; step < speedSteps; step++) {
    const ratio = step / speedSteps;
    const speedMps = wantedMps * ratio;
    const gapM = (columns.typeMinGapM[0] + speedMps * headwayS) / Math.sqrt(1 - ratio * ratio * ratio * ratio);
    largest = Math.max(largest, speedMps / (gapM + columns.typeLengthM[0]));
  }
  return largest;
}

/** By how much the time gap must be stretched so that a part of the capacity is left. @param part 0 < part ≤ 1 */
export function headwayFactorFor(arena: Arena, wantedMps: number, part: number): number {
  if (part === 1) return 1;
  const headwayS = arena.columns.typeHeadwayS[0];
  const wanted = part * equilibriumCapacity(arena, wantedMps, headwayS);
  let [low, high] = [1, factorMax];
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (low + high) / 2;
    if (equilibriumCapacity(arena, wantedMps, middle * headwayS) > wanted) low = middle;
    else high = middle;
  }
  return high;
}
