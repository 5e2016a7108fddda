import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { City } from "../../common/city";
import { generateTown } from "../../sim-data";
import { forkArena, hashArena, openArena, type Arena } from "../../workers/arena";
import { sections, type SectionName } from "../../workers/arena/sections";
import type { TwinCommand } from "../../workers/messages";
import { parameterValues } from "../../workers/people";
import { advanceTwin, createTwinEngine, queueCommand, type TwinEngine } from "../../workers/twin-engine";
import { pointsMax, runBits, twinOf as twinFrom, type BitsReport } from "./bits-run";
import { cityOf, dataRoot, hasCities } from "./city-files";
import { documentOf, runCli } from "./cli-runs";

// Every case is a process of its own: on a busy machine that takes its time.
vi.setConfig({ testTimeout: process.env["PENDULAIRE_RESUME_POINTS"] === undefined ? 600_000 : 3_600_000 });

/** Equal bits: of two runs, of a run that was saved and resumed, of two runtimes, with and without a null instruction. */
const values = parameterValues();
const fromS = 7 * 3600;
const hourS = 3600;
const seed = Number(process.env["PENDULAIRE_TEST_SEED"] ?? 1);
/** Points at which the three hours are saved and resumed here, and in other runtimes; `npm run verify` takes all 300. */
const pointCount = Number(process.env["PENDULAIRE_RESUME_POINTS"] ?? 5);
const otherPointCount = Number(process.env["PENDULAIRE_RESUME_POINTS"] ?? 2);

const krems = path.join(dataRoot, "osm-cities", "krems.osm.gz");
const cities: readonly (readonly [name: string, argument: string, people: number, load: () => City])[] = [
  ["the bundled town", "bundled-town", 2000, () => generateTown(1)],
  ...(hasCities ? ([["Krems", krems, 10_000, () => cityOf("krems.osm.gz")]] as const) : []),
];

const twinOf = (city: City, people: number) => twinFrom(city, people, fromS);

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

  test(`has the bits of a straight run of three hours after save and resume at ${pointCount} of ${pointsMax} points (seed ${seed})`, () => {
    const report = runBits(load(), { people, seed, points: pointCount });
    expect(report.resumed).toHaveLength(pointCount);
    for (const { tick, hash } of report.resumed) expect({ tick, hash }).toEqual({ tick, hash: report.end });
    expectEverything(report);
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

/** The run was no empty one: each thing happened, and to each instruction but the null one somebody complied. */
function expectEverything({ commands, complied, freed, learnt }: BitsReport): void {
  const instructions = ["avoid", "itinerary", "shift", "hold"].map((action) => `instruct ${action}`);
  const incidents = ["closeLanes", "openLanes", "limitSpeed", "reduceCapacity", "switchSignal"];
  const later = ["withdraw", "settleBonuses"];
  expect(Object.keys(commands).sort()).toEqual([...incidents, ...instructions, ...later].sort());
  // One of them was given twice: amended.
  expect(commands["instruct avoid"]).toBe(3);
  expect(freed).toBeGreaterThan(0);
  expect(learnt).toBeGreaterThan(0);
  expect(complied.some(({ asked }) => asked === 0)).toBe(true);
  for (const answer of complied) {
    if (answer.asked > 0) expect({ ...answer, complied: answer.complied > 0 }).toEqual({ ...answer, complied: true });
  }
}

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
const instructionsOwn = new Set([
  "edgeWeightDs",
  "edgeBarred",
  "treeSetActive",
  "treeSetInstruction",
  "treeOfDestination",
  "tree",
]);
function cityBits(arena: Arena): Readonly<Record<string, string>> {
  const bits: Record<string, string> = {};
  for (const name of Object.keys(sections) as SectionName[]) {
    if (sections[name].region !== "state" || instructionsOwn.has(name)) continue;
    const column = arena.columns[name];
    bits[name] = Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("base64");
  }
  return { ...bits, header: JSON.stringify({ ...arena.header, treeCount: 0 }) };
}

const electron = path.resolve(process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? "node_modules/electron/dist", "electron");
const hasElectron = existsSync(electron);
const isRequired = process.env["CI"] === "true";
if (!hasElectron) console.warn(`skipped: no Electron runtime at ${electron} (set ELECTRON_OVERRIDE_DIST_PATH)`);

/** Runtimes beside this one: Electron's Node, and those that the environment names. */
const others: readonly (readonly [name: string, program: string, environment: Readonly<Record<string, string>>])[] = [
  ...(hasElectron || isRequired ? ([["Electron's Node", electron, { ELECTRON_RUN_AS_NODE: "1" }]] as const) : []),
  ...(process.env["PENDULAIRE_OTHER_NODES"] ?? "")
    .split(path.delimiter)
    .filter((program) => program !== "")
    .map((program) => [program, program, {}] as const),
];

describe.skipIf(others.length === 0)("another runtime", () => {
  const child = path.resolve("node_modules/.cache/pendulaire/bits-child.cjs");
  beforeAll(() => {
    buildSync({
      ...{ entryPoints: [path.join(import.meta.dirname, "bits-child.ts")], outfile: child, bundle: true },
      ...{ platform: "node", format: "cjs", target: "node18.15", loader: { ".wasm": "binary" } },
    });
  });
  type Told = BitsReport & { readonly node: string };
  const told = (program: string, environment: object, ...args: readonly (string | number)[]): Told => {
    const { stdout, stderr, status } = spawnSync(program, [child, ...args.map(String)], {
      ...{ encoding: "utf8", maxBuffer: 64 * 2 ** 20, env: { ...process.env, ...environment } },
    });
    if (status !== 0) throw new Error(`${program}: ${stderr.slice(-2000)}`);
    return JSON.parse(stdout) as Told;
  };

  test.each(cities.flatMap((city) => others.map((other) => [other[0], city[0], other, city] as const)))(
    `%s has this Node's bits of three hours of %s, cut at ${otherPointCount} points too`,
    (_runtime, _city, [, program, environment], [, argument, people, load]) => {
      expect(existsSync(program), `a runtime at ${program}`).toBe(true);
      const here = runBits(load(), { people, seed, points: 0 });
      const there = told(program, environment, argument, people, seed, otherPointCount);
      expect(there.node).not.toBe(process.versions.node);
      expect(there.end).toBe(here.end);
      expect(there.resumed).toHaveLength(otherPointCount);
      for (const { tick, hash } of there.resumed) expect({ tick, hash }).toEqual({ tick, hash: here.end });
    },
  );

  test.skipIf(!hasElectron && !isRequired).each(cities)(
    "has the command line's bits in Electron's Node, too: %s",
    (_, argument, people) => {
      expect(hasElectron, `an Electron runtime at ${electron}`).toBe(true);
      const here = simulated(argument, people);
      const there = simulated(argument, people, electron, { ELECTRON_RUN_AS_NODE: "1" });
      expect(there["stateHash"]).toBe(here["stateHash"]);
      expect(there["updates"]).toBe(here["updates"]);
    },
  );
});
