import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { City } from "../../common/city";
import { draw, drawInteger } from "../../common/draw";
import { generateTown } from "../../sim-data";
import { forkArena, hashArena, loadArena, openArena, saveArena, type Arena } from "../../workers/arena";
import { sections, type SectionName } from "../../workers/arena/sections";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand, type TwinEngine } from "../../workers/twin-engine";
import { cityOf, dataRoot, hasCities } from "./city-files";
import { documentOf, runCli } from "./cli-runs";

// Every case is a process of its own: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Equal bits: of two runs, of a run that was saved and resumed, of two runtimes, with and without a null instruction. */
const values = parameterValues();
const fromS = 7 * 3600;
const hourS = 3600;
const seed = Number(process.env["PENDULAIRE_TEST_SEED"] ?? 1);
/** Minutes of the hour at which the run is saved and resumed; `npm run verify` takes them all. */
const minuteCount = Number(process.env["PENDULAIRE_RESUME_MINUTES"] ?? 10);

const krems = path.join(dataRoot, "osm-cities", "krems.osm.gz");
const cities: readonly (readonly [name: string, argument: string, people: number, load: () => City])[] = [
  ["the bundled town", "bundled-town", 2000, () => generateTown(1)],
  ...(hasCities ? ([["Krems", krems, 10_000, () => cityOf("krems.osm.gz")]] as const) : []),
];

