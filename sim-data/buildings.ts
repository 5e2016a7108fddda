import { RoadClass } from "../common/city";
import { Decision, draw } from "../common/draw";
import { addBox, rowsAround, startGrid, type Grid } from "../workers/city/geometry/grid";
import type { Point } from "../workers/city/geometry/polyline";
import { addBuilding, BuildingUse, type GrowingGround } from "../workers/city/ground";
import { length } from "../workers/kernel/maths";
import { isPark, type Land } from "./land";
import { marketRadiusM, type MainRoads, type TownRoad } from "./main-roads";
import type { JoinedRoads } from "./road-joining";
import { bankDistanceM, Feature, isInside, type TownPlan } from "./town-plan";

/** How houses of a quarter look; lengths in metres, each drawn between two. */
interface HouseStyle {
  readonly frontM: readonly [number, number];
  readonly depthM: readonly [number, number];
  /** Between neighbours. */
  readonly gapM: readonly [number, number];
  /** From the kerb. */
  readonly setbackM: readonly [number, number];
  readonly heightM: readonly [number, number];
  /** How far behind the first row a second one stands, if any. */
  readonly yardM: number | null;
  /** One house in so many stands out up to the second height. */
  readonly talls: { readonly share: number; readonly heightM: number };
  readonly uses: readonly BuildingUse[];
}

const { homes, offices, shops, industry, unknown } = BuildingUse;

const oldTown: HouseStyle = {
  frontM: [8, 15],
  depthM: [10, 14],
  gapM: [0, 0.5],
  setbackM: [2, 3],
  heightM: [9, 15],
  yardM: 21,
  talls: { share: 0.02, heightM: 32 },
  uses: [unknown, unknown, unknown, shops],
};
const innerTown: HouseStyle = {
  frontM: [14, 24],
  depthM: [12, 15],
  gapM: [3, 10],
  setbackM: [4, 6],
  heightM: [12, 21],
  yardM: 30,
  talls: { share: 0.04, heightM: 40 },
  uses: [unknown, homes, homes, offices],
};
const suburb: HouseStyle = {
  frontM: [9, 14],
  depthM: [9, 12],
  gapM: [6, 13],
  setbackM: [5, 9],
  heightM: [6, 9],
  yardM: null,
  talls: { share: 0.03, heightM: 18 },
  uses: [homes],
};
const mainStreet: HouseStyle = {
  frontM: [18, 34],
  depthM: [13, 18],
  gapM: [4, 14],
  setbackM: [6, 9],
  heightM: [12, 24],
  yardM: null,
  talls: { share: 0.06, heightM: 38 },
  uses: [offices, shops, unknown, homes],
};
const works: HouseStyle = {
  frontM: [38, 70],
  depthM: [30, 48],
  gapM: [12, 24],
  setbackM: [9, 14],
  heightM: [7, 13],
  yardM: 64,
  talls: { share: 0.03, heightM: 28 },
  uses: [industry],
};

/** Free space at corners of streets. */
const cornerM = 9;
/** From a house to any carriageway. */
const pavementM = 1.8;
/** From a house to the water. */
const bankM = 10;

interface Site {
  readonly plan: TownPlan;
  readonly land: Land;
  readonly main: MainRoads;
  readonly joined: JoinedRoads;
  readonly ground: GrowingGround;
  /** Segments of all roads: ends and half width. */
  readonly segments: { readonly from: Point; readonly to: Point; readonly halfM: number }[];
  readonly segmentGrid: Grid;
  readonly houses: House[];
  readonly houseGrid: Grid;
}

/** A rectangle: its middle, a unit vector along its front, half of its front and of its depth. */
interface House {
  readonly middle: Point;
  readonly along: Point;
  readonly halfFrontM: number;
  readonly halfDepthM: number;
}

/** On the market square, its choir to the east. */
const church: House = { middle: { x: 0, y: 4 }, along: { x: 1, y: 0 }, halfFrontM: 15, halfDepthM: 7 };
const churchHeightM = 32;

