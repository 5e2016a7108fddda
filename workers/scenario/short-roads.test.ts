import { describe, expect, test } from "vitest";
import { plainCity, type PlainCity } from "../../test/support/plain-city";
import type { City } from "../../common/city";
import { describeFailure } from "../../common/result";
import { readSumoDemand } from "../city";
import { parameterValues } from "../people";
import { advanceTwin, createTwinEngine } from "../twin-engine";
import { divergencesOf } from "./conflict-zones";
import { circleBonusM, growCircles, noCircle } from "./roundabouts";
import { buildScenarioTwin } from "./twin";

const type = '<vType id="car" length="5" speedFactor="1" speedDev="0" sigma="0"/>';

function engineOf(city: City, routes: string) {
  const file = { name: "routes.rou.xml", bytes: new TextEncoder().encode(`<routes>${type}${routes}</routes>`) };
  const demand = readSumoDemand(city, [file]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  const built = buildScenarioTwin(city, demand.value, { seed: 1, beginS: 0, endS: 900, tickS: 1 });
  if (!built.ok) throw new Error(describeFailure(built.error));
  return createTwinEngine(built.value.arena, parameterValues());
}

/** A road along the x axis with a junction at each place. */
const road = (placesM: readonly number[]): PlainCity => ({
  points: placesM.map((x) => [x, 0]),
  edges: placesM.slice(1).map((_, from) => ({ from, to: from + 1 })),
  marginM: 0.5,
});

const car = (edges: string, more = "") =>
  `<vehicle id="a" type="car" depart="0" departSpeed="max" ${more}><route edges="${edges}"/></vehicle>`;

function durationS(plan: PlainCity): number {
  const engine = engineOf(plainCity(plan), car(plan.edges.map((_, row) => `e${row}`).join(" ")));
  advanceTwin(engine, 300);
  return engine.arena.columns.tripArrivalTick[0] - engine.arena.columns.tripStartTick[0];
}

describe("roads cut into pieces of a metre", () => {
  test("take no longer than whole ones", () => {
    const whole = durationS(road([0, 300, 900]));
    const cut = durationS(road([0, 300, 302, 304, 306, 308, 310, 900]));
    expect(Math.abs(cut - whole)).toBeLessThanOrEqual(1);
  });

  test("a vehicle counts on an edge until its rear has left it, as in SUMO's edgeData", () => {
    const city = plainCity(road([0, 300, 302, 900]));
    const engine = engineOf(city, car("e0 e1 e2"));
    advanceTwin(engine, 60);
    const { edgeSampledS, edgeTravelledM } = engine.arena.columns;
    const lengths = city.columns.laneLengthM;
    // Put on the road 6 m from its start.
    expect(edgeTravelledM[0]).toBeCloseTo(lengths[0] - 6 + 5, 1);
    expect(edgeTravelledM[1]).toBeCloseTo(lengths[1] + 5, 1);
    expect(edgeTravelledM[1] / edgeSampledS[1]).toBeCloseTo(13.89, 0);
  });
});

describe("lanes", () => {
  const fork: PlainCity = {
    points: [
      [0, 0],
      [200, 0],
      [500, 0],
      [500, 400],
      [900, 0],
    ],
    edges: [
      { from: 0, to: 1, lanes: 2 },
      { from: 1, to: 2, lanes: 2 },
      { from: 2, to: 3 },
      { from: 2, to: 4 },
    ],
  };

  test("a lane that the route leaves is not taken for speed without time to come back", () => {
    const slow = '<vType id="slow" maxSpeed="4"/>';
    const leader = car("e0 e1 e2").replace('"a" type="car" depart="0"', '"s" type="slow" depart="0" departLane="1"');
    const engine = engineOf(
      plainCity(fork),
      `${slow}${leader}${car("e0 e1 e2", 'departLane="1"').replace('depart="0"', 'depart="8"')}`,
    );
    const seen = new Set<number>();
    for (let tick = 1; tick <= 450; tick++) {
      advanceTwin(engine, tick);
      for (const lane of [0, 1, 2, 3]) if (engine.arena.columns.laneVehicles[lane] > 0) seen.add(lane);
    }
    // The left one of both edges.
    expect([...seen]).toEqual([1, 3]);
    expect(engine.arena.header.arrivedCount).toBe(2);
  });

  test("ways that leave one lane are apart after some metres, and where there is one way, at once", () => {
    const single = { ...fork, edges: fork.edges.map((edge) => ({ ...edge, lanes: 1 })) };
    const [, ...atFork] = divergencesOf(plainCity(single));
    for (const apartM of atFork) {
      expect(apartM).toBeGreaterThan(2);
      expect(apartM).toBeLessThan(16);
    }
    expect([...divergencesOf(plainCity(road([0, 300, 900])))]).toEqual([0]);
  });

  test("who goes on past an exit of a roundabout reckons with more way on its inner lane", () => {
    // Edges 1 and 2 circulate; at each of their ends another one meets.
    const city = plainCity({
      points: [
        [0, 0],
        [100, 0],
        [150, 0],
        [200, 0],
        [300, 0],
        [150, 100],
      ],
      edges: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 3 },
        { from: 3, to: 4 },
        { from: 2, to: 5 },
        { from: 5, to: 3 },
      ],
    });
    city.columns.edgeRoundabout.set([1, 1], 1);
    const circleOf = growCircles(city);
    const after = circleOf(3, 100, -1, noCircle);
    const last = circleOf(2, 50, 3, after);
    const first = circleOf(1, 60, 2, last);
    const before = circleOf(0, 100, 1, first);
    expect([after, last, first, before].map((circle) => circleBonusM(circle) > 0)).toEqual([false, false, true, true]);
    expect(first).toEqual({ forks: 2, edges: 2, withinM: 110, aheadM: 0 });
    expect(circleBonusM(circleOf(0, 250, 0, before))).toBe(0);
  });
});
