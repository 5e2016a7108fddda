import { describe, expect, test } from "vitest";
import { solveEquilibrium, type Column, type EquilibriumProblem } from "./equilibrium";

/** Braess 1968 in the numbers of Sheffi 1985, p. 75: six travellers, from a to d; links ab, ac, bd, cd, and bc. */
const links = { ab: 0, ac: 1, bd: 2, cd: 3, bc: 4 } as const;
const costOf = [
  (flow: number) => 10 * flow,
  (flow: number) => 50 + flow,
  (flow: number) => 50 + flow,
  (flow: number) => 10 * flow,
  (flow: number) => 10 + flow,
];
const demand = 6;
const north: readonly number[] = [links.ab, links.bd];
const south: readonly number[] = [links.ac, links.cd];
const bridge: readonly number[] = [links.ab, links.bc, links.cd];

function columnOf(route: readonly number[]): Column<readonly number[]> {
  const flow = new Float64Array(5);
  for (const link of route) flow[link] = demand;
  return { choice: route, flow: [flow], fixedCost: [0] };
}

function braess(routes: readonly (readonly number[])[]): EquilibriumProblem<readonly number[]> {
  return {
    links: 5,
    classes: 1,
    columnsMax: 4,
    roundsMax: 20,
    gapWanted: 1e-6,
    fixedFlow: new Float64Array(5),
    cost: (link, flow) => costOf[link](flow),
    load: (costs) => {
      const cost = (route: readonly number[]) => route.reduce((sum, link) => sum + costs[link], 0);
      const least = routes.reduce((best, route) => (cost(route) < cost(best) ? route : best));
      return { leastCost: demand * cost(least), column: columnOf(least) };
    },
  };
}

describe("the equilibrium of Braess's network", () => {
  test("has three travellers on each of two roads, 83 each", () => {
    const { flow, gap } = solveEquilibrium(braess([north, south]), columnOf(north));
    expect(gap).toBeLessThan(1e-3);
    expect(flow[links.ab]).toBeCloseTo(3, 2);
    expect(costOf[0](flow[links.ab]) + costOf[2](flow[links.bd])).toBeCloseTo(83, 1);
  });

  test("with the bridge has two on each of three ways, and all are worse off: 92 each", () => {
    const { flow, gap, columns, shares } = solveEquilibrium(braess([north, south, bridge]), columnOf(north));
    expect(gap).toBeLessThan(1e-3);
    expect(flow[links.bc]).toBeCloseTo(2, 1);
    expect(flow[links.ab]).toBeCloseTo(4, 1);
    for (const route of [north, south, bridge]) {
      expect(route.reduce((sum, link) => sum + costOf[link](flow[link]), 0)).toBeCloseTo(92, 0);
    }
    expect(columns.length).toBeLessThanOrEqual(4);
    expect(shares[0].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test("is come nearer to: the gap ends at a hundredth of where it began, and no round is far above the one before", () => {
    const { gaps, gap } = solveEquilibrium(braess([north, south, bridge]), columnOf(north));
    expect(gap).toBe(Math.min(...gaps));
    expect(gap).toBeLessThan(gaps[0] / 100);
    for (let round = 1; round < gaps.length; round++) expect(gaps[round]).toBeLessThan(gaps[round - 1] + 0.02);
  });

  test("leaves alone what nobody chooses: fixed flow raises costs, not the total that travellers pay", () => {
    const problem = { ...braess([north, south]), fixedFlow: Float64Array.of(0, 0, 0, 0, 100) };
    const { flow } = solveEquilibrium(problem, columnOf(north));
    expect(flow[links.bc]).toBe(100);
    expect(flow[links.ab]).toBeCloseTo(3, 2);
  });
});
