import { AreaKind, LineKind, RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { addArea, addLine, type GrowingGround, type Place } from "../workers/city/ground";
import { cos, length, sin } from "../workers/kernel/maths";
import type { HouseRules } from "./buildings";
import { isInCore, ownerOf, type BuiltUp } from "./built-up";
import {
  avenueBlock,
  businessBlock,
  cityBlock,
  mainStreet,
  oldTown,
  roadside,
  rowHouses,
  slabs,
  suburb,
  terraces,
  villa,
  yards,
  type HouseStyle,
} from "./house-styles";
import { closed, patch } from "./land";
import type { MainRoads } from "./main-roads";
import type { MetropolisPlan, Quarter, QuarterKind } from "./metropolis-plan";
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
  [24, 6700, 640],
  [51, 6300, 760],
  [78, 6600, 700],
  [105, 6500, 640],
  [132, 6700, 820],
  [157, 6400, 620],
  [200, 7000, 720],
  [222, 6100, 700],
  [250, 6700, 720],
  [286, 6600, 640],
  [310, 6500, 740],
  [338, 7200, 700],
  [78, 9700, 760],
  [25, 9600, 680],
  [106, 9600, 700],
  [186, 9400, 760],
  [232, 9300, 800],
  [284, 9700, 640],
  [318, 9500, 760],
  [352, 9000, 640],
  [50, 3900, 420],
  [105, 3900, 380],
  [228, 3700, 360],
  [318, 3900, 380],
  [78, 4900, 420],
  [157, 5000, 400],
  [270, 3300, 300],
] as const;

/** Parks inside, woods between the roads out where no quarter is: rings, closed. */
export function layGreen(plan: MetropolisPlan, quarters: readonly Quarter[]): readonly Polyline[] {
  const woods = woodSites.filter(([direction, outM, radiusM]) => {
    const angle = (direction * Math.PI) / 180;
    const [x, y] = [outM * cos(angle), outM * sin(angle)];
    return quarters.every((quarter) => length(quarter.x - x, quarter.y - y) > quarter.reachM + 0.8 * radiusM);
  });
  return [...parkSites, ...woods]
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
  quarters: readonly Quarter[],
  green: readonly Polyline[],
  main: MainRoads,
): void {
  const add = ({ x, y }: Polyline, kind: AreaKind) => addArea(ground, x.slice(0, -1), y.slice(0, -1), kind);
  add(
    outline({ x: 0, y: 0 }, 400, (place) => isInCore(plan.seed, place)),
    AreaKind.residential,
  );
  quarters.forEach((quarter, row) => {
    const ring = outline(quarter, 100, (place) => ownerOf(plan.seed, quarters, place) === row);
    add(ring, areaKinds[quarter.kind]);
  });
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
  town: AreaKind.residential,
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
export function metropolisHouses(main: MainRoads, builtUp: BuiltUp): HouseRules {
  return {
    mayStand: builtUp.has,
    styleAt: ({ roadClass }, place) => {
      if (isInside(main.ring, place)) return oldTown;
      const quarter = builtUp.quarterAt(place);
      const style = quarter === undefined ? undefined : quarterStyles[quarter.kind];
      if (style !== undefined) return style;
      const isMain = roadClass <= RoadClass.secondary;
      if (quarter?.kind === "town") return townStyle(quarter, place, isMain);
      if (builtUp.isCore(place)) {
        if (length(place.x, place.y) < highTownM) return isMain ? avenueBlock : cityBlock;
        return isMain ? avenueBlock : rowHouses;
      }
      if (isMain) return roadside;
      return quarter === undefined ? suburb : rowHouses;
    },
  };
}

/** A town beyond the bypass has its own high street, and houses with gardens at its edge. */
function townStyle({ x, y, reachM }: Quarter, place: Point, isMain: boolean): HouseStyle {
  const share = length(place.x - x, place.y - y) / reachM;
  if (share < 0.6) return isMain ? mainStreet : terraces;
  return isMain ? roadside : rowHouses;
}

/** Quarters whose houses are alike along all of their roads. */
const quarterStyles: Partial<Readonly<Record<QuarterKind, HouseStyle>>> = {
  business: businessBlock,
  estate: slabs,
  villas: villa,
  industry: yards,
};

export function metropolisPlaces(plan: MetropolisPlan, quarters: readonly Quarter[]): Place[] {
  return quarters
    .map(({ name, kind, x, y }) => ({ name, rank: kind === "town" ? 1 : 2, x, y }))
    .filter(({ x, y }) => bankDistanceM(plan, x, y) > 0);
}
