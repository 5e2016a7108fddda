import { describe, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, startS, twinOf } from "../../test/support/small-twin";
import { hashArena, type Arena } from "../arena/arena";
import { parameterValues, type Population } from "../people";
import { buildTwin } from "../twin";
import { assignUsualWays } from "./assignment";
import { capacitiesOf, queueDelayS } from "./road-capacity";
import { freeFlowDs, routeOf, TreeSet, usualSets } from "./routing";
import { packUsualWays, unpackUsualWays } from "./usual-ways";

/** From home in the west to work in the east, one lane each way round: the north is 3 % shorter than the south. */
const diamond = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [1500, 500],
    [1500, -540],
    [2500, 0],
    [3000, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 4 },
    { from: 1, to: 3 },
    { from: 3, to: 4 },
    { from: 4, to: 5 },
  ],
});
const north = 1;

function peopleOf(people: number, holdsContract = true): Population {
  const trips = Array.from({ length: people }, (_, row) => ({
    ...{ from: 0, to: 5, departS: (row * 3600) / people, holdsContract },
  }));
  return populationOf(trips);
}

function arenaOf(people: number, holdsContract = true): Arena {
  return twinOf(diamond, peopleOf(people, holdsContract), 1).arena;
}

function waysOf(people: number) {
  const population = peopleOf(people);
  const { arena } = twinOf(diamond, population, 1);
  const ways = assignUsualWays(arena, population, parameterValues());
  if (ways === undefined) throw new Error("no room");
  return { arena, population, ways };
}

function northernPart(arena: Arena): number {
  const { columns, counts } = arena;
  let passing = 0;
  for (let person = 0; person < counts.people; person++) {
    const route = routeOf(arena, columns.personUsualSet[person], 0, columns.tripDestination[2 * person]);
    expect(route.at(-1)).toBe(5);
    if (route.includes(north)) passing++;
  }
  return passing / counts.people;
}

describe("the usual ways", () => {
  test("of a few are the fastest one", () => {
    expect(northernPart(arenaOf(50))).toBe(1);
  });

  test("of as many as one road cannot carry use both roads", () => {
    // In equilibrium both ways take equally long: found here by halving, from the roads' own capacities and lengths.
    const arena = arenaOf(50);
    const capacity = capacitiesOf(arena);
    const wayS = (edges: readonly number[], flow: number) =>
      edges.reduce((sum, edge) => sum + freeFlowDs(arena, edge) / 10 + queueDelayS(flow, capacity[edge]), 0);
    let [low, high] = [0, 3600];
    while (high - low > 0.1) {
      const middle = (low + high) / 2;
      if (wayS([1, 2], middle) < wayS([3, 4], 3600 - middle)) low = middle;
      else high = middle;
    }
    // Three standard errors of a share of 3,600 draws.
    expect(Math.abs(northernPart(arenaOf(3600)) - low / 3600)).toBeLessThan(3 * Math.sqrt(0.25 / 3600));
  });

  test("come within a hundredth of the equilibrium, where everybody by the fastest way is far from it", () => {
    const { arena, ways } = waysOf(3600);
    const capacity = capacitiesOf(arena);
    const edgeDs = (edge: number, flow: number) => freeFlowDs(arena, edge) + 10 * queueDelayS(flow, capacity[edge]);
    const sumOf = (times: Uint16Array) => times.reduce((sum, one) => sum + one, 0);
    const [busy = new Uint16Array()] = ways.periodDs.slice(0, 3).sort((a, b) => sumOf(b) - sumOf(a));
    // Times and flows belong together: each road's flow is found from its time, by halving, and all travellers are there.
    const flowAt = (edge: number) => {
      let [low, high] = [0, 7200];
      while (high - low > 0.01) {
        const middle = (low + high) / 2;
        if (edgeDs(edge, middle) < busy[edge]) low = middle;
        else high = middle;
      }
      return low;
    };
    const roads = [
      { flow: flowAt(1), timeDs: busy[1] + busy[2] },
      { flow: flowAt(3), timeDs: busy[3] + busy[4] },
    ];
    const flow = roads.reduce((sum, road) => sum + road.flow, 0);
    expect(Math.abs(flow / 3600 - 1)).toBeLessThan(0.01);
    const total = roads.reduce((sum, road) => sum + road.flow * road.timeDs, 0);
    const gap = 1 - (flow * Math.min(...roads.map(({ timeDs }) => timeDs))) / total;
    expect(gap).toBeLessThan(0.01);
    const allNorthDs = edgeDs(1, 3600) + edgeDs(2, 3600);
    expect(1 - (edgeDs(3, 0) + edgeDs(4, 0)) / allNorthDs).toBeGreaterThan(0.1);
  });

  test("that were kept are the same to the bit, and those of others are refused", () => {
    const { arena, ways, population } = waysOf(2000);
    const bytes = packUsualWays(ways);
    const kept = unpackUsualWays(bytes, arena.counts.edges, population.size);
    if (!kept.ok) throw new Error(kept.error.message);
    const settings = { seed: 1, startS, tickS: 1 };
    const again = buildTwin(diamond, population, settings, parameterValues(), kept.value);
    const fresh = buildTwin(diamond, population, settings, parameterValues());
    if (!again.ok || !fresh.ok) throw new Error("cannot be built");
    expect(hashArena(again.value)).toBe(hashArena(fresh.value));
    expect(unpackUsualWays(bytes, arena.counts.edges, population.size + 1).ok).toBe(false);
    expect(unpackUsualWays(bytes, arena.counts.edges + 1, population.size).ok).toBe(false);
    expect(unpackUsualWays(bytes.subarray(0, 40), arena.counts.edges, population.size).ok).toBe(false);
  });

  test("are one of the assignment's sets for everybody with an agreed itinerary", () => {
    const { columns, counts } = arenaOf(1000);
    for (let person = 0; person < counts.people; person++) {
      expect(usualSets).toContain(columns.personUsualSet[person]);
      expect(columns.personTreeSet[person]).toBe(columns.personUsualSet[person]);
    }
  });

  test("are found by navigation for the share of the others that the table names", () => {
    const { columns } = arenaOf(4000, false);
    const navigated = columns.personUsualSet.filter((set) => set === TreeSet.navigated).length / 4000;
    const { navigatedShare } = parameterValues();
    // Three standard errors of a binomial share of 4,000.
    expect(Math.abs(navigated - navigatedShare)).toBeLessThan(
      3 * Math.sqrt((navigatedShare * (1 - navigatedShare)) / 4000),
    );
  });
});
