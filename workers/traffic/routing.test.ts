import { draw } from "../../common/draw";
import { fc } from "../../test/support/properties";
import { describe, expect, test } from "vitest";
import { edgeCountOf } from "../../common/city";
import { gridCity, plainCity, type PlainEdge } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import type { Arena } from "../arena";
import { buildTrees, routeOf, TreeSet } from "./routing";

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

  test("are the same to the byte when eight are built at once, ties, barred edges and far places included", () => {
    const grid = gridCity(5, 150, 1);
    const edges = edgeCountOf(grid);
    const trips = Array.from({ length: edges - 1 }, (_, row) => ({ from: 0, to: row + 1, departS: 0 }));
    const { arena } = twinOf(grid, populationOf(trips));
    const { columns, counts, kernel } = arena;
    const set = TreeSet.usual;
    const rowsOf = (destinations: Uint32Array) =>
      Array.from(destinations, (destination) => {
        const row = columns.treeOfDestination[set * counts.destinations + destination];
        return Uint8Array.from(columns.tree.subarray(row * counts.edges, (row + 1) * counts.edges));
      });
    fc.assert(
      fc.property(
        fc.constantFrom(2, 5, 400, 15_000),
        fc.integer({ min: 0, max: 3 }),
        fc.integer(),
        fc.uniqueArray(fc.nat(counts.destinations - 1), { minLength: 1, maxLength: 30 }),
        (heaviest, barred, seed, chosen) => {
          for (let edge = 0; edge < counts.edges; edge++) {
            columns.edgeWeightDs[set * counts.edges + edge] = 1 + Math.floor(heaviest * draw(seed, edge, 0, 0));
            columns.edgeBarred[set * counts.edges + edge] = 0;
          }
          for (let row = 0; row < barred; row++)
            columns.edgeBarred[set * counts.edges + Math.floor(counts.edges * draw(seed, row, 0, 1))] = 1;
          const destinations = Uint32Array.from(chosen);
          for (const destination of destinations) kernel.buildTree(set, destination);
          const alone = rowsOf(destinations);
          columns.tree.fill(77);
          expect(buildTrees(arena, set, destinations)).toBe(true);
          expect(rowsOf(destinations)).toEqual(alone);
        },
      ),
      { numRuns: 60 },
    );
  });
});
