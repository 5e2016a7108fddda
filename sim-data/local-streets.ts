import { Decision } from "../common/draw";
import { addBox, someAround, startGrid, type Grid } from "../workers/city/geometry/grid";
import { lengthOf, type Point, type Polyline } from "../workers/city/geometry/polyline";
import { cos, length, sin } from "../workers/kernel/maths";
import type { DirectionField } from "./direction-field";
import type { TownRoad } from "./main-roads";
import { drawBetween } from "./noise";
import { Feature, type TownPlan } from "./town-plan";

const stepM = 12;
/** A street ends where it comes nearer to a neighbour than this share of the spacing. */
const endingShare = 0.55;
/** Shorter streets than this share of the spacing are none. */
const shortestShare = 0.8;
/** cos 41°: roads that run nearer to parallel must not come near. */
const parallelCosine = 0.75;

/** Where streets are laid, and how far apart. */
export interface StreetRules {
  /** Streets keep so far from their neighbours at a place, m. */
  readonly spacingAt: (place: Point) => number;
  /** The largest of them. */
  readonly spacingMaxM: number;
  /** Whether a street may lead over a place. */
  readonly mayLie: (place: Point) => boolean;
  /** Streets start from a jittered raster of so many metres, out to `reachM`. */
  readonly rasterM: number;
  readonly reachM: number;
  readonly classify: (line: Polyline) => TownRoad;
}

/**
 * Streets between the roads that are there: lines along the direction field, evenly apart, first one family, then the
 * other.
 * @see Jobard, Lefer, "Creating Evenly-Spaced Streamlines of Arbitrary Density", 1997
 */
export function layStreets(
  plan: TownPlan,
  field: DirectionField,
  roads: readonly TownRoad[],
  rules: StreetRules,
): TownRoad[] {
  const ground: BuildableGround = { plan, field, rules, families: [startFamily(rules), startFamily(rules)] };
  for (const { line } of roads) for (const family of ground.families) addLine(family, line);
  const streets: Polyline[] = [];
  // Old town first: suburbs adapt to it, not it to them.
  for (const seed of seedPlaces(plan, rules)) {
    for (const turned of [0, 1] as const) {
      const line = growStreet(ground, seed, turned);
      if (line === null) continue;
      addLine(ground.families[turned], line);
      streets.push(line);
    }
  }
  return streets.map(rules.classify);
}

interface BuildableGround {
  readonly plan: TownPlan;
  readonly field: DirectionField;
  readonly rules: StreetRules;
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

const startFamily = ({ spacingMaxM }: StreetRules): Family => ({
  grid: startGrid(spacingMaxM),
  x: [],
  y: [],
  towardsX: [],
  towardsY: [],
});

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
function seedPlaces({ seed, oldTownRadiusM }: TownPlan, { rasterM, reachM, mayLie }: StreetRules): Point[] {
  const places: Point[] = [];
  const reach = Math.ceil(reachM / rasterM);
  for (let row = -reach; row <= reach; row++) {
    for (let column = -reach; column <= reach; column++) {
      const when = (row + 500) * 1000 + column + 500;
      const x = rasterM * (column + drawBetween(seed, Feature.seed, Decision.cityShape, when, -0.4, 0.4));
      const y = rasterM * (row + drawBetween(seed, Feature.seed + 1, Decision.cityShape, when, -0.4, 0.4));
      if (mayLie({ x, y })) places.push({ x, y });
    }
  }
  const rank = ({ x, y }: Point) => Math.floor(length(x, y) / oldTownRadiusM);
  return places
    .map((place, row) => ({ place, row }))
    .sort((a, b) => rank(a.place) - rank(b.place) || a.row - b.row)
    .map(({ place }) => place);
}

/** Distance to the nearest line of a family that runs about parallel, m; at most one spacing is looked at. */
function parallelDistance(family: Family, { x, y }: Point, towards: Point, reachM: number): number {
  let nearest = reachM;
  someAround(family.grid, x, y, 1, (row) => {
    const distanceM = length(family.x[row] - x, family.y[row] - y);
    if (distanceM >= nearest) return false;
    const cosine = family.towardsX[row] * towards.x + family.towardsY[row] * towards.y;
    if (Math.abs(cosine) > parallelCosine) nearest = distanceM;
    return false;
  });
  return nearest;
}

/** A street through a place, in both directions; null where it would be too near to another or too short. */
function growStreet(ground: BuildableGround, place: Point, turned: 0 | 1): Polyline | null {
  const spacingM = ground.rules.spacingAt(place);
  const towards = directionAt(ground, place, turned);
  if (parallelDistance(ground.families[turned], place, towards, spacingM) < spacingM) return null;
  const ahead = trace(ground, [place], towards, turned);
  const behind = trace(ground, [...ahead].reverse().concat(place), { x: -towards.x, y: -towards.y }, turned);
  const points = [...behind.reverse(), place, ...ahead];
  const line = { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
  return points.length > 2 && lengthOf(line) >= shortestShare * spacingM ? line : null;
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
  const { mayLie, spacingAt } = ground.rules;
  const longest = (2 * ground.plan.bypassRadiusM) / stepM;
  while (points.length < longest) {
    const here = follow(at);
    const middle = follow({ x: at.x + (here.x * stepM) / 2, y: at.y + (here.y * stepM) / 2 });
    const next = { x: at.x + middle.x * stepM, y: at.y + middle.y * stepM };
    // A field turns slowly except where its sources cancel out; no street goes there.
    if (middle.x * towards.x + middle.y * towards.y < 0.8 || !mayLie(next)) break;
    const endingM = endingShare * spacingAt(next);
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
