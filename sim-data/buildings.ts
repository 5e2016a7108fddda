import { ParkingKind, RoadClass } from "../common/city";
import { Decision, draw } from "../common/draw";
import { addBox, someAround, startGrid, type Grid } from "../workers/city/geometry/grid";
import type { Point } from "../workers/city/geometry/polyline";
import { addBuilding, BuildingUse, type GrowingGround } from "../workers/city/ground";
import type { CarPark } from "../workers/city/parking/car-parks";
import { length } from "../workers/kernel/maths";
import type { HouseStyle } from "./house-styles";
import { marketRadiusM, type TownRoad } from "./main-roads";
import type { JoinedRoads } from "./road-joining";
import { bankDistanceM, Feature, type TownPlan } from "./town-plan";

/** Free space at corners of streets. */
const cornerM = 9;
/** From a house to any carriageway. */
const pavementM = 1.8;
/** From a house to the water. */
const bankM = 10;

/** What may stand where. */
export interface HouseRules {
  readonly styleAt: (road: TownRoad, place: Point) => HouseStyle;
  /** Whether a house may have its middle there, as far as the land goes. */
  readonly mayStand: (place: Point) => boolean;
}

interface Site {
  readonly plan: TownPlan;
  readonly rules: HouseRules;
  readonly joined: JoinedRoads;
  readonly ground: GrowingGround;
  /** Segments of all roads: ends and half width. */
  readonly segments: { readonly from: Point; readonly to: Point; readonly halfM: number }[];
  readonly segmentGrid: Grid;
  readonly houses: House[];
  readonly houseGrid: Grid;
  /** Spaces on the plots, for a few neighbouring houses together. */
  readonly plots: CarPark[];
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

/**
 * Lines the streets with houses, none on a road, on another, in a park or in the water.
 * @returns the private spaces on their plots
 */
export function buildHouses(plan: TownPlan, rules: HouseRules, joined: JoinedRoads, ground: GrowingGround): CarPark[] {
  const site: Site = {
    plan,
    rules,
    joined,
    ground,
    segments: [],
    segmentGrid: startGrid(60),
    houses: [],
    houseGrid: startGrid(60),
    plots: [],
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
  return site.plots;
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
  const neighbours = startNeighbours();
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    const [dx, dy] = [joined.nodeX[b] - joined.nodeX[a], joined.nodeY[b] - joined.nodeY[a]];
    const segmentM = length(dx, dy);
    const along = { x: dx / segmentM, y: dy / segmentM };
    while (atM < segmentM) {
      const foot = { x: joined.nodeX[a] + along.x * atM, y: joined.nodeY[a] + along.y * atM };
      const style = site.rules.styleAt(road, foot);
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
      if (stands) {
        addHouse(site, house, heightM, use);
        addSpaces(site, neighbours, middle, (frontM * depthM * storeysOf(heightM, use)) / style.floorPerSpaceM2);
      }
      // A plot that is taken is tried again a little farther on.
      atM += stands ? frontM + between(style.gapM) : 4;
    }
    atM -= segmentM;
  }
  endNeighbours(site, neighbours);
}

/** Houses beside each other whose spaces are counted together. */
interface Neighbours {
  houseCount: number;
  spaces: number;
  sumX: number;
  sumY: number;
  first: Point | null;
}

const startNeighbours = (): Neighbours => ({ houseCount: 0, spaces: 0, sumX: 0, sumY: 0, first: null });
/** A row for each house would tell no more and take several times the room. Beyond this reach they are neighbours no more, m. */
const neighbourReachM = 110;
const storeyM = 3;

/** Halls are high, but have one floor. */
const storeysOf = (heightM: number, use: BuildingUse): number =>
  use === BuildingUse.industry ? 1 : Math.max(1, Math.round(heightM / storeyM));

function addSpaces(site: Site, neighbours: Neighbours, house: Point, spaces: number): void {
  const { x, y } = house;
  const { first } = neighbours;
  if (first !== null && length(x - first.x, y - first.y) > neighbourReachM) endNeighbours(site, neighbours);
  neighbours.first ??= house;
  neighbours.houseCount++;
  neighbours.spaces += spaces;
  neighbours.sumX += x;
  neighbours.sumY += y;
}

function endNeighbours({ plots }: Site, neighbours: Neighbours): void {
  const { houseCount, spaces, sumX, sumY } = neighbours;
  const capacity = Math.round(spaces);
  if (capacity > 0) {
    plots.push({ x: sumX / houseCount, y: sumY / houseCount, capacity, kind: ParkingKind.private, name: "" });
  }
  Object.assign(neighbours, startNeighbours());
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
  const { plan, rules } = site;
  const { middle, along, halfFrontM, halfDepthM } = house;
  if (!rules.mayStand(middle) || length(middle.x, middle.y) < marketRadiusM) return false;
  const bankAtM = bankDistanceM(plan, middle.x, middle.y);
  if (bankAtM < bankM + halfDepthM * Math.abs(along.x) + halfFrontM * Math.abs(along.y)) return false;
  return keepsOffRoads(site, house) && keepsOffHouses(site, house);
}

function keepsOffRoads({ segments, segmentGrid }: Site, house: House): boolean {
  const { x, y } = house.middle;
  const ownM = house.halfFrontM + house.halfDepthM + 1;
  return !someAround(segmentGrid, x, y, 1, (row) => {
    const { from, to, halfM } = segments[row];
    // The house, grown by the margin, lies within so much of its middle.
    const farM = ownM + 2 * (halfM + pavementM);
    if ((from.x - x > farM && to.x - x > farM) || (x - from.x > farM && x - to.x > farM)) return false;
    if ((from.y - y > farM && to.y - y > farM) || (y - from.y > farM && y - to.y > farM)) return false;
    return reaches(house, from, to, halfM + pavementM);
  });
}

/** Whether a stretch comes nearer to a house than `marginM`: the house, grown by it, is cut (Liang and Barsky, 1984). */
function reaches({ middle, along, halfFrontM, halfDepthM }: House, from: Point, to: Point, marginM: number): boolean {
  const fx = from.x - middle.x;
  const fy = from.y - middle.y;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const u = fx * along.x + fy * along.y;
  const v = fy * along.x - fx * along.y;
  const du = dx * along.x + dy * along.y;
  const dv = dy * along.x - dx * along.y;
  const front = halfFrontM + marginM;
  const depth = halfDepthM + marginM;
  let first = 0;
  let last = 1;
  if (Math.abs(du) < 1e-9) {
    if (Math.abs(u) > front) return false;
  } else {
    const [a, b] = [(-front - u) / du, (front - u) / du];
    first = Math.max(first, Math.min(a, b));
    last = Math.min(last, Math.max(a, b));
  }
  if (Math.abs(dv) < 1e-9) return Math.abs(v) <= depth && first <= last;
  const [a, b] = [(-depth - v) / dv, (depth - v) / dv];
  return Math.max(first, Math.min(a, b)) <= Math.min(last, Math.max(a, b));
}

function keepsOffHouses({ houses, houseGrid }: Site, house: House): boolean {
  const { middle } = house;
  const ownM = house.halfFrontM + house.halfDepthM;
  return !someAround(houseGrid, middle.x, middle.y, 1, (row) => {
    const other = houses[row];
    const reachM = ownM + other.halfFrontM + other.halfDepthM;
    if (Math.abs(other.middle.x - middle.x) > reachM || Math.abs(other.middle.y - middle.y) > reachM) return false;
    return overlap(house, other);
  });
}

/** Separating axes of two rectangles. Neighbours may touch. */
function overlap(a: House, b: House): boolean {
  const [dx, dy] = [b.middle.x - a.middle.x, b.middle.y - a.middle.y];
  const cosine = Math.abs(a.along.x * b.along.x + a.along.y * b.along.y);
  const sine = Math.abs(a.along.x * b.along.y - a.along.y * b.along.x);
  return isNear(a, dx, dy, b, cosine, sine) && isNear(b, dx, dy, a, cosine, sine);
}

/** Whether two rectangles overlap as seen along both axes of the first. */
function isNear({ along, halfFrontM, halfDepthM }: House, dx: number, dy: number, other: House, c: number, s: number) {
  const alongM = Math.abs(dx * along.x + dy * along.y);
  const acrossM = Math.abs(dy * along.x - dx * along.y);
  return (
    alongM < halfFrontM + other.halfFrontM * c + other.halfDepthM * s - 0.01 &&
    acrossM < halfDepthM + other.halfFrontM * s + other.halfDepthM * c - 0.01
  );
}