/** Lines the streets with houses, none on a road, on another, in a park or in the water. */
export function buildHouses(
  plan: TownPlan,
  land: Land,
  main: MainRoads,
  joined: JoinedRoads,
  ground: GrowingGround,
): void {
  const site: Site = {
    plan,
    land,
    main,
    joined,
    ground,
    segments: [],
    segmentGrid: startGrid(60),
    houses: [],
    houseGrid: startGrid(60),
  };
  for (const { road, nodes } of joined.roads) indexRoad(site, road, nodes);
  addHouse(site, church, churchHeightM, BuildingUse.neither);
  // Main streets take the best plots.
  const order = joined.roads
    .map((_, row) => row)
    .sort((a, b) => joined.roads[a].road.roadClass - joined.roads[b].road.roadClass || a - b);
  for (const row of order) {
    const { road, nodes } = joined.roads[row];
    if (road.roadClass === RoadClass.trunk || nodes.length < 2) continue;
    for (const side of [1, -1]) lineStreet(site, road, nodes, side, false, Feature.building + 4 * row + 1 + side);
  }
  // Then the yards behind the houses of the town, where there is room.
  for (const row of order) {
    const { road, nodes } = joined.roads[row];
    if (road.roadClass === RoadClass.trunk || nodes.length < 2) continue;
    for (const side of [1, -1]) lineStreet(site, road, nodes, side, true, Feature.building + 4 * row + 2 + side);
  }
}

function indexRoad({ joined, segments, segmentGrid }: Site, road: TownRoad, nodes: readonly number[]): void {
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    const from = { x: joined.nodeX[a], y: joined.nodeY[a] };
    const to = { x: joined.nodeX[b], y: joined.nodeY[b] };
    addBox(
      segmentGrid,
      segments.length,
      Math.min(from.x, to.x),
      Math.min(from.y, to.y),
      Math.max(from.x, to.x),
      Math.max(from.y, to.y),
    );
    segments.push({ from, to, halfM: road.laneCount * 3.2 });
  }
}

/**
 * One side of a street, from corner to corner.
 * @param side 1 = right of its direction, −1 = left
 * @param inYards the second row, behind the houses along the street
 */
function lineStreet(
  site: Site,
  road: TownRoad,
  nodes: readonly number[],
  side: number,
  inYards: boolean,
  feature: number,
): void {
  const { joined, plan } = site;
  let when = 0;
  const between = ([low, high]: readonly [number, number]) =>
    low + (high - low) * draw(plan.seed, feature, Decision.cityBuilding, when++);
  let atM = cornerM;
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    const [dx, dy] = [joined.nodeX[b] - joined.nodeX[a], joined.nodeY[b] - joined.nodeY[a]];
    const segmentM = length(dx, dy);
    const along = { x: dx / segmentM, y: dy / segmentM };
    while (atM < segmentM) {
      const foot = { x: joined.nodeX[a] + along.x * atM, y: joined.nodeY[a] + along.y * atM };
      const style = styleAt(site, road, foot);
      if (inYards && style.yardM === null) {
        atM += 10;
        continue;
      }
      const frontM = between(style.frontM);
      const depthM = between(style.depthM);
      const outM = road.laneCount * 3.2 + between(style.setbackM) + depthM / 2 + (inYards ? (style.yardM ?? 0) : 0);
      const middle = {
        x: foot.x + along.x * (frontM / 2) + side * along.y * outM,
        y: foot.y + along.y * (frontM / 2) - side * along.x * outM,
      };
      const house = { middle, along, halfFrontM: frontM / 2, halfDepthM: depthM / 2 };
      const heightM =
        draw(plan.seed, feature, Decision.cityBuilding, when++) < style.talls.share
          ? between([style.heightM[1], style.talls.heightM])
          : between(style.heightM);
      const use = style.uses[Math.floor(between([0, style.uses.length]))];
      const stands = isFree(site, house);
      if (stands) addHouse(site, house, heightM, use);
      // A plot that is taken is tried again a little farther on.
      atM += stands ? frontM + between(style.gapM) : 4;
    }
    atM -= segmentM;
  }
}

