import { draw } from "../../common/draw";
import { fc } from "../../test/support/properties";
import { describe, expect, test } from "vitest";
import { plainCity, type PlainEdge } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import type { Arena } from "../arena";
import { routeOf, TreeSet } from "./routing";

/** Shortest costs from the end of each edge to the destination by Bellman and Ford: slow, plain, and not ours to get wrong together. */
function bellmanFord(arena: Arena, set: number, destination: number): number[] {
  const { columns, counts } = arena;
  const target = columns.destinationEdge[destination];
  const cost = new Array<number>(counts.edges).fill(Infinity);
  cost[target] = 0;
  for (let round = 0; round < counts.edges; round++) {
    for (let edge = 0; edge < counts.edges; edge++) {
      for (let row = columns.edgePredecessorStart[edge]; row < columns.edgePredecessorStart[edge + 1]; row++) {
        const before = columns.predecessorEdge[row];
        if (before === target) continue;
        const offered = cost[edge] + columns.edgeWeightDs[set * counts.edges + edge] + columns.predecessorTurnDs[row];
        if (offered < cost[before]) cost[before] = offered;
      }
    }
  }
  return cost;
}

describe("destination trees", () => {
  test("have the costs of Bellman and Ford, and lead by them, on random networks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.integer(), (size, seed) => {
        let drawn = 0;
        const next = () => draw(seed, drawn++, 0, 0);
        const points = Array.from({ length: size }, () => [next() * 2000, next() * 2000] as const);
        const edges: PlainEdge[] = points.map((_, from) => ({ from, to: (from + 1) % size }));
        for (let extra = 0; extra < size * 2; extra++) {
          const [from, to] = [Math.floor(next() * size), Math.floor(next() * size)];
          if (from !== to) edges.push({ from, to, speedMps: 5 + next() * 20 });
        }
        const usable = edges.filter(({ from, to }) => {
          const [a, b] = [points[from] ?? [0, 0], points[to] ?? [0, 0]];
          return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) > 40;
        });
        fc.pre(usable.length >= 2);
        const trips = usable.slice(1).map((_, row) => ({ from: 0, to: row + 1, departS: 0 }));
        const { arena } = twinOf(plainCity({ points, edges: usable }), populationOf(trips));
        for (let destination = 0; destination < arena.counts.destinations; destination++) {
          arena.kernel.buildTree(TreeSet.usual, destination);
          const expected = bellmanFord(arena, TreeSet.usual, destination);
          const ours = expected.map((_, edge) => arena.kernel.costOf(edge) >>> 0);
          expect(ours).toEqual(expected.map((cost) => (cost === Infinity ? 0xffffffff : cost)));
          for (let edge = 0; edge < arena.counts.edges; edge++) {
            const route = routeOf(arena, TreeSet.usual, edge, destination);
            expect(route.length > 0).toBe(expected[edge] !== Infinity);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
