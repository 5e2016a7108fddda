import { draw } from "../../common/draw";
import { fc } from "../../test/support/properties";
import { describe, expect, test } from "vitest";
import { edgeCountOf } from "../../common/city";
import { gridCity, plainCity, type PlainEdge } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import type { Arena } from "../arena";
import { treeBatch } from "../arena/sections";
import { Barred, buildTrees, routeOf, TreeSet } from "./routing";

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
    fc.assert(
      fc.property(
        fc.constantFrom(2, 5, 400, 15_000),
        fc.integer({ min: 0, max: 3 }),
        fc.integer(),
        fc.uniqueArray(fc.nat(arena.counts.destinations - 1), { minLength: treeBatch, maxLength: 30 }),
        (heaviest, barred, seed, chosen) => {
          weighAtRandom(arena, seed, heaviest, barred);
          const { together, alone } = treesBothWays(arena, Uint32Array.from(chosen));
          expect(together).toEqual(alone);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("are the same to the byte where streets are one-way, turns cost, and not everything is reached from everywhere", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(5, 400, 15_000),
        fc.integer(),
        (size, density, heaviest, seed) => {
          let drawn = 0;
          const next = (below: number) => Math.floor(below * draw(seed, drawn++, 0, 0));
          const points = Array.from({ length: size }, () => [next(9000), next(9000)] as const);
          const edges = Array.from({ length: size * density }, () => ({ from: next(size), to: next(size) })).filter(
            ({ from, to }) => Math.hypot(points[from][0] - points[to][0], points[from][1] - points[to][1]) > 40,
          );
          fc.pre(edges.length > treeBatch);
          const trips = edges.slice(1).map((_, row) => ({ from: 0, to: row + 1, departS: 0 }));
          const { arena } = twinOf(plainCity({ points, edges }), populationOf(trips));
          weighAtRandom(arena, seed, heaviest, 1);
          const { columns, counts } = arena;
          for (let row = 0; row < counts.successors; row++) columns.predecessorTurnDs[row] = next(900);
          const { together, alone } = treesBothWays(
            arena,
            Uint32Array.from({ length: counts.destinations }, (_, row) => row),
          );
          expect(together).toEqual(alone);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Weights up to the heaviest, tenths of a second, and some barred edges. */
function weighAtRandom({ columns, counts }: Arena, seed: number, heaviest: number, barred: number): void {
  const base = TreeSet.usual * counts.edges;
  for (let edge = 0; edge < counts.edges; edge++) {
    columns.edgeWeightDs[base + edge] = 1 + Math.floor(heaviest * draw(seed, edge, 0, 0));
    columns.edgeBarred[base + edge] = Barred.open;
  }
  for (let row = 0; row < barred; row++)
    columns.edgeBarred[base + Math.floor(counts.edges * draw(seed, row, 0, 1))] = Barred.closed;
}

/** The trees of destinations, built in batches and one by one. */
function treesBothWays(arena: Arena, destinations: Uint32Array): { together: Uint8Array[]; alone: Uint8Array[] } {
  const { columns, counts, kernel } = arena;
  const set = TreeSet.usual;
  const trees = () =>
    Array.from(destinations, (destination) => {
      const row = columns.treeOfDestination[set * counts.destinations + destination];
      return Uint8Array.from(columns.tree.subarray(row * counts.edges, (row + 1) * counts.edges));
    });
  for (const destination of destinations) kernel.buildTree(set, destination);
  const alone = trees();
  columns.tree.fill(77);
  expect(buildTrees(arena, set, destinations)).toBe(true);
  return { together: trees(), alone };
}
