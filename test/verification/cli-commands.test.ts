import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { fourBlocks, writeXml } from "../../workers/city/osm/example-files";
import { documentOf, expectUnusable, runCli } from "./cli-runs";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-commands-"));
afterAll(() => rmSync(folder, { recursive: true }));
const hour = ["simulate", "bundled-town", "--people", "3000", "--from", "07:00", "--to", "08:00", "--json"];

interface Run {
  readonly meanTimeLossS: number;
  readonly stateHash: string;
}

function run(...more: readonly string[]): Run {
  const ended = runCli([...hour, ...more]);
  expect(ended.code, ended.stderr).toBe(0);
  return documentOf(ended) as unknown as Run;
}

function runWith(commands: readonly object[]): Run {
  const file = path.join(folder, "commands.json");
  writeFileSync(file, JSON.stringify(commands));
  return run("--commands", file);
}

/** The edges that most vehicles enter. */
function busiestEdges(count: number): string[] {
  const table = path.join(folder, "edges.csv");
  run("--edges", table);
  const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
  const entered = rows
    .map((row) => row.split(","))
    .map(([, edge = "", vehicles]) => ({ edge, vehicles: Number(vehicles) }));
  return entered
    .sort((a, b) => b.vehicles - a.vehicles || (a.edge < b.edge ? -1 : 1))
    .slice(0, count)
    .map(({ edge }) => edge);
}

test("a file of commands limits speeds, takes capacity, darkens signals and closes lanes; each costs time", () => {
  const usual = run();
  const edges = busiestEdges(12);
  const at = "07:05";
  const everywhere = (command: object) => edges.map((edge) => ({ ...command, at, edge }));
  for (const command of [
    { kind: "limitSpeed", speedMaxMps: 3 },
    { kind: "reduceCapacity", part: 0.1 },
    { kind: "closeLanes", lanes: 1, positionM: 20 },
  ]) {
    const { meanTimeLossS, stateHash } = runWith(everywhere(command));
    expect(stateHash, command.kind).not.toBe(usual.stateHash);
    expect(meanTimeLossS, command.kind).toBeGreaterThan(usual.meanTimeLossS);
  }
  const dark = edges.map((edge) => ({ kind: "switchSignal", dark: true, at, edge })).filter(isTaken);
  expect(dark.length).toBeGreaterThan(2);
  expect(runWith(dark).stateHash).not.toBe(usual.stateHash);
  expect(runWith([]).stateHash).toBe(usual.stateHash);
});

/** Is a command of switchSignal for a road that ends at a signal? */
function isTaken(command: object): boolean {
  const file = path.join(folder, "one.json");
  writeFileSync(file, JSON.stringify([command]));
  const { code, stderr } = runCli([
    "simulate",
    "bundled-town",
    "--people",
    "1",
    "--from",
    "07:00",
    "--to",
    "07:06",
    "--commands",
    file,
  ]);
  if (code !== 0) expect(stderr).toMatch(/does not end at a signal/);
  return code === 0;
}

test("an import asks conditions at the moment that it is given, and what it keeps says which", () => {
  const tags = { type: "restriction", "restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)" };
  const map = { ...fourBlocks, relations: fourBlocks.relations.map((relation) => ({ ...relation, tags })) };
  const [file, kept] = [path.join(folder, "conditions.osm"), path.join(folder, "kept")];
  writeFileSync(file, writeXml(map));
  const importAt = (...args: readonly string[]) => {
    const { restrictions, dropped } = documentOf(runCli(["import", ...args, "--json"])) as unknown as {
      readonly restrictions: number;
      readonly dropped: readonly { readonly why: string }[];
    };
    return { restrictions, told: dropped.map(({ why }) => why).join() };
  };
  const usual = importAt(file);
  expect(usual).toEqual({
    restrictions: 1,
    told: expect.stringContaining("what holds at Tu 08:00 is applied") as string,
  });
  expect(importAt(file, "--at", "Tu 08:00")).toEqual(usual);
  const weekend = importAt(file, "--at", "2026-11-28T08:00", "--out", kept);
  expect(weekend).toEqual({ restrictions: 0, told: expect.stringContaining("than 2026-11-28T08:00") as string });
  expect(importAt(kept)).toEqual(weekend);
});

test("a save holds the commands whose tick has not come: the resumed run has the bits of the straight one", () => {
  const [edge = ""] = busiestEdges(1);
  const commands = path.join(folder, "later.json");
  writeFileSync(
    commands,
    JSON.stringify([
      { kind: "closeLanes", at: "07:05", edge, lanes: 1 },
      { kind: "openLanes", at: "07:40", edge },
    ]),
  );
  const straight = run("--commands", commands);
  const save = path.join(folder, "state.save");
  const upTo = (to: string, ...more: readonly string[]) => ["simulate", "bundled-town", "--to", to, "--json", ...more];
  const first = ["--people", "3000", "--from", "07:00", "--commands", commands, "--save", save];
  expect(runCli(upTo("07:20", ...first)).code).toBe(0);
  const resumed = runCli(upTo("08:00", "--resume", save));
  expect(documentOf(resumed)["stateHash"]).toBe(straight.stateHash);
  expectUnusable(
    upTo("08:00", "--resume", save, "--people", "10"),
    /--people: the saved run has its own: not together with --resume/,
  );
});
