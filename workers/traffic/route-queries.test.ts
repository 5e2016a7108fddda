import { describe, expect, test } from "vitest";
import { edgeCountOf, junctionCountOf, Turn, type City } from "../../common/city";
import { draw } from "../../common/draw";
import { gridCity, plainCity, type PlainEdge } from "../../test/support/plain-city";
import { fc } from "../../test/support/properties";
import { edgeGraphOf, turnCostDs } from "./network";
import { roadJunctions } from "./road-junctions";
import { findRoutes, type RouteEnds, type RouteMeasure } from "./route-queries";

/** Least cost of a way from any of the first edges to any of the last, both ends included, by Bellman and Ford; metres or seconds. */
function leastCost(city: City, ends: RouteEnds, measure: RouteMeasure): number {
  const straightOn = measure === "length" ? bellmanFord(city, ends, measure, false) : Infinity;
  return straightOn < Infinity ? straightOn : bellmanFord(city, ends, measure, true);
}

function bellmanFord(city: City, { first, last }: RouteEnds, measure: RouteMeasure, turnsAround: boolean): number {
  const { edgeLaneStart, laneLengthM, laneSpeedMps } = city.columns;
  const graph = edgeGraphOf(city);
  const ownCost = (edge: number) => {
    const lane = edgeLaneStart[edge];
    return measure === "length" ? laneLengthM[lane] : laneLengthM[lane] / laneSpeedMps[lane];
  };
  const cost = Array.from({ length: edgeCountOf(city) }, (_, edge) =>
    first.includes(edge) ? ownCost(edge) : Infinity,
  );
  for (let round = 0; round < cost.length; round++) {
    for (let edge = 0; edge < cost.length; edge++) {
      for (let row = graph.successorStart[edge]; row < graph.successorStart[edge + 1]; row++) {
        const next = graph.successorEdge[row];
        const leadsBack = city.columns.edgeTo[next] === city.columns.edgeFrom[edge];
        if (!turnsAround && leadsBack && graph.successorTurn[row] === Turn.uTurn) continue;
        const turn = measure === "length" ? 0 : turnCostDs(graph, row) / 10;
        cost[next] = Math.min(cost[next], cost[edge] + turn + ownCost(next));
      }
    }
  }
  return Math.min(...last.map((edge) => cost[edge]));
}

/** What rounding to tenths may come to on a way. */
const closeTo = (value: number, edges: number) => [value - 0.051 * edges, value + 0.051 * edges + 0.01] as const;

function expectBest(city: City, queries: readonly RouteEnds[], measure: RouteMeasure): void {
  const found = findRoutes(city, queries, measure);
  if (!found.ok) throw new Error(found.error.message);
  const graph = edgeGraphOf(city);
  queries.forEach((query, row) => {
    const best = leastCost(city, query, measure);
    const way = found.value[row];
    if (way === null) {
      expect(best).toBe(Infinity);
      return;
    }
    const { edges } = way;
    expect(query.first).toContain(edges[0]);
    expect(query.last).toContain(edges[edges.length - 1]);
    edges.slice(1).forEach((edge, at) => {
      const [start, end] = [graph.successorStart[edges[at]], graph.successorStart[edges[at] + 1]];
      expect(Array.from(graph.successorEdge.subarray(start, end))).toContain(edge);
    });
    const [low, high] = closeTo(best, edges.length);
    const cost = measure === "length" ? way.lengthM : way.timeS;
    expect(cost).toBeGreaterThanOrEqual(low);
    expect(cost).toBeLessThanOrEqual(high);
  });
}

describe("ways from some edges to some edges", () => {
  test("are those of Bellman and Ford, by length and by time, on random networks", () => {
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
        const city = plainCity({ points, edges: usable });
        const some = () =>
          Array.from({ length: 1 + Math.floor(next() * 3) }, () => Math.floor(next() * edgeCountOf(city)));
        const queries = Array.from({ length: 12 }, () => ({ first: some(), last: some() }));
        expectBest(city, queries, "length");
        expectBest(city, queries, "time");
      }),
      { numRuns: 30 },
    );
  });

  test("are found to more destinations than trees are held at once, each in its row", () => {
    const city = gridCity(10, 150, 1);
    const { leaving, entering } = roadJunctions(city);
    const junctions = junctionCountOf(city);
    expect(junctions).toBeGreaterThan(64);
    const queries = Array.from({ length: junctions }, (_, row) => ({
      first: leaving[(row * 7 + 3) % junctions],
      last: entering[row],
    }));
    expectBest(city, queries, "length");
  });

  test("are none where no edge is given", () => {
    const city = gridCity(3, 150, 1);
    expect(
      findRoutes(
        city,
        [
          { first: [], last: [0] },
          { first: [0], last: [] },
        ],
        "time",
      ),
    ).toEqual({
      ok: true,
      value: [null, null],
    });
  });
});

test("the nearest junction is the nearest of all, wherever the place lies", () => {
  const city = gridCity(6, 150, 1);
  const { nearest } = roadJunctions(city);
  const { junctionX, junctionY } = city.columns;
  const place = fc.double({ min: -3000, max: 3000, noNaN: true });
  fc.assert(
    fc.property(place, place, (x, y) => {
      const m2 = (row: number) => (junctionX[row] - x) ** 2 + (junctionY[row] - y) ** 2;
      expect(m2(nearest(x, y))).toBe(Math.min(...Array.from(junctionX.keys(), m2)));
    }),
  );
});
