import { Decision } from "../common/draw";
import type { Point } from "../workers/city/geometry/polyline";
import { cos, length, sin } from "../workers/kernel/maths";
import { drawBetween, noiseOver } from "./noise";
import { bankDistanceM, Feature, layRiver, type TownPlan } from "./town-plan";

/** What a quarter of the metropolis is for: how its streets lie, and what stands along them. */
export type QuarterKind = "oldTown" | "business" | "estate" | "villas" | "industry" | "suburb";

/** A part of the metropolis that grew about a place of its own. */
export interface Quarter {
  readonly name: string;
  readonly kind: QuarterKind;
  readonly x: number;
  readonly y: number;
  /** Its edge lies about so far out, m; uneven. */
  readonly reachM: number;
}

export interface MetropolisPlan extends TownPlan {
  readonly innerRingRadiusM: number;
  readonly beltRadiusM: number;
  readonly quarters: readonly Quarter[];
}

/** Quarters by direction (degrees from east), distance and reach, m. The river runs from west to east, south of the market. */
const sites: readonly (readonly [string, QuarterKind, number, number, number])[] = [
  ["Old Town", "oldTown", 90, 40, 430],
  ["Exchange", "business", 22, 980, 470],
  ["Station Quarter", "business", 158, 1000, 330],
  ["Harbour Works", "industry", 353, 3350, 820],
  ["Mill Yards", "industry", 188, 4050, 760],
  ["Forge Park", "industry", 62, 4150, 640],
  ["Southgate Works", "industry", 263, 3600, 560],
  ["Northfield", "estate", 92, 3250, 640],
  ["Southbank", "estate", 297, 2500, 560],
  ["Westhill", "estate", 148, 3300, 560],
  ["Vineyard Hill", "villas", 122, 3500, 720],
  ["Lakeside", "villas", 234, 2950, 680],
  ["Eastbrook", "suburb", 31, 3950, 780],
  ["Larkfield", "suburb", 106, 5600, 760],
  ["Stonebridge", "suburb", 14, 6100, 740],
  ["Orchard End", "suburb", 168, 5900, 760],
  ["Heathside", "suburb", 213, 5200, 740],
  ["Meadow Park", "suburb", 277, 5400, 760],
  ["Brookfield", "suburb", 322, 4900, 760],
  ["Willow Green", "suburb", 60, 6000, 640],
];

const degrees = Math.PI / 180;
const oldTownRadiusM = 420;
const innerRingRadiusM = 1400;
const beltRadiusM = 2900;
const bypassRadiusM = 4700;
const edgeM = 7200;
/** The river's middle where it passes the old town, m north of the market. */
const riverOffsetM = -650;

/** A river, an old town on its north bank, quarters that grew around it and swallowed villages, towns beyond the bypass. */
export function planMetropolis(seed: number): MetropolisPlan {
  const place = ([name, kind, direction, outM, reachM]: (typeof sites)[number], row: number): Quarter => {
    const who = Feature.quarter + row;
    const isFixed = kind === "oldTown";
    const towards = (direction + (isFixed ? 0 : drawBetween(seed, who, Decision.cityShape, 0, -4, 4))) * degrees;
    const distanceM = outM * (isFixed ? 1 : drawBetween(seed, who, Decision.cityShape, 1, 0.95, 1.05));
    return { name, kind, x: distanceM * cos(towards), y: distanceM * sin(towards), reachM };
  };
  return {
    seed,
    oldTownRadiusM,
    innerRingRadiusM,
    beltRadiusM,
    bypassRadiusM,
    edgeM,
    river: layRiver(seed, { reachM: edgeM + 600, offsetM: riverOffsetM, bendM: 45, wanderM: 520, calmM: 1900 }),
    riverHalfWidthM: drawBetween(seed, Feature.river, Decision.cityShape, 1, 42, 58),
    quarters: sites.map(place),
  };
}

/** The quarter whose ground a place is; industry and business keep theirs against others. Null outside of all. */
export function quarterAt({ seed, quarters }: MetropolisPlan, { x, y }: Point): Quarter | null {
  let [best, bestShare] = [null as Quarter | null, 1];
  for (const [row, quarter] of quarters.entries()) {
    const [dx, dy] = [x - quarter.x, y - quarter.y];
    if (Math.abs(dx) > 1.3 * quarter.reachM || Math.abs(dy) > 1.3 * quarter.reachM) continue;
    const uneven = 1 + 0.25 * noiseOver(seed, Feature.quarter + 50 + row, Decision.cityShape, x / 420, y / 420);
    const share = length(dx, dy) / (quarter.reachM * uneven);
    if (share < bestShare) [best, bestShare] = [quarter, share];
  }
  return best;
}

/** Where the town reaches without a break: so far from the market. */
const coreM = 2150;
/** Houses follow a road out of town so far to its sides, m. */
const corridorM = 300;
const cellM = 50;

/** What of the ground is built up: the core, the quarters, ribbons along the roads between them. */
export interface BuiltUp {
  readonly has: (place: Point) => boolean;
}

/**
 * @param ribbons points of roads along which houses stand
 * @param isTaken parks and woods
 */
export function findBuiltUp(
  plan: MetropolisPlan,
  ribbons: readonly Point[],
  isTaken: (place: Point) => boolean,
): BuiltUp {
  const side = Math.ceil((2 * plan.edgeM) / cellM);
  const cells = new Uint8Array(side * side);
  const cellOf = (at: number) => Math.floor((at + plan.edgeM) / cellM);
  const near = Math.ceil(corridorM / cellM);
  for (const { x, y } of ribbons) {
    const [column, row] = [cellOf(x), cellOf(y)];
    for (let dy = -near; dy <= near; dy++) {
      for (let dx = -near; dx <= near; dx++) {
        if (dx * dx + dy * dy > near * near) continue;
        const [c, r] = [column + dx, row + dy];
        if (c >= 0 && r >= 0 && c < side && r < side) cells[r * side + c] = 1;
      }
    }
  }
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const place = { x: (column + 0.5) * cellM - plan.edgeM, y: (row + 0.5) * cellM - plan.edgeM };
      const cell = row * side + column;
      if (cells[cell] === 0 && (isInCore(plan, place) || quarterAt(plan, place) !== null)) cells[cell] = 1;
      if (cells[cell] === 1 && (isTaken(place) || bankDistanceM(plan, place.x, place.y) < 0)) cells[cell] = 0;
    }
  }
  return {
    has: ({ x, y }) => {
      const [column, row] = [cellOf(x), cellOf(y)];
      return column >= 0 && row >= 0 && column < side && row < side && cells[row * side + column] === 1;
    },
  };
}

/** The core swings in and out with the direction, and keeps to a ragged edge. */
export function isInCore({ seed }: MetropolisPlan, { x, y }: Point): boolean {
  const outM = length(x, y);
  if (outM > 1.6 * coreM) return false;
  const lobes = 0.3 * noiseOver(seed, Feature.quarter + 100, Decision.cityShape, x / 1400, y / 1400);
  const ragged = 0.12 * noiseOver(seed, Feature.quarter + 101, Decision.cityShape, x / 350, y / 350);
  return outM < coreM * (1 + lobes + ragged);
}
