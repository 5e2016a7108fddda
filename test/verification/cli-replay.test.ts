import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoggedCommand } from "../../main/host/twins";
import { generateTown } from "../../sim-data";
import { forkArena, hashArena, openArena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildDay } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand, settleTick, type TwinEngine } from "../../workers/twin-engine";
import { documentOf, expectUnusable, runCli } from "./cli-runs";
import { sessionFileOf } from "./session-file";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string) => path.join(folder, name);
const write = (name: string, document: unknown) => {
  writeFileSync(place(name), JSON.stringify(document));
  return place(name);
};

function simulate(to: string, ...more: readonly string[]): Readonly<Record<string, unknown>> {
  const run = runCli(["simulate", "bundled-town", "--to", to, "--json", ...more]);
  expect(run.code, run.stderr).toBe(0);
  return documentOf(run);
}

function replay(...args: readonly string[]): Readonly<Record<string, unknown>> {
  const run = runCli(["replay", save, "--json", ...args]);
  expect(run.code, run.stderr).toBe(0);
  return documentOf(run);
}

const first = ["--people", "2500", "--from", "07:00", "--step", "0.5"];
const save = place("run.save");
let edge = "";
let commands = "";
let ended: Readonly<Record<string, unknown>>;

beforeAll(() => {
  // The road that most take in these minutes: what happens elsewhere might change nothing.
  simulate("07:40", ...first, "--edges", place("edges.csv"));
  const roads = readFileSync(place("edges.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  edge = roads.sort((one, other) => Number(other[2]) - Number(one[2]))[0]?.[1] ?? "";
  commands = write("commands.json", [
    { kind: "closeLanes", at: "07:05", edge, lanes: 1 },
    { kind: "limitSpeed", at: "07:10:30", edge, speedMaxMps: 4 },
    { kind: "openLanes", at: "07:25", edge },
    { kind: "limitSpeed", at: "07:50", edge, speedMaxMps: null },
  ]);
  // In two parts: what was before the first save belongs to the run, too.
  simulate("07:15", ...first, "--commands", commands, "--save", place("half.save"));
  ended = simulate("07:40", "--resume", place("half.save"), "--save", save);
});

/** A session of the town in which the live city is told more than the other one, as it saved itself. */
function savedSession(): { readonly file: string; readonly live: string; readonly doNothing: string } {
  const [people, values, startS] = [1500, parameterValues(), 7 * 3600];
  const town = generateTown(1);
  const population = generatePopulation(town, people, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const day = buildDay(town, population.value, { seed: 1, startS, tickS: 0.5 }, values);
  if (!day.ok) throw new Error(day.error.message);
  const live = createTwinEngine(day.value.arena, values);
  const commands: LoggedCommand[] = [];
  let doNothing: TwinEngine | null = null;
  const give = (command: TwinCommand, liveOnly: boolean) => {
    commands.push({ command, liveOnly });
    queueCommand(live, command);
    if (!liveOnly && doNothing !== null) queueCommand(doNothing, command);
  };
  const goTo = (tick: number) => {
    for (const engine of [live, doNothing]) if (engine !== null) advanceTwin(engine, tick);
  };
  const { columns } = live.arena;
  const asked = Array.from({ length: people }, (_, person) => person).filter(
    (person) => columns.personHoldsContract[person] === 1,
  );
  const road = town.meta.edgeIds.indexOf(edge);
  goTo(600);
  give({ kind: "closeLanes", tick: 600, incident: 1, edge: road, positionM: 10, laneCount: 1 }, false);
  goTo(700);
  settleTick(live);
  doNothing = createTwinEngine(openArena(forkArena(live.arena)), values);
  const branches = [{ command: commands.length, tick: 700 }];
  const action = { kind: "avoid" } as const;
  give(
    {
      ...{ kind: "instruct", tick: 700, instruction: 1, blockHeight: 3, transactionHash: "00", people: asked },
      ...{ bonusEur: 5, avoidEdges: [road], action },
    },
    true,
  );
  goTo(1500);
  give({ kind: "withdraw", tick: 1500, instruction: 1, people: asked, action }, true);
  give({ kind: "settleBonuses", tick: 1500, people: asked, paid: asked.map((person) => person % 2 === 0) }, true);
  goTo(1800);
  give({ kind: "openLanes", tick: 1800, edge: road }, false);
  goTo(2400);
  const bytes = sessionFileOf({ ...{ city: town, people, values, live, doNothing }, ...{ commands, branches } });
  mkdirSync(place("session"), { recursive: true });
  const file = place("session/session.pendulaire");
  writeFileSync(file, gzipSync(bytes, { level: 1 }));
  return { file, live: hashArena(live.arena), doNothing: hashArena(doNothing.arena) };
}

describe("a saved session", () => {
  test("is run again to the bits of both cities: what only the live one got is not given to the other one", () => {
    const { file, live, doNothing } = savedSession();
    expect(live).not.toBe(doNothing);
    const run = runCli(["replay", file, "--json"]);
    expect(run.code, run.stderr).toBe(0);
    expect(documentOf(run)).toMatchObject({ stateHash: live, doNothing: { stateHash: doNothing }, equalsSaved: true });
  });

  test("is refused in one line where it is damaged or no session", () => {
    const { file } = savedSession();
    const bytes = gunzipSync(readFileSync(file));
    for (const part of [0.01, 0.5, 0.99]) {
      const damaged = Buffer.from(bytes);
      const at = Math.floor(part * bytes.length);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(file, gzipSync(damaged, { level: 1 }));
      expectUnusable(["replay", file], /session\.pendulaire.*damaged/);
    }
    writeFileSync(file, gzipSync(readFileSync(save), { level: 1 }));
    expectUnusable(["replay", file], /session\.pendulaire: not a saved session/);
    writeFileSync(file, "a letter");
    expectUnusable(["replay", file], /session\.pendulaire.*damaged/);
  });
});

describe("a saved simulation", () => {
  test("is run again to its own bits", () => {
    expect(replay()).toMatchObject({ at: "07:40:00", stateHash: ended["stateHash"], equalsSaved: true });
  });

  test.each(["07:00", "07:05", "07:20", "07:39:59"])("has at %s the bits that a run up to there has", (at) => {
    const { stateHash, indicators, equalsSaved } = replay("--at", at);
    expect(equalsSaved).toBe(null);
    if (at === "07:00") {
      expect(indicators).toMatchObject({ departed: 0, running: 0 });
      return;
    }
    const straight = simulate(at, ...first, "--commands", commands);
    expect(stateHash).toBe(straight["stateHash"]);
    expect(indicators).toMatchObject({
      arrived: straight["arrived"],
      vehicleHoursDelay: straight["vehicleHoursDelay"],
    });
  });

  test("takes another course from an instant on, and the same where nothing is changed", () => {
    const same = write("same.json", { until: "07:40", recorded: "keep", commands: [] });
    expect(replay("--at", "07:12", "--branch", same)).toMatchObject({ at: "07:40:00", stateHash: ended["stateHash"] });
    const calm = write("calm.json", { until: "07:40", commands: [{ kind: "openLanes", at: "07:12", edge }] });
    const other = replay("--at", "07:12", "--branch", calm);
    expect(other["stateHash"]).not.toBe(ended["stateHash"]);
    expect(other["branchedFrom"]).toMatchObject({ at: "07:12:00", stateHash: replay("--at", "07:12")["stateHash"] });
    // Beyond the save's own instant as well.
    const later = write("later.json", { until: "08:00", recorded: "keep", commands: [] });
    expect(replay("--at", "07:30", "--branch", later)["stateHash"]).toBe(
      simulate("08:00", ...first, "--commands", commands)["stateHash"],
    );
  });

  test("is refused, saying why, where it cannot be", () => {
    expectUnusable(["replay"], /missing/);
    expectUnusable(["replay", place("nowhere.save")], /no such file/);
    expectUnusable(["replay", folder], /session\.pendulaire/);
    expectUnusable(["replay", commands], /commands\.json/);
    expectUnusable(["replay", save, "--at", "7 o'clock"], /time of day/);
    for (const at of ["06:59", "07:40:01"]) expectUnusable(["replay", save, "--at", at], /holds 07:00:00 to 07:40:00/);
    const bad: [name: string, document: unknown, cause: RegExp][] = [
      ["no-until.json", { commands: [] }, /until/],
      ["past.json", { until: "07:00", commands: [] }, /until.*not before|not before.*branch/],
      ["early.json", { until: "07:40", commands: [{ kind: "openLanes", at: "07:10", edge }] }, /commands\[0\]\.at/],
      ["edge.json", { until: "07:40", commands: [{ kind: "openLanes", at: "07:30", edge: "x" }] }, /no edge 'x'/],
      ["more.json", { until: "07:40", commands: [], who: 1 }, /who/],
    ];
    for (const [name, document, cause] of bad)
      expectUnusable(["replay", save, "--at", "07:20", "--branch", write(name, document)], cause);
    const bytes = readFileSync(save);
    for (const at of [20, Math.floor(bytes.length / 2), bytes.length - 9]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(place("damaged.save"), damaged);
      expectUnusable(["replay", place("damaged.save")], /damaged\.save|index|column/);
    }
  });
});
