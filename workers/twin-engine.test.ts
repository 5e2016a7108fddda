import { describe, expect, test } from "vitest";
import { gridCity } from "../test/support/plain-city";
import { fc } from "../test/support/properties";
import { startS } from "../test/support/small-twin";
import { forkArena, loadArena, none, openArena, saveArena } from "./arena";
import type { TwinCommand } from "./messages";
import { generatePopulation, parameterValues } from "./people";
import { routeOf, TreeSet } from "./traffic/routing";
import { buildTwin } from "./twin";
import { advanceTwin, createTwinEngine, queueCommand, settleTick, stateHash, type TwinEngine } from "./twin-engine";

const values = parameterValues({ departureMeanS: startS + 900, departureDeviationS: 500, contractShare: 0.5 });
const city = gridCity(5, 180, 2);
const ticks = 1800;
const closedEdge = 21;

function freshTwin(seed = 5): TwinEngine {
  const population = generatePopulation(city, 1500, seed, values);
  if (!population.ok) throw new Error(population.error.message);
  const arena = buildTwin(city, population.value, { seed, startS, tickS: 1 }, parameterValues());
  if (!arena.ok) throw new Error(arena.error.message);
  return createTwinEngine(arena.value, values);
}

const closure: readonly TwinCommand[] = [
  { kind: "closeLanes", tick: 400, incident: 1, edge: closedEdge, positionM: 40, laneCount: 1 },
  { kind: "openLanes", tick: 1300, edge: closedEdge },
];

function instruct(people: readonly number[], tick = 500): TwinCommand {
  return {
    kind: "instruct",
    tick,
    instruction: 1,
    blockHeight: 7,
    transactionHash: "00",
    people,
    bonusEur: 3,
    avoidEdges: [closedEdge],
    action: { kind: "avoid" },
  };
}

function run(engine: TwinEngine, commands: readonly TwinCommand[], until = ticks): string {
  for (const command of commands) queueCommand(engine, command);
  advanceTwin(engine, until);
  return stateHash(engine);
}

/** Contract holders yet to depart whose usual way leads over the closed edge. */
function concerned(engine: TwinEngine): number[] {
  const { columns, counts } = engine.arena;
  return Array.from({ length: counts.people }, (_, person) => person).filter((person) => {
    const route = routeOf(
      engine.arena,
      TreeSet.usual,
      columns.tripOriginEdge[2 * person],
      columns.tripDestination[2 * person],
    );
    const yetToDepart = columns.tripArrivalTick[2 * person] === none;
    return yetToDepart && columns.personHoldsContract[person] === 1 && route.indexOf(closedEdge, 1) > 0;
  });
}

describe("two runs", () => {
  test("of the same commands have the same bits, however they are cut into calls", () => {
    const whole = run(freshTwin(), closure);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }), (cuts) => {
        const engine = freshTwin();
        for (const command of closure) queueCommand(engine, command);
        for (const cut of cuts) advanceTwin(engine, Math.min(ticks, engine.arena.header.tick + cut));
        advanceTwin(engine, ticks);
        expect(stateHash(engine)).toBe(whole);
      }),
      { numRuns: 12 },
    );
  });

  test("with another seed differ", () => {
    expect(run(freshTwin(5), [])).not.toBe(run(freshTwin(6), []));
  });

  test("one of them saved and resumed at any minute have the same bits", () => {
    const commands = [...closure, instruct(concerned(freshTwin()))];
    const whole = run(freshTwin(), commands);
    for (let minute = 1; minute < ticks / 60; minute++) {
      const first = freshTwin();
      for (const command of commands) queueCommand(first, command);
      advanceTwin(first, minute * 60);
      const loaded = loadArena(first.arena.counts, saveArena(first.arena));
      if (!loaded.ok) throw new Error(loaded.error.message);
      const resumed = createTwinEngine(loaded.value, values);
      expect(run(resumed, first.waiting), `minute ${minute}`).toBe(whole);
    }
  });
});

