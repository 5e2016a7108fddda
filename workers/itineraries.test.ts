import { describe, expect, test } from "vitest";
import { viaMax } from "../common/itinerary";
import { plainCity, type PlainEdge } from "../test/support/plain-city";
import { fc } from "../test/support/properties";
import { populationOf, runFor, startS, type PlannedTrip } from "../test/support/small-twin";
import { recordsOf, violations } from "../test/support/traffic-checks";
import { loadArena, none, saveArena } from "./arena";
import { itineraryRows } from "./arena/sections";
import { EventKind, eventWords, type TwinCommand } from "./messages";
import { parameterValues } from "./people";
import { routeOf, TreeSet } from "./traffic/routing";
import { buildTwin } from "./twin";
import { advanceTwin, createTwinEngine, queueCommand, stateHash, type TwinEngine } from "./twin-engine";

/**
 * A grid of 4 × 4 junctions, streets in both directions. A road leads in from the west and one out to the east, each by
 * two ways; the northern way in is the shorter one. Another road comes in from the south, and nothing leads back to it.
 */
const side = 4;
const blockM = 150;
const points: (readonly [number, number])[] = Array.from(
  { length: side * side },
  (_, row) => [(row % side) * blockM, Math.floor(row / side) * blockM] as const,
);
const streets: PlainEdge[] = points.flatMap((_, from) =>
  [from % side < side - 1 ? from + 1 : -1, from + side < side * side ? from + side : -1]
    .filter((to) => to >= 0)
    .flatMap((to) => [
      { from, to },
      { from: to, to: from },
    ]),
);
const outside = (x: number, y: number) => points.push([x, y]) - 1;
const [west, fork, east, south] = [outside(-900, 200), outside(-400, 200), outside(900, 300), outside(0, -400)];
const edges: PlainEdge[] = [
  ...streets,
  { from: west, to: fork },
  { from: fork, to: 2 * side },
  { from: fork, to: 0 },
  { from: 3 * side - 1, to: east },
  { from: south, to: 0 },
];
const [wayIn, shorter, , wayOut, oneWay] = [0, 1, 2, 3, 4].map((row) => streets.length + row);
/** The usual way leads over it. */
const usualStreet = streets.findIndex(({ from, to }) => from === 2 * side && to === 2 * side + 1);
/** Streets of the grid that have a terminal, and last the road to which nothing leads. */
const terminalEdges = [usualStreet, 9, 17, 26, 34, 41, oneWay];
const unreachable = terminalEdges.length - 1;
const city = plainCity({ points, edges, terminals: terminalEdges.map((edge) => [edge, 40]) });
const values = { ...parameterValues(), hears: 1, hearingDelayMaxS: 60, unpaidRerouting: 0.999999 };
const people = Array.from({ length: 30 }, (_, person) => person);

/** @param from the edge on which everybody sets out, one every four seconds */
function freshTwin(from: number, hearingDelayMaxS = values.hearingDelayMaxS): TwinEngine {
  const trips: PlannedTrip[] = people.map((person) => ({
    ...{ from, to: wayOut, departS: 4 * person, holdsContract: true },
  }));
  const built = buildTwin(city, populationOf(trips), { seed: 1, startS, tickS: 1 }, parameterValues());
  if (!built.ok) throw new Error(built.error.message);
  return createTwinEngine(built.value, { ...values, hearingDelayMaxS });
}

const askedBy = (via: readonly number[], tick: number): TwinCommand => ({
  ...{ kind: "instruct", tick, instruction: 1, blockHeight: 1, transactionHash: "" },
  ...{ people, bonusEur: 20, avoidEdges: [shorter] },
  action: { kind: "itinerary", viaEdges: via.map((terminal) => terminalEdges[terminal]) },
});

/** The terminals that each person has passed on the way to work, in order. */
function passedBy({ events }: TwinEngine): number[][] {
  const passed: number[][] = people.map(() => []);
  for (let at = 0; at < events.length; at += eventWords) {
    const [kind, trip, terminal] = events.slice(at, at + 3);
    if (kind === EventKind.passedTerminal && trip % 2 === 0) passed[trip / 2].push(terminal);
  }
  return passed;
}

/** Whether all of `wanted` were passed in this order, whatever was passed in between: as a contract judges. */
function passesInOrder(passed: readonly number[], wanted: readonly number[]): boolean {
  let next = 0;
  for (const terminal of passed) if (terminal === wanted[next]) next++;
  return next === wanted.length;
}

const compliedOf = ({ answers }: TwinEngine) => people.filter((_, row) => answers[0]?.complies[row] === 1);

/** Runs until everybody is there; nobody is lost on the way, and nothing happens that must not. */
function runHome(engine: TwinEngine): void {
  const { header } = engine.arena;
  for (let minute = 0; header.arrivedCount < people.length; minute++) {
    expect(minute, "everybody arrives within two hours").toBeLessThan(120);
    const before = recordsOf(engine.arena);
    runFor(engine, 1);
    expect(violations(engine.arena, before)).toEqual([]);
    runFor(engine, 59);
  }
}

