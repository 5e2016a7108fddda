import { length } from "../../kernel/maths";
import { pop, push, startQueue } from "../geometry/priority-queue";
import type { Place } from "../ground";
import type { Network } from "../network/network";
import { nameByCompass } from "./compass";

/** Compact parts of a city, each connected by its own roads. */
export interface Districts {
  /** District of each edge; both directions of a road have the same. */
  readonly ofEdge: Uint16Array<ArrayBuffer>;
  readonly names: readonly string[];
}

const fewest = 6;
const most = 26;
/** Places nearer to each other than this share of the city's radius are one district. */
const nearestShare = 0.15;
/** Rounds of moving centres that no place fixes to the middle of their district. */
const rounds = 8;

/**
 * Districts around the places of the map, filled up with centres spread over the rest (farthest first, then moved to the
 * middle of what is nearest to them: Lloyd's algorithm); borders halve the way by road between centres.
 * @param weight residents and jobs along each edge: where nobody is, no district begins
 */
export function findDistricts(network: Network, places: readonly Place[], weight: (edge: number) => number): Districts {
  const points = weighJunctions(network, weight);
  const wanted = Math.min(most, Math.max(fewest, Math.round(Math.sqrt(network.edges.length) / 3)), points.length);
  const named = placesOfDistricts(points, places, wanted);
  const centres: Centre[] = named.map((place) => ({ ...place }));
  while (centres.length < wanted) centres.push({ ...farthestPoint(points, centres), name: null });
  for (let round = 0; round < rounds; round++) moveCentres(points, centres);
  const nearest = centres.map((centre) => nearestJunction(points, centre));
  const ofJunction = divide(network, nearest);
  const ofEdge = Uint16Array.from(network.edges, ({ fromJunction, toJunction }) => {
    // The junction nearer to its centre decides, so both directions agree.
    const [a, b] = [Math.min(fromJunction, toJunction), Math.max(fromJunction, toJunction)];
    return ofJunction.district[ofJunction.distanceM[b] < ofJunction.distanceM[a] ? b : a];
  });
  return { ofEdge, names: nameByCompass(centres, middleOf(points)) };
}

interface Point {
  readonly junction: number;
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** The middle of a district; without a name it may move. */
interface Centre {
  x: number;
  y: number;
  readonly name: string | null;
}

/** Junctions with half of the weight of their edges; all count a little, so that empty suburbs are somewhere. */
function weighJunctions({ edges, junctions }: Network, weight: (edge: number) => number): Point[] {
  const weights = new Float64Array(junctions.length);
  let total = 0;
  edges.forEach(({ fromJunction, toJunction }, edge) => {
    const half = weight(edge) / 2;
    weights[fromJunction] += half;
    weights[toJunction] += half;
    total += half * 2;
  });
  const floor = total > 0 ? total / junctions.length / 4 : 1;
  return junctions.map(({ x, y }, junction) => ({ junction, x, y, weight: weights[junction] + floor }));
}

function middleOf(points: readonly Point[]): { readonly x: number; readonly y: number; readonly radiusM: number } {
  let [sum, sumX, sumY, sumSquares] = [0, 0, 0, 0];
  for (const { x, y, weight } of points) {
    sum += weight;
    sumX += weight * x;
    sumY += weight * y;
  }
  const [x, y] = [sumX / sum, sumY / sum];
  for (const point of points)
    sumSquares += point.weight * ((point.x - x) * (point.x - x) + (point.y - y) * (point.y - y));
  return { x, y, radiusM: Math.sqrt(sumSquares / sum) };
}

/** Places within the city, larger first, apart from each other. */
function placesOfDistricts(points: readonly Point[], places: readonly Place[], wanted: number): Centre[] {
  const { radiusM } = middleOf(points);
  const kept: Centre[] = [];
  const inside = places.filter((place) =>
    points.some(({ x, y }) => length(place.x - x, place.y - y) < radiusM * nearestShare),
  );
  for (const { name, x, y } of [...inside].sort((a, b) => a.rank - b.rank)) {
    const isApart = kept.every((other) => length(other.x - x, other.y - y) > 2 * radiusM * nearestShare);
    if (kept.length < wanted && isApart && !kept.some((other) => other.name === name)) kept.push({ x, y, name });
  }
  return kept;
}

/** The point whose weight lies farthest from all centres; the heaviest one when there is no centre yet. */
function farthestPoint(points: readonly Point[], centres: readonly Centre[]): { x: number; y: number } {
  let [best, bestWorth] = [points[0], -1];
  for (const point of points) {
    let nearestM = centres.length === 0 ? 1 : Infinity;
    for (const { x, y } of centres) nearestM = Math.min(nearestM, length(point.x - x, point.y - y));
    const worth = nearestM * Math.sqrt(point.weight);
    if (worth > bestWorth) [best, bestWorth] = [point, worth];
  }
  return { x: best.x, y: best.y };
}

function moveCentres(points: readonly Point[], centres: Centre[]): void {
  const sums = centres.map(() => ({ weight: 0, x: 0, y: 0 }));
  for (const { x, y, weight } of points) {
    let [nearest, nearestM] = [0, Infinity];
    centres.forEach((centre, row) => {
      const distanceM = length(centre.x - x, centre.y - y);
      if (distanceM < nearestM) [nearest, nearestM] = [row, distanceM];
    });
    sums[nearest].weight += weight;
    sums[nearest].x += weight * x;
    sums[nearest].y += weight * y;
  }
  centres.forEach((centre, row) => {
    const sum = sums[row];
    if (centre.name !== null || sum.weight === 0) return;
    [centre.x, centre.y] = [sum.x / sum.weight, sum.y / sum.weight];
  });
}

function nearestJunction(points: readonly Point[], centre: Centre): number {
  let [best, bestM] = [0, Infinity];
  for (const { junction, x, y } of points) {
    const distanceM = length(centre.x - x, centre.y - y);
    if (distanceM < bestM) [best, bestM] = [junction, distanceM];
  }
  return best;
}

interface Division {
  readonly district: Uint16Array;
  readonly distanceM: Float64Array;
}

/** Each junction to the centre that is nearest by road, in either direction of it. */
function divide({ edges, junctions }: Network, centres: readonly number[]): Division {
  const edgesAt: number[][] = junctions.map(() => []);
  edges.forEach(({ fromJunction, toJunction }, edge) => {
    edgesAt[fromJunction].push(edge);
    edgesAt[toJunction].push(edge);
  });
  const district = new Uint16Array(junctions.length);
  const distanceM = new Float64Array(junctions.length).fill(Infinity);
  const queue = startQueue();
  centres.forEach((junction, row) => {
    if (distanceM[junction] === 0) return;
    [district[junction], distanceM[junction]] = [row, 0];
    push(queue, junction, 0);
  });
  for (let at = pop(queue); at !== undefined; at = pop(queue)) {
    if (at.cost > distanceM[at.row]) continue;
    for (const edge of edgesAt[at.row]) {
      const { fromJunction, toJunction, lengthM } = edges[edge];
      const other = fromJunction === at.row ? toJunction : fromJunction;
      const cost = at.cost + lengthM;
      if (cost >= distanceM[other]) continue;
      [district[other], distanceM[other]] = [district[at.row], cost];
      push(queue, other, cost);
    }
  }
  return { district, distanceM };
}
