import { describe, expect, test } from "vitest";
import {
  FrameVehicle,
  frameByteLength,
  FrameHeader,
  frameHeaderBytes,
  frameVehicleBytes,
  headingUnits,
  isSameTrip,
  queueUnits,
  reportByteLength,
  riderPersonMask,
  viewFrame,
  type FrameView,
} from "../../common/frame";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, startS, twinOf, type PlannedTrip } from "../../test/support/small-twin";
import { recordsOf } from "../../test/support/traffic-checks";
import type { Arena } from "../arena";
import { advanceTwin, collectEvents, queueCommand } from "../twin-engine";
import { EventKind, eventWords } from "../messages";

/** Three roads in a row, the middle one short, and a terminal on the last. */
const row = plainCity({
  points: [
    [0, 0],
    [400, 0],
    [520, 0],
    [1200, 0],
  ],
  edges: [
    { from: 0, to: 1, lanes: 2 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ],
  terminals: [[2, 120]],
});

const stream = (count: number, everyS: number): PlannedTrip[] =>
  Array.from({ length: count }, (_, k) => ({ from: 0, to: 2, departS: k * everyS, holdsContract: k % 3 === 0 }));

/** The frame that the engine packs now, with its report, as a console sees it. */
function frameOf(arena: Arena): FrameView {
  const slots = arena.kernel.packFrame(1);
  const { edges, terminals } = arena.counts;
  const bytes = arena.columns.frame.slice(0, frameByteLength(slots, edges, terminals));
  const header = new DataView(bytes.buffer);
  header.setUint32(FrameHeader.vehicleSlotCount, slots, true);
  header.setUint32(FrameHeader.edgeCount, edges, true);
  header.setUint32(FrameHeader.terminalCount, terminals, true);
  header.setFloat32(FrameHeader.windowS, arena.kernel.windowS(), true);
  const frame = viewFrame(bytes);
  if (frame === undefined) throw new Error("what the engine packs is a frame");
  return frame;
}

const reportOf = (arena: Arena) => {
  const { report } = frameOf(arena);
  if (report === null) throw new Error("the frame carries a report");
  return report;
};

/** Counts who leaves each edge over its end by watching every vehicle's lane from tick to tick. */
function watchEnds(arena: Arena) {
  const { laneEdge } = arena.columns;
  const { edgeLanes } = arena.counts;
  const passages: { readonly edge: number; readonly tick: number }[] = [];
  let before = new Map<number, number>();
  return {
    passages,
    look() {
      const now = new Map(recordsOf(arena).map(({ trip, lane }) => [trip, lane]));
      for (const [trip, lane] of before) {
        const to = now.get(trip);
        // Who is gone has arrived, in the middle of an edge; who changed to a lane of the same edge has not left it.
        if (lane >= edgeLanes || to === undefined) continue;
        if (to >= edgeLanes || laneEdge[to] !== laneEdge[lane]) {
          passages.push({ edge: laneEdge[lane], tick: arena.header.tick - 1 });
        }
      }
      before = now;
    },
  };
}

describe("a frame's report", () => {
  test.each([0.5, 1])("counts those who passed each edge within its window (step %s s)", (tickS) => {
    const engine = twinOf(row, populationOf(stream(260, 2.5)), tickS, 1, 20);
    const { arena } = engine;
    const watch = watchEnds(arena);
    for (const untilS of [40, 200, 299, 301, 470, 700]) {
      while (arena.header.tick * tickS < untilS) {
        advanceTwin(engine, arena.header.tick + 1);
        watch.look();
      }
      const { passed, windowS } = reportOf(arena);
      expect(windowS).toBeGreaterThan(0);
      expect(windowS).toBeLessThanOrEqual(300);
      const fromTick = arena.header.tick - Math.round(windowS / tickS);
      const counted = [0, 0, 0];
      for (const { edge, tick } of watch.passages) if (tick >= fromTick) counted[edge]++;
      expect([...passed], `until ${untilS} s`).toEqual(counted);
    }
    expect(watch.passages.length).toBeGreaterThan(300);
  });

  test("counts what terminals reported within its window, and in total", () => {
    const engine = twinOf(row, populationOf(stream(260, 2.5)), 0.5, 1, 20);
    const { arena } = engine;
    const ticks: number[] = [];
    for (const untilS of [120, 360, 600]) {
      advanceTwin(engine, untilS * 2);
      const events = collectEvents(engine);
      for (let at = 0; at < events.length; at += eventWords) {
        if (events[at] === EventKind.passedTerminal) ticks.push(events[at + 3] ?? -1);
      }
      const { terminalPassed, terminalTotal, windowS } = reportOf(arena);
      expect(terminalTotal[0]).toBe(ticks.length);
      expect(terminalPassed[0]).toBe(ticks.filter((tick) => tick >= arena.header.tick - windowS * 2).length);
    }
    expect(ticks.length).toBeGreaterThan(20);
  });

  test("tells where the longest queue of each edge begins and ends", () => {
    const engine = twinOf(row, populationOf(stream(60, 3)), 0.5, 1, 20);
    queueCommand(engine, { kind: "closeLanes", tick: 0, incident: 1, edge: 2, positionM: 300, laneCount: 1 });
    advanceTwin(engine, 400);
    const { arena } = engine;
    const { queueHead, queueTail } = reportOf(arena);
    const { laneLengthM, edgeLaneStart } = arena.columns;
    const lane = edgeLaneStart[2];
    const standing = recordsOf(arena).filter((one) => one.lane === lane && one.speedMps < 2.2);
    expect(standing.length).toBeGreaterThan(5);
    const head = Math.max(...standing.map(({ positionM }) => positionM));
    const tail = Math.min(...standing.map(({ positionM }) => positionM)) - 4.6;
    const unitM = laneLengthM[lane] / queueUnits;
    expect(Math.abs(queueHead[2] * unitM - head)).toBeLessThan(unitM);
    expect(Math.abs(queueTail[2] * unitM - tail)).toBeLessThan(unitM);
    expect(head).toBeLessThan(300.1);
  });

  test("says that nobody queues where nobody does", () => {
    const engine = twinOf(row, populationOf(stream(1, 1)), 0.5, 1, 20);
    advanceTwin(engine, 40);
    const { queueHead, queueTail } = reportOf(engine.arena);
    expect([...queueHead, ...queueTail]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("is small beside the vehicles of a metropolis", () => {
    // 10,000 edges, 500 terminals once a second against 20,000 vehicles ten times a second.
    expect(reportByteLength(10_000, 500) / (10 * frameByteLength(20_000, 0))).toBeLessThan(0.02);
  });
});

describe("a vehicle's record", () => {
  test("holds its place, direction, person and type as the engine has them", () => {
    const engine = twinOf(row, populationOf(stream(40, 4)), 0.5, 1, 20);
    advanceTwin(engine, 200);
    const { arena } = engine;
    const frame = frameOf(arena);
    const view = new DataView(frame.vehicles.buffer, frame.vehicles.byteOffset, frame.vehicles.byteLength);
    const records = recordsOf(arena).filter(({ lane }) => lane < arena.counts.edgeLanes);
    expect(records.length).toBeGreaterThan(10);
    for (const { slot, trip, lane, positionM } of records) {
      const at = slot * frameVehicleBytes;
      const start = row.columns.laneShapeX[row.columns.laneShapeStart[lane]];
      expect(view.getFloat32(at + FrameVehicle.x, true)).toBeCloseTo(start + positionM, 1);
      expect(view.getUint32(at + FrameVehicle.rider, true) & riderPersonMask).toBe(trip >> 1);
      // Due east.
      expect(Math.min(view.getUint16(at + FrameVehicle.heading, true), headingUnits)).toBe(0);
    }
    expect(frame.vehicles.byteOffset).toBe(frameHeaderBytes);
  });

  test("tells whether the slot is another trip's than six seconds earlier, both ways of a person", () => {
    const loop = plainCity({
      points: [
        [0, 0],
        [300, 0],
        [150, 260],
      ],
      edges: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 0 },
      ],
    });
    const planned = Array.from({ length: 60 }, (_, k) => ({ from: 0, to: 1, departS: 6 * k }));
    const population = populationOf(planned);
    const returnS = Float32Array.from(planned, ({ departS }) => startS + 150 + departS);
    const engine = twinOf(loop, { ...population, returnS }, 0.5, 1, 20);
    const { arena } = engine;
    const look = () => {
      const { vehicles } = frameOf(arena);
      const view = new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
      return { view, tripOf: new Map(recordsOf(arena).map(({ slot, trip }) => [slot, trip])) };
    };
    let before = look();
    let passedOn = 0;
    let kept = 0;
    const ways = new Set<number>();
    for (let tick = 12; tick <= 1200; tick += 12) {
      advanceTwin(engine, tick);
      const now = look();
      for (const [slot, trip] of now.tripOf) {
        ways.add(trip & 1);
        const earlier = before.tripOf.get(slot);
        if (earlier === undefined) continue;
        const at = slot * frameVehicleBytes;
        expect(isSameTrip(now.view, at, before.view, at)).toBe(trip === earlier);
        if (trip === earlier) kept++;
        else passedOn++;
      }
      before = now;
    }
    expect([...ways].sort()).toEqual([0, 1]);
    expect(passedOn).toBeGreaterThan(10);
    expect(kept).toBeGreaterThan(100);
  });
});