describe("an itinerary", () => {
  test.each([[[2, 4]], [[4, 2]], [[5, 0, 3]], [[0, 5, 3]]])(
    "over %j is passed in this order by all who comply",
    (via) => {
      const engine = freshTwin(wayIn);
      queueCommand(engine, askedBy(via, 1));
      runHome(engine);
      const passed = passedBy(engine);
      const complied = compliedOf(engine);
      expect(complied.length).toBeGreaterThan(10);
      for (const person of complied)
        expect(passesInOrder(passed[person], via), `${person}: ${passed[person].join()}`).toBe(true);
      const { columns } = engine.arena;
      for (const person of complied) expect(columns.itineraryVia[columns.tripVia[2 * person]]).toBe(none);
    },
  );

  const lists = fc.uniqueArray(fc.nat(unreachable - 1), { minLength: 1, maxLength: viaMax });

  test("of any terminals, asked for at any time, is passed in order, and nobody is lost", () => {
    let complied = 0;
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 150 }), (via, tick) => {
        const engine = freshTwin(wayIn);
        queueCommand(engine, askedBy(via, tick));
        advanceTwin(engine, tick + 1);
        const { tripAskedVia, tripVia } = engine.arena.columns;
        // The others have the avoided road behind them, and comply by going on.
        const concerned = compliedOf(engine).filter((person) => tripAskedVia[2 * person] + tripVia[2 * person] > 0);
        complied += concerned.length;
        runHome(engine);
        const passed = passedBy(engine);
        for (const person of concerned) {
          expect(passesInOrder(passed[person], via), `${person}: ${passed[person].join()}`).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
    expect(complied).toBeGreaterThan(100);
  });

  test("leaves out what no way leads to, and what lies behind is passed on the way round", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(unreachable), { minLength: 1, maxLength: viaMax }),
        fc.constantFrom(wayIn, terminalEdges[0]),
        (via, from) => {
          const engine = freshTwin(from);
          goBy(engine, via);
          runHome(engine);
          const wanted = via.filter((terminal) => terminal !== unreachable);
          for (const passed of passedBy(engine)) expect(passesInOrder(passed, wanted), passed.join()).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("is asked of those under way from where they are: what they passed already counts", () => {
    const usual = freshTwin(wayIn);
    runHome(usual);
    const [first] = passedBy(usual)[0];
    expect(first, "the usual way passes a terminal").toBeDefined();
    const late = usual.events.findIndex((kind, at) => at % eventWords === 0 && kind === EventKind.passedTerminal);
    const { arena } = usual;
    const way = routeOf(arena, arena.columns.personUsualSet[0], wayIn, arena.columns.tripDestination[0]);
    const engine = freshTwin(wayIn, 1);
    const via = [first, 5];
    const asked = { ...askedBy(via, usual.events[late + 3] + 2), avoidEdges: [way[way.length - 2]] };
    queueCommand(engine, asked);
    runHome(engine);
    const passed = passedBy(engine)[0];
    expect(compliedOf(engine)).toContain(0);
    expect(passed.filter((terminal) => terminal === first)).toHaveLength(1);
    expect(passesInOrder(passed, via), passed.join()).toBe(true);
  });

  test("given again, amended, goes on where it is", () => {
    const via = [5, 0, 3];
    const once = freshTwin(wayIn);
    queueCommand(once, askedBy(via, 1));
    runHome(once);
    const again = freshTwin(wayIn);
    queueCommand(again, askedBy(via, 1));
    queueCommand(again, askedBy(via, 160));
    runHome(again);
    const [before, after] = [passedBy(once), passedBy(again)];
    for (const person of compliedOf(once)) {
      expect(passesInOrder(after[person], via)).toBe(true);
      const times = (passed: readonly number[]) => passed.filter((terminal) => terminal === via[0]).length;
      expect(times(after[person])).toBe(times(before[person]));
    }
  });

  test("saved and resumed at any tick has the same bits", () => {
    const commands = [askedBy([5, 0, 3], 20)];
    const run = (engine: TwinEngine) => {
      advanceTwin(engine, 700);
      return stateHash(engine);
    };
    const whole = freshTwin(wayIn);
    for (const command of commands) queueCommand(whole, command);
    const expected = run(whole);
    expect(compliedOf(whole).length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 699 }), (tick) => {
        const first = freshTwin(wayIn);
        for (const command of commands) queueCommand(first, command);
        advanceTwin(first, tick);
        const loaded = loadArena(first.arena.counts, saveArena(first.arena));
        if (!loaded.ok) throw new Error(loaded.error.message);
        const resumed = createTwinEngine(loaded.value, values);
        for (const command of first.waiting) queueCommand(resumed, command);
        expect(run(resumed)).toBe(expected);
      }),
      { numRuns: 12 },
    );
  });
});

/** Everybody goes by these terminals, known from the start: by the usual trees, as who follows a set without trees. */
function goBy({ arena: { columns } }: TwinEngine, via: readonly number[]): void {
  const row = TreeSet.instructed * itineraryRows;
  via.forEach((terminal, at) => {
    columns.itineraryVia[row + at] = columns.destinationEdge.indexOf(terminalEdges[terminal]);
  });
  for (const person of people) {
    columns.personTreeSet[person] = TreeSet.instructed;
    columns.tripVia[2 * person] = row;
  }
}
