import type { City } from "../../common/city";

/** What of a route, from an edge on, lies in the first roundabout that comes. */
export interface Circle {
  /** Junctions of the roundabout at which others come in or go out. */
  readonly forks: number;
  /** Edges of the route up to where it leaves the roundabout, this one included. */
  readonly edges: number;
  /** Length within the roundabout, m. */
  readonly withinM: number;
  /** Length up to the roundabout, m; 0 on it. */
  readonly aheadM: number;
}

export const noCircle: Circle = { forks: 0, edges: 0, withinM: 0, aheadM: 0 };

/** A roundabout further away does not count yet (LC2013 of SUMO), m. */
const lookAheadM = 300;
/**
 * LC2013 of SUMO lengthens the way of who goes on past an exit by that within the roundabout times 9, and times how much emptier the inner lane
 * is, from 0 to 1. It is not asked here how full lanes are: half of it.
 */
const lengthening = 4.5;

/**
 * Makes circles from the ends of routes backwards.
 * @returns of an edge, with `lengthM` to the start of the next one, and the next edge and its circle, the edge's circle
 */
export function growCircles(city: City): (edge: number, lengthM: number, next: number, after: Circle) => Circle {
  const { edgeFrom, edgeTo, edgeRoundabout, junctionX } = city.columns;
  const meeting = new Uint32Array(junctionX.length);
  for (const ends of [edgeFrom, edgeTo]) for (const junction of ends) meeting[junction]++;
  return (edge, lengthM, next, after) => {
    if (edgeRoundabout[edge] === 0)
      return after.edges === 0 ? noCircle : { ...after, edges: after.edges + 1, aheadM: after.aheadM + lengthM };
    const within = edgeRoundabout[next] === 1 ? after : noCircle;
    const forks = within.forks + (meeting[edgeTo[edge]] > 2 ? 1 : 0);
    return { forks, edges: within.edges + 1, withinM: within.withinM + lengthM, aheadM: 0 };
  };
}

/** How much further drivers reckon that they come on a lane, m, if it lasts as long as the roundabout: inner lanes would not be used otherwise. */
export function circleBonusM({ forks, withinM, aheadM }: Circle): number {
  return forks < 2 || aheadM > lookAheadM ? 0 : lengthening * withinM;
}