describe("an instruction", () => {
  test("to nobody changes no bit", () => {
    expect(run(freshTwin(), [...closure, instruct([])])).toBe(run(freshTwin(), closure));
  });

  test("changes the way of those who comply, and only from the tick on at which they hear", () => {
    const engine = freshTwin();
    const people = concerned(engine);
    expect(people.length).toBeGreaterThan(20);
    run(engine, [...closure, instruct(people)], 700);
    const [answers] = engine.answers;
    const { columns } = engine.arena;
    const complied = people.filter((_, row) => answers?.complies[row] === 1);
    const onInstructedSet = people.filter((person) => columns.personTreeSet[person] === TreeSet.instructed);
    expect(complied.length).toBeGreaterThan(5);
    expect(complied.length).toBeLessThan(people.length);
    expect(onInstructedSet.length).toBeGreaterThan(0);
    expect(onInstructedSet.every((person) => complied.includes(person))).toBe(true);
    const other = freshTwin();
    run(other, closure, 500);
    const same = freshTwin();
    run(same, [...closure, instruct(people)], 500);
    expect(stateHash(same)).toBe(stateHash(other));
  });

  test("leads those who comply around the edge", () => {
    const asked = freshTwin();
    const people = concerned(asked);
    run(asked, [instruct(people, 1)], ticks);
    const [answers] = asked.answers;
    for (const [row, person] of people.entries()) {
      if (answers?.complies[row] !== 1) continue;
      const { columns } = asked.arena;
      const way = routeOf(
        asked.arena,
        TreeSet.instructed,
        columns.tripOriginEdge[2 * person],
        columns.tripDestination[2 * person],
      );
      expect(way.length).toBeGreaterThan(0);
      expect(way.indexOf(closedEdge, 1)).toBe(-1);
    }
    const alone = freshTwin();
    run(alone, [], ticks);
    const complied = answers?.complies.reduce((sum, one) => sum + one, 0) ?? 0;
    const entered = (engine: TwinEngine) => engine.arena.columns.edgeEntered[closedEdge];
    expect(complied).toBeGreaterThan(5);
    expect(entered(alone) - entered(asked)).toBeGreaterThan(0.7 * complied);
  });
});

test("a fork without the instruction goes on as if it had never been sent", () => {
  const never = run(freshTwin(), closure);
  const live = freshTwin();
  for (const command of closure) queueCommand(live, command);
  advanceTwin(live, 500);
  const fork = createTwinEngine(openArena(forkArena(live.arena)), values);
  for (const command of live.waiting) queueCommand(fork, command);
  const sent = run(live, [instruct(concerned(live))]);
  advanceTwin(fork, ticks);
  expect(stateHash(fork)).toBe(never);
  expect(sent).not.toBe(never);
});

describe("a tick that is settled", () => {
  test("holds in a fork and in a save what was commanded while the clock stood, also where routes are refreshed", () => {
    const refreshTick = 600;
    const closing: TwinCommand = {
      ...{ kind: "closeLanes", tick: refreshTick, incident: 1, edge: closedEdge, positionM: 40, laneCount: 2 },
    };
    const straight = run(freshTwin(), [closing]);
    const live = freshTwin();
    advanceTwin(live, refreshTick);
    queueCommand(live, closing);
    settleTick(live);
    const fork = createTwinEngine(openArena(forkArena(live.arena)), values);
    expect(fork.arena.columns.edgeClosed[closedEdge]).toBe(1);
    const loaded = loadArena(live.arena.counts, saveArena(live.arena));
    if (!loaded.ok) throw new Error(loaded.error.message);
    settleTick(live);
    for (const engine of [live, fork, createTwinEngine(loaded.value, values)]) expect(run(engine, [])).toBe(straight);
  });
});

describe("instructions one after the other", () => {
  test("each have trees of their own while anybody follows them, and are refused new ways when there are no more", () => {
    const engine = freshTwin();
    const people = concerned(engine);
    const asked = Array.from({ length: 8 }, (_, row): TwinCommand => {
      const some = people.filter((_, at) => at % 8 === row);
      return { ...instruct(some, 2), instruction: row + 1, bonusEur: 7 } as TwinCommand;
    });
    for (const command of asked) queueCommand(engine, command);
    advanceTwin(engine, 400);
    const { columns } = engine.arena;
    const setsOf = engine.answers.map(
      ({ complies }, row) =>
        new Set(
          people
            .filter((_, at) => at % 8 === row)
            .filter((_, at) => complies[at] === 1)
            .map((person) => columns.personTreeSet[person]),
        ),
    );
    const instructed = setsOf.map((sets) =>
      [...sets].filter((set) => set >= TreeSet.instructed && set < TreeSet.navigated),
    );
    const used = instructed.flat();
    expect(used.length).toBeGreaterThan(3);
    expect(new Set(used).size).toBe(used.length);
    expect(used.length).toBeLessThanOrEqual(engine.arena.header.instructionSets);
  });
});

test("lanes that one command closed stay closed when another closes fewer", () => {
  const engine = freshTwin();
  const close = (tick: number, laneCount: number): TwinCommand => ({
    ...{ kind: "closeLanes", tick, incident: tick, edge: closedEdge, positionM: 40, laneCount },
  });
  run(engine, [close(1, 2), close(2, 1)], 3);
  expect(engine.arena.columns.edgeClosed[closedEdge]).toBe(1);
});
