import { expect, test } from "vitest";
import { ProgramKind } from "../../common/city";
import { populationOf, runFor, twinOf, type PlannedTrip } from "../../test/support/small-twin";
import {
  eastward,
  fromNorth,
  leastS,
  mostS,
  southward,
  stretchedCrossing,
  westFar,
} from "../../test/support/stretched-crossing";
import { hashArena, loadArena, saveArena } from "../arena";
import { parameterValues } from "../people";
import { createTwinEngine, type TwinEngine } from "../twin-engine";

const yellowS = 3;
const [eastWest, northSouth] = [0, 2];

const fromWest = (count: number, everyS: number, firstS = 0): PlannedTrip[] =>
  Array.from({ length: count }, (_, row) => ({ from: westFar, to: eastward, departS: firstS + row * everyS }));

interface Phase {
  readonly phase: number;
  /** Seconds after the start. */
  readonly fromS: number;
  readonly lastedS: number;
}

/** Phases that begin and end within so many seconds. */
function phasesOf(engine: TwinEngine, seconds: number): Phase[] {
  const { arena } = engine;
  const { dtS } = arena.header;
  const list: Phase[] = [];
  let [phase, fromS] = [arena.columns.programPhase[0], -1];
  for (let tick = 1; tick <= seconds / dtS; tick++) {
    runFor(engine, dtS);
    // The phase of the tick that has been made.
    const now = (tick - 1) * dtS;
    if (arena.columns.programPhase[0] === phase) continue;
    if (fromS >= 0) list.push({ phase, fromS, lastedS: now - fromS });
    [phase, fromS] = [arena.columns.programPhase[0], now];
  }
  return list;
}

const lengths = (list: readonly Phase[], of: number) => list.filter(({ phase }) => phase === of).map((p) => p.lastedS);

test.each([0.1, 0.5, 1])("an actuated green lasts its least time where nobody comes (step %s s)", (tickS) => {
  const twin = twinOf(
    stretchedCrossing(ProgramKind.actuated),
    populationOf([{ from: 0, to: 2, departS: 3000 }]),
    tickS,
  );
  const list = phasesOf(twin, 200);
  expect(list.length).toBeGreaterThan(40);
  for (const { phase, lastedS } of list)
    expect(lastedS).toBeCloseTo(phase === eastWest || phase === northSouth ? leastS : yellowS, 4);
});

test.each([0.1, 0.5, 1])("it lasts its longest where they keep coming, and no longer (step %s s)", (tickS) => {
  const twin = twinOf(stretchedCrossing(ProgramKind.actuated), populationOf(fromWest(220, 2)), tickS, 1, 128);
  const list = phasesOf(twin, 400);
  const green = lengths(list, eastWest);
  expect(green.length).toBeGreaterThan(3);
  for (const lastedS of green.slice(1)) expect(lastedS).toBeCloseTo(mostS, 4);
  for (const lastedS of lengths(list, northSouth)) expect(lastedS).toBeCloseTo(leastS, 4);
});

test("one who comes during green gets over, and the green ends soon after", () => {
  const twin = twinOf(stretchedCrossing(ProgramKind.actuated), populationOf(fromWest(40, 23)), 0.1, 1, 128);
  const list = phasesOf(twin, 900);
  const green = lengths(list, eastWest);
  expect(Math.max(...green)).toBeGreaterThan(leastS);
  // 2 s after the last of one car's length, up to a whole second.
  expect(Math.max(...green)).toBeLessThanOrEqual(leastS + 4);
  for (const lastedS of green) expect(lastedS).toBeCloseTo(Math.round(lastedS), 4);
});

test("a delay-based green stays while nobody waits elsewhere, and goes to who comes", () => {
  const trips = populationOf([{ from: fromNorth, to: southward, departS: 60 }]);
  const twin = twinOf(stretchedCrossing(ProgramKind.delayBased), trips, 0.1, 1, 16);
  // Whichever green it begins with.
  const [before, after] = [phasesOf(twin, 60), phasesOf(twin, 60)];
  expect(before.filter(({ phase }) => phase === eastWest || phase === northSouth).length).toBeLessThanOrEqual(1);
  expect(twin.arena.columns.programPhase[0]).toBe(northSouth);
  expect(twin.arena.header.arrivedCount).toBe(1);
  // Seen 100 m before the line, 7 s of driving, it loses little.
  expect(twin.arena.columns.tripLossS?.[0] ?? 0).toBeLessThan(6);
  expect(after.length).toBeLessThanOrEqual(3);
});

test.each([ProgramKind.actuated, ProgramKind.delayBased])(
  "program kind %s goes on from a save as without it",
  (kind) => {
    const trips = [...fromWest(60, 4), { from: fromNorth, to: southward, departS: 31 }];
    const twin = twinOf(stretchedCrossing(kind), populationOf(trips), 0.5, 1, 128);
    const { programBeganS, programSwitchS, programPhase } = twin.arena.columns;
    const isStretched = () => programPhase[0] === eastWest && programSwitchS[0] - programBeganS[0] > leastS + 0.5;
    for (let step = 0; step < 400 && !(step > 60 && isStretched()); step++) runFor(twin, 0.5);
    expect(isStretched()).toBe(true);
    const saved = saveArena(twin.arena);
    const loaded = loadArena(twin.arena.counts, saved);
    if (!loaded.ok) throw new Error(loaded.error.message);
    const again = createTwinEngine(loaded.value, parameterValues());
    runFor(twin, 200);
    runFor(again, 200);
    expect(hashArena(again.arena)).toBe(hashArena(twin.arena));
  },
);
