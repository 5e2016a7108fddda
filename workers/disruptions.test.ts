import { describe, expect, test } from "vitest";
import { VehicleClass } from "../common/city";
import { plainCity } from "../test/support/plain-city";
import { populationOf, runFor, twinOf, type PlannedTrip } from "../test/support/small-twin";
import { recordsOf, violations } from "../test/support/traffic-checks";
import { none } from "./arena";
import type { InstructedAction, TwinCommand } from "./messages";
import { parameterValues } from "./people";
import { advanceTwin, createTwinEngine, queueCommand, type TwinEngine } from "./twin-engine";

const stream = (from: number, to: number, count: number, everyS: number, firstS = 0): PlannedTrip[] =>
  Array.from({ length: count }, (_, row) => ({ from, to, departS: firstS + row * everyS }));

/** Two edges in a row. */
const straight = (lanes: number) =>
  plainCity({
    points: [
      [0, 0],
      [1000, 0],
      [2000, 0],
    ],
    edges: [
      { from: 0, to: 1, lanes },
      { from: 1, to: 2, lanes },
    ],
  });
const limitMps = 13.89;

describe("a speed limit", () => {
  test("slows everybody on the edge, is time lost against the signed limit, and can be taken back", () => {
    const trips = populationOf([
      { from: 0, to: 1, departS: 0 },
      { from: 0, to: 1, departS: 400 },
    ]);
    const engine = twinOf(straight(1), trips, 0.5, 1, 2);
    queueCommand(engine, { kind: "limitSpeed", tick: 0, edge: 0, speedMaxMps: 5 });
    queueCommand(engine, { kind: "limitSpeed", tick: 700, edge: 0, speedMaxMps: null });
    runFor(engine, 800);
    const { tripLossS } = engine.arena.columns;
    // About 980 m at 5 instead of 13.89 m/s, less the way of the first and the last seconds.
    const expectedS = 980 / 5 - 980 / limitMps;
    expect(Math.abs(tripLossS[0] - expectedS)).toBeLessThan(8);
    expect(tripLossS[2]).toBeLessThan(3);
  });
});

describe("a reduced capacity", () => {
  /** Treiber, Hennecke, Helbing 2000, eq. 4, with the engine's car: 4.6 m long, s0 = 2 m, T = 1 s. */
  const capacityPerS = Math.max(
    ...Array.from({ length: 5000 }, (_, row) => (limitMps * (row + 1)) / 5001).map(
      (v) => v / (4.6 + (2 + v) / Math.sqrt(1 - (v / limitMps) ** 4)),
    ),
  );
  const flowAt = (part: number) => {
    const engine = twinOf(straight(1), populationOf(stream(0, 1, 1400, 1)), 0.5, 1, 2);
    queueCommand(engine, { kind: "reduceCapacity", tick: 0, edge: 1, part });
    runFor(engine, 500);
    const before = engine.arena.columns.edgeEntered[1];
    runFor(engine, 600);
    return (engine.arena.columns.edgeEntered[1] - before) / 600;
  };

  test.each([0.7, 0.5, 0.3])("leaves the part %s of the model's capacity, within a tenth", (part) => {
    const ratio = flowAt(part) / (part * capacityPerS);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });
});

