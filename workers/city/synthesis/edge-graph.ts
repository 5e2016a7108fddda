import { pop, push, startQueue } from "../geometry/priority-queue";
import type { Network } from "../network/network";

/** Which edges lead to which, in CSR form over predecessors, with free-flow times. */
export interface EdgeGraph {
  readonly beforeStart: Uint32Array;
  /** Edges that lead to each edge. */
  readonly before: Uint32Array;
  /** Seconds to drive an edge at its limit. */
  readonly timeS: Float64Array;
}

/** Crossing a junction costs this much beside the driving, s: drivers avoid turns, and so do their routes. */
const junctionS = 4;

export function edgeGraph({ edges, connections }: Network): EdgeGraph {
  const pairs = new Set<number>();
  for (const { fromEdge, toEdge } of connections) pairs.add(toEdge * edges.length + fromEdge);
  const sorted = Float64Array.from(pairs).sort();
  const beforeStart = new Uint32Array(edges.length + 1);
  const before = new Uint32Array(sorted.length);
  sorted.forEach((pair, row) => {
    before[row] = pair % edges.length;
    beforeStart[Math.floor(pair / edges.length) + 1]++;
  });
  for (let edge = 0; edge < edges.length; edge++) beforeStart[edge + 1] += beforeStart[edge];
  const timeS = Float64Array.from(edges, ({ lengthM, carriageway }) => lengthM / carriageway.speedMps + junctionS);
  return { beforeStart, before, timeS };
}

/** Fastest ways to one destination. */
export interface FastestTree {
  /** The edge that follows each edge; -1 at the destination and where no way leads there. */
  readonly next: Int32Array;
  /** Edges from which a way leads there, nearest first. */
  readonly settled: readonly number[];
}

/** Fixed-weight Dijkstra from the destination backwards. */
export function fastestTree({ beforeStart, before, timeS }: EdgeGraph, destination: number): FastestTree {
  const next = new Int32Array(timeS.length).fill(-1);
  const costS = new Float64Array(timeS.length).fill(Infinity);
  costS[destination] = 0;
  const settled: number[] = [];
  const queue = startQueue();
  push(queue, destination, 0);
  for (let at = pop(queue); at !== undefined; at = pop(queue)) {
    if (at.cost > costS[at.row]) continue;
    settled.push(at.row);
    for (let row = beforeStart[at.row]; row < beforeStart[at.row + 1]; row++) {
      const edge = before[row];
      const cost = at.cost + timeS[edge];
      if (cost >= costS[edge]) continue;
      costS[edge] = cost;
      next[edge] = at.row;
      push(queue, edge, cost);
    }
  }
  return { next, settled };
}
