import { cpus } from "node:os";
import path from "node:path";
import type { City } from "../../common/city";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { forkArena, hashArena, type Arena } from "../../workers/arena";
import { generatePopulation, parameterValues } from "../../workers/people";
import { TreeSet } from "../../workers/traffic";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { timeChromium, timeElectron, type StartOutcome } from "./bench-start";
import { benchFrames } from "./bench-frames";
import { median, type BenchResult } from "./bench-result";
import { readArguments, table, unusable, type Command, type CommandIo, type CommandOutcome } from "./command";

const options = {
  city: { type: "string" },
  people: { type: "string" },
  seed: { type: "string" },
  runs: { type: "string" },
  seconds: { type: "string" },
  vehicles: { type: "string" },
} as const;
const runs = 3;
const names = ["engine", "start", "frames"] as const;

export const bench: Command = {
  usage:
    "bench [engine [--city CITY] [--people N] | start [--city CITY] [--runs N] | frames [--seconds N] [--vehicles N]] [--json]",
  summary:
    "measures the engine (medians of three runs), the start of the console in Chromium and Electron, or frames from the engine to the picture in a browser, beside their bars; a figure that misses its bar ends with code 1",
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const [name = "engine"] = read.value.positionals;
    if (!names.some((known) => known === name))
      return unusable({ message: `there is: ${names.join(", ")}`, where: name });
    if (name === "start") return benchStart(read.value.values, io);
    if (read.value.values.runs !== undefined) return unusable({ message: "is for 'bench start'", where: "--runs" });
    const people = wholeNumber(read.value.values.people ?? "10000", 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const seed = wholeNumber(read.value.values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const seconds = wholeNumber(read.value.values.seconds ?? "30", 1, 3600);
    if (seconds === null) return unusable({ message: "a whole number from 1 to 3600", where: "--seconds" });
    const vehiclesMax = wholeNumber(read.value.values.vehicles ?? "100000", 20_000, 100_000);
    if (vehiclesMax === null) return unusable({ message: "a whole number from 20000 to 100000", where: "--vehicles" });
    const measured =
      name === "frames"
        ? await benchFrames({ seed, seconds, vehiclesMax }, io)
        : await benchCity(read.value.values.city, people, seed, io);
    if (!measured.ok) return unusable(measured.error);
    return reported(measured.value);
  },
};

function reported(results: readonly BenchResult[]): CommandOutcome {
  const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
  const lines = results.map(({ what, value, unit, bar, ok }): [string, string] => [
    what,
    `${value ?? "not measured"} ${unit}${bar === null || ok === null ? "" : ` (bar ${bar}: ${ok ? "met" : "MISSED"})`}`,
  ]);
  return {
    kind: results.some(({ ok }) => ok === false) ? "checkFailed" : "done",
    document: { results, machine },
    text: `${table(lines)}\n${machine}`,
  };
}

/** Seconds from the start of the process to the first frame in which vehicles have moved, with what an earlier start kept. */
const startBarS = 4;
const startRunsMax = 50;

async function benchStart(
  { runs: wanted, city = "bundled", people, seed }: Partial<Record<keyof typeof options, string>>,
  io: CommandIo,
): Promise<CommandOutcome> {
  if (people !== undefined || seed !== undefined) {
    return unusable({ message: "is for 'bench engine'", where: people === undefined ? "--seed" : "--people" });
  }
  const startRuns = wholeNumber(wanted ?? "5", 1, startRunsMax);
  if (startRuns === null) return unusable({ message: `a whole number from 1 to ${startRunsMax}`, where: "--runs" });
  const progress = io.progress("bench");
  let done = 0;
  const bench = {
    root: path.resolve(__dirname, "../.."),
    city,
    runs: startRuns,
    onRun: () => progress(++done, 2 * (startRuns + 1)),
  };
  const outcomes = [await timeChromium(bench), await timeElectron(bench)];
  return reported(outcomes.map((outcome) => startResult(outcome, city)));
}

/** A shell that is not there has no figure, and says why. */
function startResult(outcome: StartOutcome, city: string): BenchResult {
  const what = `start of ${city} in ${outcome.shell} to moving vehicles`;
  if ("lack" in outcome) return { what, value: null, unit: `s: ${outcome.lack}`, bar: startBarS, ok: null };
  const seconds = Number(median(outcome.secondsOfRun).toFixed(2));
  const all = outcome.secondsOfRun.map((each) => each.toFixed(2)).join(", ");
  return { what: `${what}, median of ${all}`, value: seconds, unit: "s", bar: startBarS, ok: seconds <= startBarS };
}

/** The bar of the first hour: one worker, 1 s steps, no ledger. */
const realTimeFactorBar = 1000;
const fromS = 7 * 3600;
const hourS = 3600;

async function benchCity(city: string | undefined, people: number, seed: number, io: CommandIo) {
  const loaded = await loadCity(citySource(city));
  return loaded.ok ? benchEngine(loaded.value, people, seed, io) : loaded;
}

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