function styleAt({ plan, land, main }: Site, { roadClass }: TownRoad, place: Point): HouseStyle {
  if (isInside(land.industry, place)) return works;
  if (isInside(main.ring, place)) return oldTown;
  if (roadClass <= RoadClass.secondary) return mainStreet;
  return length(place.x, place.y) < plan.oldTownRadiusM * 2 ? innerTown : suburb;
}

function addHouse({ ground, houses, houseGrid }: Site, house: House, heightM: number, use: BuildingUse): void {
  const corners = cornersOf(house);
  const [x, y] = [corners.map((corner) => corner.x), corners.map((corner) => corner.y)];
  addBuilding(ground, x, y, Math.round(heightM * 2) / 2, use);
  addBox(houseGrid, houses.length, Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y));
  houses.push(house);
}

function cornersOf(house: House): Point[] {
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([u, v]) => placeIn(house, u, v));
}

/** A place in a house: −1 … 1 along its front and through its depth. */
function placeIn({ middle, along, halfFrontM, halfDepthM }: House, u: number, v: number): Point {
  return {
    x: middle.x + u * halfFrontM * along.x - v * halfDepthM * along.y,
    y: middle.y + u * halfFrontM * along.y + v * halfDepthM * along.x,
  };
}

function isFree(site: Site, house: House): boolean {
  const { plan, land, main } = site;
  if (!isInside(main.bypass, house.middle) || isPark(land, house.middle)) return false;
  if (length(house.middle.x, house.middle.y) < marketRadiusM) return false;
  const corners = cornersOf(house);
  if (corners.some(({ x, y }) => bankDistanceM(plan, x, y) < bankM)) return false;
  return keepsOffRoads(site, house) && keepsOffHouses(site, house, corners);
}

/** Roads are wider than the distance between the points that are looked at. */
const sampleM = 5;

function keepsOffRoads({ segments, segmentGrid }: Site, house: House): boolean {
  const reachM = length(house.halfFrontM, house.halfDepthM) + pavementM;
  const near = [...new Set(rowsAround(segmentGrid, house.middle.x, house.middle.y, 1))].filter((row) => {
    const { from, to, halfM } = segments[row];
    return distanceTo(house.middle, from, to) < reachM + halfM;
  });
  if (near.length === 0) return true;
  const acrossCount = Math.ceil((2 * house.halfFrontM) / sampleM);
  const deepCount = Math.ceil((2 * house.halfDepthM) / sampleM);
  for (let across = 0; across <= acrossCount; across++) {
    for (let deep = 0; deep <= deepCount; deep++) {
      const place = placeIn(house, (2 * across) / acrossCount - 1, (2 * deep) / deepCount - 1);
      for (const row of near) {
        const { from, to, halfM } = segments[row];
        if (distanceTo(place, from, to) < halfM + pavementM) return false;
      }
    }
  }
  return true;
}

function distanceTo({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy)));
  return length(x - from.x - along * dx, y - from.y - along * dy);
}

function keepsOffHouses({ houses, houseGrid }: Site, house: House, corners: readonly Point[]): boolean {
  for (const row of new Set(rowsAround(houseGrid, house.middle.x, house.middle.y, 1))) {
    const other = houses[row];
    const reachM = house.halfFrontM + house.halfDepthM + other.halfFrontM + other.halfDepthM;
    if (length(other.middle.x - house.middle.x, other.middle.y - house.middle.y) > reachM) continue;
    if (overlap(house, corners, other, cornersOf(other))) return false;
  }
  return true;
}

/** Separating axes of two rectangles. Neighbours may touch. */
function overlap(a: House, cornersA: readonly Point[], b: House, cornersB: readonly Point[]): boolean {
  const axes = [a.along, { x: -a.along.y, y: a.along.x }, b.along, { x: -b.along.y, y: b.along.x }];
  return axes.every((axis) => {
    const [firstA, lastA] = extent(cornersA, axis);
    const [firstB, lastB] = extent(cornersB, axis);
    return firstA < lastB - 0.01 && firstB < lastA - 0.01;
  });
}

function extent(corners: readonly Point[], axis: Point): readonly [number, number] {
  const along = corners.map(({ x, y }) => x * axis.x + y * axis.y);
  return [Math.min(...along), Math.max(...along)];
}
