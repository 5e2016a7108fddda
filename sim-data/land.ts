import { AreaKind, LineKind } from "../common/city";
import { Decision } from "../common/draw";
import { addArea, addLine, type GrowingGround, type Place } from "../workers/city/ground";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { cos, sin } from "../workers/kernel/maths";
import type { QuarterCentre } from "./car-parks";
import type { MainRoads } from "./main-roads";
import type { QuarterKind } from "./metropolis-plan";
import { drawBetween, noiseAround } from "./noise";
import { bankDistanceM, Feature, isInside, type TownPlan } from "./town-plan";

/** What the ground of the town is used for; rings are closed. */
export interface Land {
  readonly parks: readonly Polyline[];
  readonly woods: readonly Polyline[];
  readonly industry: Polyline;
}

const degrees = Math.PI / 180;
/** Parks by direction (degrees from east) and distance in bypass radii. */
const parkSites = [
  [135, 0.42],
  [40, 0.6],
  [-78, 0.72],
  [178, 0.72],
] as const;
const woodSites = [75, 130, 195, 250, 300, 345] as const;
/** The industrial estate: directions and distances of its corners. */
const industryDirections = [-9, 14] as const;
const industryReach = [0.6, 0.92] as const;

export function layLand(plan: TownPlan): Land {
  const R = plan.bypassRadiusM;
  const parks = parkSites.map(([direction, share], row) => {
    const feature = Feature.park + row;
    const radiusM = R * drawBetween(plan.seed, feature, Decision.cityLanduse, 20, 0.07, 0.12);
    return patch(plan, feature, direction, share * R, radiusM);
  });
  const woods = woodSites
    .map((direction, row) => {
      const feature = Feature.park + 10 + row;
      const radiusM = R * drawBetween(plan.seed, feature, Decision.cityLanduse, 20, 0.14, 0.26);
      return patch(plan, feature, direction, 1.5 * R, radiusM);
    })
    .filter(({ x, y }) => x.every((east, point) => bankDistanceM(plan, east, y[point]) > 0));
  const corners: Point[] = [];
  const [west, east] = industryReach;
  for (let step = 0; step <= 6; step++) corners.push(polar(west * R, between(industryDirections, step / 6)));
  for (let step = 6; step >= 0; step--) corners.push(polar(east * R, between(industryDirections, step / 6)));
  return { parks, woods, industry: closed(corners) };
}

const between = ([from, to]: readonly [number, number], share: number): number => from + (to - from) * share;

export const polar = (outM: number, direction: number): Point => ({
  x: outM * cos(direction * degrees),
  y: outM * sin(direction * degrees),
});

export function closed(points: readonly Point[]): Polyline {
  const all = [...points, points[0]];
  return { x: all.map(({ x }) => x), y: all.map(({ y }) => y) };
}

/** An uneven round patch. */
export function patch(plan: TownPlan, feature: number, direction: number, outM: number, radiusM: number): Polyline {
  const middle = polar(outM, direction + drawBetween(plan.seed, feature, Decision.cityLanduse, 21, -6, 6));
  const points: Point[] = [];
  for (let step = 0; step < 20; step++) {
    const radius = radiusM * (1 + 0.25 * noiseAround(plan.seed, feature, Decision.cityLanduse, (step / 20) * 6, 6));
    const { x, y } = polar(radius, (360 * step) / 20);
    points.push({ x: middle.x + x, y: middle.y + y });
  }
  return closed(points);
}

/** Whether neither street nor house may be there. */
export const isPark = ({ parks }: Land, place: Point): boolean => parks.some((ring) => isInside(ring, place));

/** Areas from the largest to what lies on top of it, and the river. */
export function drawLand(ground: GrowingGround, plan: TownPlan, land: Land, main: MainRoads): void {
  const add = ({ x, y }: Polyline, kind: AreaKind) => addArea(ground, x.slice(0, -1), y.slice(0, -1), kind);
  add(main.bypass, AreaKind.residential);
  add(main.ring, AreaKind.commercial);
  add(land.industry, AreaKind.industrial);
  for (const ring of [...land.woods, ...land.parks]) add(ring, AreaKind.green);
  const { x, y } = plan.river;
  const bank = (side: number) => y.map((middle) => middle + side * plan.riverHalfWidthM);
  addArea(ground, [...x, ...[...x].reverse()], [...bank(-1), ...bank(1).reverse()], AreaKind.water);
  addLine(ground, x, y, LineKind.river);
}

/** Quarters by direction and distance in bypass radii. */
const quarters = [
  ["Old Town", 90, 0.05],
  ["Northfield", 90, 0.68],
  ["Eastbrook", 42, 0.78],
  ["Westhill", 150, 0.7],
  ["Millside", 182, 0.55],
  ["Southbank", -90, 0.62],
  ["Harbour Works", 3, 0.76],
] as const;

/** What they are for, as far as parking goes. */
const quarterKindOf = (name: string): QuarterKind => {
  if (name === "Old Town") return "oldTown";
  return name === "Harbour Works" ? "industry" : "suburb";
};

export const centresOf = (plan: TownPlan): QuarterCentre[] =>
  placesOf(plan).map(({ name, x, y }) => ({ name, x, y, kind: quarterKindOf(name) }));

export function placesOf(plan: TownPlan): Place[] {
  return quarters
    .map(([name, direction, share]) => ({ name, rank: 2, ...polar(share * plan.bypassRadiusM, direction) }))
    .filter(({ x, y }) => bankDistanceM(plan, x, y) > 0);
}
