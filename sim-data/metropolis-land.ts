import { AreaKind, LineKind, RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { addArea, addLine, type GrowingGround, type Place } from "../workers/city/ground";
import { cos, length, sin } from "../workers/kernel/maths";
import type { HouseRules } from "./buildings";
import {
  avenueBlock,
  businessBlock,
  cityBlock,
  oldTown,
  roadside,
  rowHouses,
  slabs,
  suburb,
  villa,
  works,
  type HouseStyle,
} from "./house-styles";
import { closed, patch } from "./land";
import type { MainRoads } from "./main-roads";
import { isInCore, quarterAt, type BuiltUp, type MetropolisPlan, type QuarterKind } from "./metropolis-plan";
import { drawBetween } from "./noise";
import { bankDistanceM, Feature, isInside } from "./town-plan";

/** Green patches by direction (degrees), distance and mean radius, m. */
const parkSites = [
  [130, 1750, 270],
  [47, 1900, 220],
  [-84, 1620, 230],
  [196, 2150, 240],
  [-40, 2000, 170],
  [80, 900, 110],
  [-140, 1750, 150],
  [10, 2500, 190],
] as const;
const woodSites = [
  [50, 5300, 560],
  [78, 4500, 520],
  [135, 5100, 720],
  [158, 4700, 460],
  [200, 5800, 560],
  [228, 4300, 620],
  [248, 5400, 600],
  [292, 4200, 520],
  [305, 6000, 620],
  [338, 4700, 520],
  [2, 5200, 420],
  [24, 5300, 380],
  [95, 7000, 620],
  [185, 6900, 620],
] as const;

/** Parks inside, woods between the roads out: rings, closed. */
export function layGreen(plan: MetropolisPlan): readonly Polyline[] {
  return [...parkSites, ...woodSites]
    .map(([direction, outM, radiusM], row) => {
      const feature = Feature.quarter + 200 + row;
      const scale = drawBetween(plan.seed, feature, Decision.cityLanduse, 20, 0.85, 1.15);
      return patch(plan, feature, direction, outM, radiusM * scale);
    })
    .filter(({ x, y }) => x.every((east, point) => bankDistanceM(plan, east, y[point]) > 0));
}

/** Areas from the largest to what lies on top of it, and the river. */
export function drawMetropolisLand(
  ground: GrowingGround,
  plan: MetropolisPlan,
  green: readonly Polyline[],
  main: MainRoads,
): void {
  const add = ({ x, y }: Polyline, kind: AreaKind) => addArea(ground, x.slice(0, -1), y.slice(0, -1), kind);
  add(
    outline({ x: 0, y: 0 }, 400, (place) => isInCore(plan, place)),
    AreaKind.residential,
  );
  for (const quarter of plan.quarters) {
    const ring = outline(quarter, 100, (place) => quarterAt(plan, place) === quarter);
    add(ring, areaKinds[quarter.kind]);
  }
  add(main.ring, AreaKind.commercial);
  for (const ring of green) add(ring, AreaKind.green);
  const { x, y } = plan.river;
  const bank = (side: number) => y.map((middle) => middle + side * plan.riverHalfWidthM);
  addArea(ground, [...x, ...[...x].reverse()], [...bank(-1), ...bank(1).reverse()], AreaKind.water);
  addLine(ground, x, y, LineKind.river);
}

const areaKinds: Readonly<Record<QuarterKind, AreaKind>> = {
  oldTown: AreaKind.commercial,
  business: AreaKind.commercial,
  estate: AreaKind.residential,
  villas: AreaKind.residential,
  industry: AreaKind.industrial,
  suburb: AreaKind.residential,
};

const outlinePoints = 48;
const outlineStepM = 25;

/** A ring around what hangs together with a place, as it is seen from there. */
function outline(middle: Point, fromM: number, contains: (place: Point) => boolean): Polyline {
  const points: Point[] = [];
  for (let index = 0; index < outlinePoints; index++) {
    const angle = (2 * Math.PI * index) / outlinePoints;
    const at = (outM: number) => ({ x: middle.x + outM * cos(angle), y: middle.y + outM * sin(angle) });
    let outM = fromM;
    while (contains(at(outM))) outM += outlineStepM;
    points.push(at(outM));
  }
  return closed(points);
}

/** Around the middle of the inner town, houses are higher. */
const highTownM = 1500;

/** What stands where in the metropolis. */
export function metropolisHouses(plan: MetropolisPlan, main: MainRoads, builtUp: BuiltUp): HouseRules {
  return {
    mayStand: builtUp.has,
    styleAt: ({ roadClass }, place) => {
      if (isInside(main.ring, place)) return oldTown;
      const quarter = quarterAt(plan, place);
      const style = quarter === null ? undefined : quarterStyles[quarter.kind];
      if (style !== undefined) return style;
      const isHigh = length(place.x, place.y) < highTownM;
      if (roadClass <= RoadClass.secondary) return isInCore(plan, place) ? avenueBlock : roadside;
      if (isHigh) return cityBlock;
      return quarter === null && isInCore(plan, place) ? rowHouses : suburb;
    },
  };
}

/** Quarters whose houses are alike along all of their roads. */
const quarterStyles: Partial<Readonly<Record<QuarterKind, HouseStyle>>> = {
  business: businessBlock,
  estate: slabs,
  villas: villa,
  industry: works,
};

export function metropolisPlaces(plan: MetropolisPlan): Place[] {
  return plan.quarters
    .map(({ name, kind, x, y }) => ({ name, rank: kind === "suburb" ? 1 : 2, x, y }))
    .filter(({ x, y }) => bankDistanceM(plan, x, y) > 0);
}
