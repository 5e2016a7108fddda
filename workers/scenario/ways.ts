import { edgeCountOf, edgeLaneCountOf, edgeOfLanes, type City } from "../../common/city";
import { pop, push, startQueue } from "../city/geometry/priority-queue";

/** Finds the fastest way on empty roads through edges in order; undefined where there is none. */
export type FindWay = (places: ArrayLike<number>, classes: number) => number[] | undefined;

/**
 * Ways by free-flow times, as SUMO finds them for trips: the time along an edge is its length over its limit.
 * Each pair is looked for once. @see Dijkstra 1959
 */
export function freeFlowWays(city: City): FindWay {
  const known = new Map<string, number[] | undefined>();
  return (places, classes) => {
    const way = [places[0]];
    for (let at = 1; at < places.length; at++) {
      const key = `${places[at - 1]} ${places[at]} ${classes}`;
      if (!known.has(key)) known.set(key, fastestWay(city, places[at - 1], places[at], classes));
      const part = known.get(key);
      if (part === undefined) return undefined;
      for (const edge of part.slice(1)) way.push(edge);
    }
    return way;
  };
}

function fastestWay(city: City, from: number, to: number, classes: number): number[] | undefined {
  const { edgeLaneStart, laneLengthM, laneSpeedMps } = city.columns;
  const timeS = (edge: number) => laneLengthM[edgeLaneStart[edge]] / Math.max(0.1, laneSpeedMps[edgeLaneStart[edge]]);
  const successors = successorsFor(city, classes);
  const cost = new Float64Array(edgeCountOf(city)).fill(Infinity);
  const before = new Int32Array(edgeCountOf(city)).fill(-1);
  // Of edges of equal cost the one that was found first is left first.
  const found: number[] = [];
  const rank = new Int32Array(edgeCountOf(city)).fill(-1);
  const open = startQueue();
  const offer = (edge: number, costS: number) => {
    cost[edge] = costS;
    if (rank[edge] < 0) rank[edge] = found.push(edge) - 1;
    push(open, rank[edge], costS);
  };
  offer(from, 0);
  for (let nearest = pop(open); nearest !== undefined; nearest = pop(open)) {
    const edge = found[nearest.row];
    if (nearest.cost > cost[edge]) continue;
    if (edge === to) break;
    for (const next of successors[edge]) {
      const offered = cost[edge] + timeS(next);
      if (offered >= cost[next]) continue;
      before[next] = edge;
      offer(next, offered);
    }
  }
  if (cost[to] === Infinity) return undefined;
  const way = [to];
  for (let edge = to; edge !== from; edge = before[edge]) way.push(before[edge]);
  return way.reverse();
}

const successorCache = new WeakMap<City, Map<number, readonly (readonly number[])[]>>();

function successorsFor(city: City, classes: number): readonly (readonly number[])[] {
  const cache = successorCache.get(city) ?? new Map<number, readonly (readonly number[])[]>();
  successorCache.set(city, cache);
  const cached = cache.get(classes);
  if (cached !== undefined) return cached;
  const { connectionFromLane, connectionToLane, laneClasses } = city.columns;
  const laneEdge = edgeOfLanes(city);
  const edgeLanes = edgeLaneCountOf(city);
  const successors: number[][] = Array.from({ length: edgeCountOf(city) }, () => []);
  connectionFromLane.forEach((lane, connection) => {
    const target = connectionToLane[connection];
    const isOpen = [lane, target, edgeLanes + connection].every((row) => (laneClasses[row] & classes) !== 0);
    const list = successors[laneEdge[lane]];
    if (isOpen && !list.includes(laneEdge[target])) list.push(laneEdge[target]);
  });
  cache.set(classes, successors);
  return successors;
}
