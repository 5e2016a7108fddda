import { Decision } from "../common/draw";
import type { Point } from "../workers/city/geometry/polyline";
import { length } from "../workers/kernel/maths";
import type { MetropolisPlan, Quarter } from "./metropolis-plan";
import { noiseOver } from "./noise";
import { bankDistanceM, Feature } from "./town-plan";

/** What the ground of the metropolis is: built up or not, and as part of what. */
export interface BuiltUp {
  readonly has: (place: Point) => boolean;
  readonly isCore: (place: Point) => boolean;
  /** Houses stand along a road out, and no street leads off it. */
  readonly isRibbon: (place: Point) => boolean;
  /** Undefined outside of all quarters. */
  readonly quarterAt: (place: Point) => Quarter | undefined;
}

export interface BuiltUpParts {
  readonly quarters: readonly Quarter[];
  /** Points of roads along which houses stand. */
  readonly ribbons: readonly Point[];
  /** Points of roads to which nothing comes near. */
  readonly barriers: readonly Point[];
  /** Parks and woods. */
  readonly isTaken: (place: Point) => boolean;
}

/** Where the city reaches without a break: so far from the market. */
const coreM = 2150;
/** Houses follow a road out of town so far to its sides, m. */
const ribbonM = 90;
const barrierM = 85;
const cellM = 40;

/** Values of a cell; quarters follow. */
const open = 0;
const ribbon = 1;
const core = 2;
const firstQuarter = 3;

/** Looks at the ground once, cell by cell: the core, the quarters, ribbons along the roads between them. */
export function findBuiltUp(plan: MetropolisPlan, parts: BuiltUpParts): BuiltUp {
  const side = Math.ceil((2 * plan.edgeM) / cellM);
  const cells = new Uint8Array(side * side);
  const columnOf = (at: number) => Math.floor((at + plan.edgeM) / cellM);
  mark(cells, side, columnOf, parts.ribbons, ribbonM, ribbon);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const place = { x: (column + 0.5) * cellM - plan.edgeM, y: (row + 0.5) * cellM - plan.edgeM };
      const cell = row * side + column;
      const quarter = ownerOf(plan.seed, parts.quarters, place);
      if (quarter >= 0) cells[cell] = firstQuarter + quarter;
      else if (isInCore(plan.seed, place)) cells[cell] = core;
      if (cells[cell] === open) continue;
      if (bankDistanceM(plan, place.x, place.y) < 0 || parts.isTaken(place)) cells[cell] = open;
    }
  }
  mark(cells, side, columnOf, parts.barriers, barrierM, open);
  const valueAt = ({ x, y }: Point): number => {
    const [column, row] = [columnOf(x), columnOf(y)];
    return column >= 0 && row >= 0 && column < side && row < side ? cells[row * side + column] : open;
  };
  return {
    has: (place) => valueAt(place) !== open,
    isCore: (place) => valueAt(place) === core,
    isRibbon: (place) => valueAt(place) === ribbon,
    quarterAt: (place) => parts.quarters[valueAt(place) - firstQuarter],
  };
}

function mark(
  cells: Uint8Array,
  side: number,
  columnOf: (at: number) => number,
  points: readonly Point[],
  reachM: number,
  value: number,
): void {
  const near = Math.ceil(reachM / cellM);
  for (const { x, y } of points) {
    const [column, row] = [columnOf(x), columnOf(y)];
    for (let dy = -near; dy <= near; dy++) {
      for (let dx = -near; dx <= near; dx++) {
        const [c, r] = [column + dx, row + dy];
        if ((dx * dx + dy * dy) * cellM * cellM > reachM * reachM) continue;
        if (c >= 0 && r >= 0 && c < side && r < side) cells[r * side + c] = value;
      }
    }
  }
}

/** The core swings in and out, and keeps to a ragged edge. */
export function isInCore(seed: number, { x, y }: Point): boolean {
  const outM = length(x, y);
  if (outM > 1.6 * coreM) return false;
  const lobes = 0.3 * noiseOver(seed, Feature.quarter + 500, Decision.cityShape, x / 1400, y / 1400);
  const ragged = 0.14 * noiseOver(seed, Feature.quarter + 501, Decision.cityShape, x / 320, y / 320);
  return outM < coreM * (1 + lobes + ragged);
}

/** Row of the quarter whose ground a place is, -1 outside of all. */
export function ownerOf(seed: number, quarters: readonly Quarter[], { x, y }: Point): number {
  let best = -1;
  let bestShare = 1;
  quarters.forEach((quarter, row) => {
    const dx = x - quarter.x;
    const dy = y - quarter.y;
    const farthestM = 1.6 * quarter.reachM;
    if (Math.abs(dx) > farthestM || Math.abs(dy) > farthestM) return;
    // Noise adds 0.54 at most.
    if (length(dx, dy) > bestShare * farthestM) return;
    const lobes = 0.34 * noiseOver(seed, Feature.quarter + 600 + row, Decision.cityShape, x / 620, y / 620);
    const ragged = 0.2 * noiseOver(seed, Feature.quarter + 700 + row, Decision.cityShape, x / 190, y / 190);
    const share = length(dx, dy) / (quarter.reachM * (1 + lobes + ragged));
    if (share >= bestShare) return;
    best = row;
    bestShare = share;
  });
  return best;
}
