import { describe, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import type { Arena } from "../arena/arena";
import { parameterValues } from "../people";
import { routeOf, TreeSet, usualSets } from "./routing";

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

function arenaOf(people: number, holdsContract = true): Arena {
  const trips = Array.from({ length: people }, (_, row) => ({
    ...{ from: 0, to: 5, departS: (row * 3600) / people, holdsContract },
  }));
  return twinOf(diamond, populationOf(trips), 1).arena;
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
    // Each road carries about 1,900 veh/h; in equilibrium 3,600 veh/h divide almost evenly. Four increments of 40, 30,
    // 20 and 10 % come within 20 points of that.
    const part = northernPart(arenaOf(3600));
    expect(part).toBeGreaterThan(0.3);
    expect(part).toBeLessThan(0.7);
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
