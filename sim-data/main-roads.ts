import { RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import { cos, length, sin } from "../workers/kernel/maths";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { drawBetween, noiseAlong } from "./noise";
import { Feature, leavingPoint, ringAround, riverAt, type TownPlan } from "./town-plan";

/** A road before it is joined with others. */
export interface TownRoad {
  readonly line: Polyline;
  readonly roadClass: RoadClass;
  /** Lanes in each direction. */
  readonly laneCount: number;
  readonly speedKmh: number;
  /** What kind of name it bears. */
  readonly naming:
    | "bypass"
    | "ring"
    | "innerRing"
    | "belt"
    | "arterial"
    | "country"
    | "bridge"
    | "quay"
    | "avenue"
    | "street"
    | "lane";
}

export interface MainRoads {
  readonly roads: readonly TownRoad[];
  readonly ring: Polyline;
  readonly bypass: Polyline;
}

export const degrees = Math.PI / 180;
/** Directions in which arterials leave the old town north of the river, counter-clockwise from east. */
const northernDirections = [22, 66, 112, 158];
/** Directions from the southern bridgehead. */
const southernDirections = [-52, -126];

/**
 * A bypass all around, a ring where the town's wall stood, arterials from the ring outwards, and the bridge in the
 * middle, whose road forks on the other bank.
 */
export function layMainRoads(plan: TownPlan): MainRoads {
  const ring = ringAround(plan, Feature.ring, plan.oldTownRadiusM, 0.12, 36);
  const bypass = ringAround(plan, Feature.bypass, plan.bypassRadiusM, 0.13, 72, 1.2);
  const market = ringAround(plan, Feature.market, marketRadiusM, 0.2, 10);
  const roads: TownRoad[] = [
    { line: bypass, roadClass: RoadClass.trunk, laneCount: 2, speedKmh: 70, naming: "bypass" },
    { line: ring, roadClass: RoadClass.secondary, laneCount: 1, speedKmh: 50, naming: "ring" },
    { line: market, roadClass: RoadClass.residential, laneCount: 1, speedKmh: 30, naming: "lane" },
  ];
  northernDirections.forEach((direction, row) => {
    const feature = Feature.arterial + row;
    const angle = (direction + drawBetween(plan.seed, feature, Decision.cityShape, 0, -8, 8)) * degrees;
    const gate = leavingPoint(ring, { x: cos(angle), y: sin(angle) });
    const line = arterial(plan, feature, { x: 0, y: 0 }, angle, gate);
    roads.push(spoke(market, gate));
    roads.push({ line, roadClass: RoadClass.primary, laneCount: row === 1 ? 2 : 1, speedKmh: 50, naming: "arterial" });
  });
  const gate = leavingPoint(ring, {
    x: drawBetween(plan.seed, Feature.river, Decision.cityShape, 2, -0.3, 0.3),
    y: -1,
  });
  const bridgehead = { x: gate.x, y: riverAt(plan, gate.x) - plan.riverHalfWidthM - 60 };
  const bridge = { x: [gate.x, bridgehead.x], y: [gate.y, bridgehead.y] };
  roads.push(spoke(market, gate));
  roads.push({ line: bridge, roadClass: RoadClass.primary, laneCount: 2, speedKmh: 50, naming: "bridge" });
  southernDirections.forEach((direction, row) => {
    const feature = Feature.arterial + 10 + row;
    const angle = (direction + drawBetween(plan.seed, feature, Decision.cityShape, 0, -8, 8)) * degrees;
    const line = arterial(plan, feature, bridgehead, angle, bridgehead);
    roads.push({ line, roadClass: RoadClass.primary, laneCount: 1, speedKmh: 50, naming: "arterial" });
  });
  return { roads, ring, bypass };
}

/** Around the market square. */
export const marketRadiusM = 38;

/** The old street from the market to the gate where an arterial begins. */
export function spoke(market: Polyline, gate: Point): TownRoad {
  const start = leavingPoint(market, gate);
  // Old streets bend: to the left, as seen from the market.
  const middle = { x: (start.x + gate.x) / 2 - 0.04 * gate.y, y: (start.y + gate.y) / 2 + 0.04 * gate.x };
  const line = { x: [start.x, middle.x, gate.x], y: [start.y, middle.y, gate.y] };
  return { line, roadClass: RoadClass.tertiary, laneCount: 1, speedKmh: 30, naming: "lane" };
}

const stepM = 40;

/** How far a road swings from its direction, radians, and over how many metres. */
interface Swing {
  readonly radians: number;
  readonly overM: number;
}
const townSwing: Swing = { radians: 0.2, overM: 380 };

/**
 * Outwards from a place, swinging about a direction; two of them never meet as long as their directions differ more.
 * @param first where it begins; what lies nearer to `from` than that is left out
 */
export function arterial(
  plan: TownPlan,
  feature: number,
  from: Point,
  towards: number,
  first: Point,
  swing: Swing = townSwing,
): Polyline {
  const [x, y]: [number[], number[]] = [[first.x], [first.y]];
  const startM = length(first.x - from.x, first.y - from.y);
  for (let outM = startM + stepM; ; outM += stepM) {
    // The swing grows from nothing, so that roads part where they begin.
    const noise = noiseAlong(plan.seed, feature, Decision.cityShape, outM / swing.overM + 10);
    const angle = towards + swing.radians * noise * Math.min(1, (outM - startM) / 300);
    const [px, py] = [from.x + outM * cos(angle), from.y + outM * sin(angle)];
    if (length(px, py) > plan.edgeM) return { x, y };
    x.push(px);
    y.push(py);
  }
}
