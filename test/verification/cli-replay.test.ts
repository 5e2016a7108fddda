import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { documentOf, expectUnusable, runCli } from "./cli-runs";

// Every case is a process of its own, or several: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

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
