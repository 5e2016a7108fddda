import { Decision } from "../common/draw";
import { cos, sin } from "../workers/kernel/maths";
import { drawBetween } from "./noise";
import { Feature, layRiver, type TownPlan } from "./town-plan";

/** Where the rings of the metropolis run. Metres from the market square. */
export interface MetropolisPlan extends TownPlan {
  readonly innerRingRadiusM: number;
  readonly beltRadiusM: number;
}

/** What a quarter is for: how its streets lie, and what stands along them. */
export type QuarterKind = "oldTown" | "business" | "estate" | "villas" | "industry" | "suburb" | "town";

/** A part of the metropolis that grew about a place of its own. */
export interface Quarter {
  readonly name: string;
  readonly kind: QuarterKind;
  readonly x: number;
  readonly y: number;
  /** Its edge lies about so far out, m; uneven. */
  readonly reachM: number;
}

const oldTownRadiusM = 420;
const innerRingRadiusM = 1350;
const beltRadiusM = 3300;
const bypassRadiusM = 6100;
const edgeM = 10_600;
/** The river's middle where it passes the old town, m north of the market. */
const riverOffsetM = -650;

/** A river, an old town on its north bank, rings around it. */
export function planMetropolis(seed: number): MetropolisPlan {
  return {
    seed,
    oldTownRadiusM,
    innerRingRadiusM,
    beltRadiusM,
    bypassRadiusM,
    edgeM,
    river: layRiver(seed, { reachM: edgeM + 600, offsetM: riverOffsetM, bendM: 45, wanderM: 560, calmM: 2600 }),
    riverHalfWidthM: drawBetween(seed, Feature.river, Decision.cityShape, 1, 42, 58),
  };
}

/** Quarters of the inner city and by the river: direction (degrees from east), distance and reach, m. */
const innerSites: readonly (readonly [name: string, QuarterKind, direction: number, outM: number, reachM: number])[] = [
  ["Old Town", "oldTown", 90, 40, 430],
  ["Exchange", "business", 20, 930, 480],
  ["Station Quarter", "business", 160, 960, 360],
  ["Harbour Works", "industry", 353, 4300, 840],
  ["Mill Yards", "industry", 187, 4800, 800],
];

/** Quarters along the roads out: which road, where along it, how far aside of it (left positive) and reach, m. */
const roadSites: readonly (readonly [
  name: string,
  QuarterKind,
  road: number,
  outM: number,
  asideM: number,
  reachM: number,
])[] = [
  ["Eastbrook", "suburb", 0, 4500, 150, 740],
  ["Northfield", "estate", 1, 4300, -180, 720],
  ["Westhill", "estate", 2, 4600, 120, 640],
  ["Stonebridge", "suburb", 3, 5000, 200, 660],
  ["Forge Park", "industry", 4, 5000, 120, 700],
  ["Vineyard Hill", "villas", 5, 4700, -120, 800],
  ["Orchard End", "suburb", 6, 5000, -200, 700],
  ["Brookfield", "suburb", 7, 4800, -150, 720],
  ["Heathside", "suburb", 8, 4900, 200, 720],
  ["Southbank", "estate", 9, 3700, 160, 640],
  ["Southgate Works", "industry", 10, 4700, -100, 680],
  ["Lakeside", "villas", 11, 4500, -160, 760],
  ["Willow Green", "town", 0, 8500, -120, 760],
  ["Larkfield", "town", 1, 8900, 160, 820],
  ["Fairmead", "town", 2, 8600, -140, 760],
  ["Ferry Point", "town", 3, 9200, 90, 740],
  ["Quarry Heath", "town", 4, 8400, -130, 680],
  ["Hilltop", "town", 5, 8300, 140, 700],
  ["Alder Marsh", "town", 6, 9100, 120, 780],
  ["Thornfield", "town", 7, 8700, 130, 780],
  ["Fern Hill", "town", 8, 8900, -130, 760],
  ["Reed Common", "town", 9, 8300, 120, 720],
  ["Meadow Park", "town", 10, 8800, -140, 820],
  ["Sandford", "town", 11, 8600, 140, 720],
];

const degrees = Math.PI / 180;

/** @param outwards of each road out, in the order in which they are laid: its points */
export function placeQuarters(
  { seed }: MetropolisPlan,
  outwards: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[],
): Quarter[] {
  const inner = innerSites.map(([name, kind, direction, outM, reachM]): Quarter => ({
    name,
    kind,
    x: outM * cos(direction * degrees),
    y: outM * sin(direction * degrees),
    reachM,
  }));
  const along = roadSites.flatMap(([name, kind, road, outM, asideM, reachM], row): Quarter[] => {
    const { x, y } = outwards[road];
    const wantedM = outM * drawBetween(seed, Feature.quarter + row, Decision.cityShape, 1, 0.95, 1.05);
    const at = x.findIndex((east, point) => point > 0 && east * east + y[point] * y[point] >= wantedM * wantedM);
    if (at < 0) return [];
    const [dx, dy] = [x[at] - x[at - 1], y[at] - y[at - 1]];
    const stepM = Math.sqrt(dx * dx + dy * dy);
    return [{ name, kind, x: x[at] - (asideM * dy) / stepM, y: y[at] + (asideM * dx) / stepM, reachM }];
  });
  return [...inner, ...along];
}
