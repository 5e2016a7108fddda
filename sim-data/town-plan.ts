import { Decision } from "../common/draw";
import { cos, sin } from "../workers/kernel/maths";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { drawBetween, noiseAlong, noiseAround } from "./noise";

/**
 * What decides where a town grew: a river, an old town on its north bank, a bypass around both banks. Metres east and
 * north of the market square; everything is turned by an angle of its own at the very end.
 */
export interface TownPlan {
  readonly seed: number;
  readonly oldTownRadiusM: number;
  readonly bypassRadiusM: number;
  /** Main roads end so far out. */
  readonly edgeM: number;
  /** Middle of the river, from west to east. */
  readonly river: Polyline;
  readonly riverHalfWidthM: number;
}

/** Features of the town, the `who` of their draws. */
export const Feature = {
  river: 1,
  ring: 3,
  bypass: 4,
  market: 5,
  arterial: 10,
  grid: 40,
  bend: 60,
  seed: 70,
  park: 80,
  name: 90,
  turn: 100,
  building: 200,
  quarter: 1_000_000,
  avenue: 1_001_000,
  carPark: 1_002_000,
} as const;

const riverStepM = 50;

export function planTown(seed: number, radiusM: number): TownPlan {
  const edgeM = radiusM * 1.45;
  return {
    seed,
    oldTownRadiusM: 0.25 * radiusM,
    bypassRadiusM: radiusM,
    edgeM,
    river: layRiver(seed, {
      reachM: edgeM + 300,
      offsetM: -0.42 * radiusM,
      bendM: 45,
      wanderM: 0.22 * radiusM,
      calmM: radiusM,
    }),
    riverHalfWidthM: drawBetween(seed, Feature.river, Decision.cityShape, 1, 28, 40),
  };
}

interface RiverCourse {
  /** It is laid out so far to the west and to the east. */
  readonly reachM: number;
  /** Where it passes the old town, m north of the market. */
  readonly offsetM: number;
  readonly bendM: number;
  /** How far it wanders away from the old town; within `calmM` of it, it keeps its bed. */
  readonly wanderM: number;
  readonly calmM: number;
}

/** The middle of a river, from west to east. */
export function layRiver(seed: number, { reachM, offsetM, bendM, wanderM, calmM }: RiverCourse): Polyline {
  const [x, y]: [number[], number[]] = [[], []];
  for (let east = -reachM; east <= reachM; east += riverStepM) {
    x.push(east);
    const bend = noiseAlong(seed, Feature.river, Decision.cityShape, east / 430 + 100);
    const wander = noiseAlong(seed, Feature.river + 1, Decision.cityShape, east / 1300 + 100);
    y.push(offsetM + bendM * bend + wanderM * wander * Math.min(1, Math.abs(east) / calmM));
  }
  return { x, y };
}

/** Height of the river's middle at a place east of the market, m. */
export function riverAt({ river }: TownPlan, east: number): number {
  const step = (east - river.x[0]) / riverStepM;
  const index = Math.min(Math.max(Math.floor(step), 0), river.x.length - 2);
  return river.y[index] + (river.y[index + 1] - river.y[index]) * (step - index);
}

/** How far a place lies from the river's bank, m; negative in the water. The river hardly turns, so it is measured north. */
export const bankDistanceM = (plan: TownPlan, x: number, y: number): number =>
  Math.abs(y - riverAt(plan, x)) - plan.riverHalfWidthM;

/** Whether a straight way between two places keeps off the water. */
export function staysOnLand(plan: TownPlan, from: Point, to: Point): boolean {
  for (let step = 0; step <= 10; step++) {
    const [x, y] = [from.x + ((to.x - from.x) * step) / 10, from.y + ((to.y - from.y) * step) / 10];
    if (bankDistanceM(plan, x, y) < 10) return false;
  }
  return true;
}

/**
 * A closed ring around the market, roundish, from east counter-clockwise; the last point is the first again.
 * @param unevenness share of the radius by which it swings in and out
 * @param stretch how much longer it is from west to east than its radius
 */
export function ringAround(
  plan: TownPlan,
  feature: number,
  radiusM: number,
  unevenness: number,
  points: number,
  stretch = 1,
): Polyline {
  const x: number[] = [];
  const y: number[] = [];
  for (let index = 0; index <= points; index++) {
    const share = (index % points) / points;
    const radius = radiusM * (1 + unevenness * noiseAround(plan.seed, feature, Decision.cityShape, share * 8, 8));
    const angle = share * 2 * Math.PI;
    x.push(radius * stretch * cos(angle));
    y.push(radius * sin(angle));
  }
  return { x, y };
}

/** Where a ray from the market leaves a ring. @param towards any vector that is not zero */
export function leavingPoint({ x, y }: Polyline, towards: Point): Point {
  for (let index = 1; index < x.length; index++) {
    const [ax, ay, dx, dy] = [x[index - 1], y[index - 1], x[index] - x[index - 1], y[index] - y[index - 1]];
    const cross = towards.x * dy - towards.y * dx;
    if (cross === 0) continue;
    const outward = (ax * dy - ay * dx) / cross;
    const along = (ax * towards.y - ay * towards.x) / cross;
    if (outward > 0 && along >= 0 && along <= 1) return { x: outward * towards.x, y: outward * towards.y };
  }
  throw new Error("broken invariant: a ring goes all around the market");
}

/** Whether a place lies inside a ring around the market. */
export function isInside({ x, y }: Polyline, place: Point): boolean {
  let inside = false;
  for (let index = 1; index < x.length; index++) {
    const ay = y[index - 1];
    const by = y[index];
    if (ay > place.y === by > place.y) continue;
    if (place.x < x[index - 1] + ((place.y - ay) / (by - ay)) * (x[index] - x[index - 1])) inside = !inside;
  }
  return inside;
}