describe("a dark signal", () => {
  const crossing = plainCity({
    points: [
      [0, 0],
      [600, 0],
      [1200, 0],
      [600, 600],
      [600, -600],
    ],
    edges: [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 3, to: 1 },
      { from: 1, to: 4 },
    ],
    signals: [1],
    greenS: 27,
  });
  const demand = populationOf([...stream(0, 1, 300, 3), ...stream(2, 3, 300, 3)]);

  function passed(dark: boolean): [number, number] {
    const engine = twinOf(crossing, demand, 0.5);
    if (dark) queueCommand(engine, { kind: "switchSignal", tick: 0, edge: 0, dark: true });
    let before = recordsOf(engine.arena);
    for (let tick = 1; tick <= 1600; tick++) {
      advanceTwin(engine, tick);
      expect(violations(engine.arena, before)).toEqual([]);
      before = recordsOf(engine.arena);
    }
    const { edgeLeft } = engine.arena.columns;
    return [edgeLeft[0], edgeLeft[2]];
  }

  test("is an all-way stop: both roads go in turn, fewer than by the light, and nobody collides", () => {
    const [west, north] = passed(true);
    const [westByLight, northByLight] = passed(false);
    expect(west / (west + north)).toBeGreaterThan(0.4);
    expect(west / (west + north)).toBeLessThan(0.6);
    expect(west + north).toBeGreaterThan(60);
    expect(west + north).toBeLessThan(westByLight + northByLight);
  });

  test("shows its phases again when it is repaired", () => {
    const engine = twinOf(crossing, demand, 0.5);
    queueCommand(engine, { kind: "switchSignal", tick: 10, edge: 0, dark: true });
    queueCommand(engine, { kind: "switchSignal", tick: 300, edge: 0, dark: false });
    const untouched = twinOf(crossing, demand, 0.5);
    advanceTwin(engine, 20);
    expect([...engine.arena.columns.signalLetter].every((letter) => letter === 4)).toBe(true);
    advanceTwin(engine, 310);
    advanceTwin(untouched, 310);
    expect([...engine.arena.columns.signalLetter]).toEqual([...untouched.arena.columns.signalLetter]);
  });
});

describe("where a lane is closed", () => {
  const row = plainCity({
    points: [
      [0, 0],
      [1000, 0],
      [2000, 0],
      [3000, 0],
    ],
    edges: [
      { from: 0, to: 1, lanes: 2 },
      { from: 1, to: 2, lanes: 2 },
      { from: 2, to: 3, lanes: 2 },
    ],
  });

  test("a lane for buses stays closed to cars, and is no closure that people still drive around when the road is open", () => {
    const busLane = 2;
    const laneClasses = row.columns.laneClasses.map((classes, lane) => (lane === busLane ? VehicleClass.bus : classes));
    const city = { ...row, columns: { ...row.columns, laneClasses } };
    const engine = twinOf(city, populationOf(stream(0, 2, 100, 10, 600)), 0.5);
    const { laneClosedFromM, personTreeSet, personUsualSet } = engine.arena.columns;
    const untouched = [...laneClosedFromM];
    expect(untouched.filter((positionM) => positionM !== Infinity)).toEqual([untouched[busLane]]);
    const aroundCount = () => personTreeSet.filter((set, person) => set !== personUsualSet[person]).length;
    queueCommand(engine, { kind: "closeLanes", tick: 100, incident: 1, edge: 1, positionM: 500, laneCount: 2 });
    queueCommand(engine, { kind: "openLanes", tick: 300, edge: 1 });
    advanceTwin(engine, 200);
    expect([...laneClosedFromM.subarray(busLane, busLane + 2)]).toEqual([untouched[busLane], 500]);
    expect(aroundCount()).toBeGreaterThan(0);
    advanceTwin(engine, 310);
    expect([...laneClosedFromM]).toEqual(untouched);
    expect(aroundCount()).toBe(0);
  });

  test("both lanes merge like a zipper: each gives between a third and two thirds of the flow", () => {
    const engine = twinOf(row, populationOf(stream(0, 2, 900, 1)), 0.5);
    queueCommand(engine, { kind: "closeLanes", tick: 0, incident: 1, edge: 1, positionM: 500, laneCount: 1 });
    // On which lane of the edge before everybody came.
    const lastSeen = new Map<number, number>();
    const passed = new Set<number>();
    const through: number[] = [];
    for (let second = 0; second < 800; second++) {
      runFor(engine, 1);
      for (const { lane, trip, positionM } of recordsOf(engine.arena)) {
        if (lane <= 1) lastSeen.set(trip, lane);
        if (positionM > 520 && lane === 3 && !passed.has(trip)) {
          passed.add(trip);
          if (second >= 400) through.push(trip);
        }
      }
    }
    const merged = through.filter((trip) => lastSeen.get(trip) === 0).length;
    // A lane carries about 1,900 veh/h; a good part of it passes a merge.
    expect((through.length / 400) * 3600).toBeGreaterThan(1300);
    expect(merged / through.length).toBeGreaterThan(1 / 3);
    expect(merged / through.length).toBeLessThan(2 / 3);
  });
});

