import type { Stops } from "./sumo-demand";

/** SUMO's `index` of a stop: its place in the vehicle's list, from 0 on, behind all before it, or where its way passes it. */
export const StopIndex = { end: -1, fit: -2 } as const;

interface Placed {
  readonly row: number;
  /** Which edge of the way. */
  readonly at: number;
}

/**
 * Puts stops in the order in which they are made, as SUMO's vehicles list them.
 * @param rows stops as the files state them, those of the route first
 * @param edges the way
 * @returns those that lie ahead when their turn comes, and those that do not
 * @see https://sumo.dlr.de/docs/Definition_of_Vehicles,_Vehicle_Types,_and_Routes.html#stops
 */
export function orderStops(
  { lane, endM, index }: Pick<Stops, "lane" | "endM" | "index">,
  rows: readonly number[],
  edges: ArrayLike<number>,
  edgeOfLane: (lane: number) => number,
): { readonly rows: readonly number[]; readonly missed: readonly number[] } {
  const placed: Placed[] = [];
  const missed: number[] = [];
  const isBehind = (stop: Placed, other: Placed) =>
    stop.at < other.at || (stop.at === other.at && endM[stop.row] < endM[other.row]);
  for (const row of rows) {
    const edge = edgeOfLane(lane[row]);
    const isFit = index[row] === StopIndex.fit;
    let place = index[row] >= 0 ? Math.min(index[row], placed.length) : placed.length;
    let stop = { row, at: indexFrom(edges, edge, 0) };
    while (isFit && place > 0 && !isBehind(placed[place - 1], stop)) place--;
    const before = place === 0 ? undefined : placed[place - 1];
    if (!isFit && before !== undefined) {
      stop = { row, at: before.at };
      const isPassed = edges[before.at] !== edge || isBehind(stop, before);
      if (isPassed) stop = { row, at: indexFrom(edges, edge, before.at + 1) };
    }
    const after = placed.length === place ? undefined : placed[place];
    if (stop.at < 0 || (after !== undefined && isBehind(after, stop))) missed.push(row);
    else if (after === undefined) placed.push(stop);
    else placed.splice(place, 0, stop);
  }
  return { rows: placed.map(({ row }) => row), missed };
}

function indexFrom(edges: ArrayLike<number>, edge: number, from: number): number {
  for (let at = from; at < edges.length; at++) if (edges[at] === edge) return at;
  return -1;
}
