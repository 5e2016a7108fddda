import { describe, expect, test } from "vitest";
import { commuterDriver, straightLane } from "../../test/support/lane-of-vehicles";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, runFor, runUntilArrived, twinOf, type PlannedTrip } from "../../test/support/small-twin";
import { recordsOf, violations } from "../../test/support/traffic-checks";
import { advanceTwin, queueCommand } from "../twin-engine";

/** A straight road of two edges, 1000 m each, at 50 km/h. */
const straight = plainCity({
  points: [
    [0, 0],
    [1000, 0],
    [2000, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
  ],
});
const limitMps = 13.89;
const atStart = 2;

/** A main road from west to east, and a side road from south that must give way and turns into it. */
const sideRoad = plainCity({
  points: [
    [0, 0],
    [600, 0],
    [1200, 0],
    [600, -600],
  ],
  edges: [
    { from: 0, to: 1, priority: 3 },
    { from: 1, to: 2, priority: 3 },
    { from: 3, to: 1, priority: 1 },
  ],
});

const stream = (from: number, to: number, count: number, everyS: number, firstS = 0): PlannedTrip[] =>
  Array.from({ length: count }, (_, row) => ({ from, to, departS: firstS + row * everyS }));

describe("a vehicle", () => {
  test.each([0.1, 0.5, 1])("alone drives at its wanted speed (step %s s)", (tickS) => {
    const { arena } = twinOf(straight, populationOf([{ from: 0, to: 1, departS: 0 }]), tickS);
    const engine = twinOf(straight, populationOf([{ from: 0, to: 1, departS: 0 }]), tickS);
    runFor(engine, 40);
    const [vehicle] = recordsOf(engine.arena);
    expect(vehicle?.speedMps).toBeCloseTo(limitMps, 1);
    expect(arena.header.vehicleCount).toBe(0);
  });

  test.each([0.1, 0.5, 1])(
    "stands at its least gap behind who stands, and brakes no harder than 4.5 m/s² (step %s s)",
    (tickS) => {
      const count = 6;
      const spacingM = commuterDriver.lengthM + commuterDriver.minGapM + 12.5 * commuterDriver.headwayS;
      const row = Array.from({ length: count }, (_, at) => ({ positionM: 1000 - at * spacingM, speedMps: 12.5 }));
      const lane = straightLane(2000, commuterDriver, row, tickS);
      const steps = (seconds: number, look: () => void = () => undefined) => {
        for (let step = 0; step < seconds / tickS; step++) {
          lane.step();
          look();
        }
      };
      steps(20);
      // A closure where the first can just stop comfortably.
      lane.engine.arena.columns.laneClosedFromM[0] = lane.positionsM()[0] + 60;
      let speeds = lane.speedsMps();
      let hardestMps2 = 0;
      steps(60, () => {
        const now = lane.speedsMps();
        hardestMps2 = Math.max(hardestMps2, ...now.map((speed, at) => (speeds[at] - speed) / tickS));
        speeds = now;
      });
      expect(Math.max(...speeds)).toBe(0);
      const places = lane.positionsM();
      for (let at = 1; at < count; at++)
        expect(places[at - 1] - commuterDriver.lengthM - places[at]).toBeCloseTo(commuterDriver.minGapM, 1);
      expect(hardestMps2).toBeLessThan(4.51);
    },
  );

  test("is not carried over a wanted speed that it reaches within a step", () => {
    const slow = { ...commuterDriver, wantedMps: 0.5 };
    const lane = straightLane(200, slow, [{ positionM: 50, speedMps: 0 }], 1);
    for (let step = 0; step < 20; step++) {
      lane.step();
      expect(lane.speedsMps()[0]).toBeLessThanOrEqual(0.5 + 1e-6);
    }
    expect(lane.speedsMps()[0]).toBeGreaterThan(0.4);
  });

  test("that departs behind nobody loses no time", () => {
    const engine = twinOf(straight, populationOf([{ from: 0, to: 1, departS: 0 }]), 0.1);
    runUntilArrived(engine, 1, 300);
    expect(engine.arena.columns.tripLossS[0]).toBeLessThan(0.5);
  });

  test("follows a slower stretch's equilibrium: the gap is that of the model, within 2 %", () => {
    // Treiber, Hennecke, Helbing 2000, eq. 4: s(v) = (s0 + v T) / sqrt(1 - (v / v0)^4).
    const slow = plainCity({
      points: [
        [0, 0],
        [3000, 0],
        [6000, 0],
      ],
      edges: [
        { from: 0, to: 1, speedMps: 20 },
        { from: 1, to: 2, speedMps: 8 },
      ],
    });
    const engine = twinOf(slow, populationOf(stream(0, 1, 60, 1)), 0.1, 1, atStart);
    const { columns } = engine.arena;
    // The first vehicle on the second edge sets the pace of 8 m/s; those behind it want more.
    columns.personSpeedFactor.fill(192);
    columns.personSpeedFactor[0] = 128;
    runFor(engine, 320);
    const onSecond = recordsOf(engine.arena).filter(({ lane }) => lane === 1);
    const followers = onSecond.slice(3, 12);
    expect(followers.length).toBe(9);
    const wanted = 8 * 1.5;
    followers.forEach((vehicle, row) => {
      const leader = onSecond[row + 2];
      const gap = (leader?.positionM ?? 0) - (columns.typeLengthM[0] ?? 0) - vehicle.positionM;
      const expected =
        ((columns.typeMinGapM[0] ?? 0) + vehicle.speedMps * (columns.typeHeadwayS[0] ?? 0)) /
        Math.sqrt(1 - (vehicle.speedMps / wanted) ** 4);
      expect(vehicle.speedMps).toBeCloseTo(8, 1);
      expect(gap / expected).toBeGreaterThan(0.98);
      expect(gap / expected).toBeLessThan(1.02);
    });
  });
});

describe("right of way", () => {
  test("lets the main road pass as if the side road were empty", () => {
    const main = stream(0, 1, 40, 5);
    const alone = twinOf(sideRoad, populationOf(main), 0.5);
    const shared = twinOf(sideRoad, populationOf([...main, ...stream(2, 1, 40, 5, 2)]), 0.5);
    runFor(alone, 400);
    runFor(shared, 400);
    const loss = (trips: Float32Array) =>
      main.reduce((sum, _, person) => sum + (trips[2 * person] ?? 0), 0) / main.length;
    expect(shared.arena.header.arrivedCount).toBeGreaterThan(60);
    expect(loss(shared.arena.columns.tripLossS)).toBeLessThan(loss(alone.arena.columns.tripLossS) + 2.5);
  });

  test("makes the side road wait while the main road is dense, and lets it in when a gap comes", () => {
    const main = [...stream(0, 1, 60, 2), ...stream(0, 1, 5, 30, 200)];
    const engine = twinOf(sideRoad, populationOf([...main, { from: 2, to: 1, departS: 20 }]), 0.5, 1, atStart);
    const side = 2 * main.length;
    runFor(engine, 110);
    expect(recordsOf(engine.arena).find(({ trip }) => trip === side)?.lane).toBe(2);
    runFor(engine, 190);
    expect(engine.arena.columns.edgeLeft[2]).toBe(1);
  });
});

describe("a closed lane", () => {
  const twoLanes = plainCity({
    points: [
      [0, 0],
      [800, 0],
      [1600, 0],
    ],
    edges: [
      { from: 0, to: 1, lanes: 2 },
      { from: 1, to: 2, lanes: 2 },
    ],
  });

  test("is left, never entered, and costs time", () => {
    const demand = populationOf(stream(0, 1, 300, 1.2));
    const open = twinOf(twoLanes, demand, 0.5);
    const closed = twinOf(twoLanes, demand, 0.5);
    queueCommand(closed, { kind: "closeLanes", tick: 0, incident: 1, edge: 1, positionM: 300, laneCount: 1 });
    let before = recordsOf(closed.arena);
    for (let tick = 1; tick <= 1200; tick++) {
      advanceTwin(closed, tick);
      expect(violations(closed.arena, before)).toEqual([]);
      before = recordsOf(closed.arena);
      expect(before.some(({ lane, positionM }) => lane === 2 && positionM > 300)).toBe(false);
    }
    runFor(open, 600);
    expect(closed.arena.header.roadDelayS).toBeGreaterThan(open.arena.header.roadDelayS * 1.5);
    // Most get through on the lane that is left.
    expect(closed.arena.header.arrivedCount).toBeGreaterThan(120);
  });

  test("on all lanes stops everybody before it, and opening it lets them go", () => {
    const engine = twinOf(twoLanes, populationOf(stream(0, 1, 100, 2)), 0.5);
    queueCommand(engine, { kind: "closeLanes", tick: 0, incident: 1, edge: 1, positionM: 0, laneCount: 2 });
    queueCommand(engine, { kind: "openLanes", tick: 800, edge: 1 });
    runFor(engine, 400);
    expect(engine.arena.header.arrivedCount).toBe(0);
    expect(engine.arena.columns.edgeEntered[1]).toBe(0);
    runFor(engine, 400);
    expect(engine.arena.header.arrivedCount).toBe(100);
  });
});

describe("a queue", () => {
  test("that fills its edge holds back those behind it without filling the junction", () => {
    const city = plainCity({
      points: [
        [0, 0],
        [400, 0],
        [500, 0],
        [900, 0],
        [400, 300],
        [400, -300],
      ],
      edges: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 3 },
        { from: 4, to: 1 },
        { from: 1, to: 5 },
      ],
    });
    const engine = twinOf(city, populationOf([...stream(0, 2, 60, 2), ...stream(3, 4, 20, 6, 60)]), 0.5);
    queueCommand(engine, { kind: "closeLanes", tick: 0, incident: 1, edge: 2, positionM: 5, laneCount: 1 });
    runFor(engine, 200);
    // The 100 m edge before the closure is full, and the queue stands on the first edge; the crossing road still flows.
    expect(recordsOf(engine.arena).filter(({ lane }) => lane === 0).length).toBeGreaterThan(15);
    expect(engine.arena.columns.edgeEntered[4]).toBeGreaterThan(10);
  });
});

describe("a signal", () => {
  const crossing = plainCity({
    points: [
      [0, 0],
      [600, 0],
      [1800, 0],
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

  test("discharges a saturated lane at 1,700 to 2,000 vehicles an hour of effective green", () => {
    // Highway Capacity Manual: base saturation flow 1,900 pc/h/ln; 3 s of yellow of which about 1 s is used, 2 s start-up loss.
    const engine = twinOf(crossing, populationOf(stream(0, 1, 400, 3)), 0.5);
    runFor(engine, 600);
    const before = engine.arena.columns.edgeLeft[0] ?? 0;
    runFor(engine, 600);
    const perCycle = ((engine.arena.columns.edgeLeft[0] ?? 0) - before) / 10;
    const effectiveGreenS = 27 + 1 - 2;
    const saturationPerH = (perCycle / effectiveGreenS) * 3600;
    expect(saturationPerH).toBeGreaterThan(1700);
    expect(saturationPerH).toBeLessThan(2000);
  });
});
