import { cpus } from "node:os";
import type { City } from "../../common/city";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { forkArena, hashArena, type Arena } from "../../workers/arena";
import { generatePopulation, parameterValues } from "../../workers/people";
import { TreeSet } from "../../workers/traffic";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { readArguments, table, unusable, type Command, type CommandIo } from "./command";

/** One figure; `bar` is null where no bar is set. */
interface BenchResult {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean | null;
}

const options = { city: { type: "string" }, people: { type: "string" }, seed: { type: "string" } } as const;
const runs = 3;
const names = ["engine"] as const;

export const bench: Command = {
  usage: "bench [engine] [--city CITY] [--people N] [--json]",
  summary: "measures the engine: medians of three runs beside their bars; a figure below its bar ends with code 1",
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const [name = "engine"] = read.value.positionals;
    if (!names.some((known) => known === name))
      return unusable({ message: `there is: ${names.join(", ")}`, where: name });
    const people = wholeNumber(read.value.values.people ?? "10000", 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const seed = wholeNumber(read.value.values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const city = await loadCity(citySource(read.value.values.city));
    if (!city.ok) return unusable(city.error);
    const measured = benchEngine(city.value, people, seed, io);
    if (!measured.ok) return unusable(measured.error);
    const results = measured.value;
    const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
    const lines = results.map(({ what, value, unit, bar, ok }): [string, string] => [
      what,
      `${value} ${unit}${bar === null ? "" : ` (bar ${bar}: ${ok === true ? "met" : "MISSED"})`}`,
    ]);
    const missed = results.some(({ ok }) => ok === false);
    return {
      kind: missed ? "checkFailed" : "done",
      document: { results, machine },
      text: `${table(lines)}\n${machine}`,
    };
  },
};

/** The bar of the first hour: one worker, 1 s steps, no ledger. */
const realTimeFactorBar = 1000;
const fromS = 7 * 3600;
const hourS = 3600;

function benchEngine(city: City, people: number, seed: number, io: CommandIo): Result<readonly BenchResult[]> {
  const progress = io.progress("bench");
  const factors: number[] = [];
  const updates: number[] = [];
  let last: Arena | undefined;
  for (let run = 0; run < runs; run++) {
    const population = generatePopulation(city, people, seed, parameterValues());
    if (!population.ok) return population;
    const settings = { seed, startS: fromS, tickS: 1 };
    const built = buildTwin(city, population.value, settings, parameterValues());
    if (!built.ok) return fail(describeFailure(built.error));
    const engine = createTwinEngine(built.value, parameterValues());
    const begunMs = performance.now();
    advanceTwin(engine, hourS);
    const wallS = (performance.now() - begunMs) / 1000;
    factors.push(hourS / wallS);
    updates.push(built.value.header.vehicleUpdates / wallS);
    last = built.value;
    progress(run + 1, runs);
  }
  if (last === undefined) return fail("nothing was run");
  const arena = last;
  const megabytes = arena.layout.savedEnd / 1e6;
  const forkMs = median(Array.from({ length: runs }, () => timeMs(() => forkArena(arena))));
  const hashMs = median(Array.from({ length: runs }, () => timeMs(() => hashArena(arena))));
  const treeMs = timeMs(() => {
    for (let destination = 0; destination < arena.counts.destinations; destination++) {
      arena.kernel.buildTree(TreeSet.usual, destination);
    }
  });
  return succeed([
    result(
      `07:00 to 08:00 of ${city.meta.name}, ${people} people, 1 s steps, one worker`,
      Math.round(median(factors)),
      "× real time",
      realTimeFactorBar,
    ),
    result("vehicle updates", Math.round(median(updates)), "/s", null),
    result(`fork of an arena of ${megabytes.toFixed(1)} MB`, Number(forkMs.toFixed(2)), "ms", null),
    result("hash of its state", Number(hashMs.toFixed(2)), "ms", null),
    result(
      `destination tree over ${arena.counts.edges} edges`,
      Number(((1000 * treeMs) / arena.counts.destinations).toFixed(1)),
      "µs",
      null,
    ),
  ]);
}

function result(what: string, value: number, unit: string, bar: number | null): BenchResult {
  return { what, value, unit, bar, ok: bar === null ? null : value >= bar };
}

function timeMs(work: () => unknown): number {
  const begunMs = performance.now();
  work();
  return performance.now() - begunMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
