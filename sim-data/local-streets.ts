import { RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import { addBox, rowsAround, startGrid, type Grid } from "../workers/city/geometry/grid";
import { lengthOf, type Point, type Polyline } from "../workers/city/geometry/polyline";
import { cos, length, sin } from "../workers/kernel/maths";
import type { DirectionField } from "./direction-field";
import type { MainRoads, TownRoad } from "./main-roads";
import { drawBetween } from "./noise";
import { bankDistanceM, Feature, isInside, type TownPlan } from "./town-plan";

/** Streets keep so far from their neighbours, m. */
const oldTownSpacingM = 66;
const suburbSpacingM = 118;
const stepM = 12;
/** A street ends where it comes nearer to a neighbour than this share of the spacing. */
const endingShare = 0.55;
const shortestM = 95;
/** Streets of at least this length collect the traffic of others. */
const collectorM = 700;
const bankM = 28;
/** Streets keep inside of the bypass by this share of its radius: nothing but arterials opens onto it. */
const insideBypass = 0.95;
const marketM = 52;
/** cos 41°: roads that run nearer to parallel must not come near. */
const parallelCosine = 0.75;

/**
 * Streets between the main roads: lines along the direction field, evenly apart, first one family, then the other.
 * @param isTaken places where no street leads, such as parks
 * @see Jobard, Lefer, "Creating Evenly-Spaced Streamlines of Arbitrary Density", 1997
 */
export function layLocalStreets(
  plan: TownPlan,
  field: DirectionField,
  main: MainRoads,
  isTaken: (place: Point) => boolean,
): TownRoad[] {
  const ground: BuildableGround = { plan, field, main, isTaken, families: [startFamily(), startFamily()] };
  for (const { line } of main.roads) for (const family of ground.families) addLine(family, line);
  const streets: Polyline[] = [];
  // Old town first: suburbs adapt to it, not it to them.
  for (const seed of seedPlaces(plan)) {
    for (const turned of [0, 1] as const) {
      const line = growStreet(ground, seed, turned);
      if (line === null) continue;
      addLine(ground.families[turned], line);
      streets.push(line);
    }
  }
  return streets.map((line) => classify(main, line));
}

interface BuildableGround {
  readonly plan: TownPlan;
  readonly field: DirectionField;
  readonly main: MainRoads;
  readonly isTaken: (place: Point) => boolean;
  /** Streets of the one direction and of the other; main roads are in both. */
  readonly families: readonly [Family, Family];
}

/** Points of lines with their directions, found by place. */
interface Family {
  readonly grid: Grid;
  readonly x: number[];
  readonly y: number[];
  readonly towardsX: number[];
  readonly towardsY: number[];
}

const startFamily = (): Family => ({ grid: startGrid(suburbSpacingM), x: [], y: [], towardsX: [], towardsY: [] });

function addLine(family: Family, { x, y }: Polyline): void {
  for (let index = 1; index < x.length; index++) {
    const [dx, dy] = [x[index] - x[index - 1], y[index] - y[index - 1]];
    const segmentM = length(dx, dy);
    const pieces = Math.max(1, Math.ceil(segmentM / stepM));
    for (let piece = 0; piece < pieces; piece++) {
      const [px, py] = [x[index - 1] + (dx * piece) / pieces, y[index - 1] + (dy * piece) / pieces];
      addBox(family.grid, family.x.length, px, py, px, py);
      family.x.push(px);
      family.y.push(py);
      family.towardsX.push(dx / segmentM);
      family.towardsY.push(dy / segmentM);
    }
  }
}

/** Where streets may start: a jittered raster, from the market outwards. */
function seedPlaces({ seed, bypassRadiusM, oldTownRadiusM }: TownPlan): Point[] {
  const places: Point[] = [];
  const rasterM = 45;
  const reach = Math.ceil(bypassRadiusM / rasterM);
  for (let row = -reach; row <= reach; row++) {
    for (let column = -reach; column <= reach; column++) {
      const when = (row + 500) * 1000 + column + 500;
      const x = rasterM * (column + drawBetween(seed, Feature.seed, Decision.cityShape, when, -0.4, 0.4));
      const y = rasterM * (row + drawBetween(seed, Feature.seed + 1, Decision.cityShape, when, -0.4, 0.4));
      places.push({ x, y });
    }
  }
  const rank = ({ x, y }: Point) => Math.floor(length(x, y) / oldTownRadiusM);
  return places
    .map((place, row) => ({ place, row }))
    .sort((a, b) => rank(a.place) - rank(b.place) || a.row - b.row)
    .map(({ place }) => place);
}

const spacingAt = ({ main }: BuildableGround, place: Point): number =>
  isInside(main.ring, place) ? oldTownSpacingM : suburbSpacingM;

function isBuildable({ plan, main, isTaken }: BuildableGround, place: Point): boolean {
  const inner = { x: place.x / insideBypass, y: place.y / insideBypass };
  const isMarket = length(place.x, place.y) < marketM;
  return !isMarket && bankDistanceM(plan, place.x, place.y) > bankM && isInside(main.bypass, inner) && !isTaken(place);
}

/** Distance to the nearest line of a family that runs about parallel, m; at most one spacing is looked at. */
function parallelDistance(family: Family, { x, y }: Point, towards: Point, reachM: number): number {
  let nearest = reachM;
  for (const row of rowsAround(family.grid, x, y, 1)) {
    const distanceM = length(family.x[row] - x, family.y[row] - y);
    if (distanceM >= nearest) continue;
    const cosine = family.towardsX[row] * towards.x + family.towardsY[row] * towards.y;
    if (Math.abs(cosine) > parallelCosine) nearest = distanceM;
  }
  return nearest;
}

/** A street through a place, in both directions; null where it would be too near to another or too short. */
function growStreet(ground: BuildableGround, place: Point, turned: 0 | 1): Polyline | null {
  if (!isBuildable(ground, place)) return null;
  const spacingM = spacingAt(ground, place);
  const towards = directionAt(ground, place, turned);
  if (parallelDistance(ground.families[turned], place, towards, spacingM) < spacingM) return null;
  const ahead = trace(ground, [place], towards, turned);
  const behind = trace(ground, [...ahead].reverse().concat(place), { x: -towards.x, y: -towards.y }, turned);
  const points = [...behind.reverse(), place, ...ahead];
  const line = { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
  return points.length > 2 && lengthOf(line) >= shortestM * (spacingM / suburbSpacingM) ? line : null;
}

function directionAt({ field }: BuildableGround, { x, y }: Point, turned: 0 | 1): Point {
  const angle = field.angleAt(x, y) + (turned * Math.PI) / 2;
  return { x: cos(angle), y: sin(angle) };
}

/**
 * Follows the field, by the midpoint rule, until something is in the way: another street, water, or the street itself
 * where it would close to a circle.
 * @param before what is there of the street already; it goes on from the last of it
 */
function trace(ground: BuildableGround, before: readonly Point[], heading: Point, turned: 0 | 1): Point[] {
  const points: Point[] = [];
  let [at, towards] = [before[before.length - 1], heading];
  const follow = (place: Point): Point => {
    const found = directionAt(ground, place, turned);
    return found.x * towards.x + found.y * towards.y < 0 ? { x: -found.x, y: -found.y } : found;
  };
  const longest = (2 * ground.plan.bypassRadiusM) / stepM;
  while (points.length < longest) {
    const here = follow(at);
    const middle = follow({ x: at.x + (here.x * stepM) / 2, y: at.y + (here.y * stepM) / 2 });
    const next = { x: at.x + middle.x * stepM, y: at.y + middle.y * stepM };
    // A field turns slowly except where its sources cancel out; no street goes there.
    if (middle.x * towards.x + middle.y * towards.y < 0.8 || !isBuildable(ground, next)) break;
    const endingM = endingShare * spacingAt(ground, next);
    if (parallelDistance(ground.families[turned], next, middle, endingM) < endingM) break;
    if (meetsItself(before, points, next, endingM)) break;
    points.push(next);
    [at, towards] = [next, middle];
  }
  return points;
}

/** Whether a street comes back to an earlier part of itself: to all but its last steps. */
function meetsItself(before: readonly Point[], points: readonly Point[], next: Point, withinM: number): boolean {
  const recent = Math.ceil((withinM * 2) / stepM);
  const isNear = ({ x, y }: Point) => length(x - next.x, y - next.y) < withinM;
  const earlier = before.length + points.length - recent;
  for (let index = 0; index < earlier; index++) {
    if (isNear(index < before.length ? before[index] : points[index - before.length])) return true;
  }
  return false;
}

function classify(main: MainRoads, line: Polyline): TownRoad {
  const middle = { x: line.x[line.x.length >> 1], y: line.y[line.y.length >> 1] };
  if (isInside(main.ring, middle)) {
    return { line, roadClass: RoadClass.residential, laneCount: 1, speedKmh: 30, naming: "lane" };
  }
  const collects = lengthOf(line) >= collectorM;
  const roadClass = collects ? RoadClass.tertiary : RoadClass.residential;
  return { line, roadClass, laneCount: 1, speedKmh: collects ? 50 : 30, naming: "street" };
}
