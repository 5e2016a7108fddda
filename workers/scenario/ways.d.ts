import { type City } from "../../common/city";
/** Finds the fastest way on empty roads through edges in order; undefined where there is none. */
export type FindWay = (places: ArrayLike<number>, classes: number) => number[] | undefined;
/**
 * Ways by free-flow times, as SUMO finds them for trips: the time along an edge is its length over its limit.
 * Each pair is looked for once. @see Dijkstra 1959
 */
export declare function freeFlowWays(city: City): FindWay;
