import { RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import { cos, sin } from "../workers/kernel/maths";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { arterial, degrees, marketRadiusM, spoke, type MainRoads, type TownRoad } from "./main-roads";
import type { MetropolisPlan } from "./metropolis-plan";
import { drawBetween } from "./noise";
import { Feature, isInside, leavingPoint, ringAround, riverAt } from "./town-plan";

const swing = { radians: 0.1, overM: 1700 };
/** Directions of the roads that leave the old town north of the river, and of those that begin at the inner ring. */
const fromOldTown = [38, 92, 146];
const fromInnerRing = [11, 65, 119, 170, -33, -149];
/** Directions of the three roads from the southern head of the old bridge. */
const fromBridgehead = [-60, -92, -124];
/** Avenues across the river, as directions in which they leave the inner ring in the north and in the south. */
const spines = [
  [58, -56],
  [121, -121],
] as const;

/** Points of a road out beyond the bypass that are still built as in town. */
const countryFrom = 4;

const avenueLanes = { roadClass: RoadClass.primary, laneCount: 3, speedKmh: 50 } as const;

export interface MetropolisRoads extends MainRoads {
  /** The roads out, whole: from the inner town to where the city ends. */
  readonly outwards: readonly Polyline[];
}

/**
 * Rings at the old wall, around the inner town and around the outer quarters, a motorway-like bypass, roads outwards to
 * the next towns, avenues over the river and quays along it.
 */
export function layMetropolisRoads(plan: MetropolisPlan): MetropolisRoads {
  const { seed } = plan;
  const ring = ringAround(plan, Feature.ring, plan.oldTownRadiusM, 0.1, 40);
  const innerRing = ringAround(plan, Feature.ring + 20_000, plan.innerRingRadiusM, 0.08, 64);
  const belt = ringAround(plan, Feature.ring + 20_001, plan.beltRadiusM, 0.08, 96, 1.08);
  const bypass = ringAround(plan, Feature.bypass, plan.bypassRadiusM, 0.08, 128, 1.1);
  const market = ringAround(plan, Feature.market, marketRadiusM, 0.2, 10);
  const roads: TownRoad[] = [
    { line: bypass, roadClass: RoadClass.trunk, laneCount: 3, speedKmh: 80, naming: "bypass" },
    { line: belt, ...avenueLanes, naming: "belt" },
    { line: innerRing, ...avenueLanes, naming: "innerRing" },
    { line: ring, roadClass: RoadClass.secondary, laneCount: 2, speedKmh: 50, naming: "ring" },
    { line: market, roadClass: RoadClass.residential, laneCount: 1, speedKmh: 30, naming: "lane" },
  ];
  const ray = (direction: number, feature: number): number =>
    (direction + drawBetween(seed, feature, Decision.cityShape, 0, -4, 4)) * degrees;
  const outwards: Polyline[] = [];
  const addArterial = (line: Polyline) => {
    outwards.push(line);
    // Some way beyond the bypass it becomes a country road.
    const out = countryFrom + line.x.findIndex((x, row) => row > 2 && !isInside(bypass, { x, y: line.y[row] }));
    const town = { x: line.x.slice(0, out + 1), y: line.y.slice(0, out + 1) };
    const country = { x: line.x.slice(out), y: line.y.slice(out) };
    roads.push({ line: town, ...avenueLanes, naming: "arterial" });
    roads.push({ line: country, roadClass: RoadClass.primary, laneCount: 2, speedKmh: 60, naming: "country" });
  };
  const leave = (feature: number, direction: number, from: Polyline): Point => {
    const angle = ray(direction, feature);
    const gate = leavingPoint(from, unit(angle));
    addArterial(arterial(plan, feature, { x: 0, y: 0 }, angle, gate, swing));
    return gate;
  };
  fromOldTown.forEach((direction, row) => {
    roads.push(spoke(market, leave(Feature.avenue + row, direction, ring)));
  });
  fromInnerRing.forEach((direction, row) => leave(Feature.avenue + 10 + row, direction, innerRing));
  layOldBridge(plan, market, ring, roads, addArterial);
  spines.forEach(([north, south], row) => {
    const a = leavingPoint(innerRing, unit(ray(north, Feature.avenue + 30 + row)));
    const b = leavingPoint(innerRing, unit(ray(south, Feature.avenue + 40 + row)));
    const outward = row === 0 ? 90 : -90;
    const line = { x: [a.x, (a.x + b.x) / 2 + outward, b.x], y: [a.y, (a.y + b.y) / 2 + 150, b.y] };
    roads.push({ line, ...avenueLanes, naming: "bridge" });
  });
  for (const [side, reachM] of [
    [1, 3900],
    [-1, 2600],
  ] as const)
    roads.push(quay(plan, side, reachM));
  return { roads, ring, bypass, outwards };
}

const unit = (angle: number): Point => ({ x: cos(angle), y: sin(angle) });

/** The old bridge south of the market; its road forks on the other bank. */
function layOldBridge(
  plan: MetropolisPlan,
  market: Polyline,
  ring: Polyline,
  roads: TownRoad[],
  addArterial: (line: Polyline) => void,
): void {
  const gate = leavingPoint(ring, {
    x: drawBetween(plan.seed, Feature.river, Decision.cityShape, 2, -0.2, 0.2),
    y: -1,
  });
  const head = { x: gate.x, y: riverAt(plan, gate.x) - plan.riverHalfWidthM - 150 };
  roads.push(spoke(market, gate));
  roads.push({ line: { x: [gate.x, head.x], y: [gate.y, head.y] }, ...avenueLanes, naming: "bridge" });
  fromBridgehead.forEach((direction, row) => {
    const feature = Feature.avenue + 20 + row;
    const angle = (direction + drawBetween(plan.seed, feature, Decision.cityShape, 0, -4, 4)) * degrees;
    addArterial(arterial(plan, feature, head, angle, head, swing));
  });
}

const quayM = 62;
const quayStepM = 60;

/** Along the river's bank. @param side 1 = north, −1 = south */
function quay(plan: MetropolisPlan, side: number, reachM: number): TownRoad {
  const [x, y]: [number[], number[]] = [[], []];
  for (let east = -reachM; east <= reachM; east += quayStepM) {
    x.push(east);
    y.push(riverAt(plan, east) + side * (plan.riverHalfWidthM + quayM));
  }
  return { line: { x, y }, roadClass: RoadClass.secondary, laneCount: 1, speedKmh: 50, naming: "quay" };
}
