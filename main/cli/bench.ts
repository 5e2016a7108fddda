import { cpus } from "node:os";
import type { City } from "../../common/city";
import { parseTimeOfDay, secondsPerDay } from "../../common/time";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { forkArena, hashArena, type Arena } from "../../workers/arena";
import { generatePopulation, parameterValues } from "../../workers/people";
import { TreeSet } from "../../workers/traffic";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { speeds } from "../host/live-clock";
import { runShift, type ShiftFigures, type ShiftSample } from "./bench-shift";
import { readArguments, table, unusable, type Command, type CommandIo, type CommandOutcome } from "./command";
import { checkPlace, writeWhole } from "./whole-files";

/** One figure; `bar` is null where no bar is set. */
interface BenchResult {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean | null;
}

const options = {
  city: { type: "string" },
  people: { type: "string" },
  seed: { type: "string" },
  at: { type: "string" },
  hours: { type: "string" },
  speed: { type: "string" },
  samples: { type: "string" },
} as const;
const runs = 3;
const names = ["engine", "shift"] as const;

export const bench: Command = {
  usage:
    "bench [engine] [--city CITY] [--people N] [--json] | bench shift [--city CITY] [--people N] [--at HH:MM] [--hours H] [--speed X] [--samples OUT.csv] [--json]",
  summary:
    "engine: medians of three runs beside their bars; shift: a shift (8 hours at 30 ×) of the built console in Chromium, its memory and its long tasks. A figure that misses its bar ends with code 1",
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const [name = "engine"] = read.value.positionals;
    if (!names.some((known) => known === name))
      return unusable({ message: `there is: ${names.join(", ")}`, where: name });
    if (name === "shift") return benchShift(read.value.values, io);
    const people = wholeNumber(read.value.values.people ?? "10000", 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const seed = wholeNumber(read.value.values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const city = await loadCity(citySource(read.value.values.city));
    if (!city.ok) return unusable(city.error);
    const measured = benchEngine(city.value, people, seed, io);
    if (!measured.ok) return unusable(measured.error);
    return outcomeOf(measured.value);
  },
};

function outcomeOf(results: readonly BenchResult[]): CommandOutcome {
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
}

const defaultShift = { at: "05:30", hours: "8", speed: "30" } as const;

async function benchShift(
  values: { readonly [Name in keyof typeof options]?: string },
  io: CommandIo,
): Promise<CommandOutcome> {
  const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
  if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
  const hours = Number(values.hours ?? defaultShift.hours);
  if (!(hours > 0 && hours <= 12)) return unusable({ message: "hours, more than 0 and at most 12", where: "--hours" });
  const speed = Number(values.speed ?? defaultShift.speed);
  if (!speeds.some((known) => known === speed)) {
    return unusable({ message: `there is: ${speeds.join(", ")}`, where: "--speed" });
  }
  const fromS = parseTimeOfDay(values.at ?? defaultShift.at);
  if (fromS === undefined || fromS + hours * hourS > secondsPerDay) {
    return unusable({ message: "a time of day HH:MM from which the shift ends on the same day", where: "--at" });
  }
  const place = values.samples === undefined ? succeed(undefined) : checkPlace(values.samples);
  if (!place.ok) return unusable(place.error);
  const city = await loadCity(citySource(values.city ?? "bundled-town"));
  if (!city.ok) return unusable(city.error);
  const run = { cityArgument: values.city ?? "bundled-town", city: city.value, people, hours, speed, fromS };
  const shift = await runShift(run, io);
  if (!shift.ok) return unusable(shift.error);
  if (values.samples !== undefined) {
    const written = writeWhole(values.samples, samplesCsv(shift.value.samples));
    if (!written.ok) return unusable(written.error);
  }
  return outcomeOf(shiftResults(run, shift.value));
}

/** Flat: the median of every later hour within so many percent of the second one's. */
const flatPercent = 5;
const gapBarMs = 50;

function shiftResults(
  { hours, speed, city }: { readonly hours: number; readonly speed: number; readonly city: City },
  shift: ShiftFigures,
): readonly BenchResult[] {
  const atMost = (what: string, value: number, unit: string, bar: number): BenchResult => ({
    what,
    value,
    unit,
    bar,
    ok: value <= bar,
  });
  const flat = (what: string, of: (sample: ShiftSample) => number): BenchResult[] => {
    const megabytes = median(shift.samples.map(of)) / 1e6;
    const drift = driftPercent(shift.samples, of);
    return [
      result(`${what}, median`, Number(megabytes.toFixed(1)), "MB", null),
      drift === undefined
        ? { what: `${what}: too short for a drift`, value: 0, unit: "%", bar: null, ok: null }
        : atMost(
            `${what}: largest drift of an hour's median after the first hour`,
            Number(drift.toFixed(1)),
            "%",
            flatPercent,
          ),
    ];
  };
  return [
    result(`${hours} h of ${city.meta.name} at ${speed} ×`, Number(shift.wallS.toFixed(0)), "s of wall time", null),
    result("incidents declared", shift.incidents, "", null),
    result("instructions sent", shift.instructions, "", null),
    result("looks back in time", shift.replays, "", null),
    ...flat("heap of the page", ({ heapBytes }) => heapBytes),
    ...flat("resident memory of the host", ({ hostBytes }) => hostBytes),
    result("tasks of more than 50 ms in the page", shift.longTasks, "", null),
    result("… their share of the time", Number((100 * shift.longTaskShare).toFixed(2)), "%", null),
    atMost("wait for a turn of the page's event loop, 99 of 100 below", shift.gapP99Ms, "ms", gapBarMs),
  ];
}

/** How far the median of an hour lies from that of the second one, at most; undefined before there are three hours. */
function driftPercent(samples: readonly ShiftSample[], of: (sample: ShiftSample) => number): number | undefined {
  const hours = new Map<number, number[]>();
  for (const sample of samples) {
    const hour = Math.floor(sample.timeS / hourS);
    hours.set(hour, [...(hours.get(hour) ?? []), of(sample)]);
  }
  const medians = [...hours].filter(([hour]) => hour >= 1).map(([, values]) => median(values));
  const [second, ...later] = medians;
  if (second === undefined || later.length === 0) return undefined;
  return Math.max(...later.map((value) => 100 * Math.abs(value / second - 1)));
}

function samplesCsv(samples: readonly ShiftSample[]): string {
  const rows = samples.map(({ timeS, heapBytes, hostBytes }) => `${timeS},${heapBytes},${hostBytes}`);
  return `${["sessionS,heapBytes,hostBytes", ...rows].join("\n")}\n`;
}

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