describe("an instruction", () => {
  const values = { ...parameterValues(), hears: 1, hearingDelayMaxS: 60, unpaidRerouting: 0.999999 };
  /** North is the shorter way round; a terminal lies on the southern one. */
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
    terminals: [[3, 200]],
  });
  const [north, south] = [1, 3];
  const departS = 600;
  const people = Array.from({ length: 40 }, (_, person) => person);

  function asked(action: InstructedAction, runS: number): TwinEngine {
    const trips = people.map((person) => ({ from: 0, to: 5, departS: departS + person, holdsContract: true }));
    const { arena } = twinOf(diamond, populationOf(trips), 1);
    const engine = createTwinEngine(arena, values);
    const command: TwinCommand = {
      ...{ kind: "instruct", tick: 60, instruction: 1, blockHeight: 1, transactionHash: "" },
      ...{ people, bonusEur: 3, avoidEdges: [north], action },
    };
    queueCommand(engine, command);
    runFor(engine, runS);
    return engine;
  }

  const compliedOf = ({ answers }: TwinEngine) => people.filter((_, row) => answers[0]?.complies[row] === 1);

  test.each([900, -120])(
    "to leave %s s later moves the departures of those who comply by that, of nobody else",
    (shiftS) => {
      const engine = asked({ kind: "shift", shiftS }, 61);
      const complied = compliedOf(engine);
      expect(complied.length).toBeGreaterThan(10);
      for (const person of people) {
        const moved = complied.includes(person) ? shiftS : 0;
        expect(engine.arena.columns.tripDepartTick[2 * person]).toBe(departS + person + moved);
      }
      runFor(engine, 2400);
      expect(engine.arena.header.arrivedCount).toBe(people.length);
    },
  );

  test("to hold keeps those who comply at home until then", () => {
    const untilTick = 2000;
    const engine = asked({ kind: "hold", untilTick }, untilTick - 10);
    const { tripStartTick } = engine.arena.columns;
    for (const person of compliedOf(engine)) expect(tripStartTick[2 * person]).toBe(none);
    runFor(engine, 1500);
    for (const person of compliedOf(engine)) expect(tripStartTick[2 * person]).toBeGreaterThanOrEqual(untilTick);
    expect(engine.arena.header.arrivedCount).toBe(people.length);
  });

  test("to leave later comes too late for whoever has left", () => {
    const trips = people.map((person) => ({ from: 0, to: 5, departS: person * 0.4, holdsContract: true }));
    const { arena } = twinOf(diamond, populationOf(trips), 1, 1, 2);
    const engine = createTwinEngine(arena, values);
    queueCommand(engine, {
      ...{ kind: "instruct", tick: 25, instruction: 1, blockHeight: 1, transactionHash: "" },
      ...{ people, bonusEur: 7, avoidEdges: [north], action: { kind: "shift", shiftS: 600 } },
    });
    runFor(engine, 26);
    expect(compliedOf(engine)).toEqual([]);
  });

  test("to take an itinerary leads over its edge, then on to the destination", () => {
    const engine = asked({ kind: "itinerary", viaEdges: [south] }, 1500);
    const complied = compliedOf(engine);
    const { columns, header } = engine.arena;
    expect(complied.length).toBeGreaterThan(10);
    expect(header.arrivedCount).toBe(people.length);
    expect(columns.edgeEntered[south]).toBe(complied.length);
    for (const person of complied) expect(columns.itineraryVia[columns.tripVia[2 * person]]).toBe(none);
  });

  test.each([
    ["shift", { kind: "shift", shiftS: 900 }],
    ["hold", { kind: "hold", untilTick: 2000 }],
    ["avoid", { kind: "avoid" }],
    ["itinerary", { kind: "itinerary", viaEdges: [south] }],
  ] satisfies [string, InstructedAction][])(
    "that is withdrawn before anybody leaves is as if never given: %s",
    (_kind, action) => {
      const engine = asked(action, 300);
      const untouched = asked({ kind: "avoid" }, 0);
      untouched.waiting.length = 0;
      expect(compliedOf(engine).length).toBeGreaterThan(10);
      queueCommand(engine, { kind: "withdraw", tick: 300, instruction: 1, people, action });
      runFor(engine, 1500);
      runFor(untouched, 1800);
      const [withdrawn, never] = [engine.arena.columns, untouched.arena.columns];
      for (const person of people) {
        expect(withdrawn.tripDepartTick[2 * person]).toBe(never.tripDepartTick[2 * person]);
        expect(withdrawn.tripArrivalTick[2 * person]).toBe(never.tripArrivalTick[2 * person]);
      }
      expect(withdrawn.edgeEntered[south]).toBe(0);
    },
  );

  test("that is withdrawn is still followed by those on their way", () => {
    const engine = asked({ kind: "avoid" }, departS + 30);
    const { tripStartTick } = engine.arena.columns;
    const complied = compliedOf(engine).filter((person) => tripStartTick[2 * person] !== none);
    queueCommand(engine, { kind: "withdraw", tick: departS + 30, instruction: 1, people, action: { kind: "avoid" } });
    runFor(engine, 1500);
    expect(complied.length).toBeGreaterThan(5);
    expect(engine.arena.columns.edgeEntered[south]).toBe(complied.length);
    expect(complied.length).toBeLessThan(compliedOf(engine).length);
  });

  test("that is given again with a higher bonus keeps who complied, wins others, and moves nobody twice", () => {
    const action: InstructedAction = { kind: "shift", shiftS: 900 };
    const engine = asked(action, 61);
    const first = compliedOf(engine);
    queueCommand(engine, {
      ...{ kind: "instruct", tick: 120, instruction: 1, blockHeight: 2, transactionHash: "" },
      ...{ people, bonusEur: 7, avoidEdges: [north], action },
    });
    runFor(engine, 60);
    const second = people.filter((_, row) => engine.answers[1]?.complies[row] === 1);
    expect(second).toEqual(expect.arrayContaining(first));
    expect(second.length).toBeGreaterThanOrEqual(first.length);
    for (const person of people) {
      const moved = second.includes(person) ? 900 : 0;
      expect(engine.arena.columns.tripDepartTick[2 * person]).toBe(departS + person + moved);
    }
  });

  test("that is heard after arriving changes nothing any more", () => {
    const slow = { ...values, hearingDelayMaxS: 100_000 };
    const trips = people.map((person) => ({ from: 0, to: 5, departS: 10 + person, holdsContract: true }));
    const { arena } = twinOf(diamond, populationOf(trips), 1);
    const engine = createTwinEngine(arena, slow);
    const command: TwinCommand = {
      ...{ kind: "instruct", tick: 5, instruction: 1, blockHeight: 1, transactionHash: "" },
      ...{ people, bonusEur: 7, avoidEdges: [north], action: { kind: "itinerary", viaEdges: [south] } },
    };
    queueCommand(engine, command);
    runFor(engine, 6);
    expect(arena.header.pendingCount).toBeGreaterThan(10);
    advanceTwin(engine, 80_000);
    const { columns, header } = arena;
    expect(header.arrivedCount).toBe(people.length);
    expect(header.pendingCount).toBeLessThan(people.length / 2);
    for (const person of people) {
      expect(columns.personTreeSet[person]).toBe(columns.personUsualSet[person]);
      expect(columns.itineraryVia[columns.tripVia[2 * person]]).toBe(none);
    }
  });
});