function twinOf(city: City, people: number): TwinEngine {
  const population = generatePopulation(city, people, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const arena = buildTwin(city, population.value, { seed: 1, startS: fromS, tickS: 1 }, values);
  if (!arena.ok) throw new Error(arena.error.message);
  return createTwinEngine(arena.value, values);
}

function hashAfter(engine: TwinEngine, tick: number): string {
  advanceTwin(engine, tick);
  return hashArena(engine.arena);
}

function simulated(city: string, people: number, node?: string, environment = {}): Readonly<Record<string, unknown>> {
  const hour = ["--people", String(people), "--from", "07:00", "--to", "08:00", "--json"];
  return documentOf(runCli(["simulate", city, ...hour], node, environment));
}

/** A road that many drive on, near the middle of its length, closed and opened again within the hour. */
function closureOf(city: City): readonly TwinCommand[] {
  const { edgeLengthM } = city.columns;
  const edge = edgeLengthM.reduce((longest, lengthM, at) => (lengthM > edgeLengthM[longest] ? at : longest), 0);
  return [
    { kind: "closeLanes", tick: 600, incident: 1, edge, positionM: edgeLengthM[edge] / 2, laneCount: 1 },
    { kind: "openLanes", tick: 2400, edge },
  ];
}

describe.each(cities)("%s", (_, argument, people, load) => {
  test("has the same state hash twice, on the command line and in this process", () => {
    const first = simulated(argument, people)["stateHash"];
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(simulated(argument, people)["stateHash"]).toBe(first);
    expect(hashAfter(twinOf(load(), people), hourS)).toBe(first);
  });

  test(`has the bits of a straight run after save and resume at ${minuteCount} of 60 minutes (seed ${seed})`, () => {
    const city = load();
    const closure = closureOf(city);
    const straight = twinOf(city, people);
    for (const command of closure) queueCommand(straight, command);
    const expected = hashAfter(straight, hourS);
    const chosen = Array.from({ length: 60 }, (_, minute) => minute)
      .sort((a, b) => draw(seed, a, 1, 0) - draw(seed, b, 1, 0))
      .slice(0, minuteCount)
      .sort((a, b) => a - b);
    const running = twinOf(city, people);
    for (const command of closure) queueCommand(running, command);
    for (const minute of chosen) {
      // Not on the minute only: some second within it.
      advanceTwin(running, 60 * minute + drawInteger(seed, minute, 2, 0, 60));
      const loaded = loadArena(running.arena.counts, saveArena(running.arena));
      if (!loaded.ok) throw new Error(loaded.error.message);
      const resumed = createTwinEngine(loaded.value, values);
      for (const command of running.waiting) queueCommand(resumed, command);
      expect({ minute, hash: hashAfter(resumed, hourS) }).toEqual({ minute, hash: expected });
    }
    expect(hashAfter(running, hourS)).toBe(expected);
  });

  test("does not change by an instruction that matches nobody", () => {
    const city = load();
    const sent = twinOf(city, people);
    queueCommand(sent, instruction([], 3, closureOf(city)));
    const never = twinOf(city, people);
    expect(hashAfter(sent, hourS)).toBe(hashAfter(never, hourS));
    expect(sent.answers).toHaveLength(1);
  });

  test("does not change by an instruction without a bonus that asks for what everybody does already", () => {
    const city = load();
    const sent = twinOf(city, people);
    const holders = Array.from({ length: people }, (_, person) => person).filter(
      (person) => sent.arena.columns.personHoldsContract[person] === 1,
    );
    expect(holders.length).toBeGreaterThan(10);
    queueCommand(sent, instruction(holders, 0, []));
    const never = twinOf(city, people);
    advanceTwin(sent, hourS);
    advanceTwin(never, hourS);
    expect(cityBits(sent.arena)).toEqual(cityBits(never.arena));
    // People were asked, and answered: the command was not simply lost.
    expect(sent.answers[0]?.hearsAtTick.some((tick) => tick >= 0)).toBe(true);
    expect(sent.arena.columns.personMarks).not.toEqual(never.arena.columns.personMarks);
  });

  test("and its do-nothing twin stay equal after a null instruction", () => {
    const live = twinOf(load(), people);
    advanceTwin(live, hourS / 4);
    const doNothing = createTwinEngine(openArena(forkArena(live.arena)), values);
    queueCommand(live, instruction([], 5, [], live.arena.header.tick));
    for (let tick = hourS / 2; tick <= hourS; tick += hourS / 4) {
      expect(hashAfter(live, tick)).toBe(hashAfter(doNothing, tick));
    }
  });
});

function instruction(
  people: readonly number[],
  bonusEur: number,
  around: readonly TwinCommand[],
  tick = 900,
): TwinCommand {
  const avoidEdges = around.flatMap((command) => (command.kind === "closeLanes" ? [command.edge] : []));
  return {
    kind: "instruct",
    tick,
    instruction: 1,
    blockHeight: 7,
    transactionHash: "00",
    people,
    bonusEur,
    avoidEdges,
    action: { kind: "avoid" },
  };
}

/**
 * Everything that is hashed but the roads as the instruction's own travellers would see them: an instruction that was
 * sent has its set of weights and trees, by which nobody travels.
 */
const instructionsOwn = new Set(["edgeWeightDs", "edgeBarred", "treeSetActive", "treeOfDestination", "tree"]);
function cityBits(arena: Arena): Readonly<Record<string, string>> {
  const bits: Record<string, string> = {};
  for (const name of Object.keys(sections) as SectionName[]) {
    if (sections[name].region !== "state" || instructionsOwn.has(name)) continue;
    const column = arena.columns[name];
    bits[name] = Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("base64");
  }
  return { ...bits, header: JSON.stringify({ ...arena.header, treeCount: 0 }) };
}

const runtime = path.join(process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? "node_modules/electron/dist", "electron");
const hasElectron = existsSync(runtime);
const isRequired = process.env["CI"] === "true";
if (!hasElectron) console.warn(`skipped: no Electron runtime at ${runtime} (set ELECTRON_OVERRIDE_DIST_PATH)`);

describe.skipIf(!hasElectron && !isRequired)("Electron's Node", () => {
  test.each(cities)("has Node's bits: %s", (_, argument, people) => {
    expect(hasElectron, `an Electron runtime at ${runtime}`).toBe(true);
    const here = simulated(argument, people);
    const there = simulated(argument, people, path.resolve(runtime), { ELECTRON_RUN_AS_NODE: "1" });
    expect(there["stateHash"]).toBe(here["stateHash"]);
    expect(there["updates"]).toBe(here["updates"]);
  });
});
