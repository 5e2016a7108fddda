import type { City } from "../../common/city";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { forkArena, hashArena, type Arena } from "../../workers/arena";
import { generatePopulation, parameterValues } from "../../workers/people";
import { TreeSet } from "../../workers/traffic";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { median, reported, result, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";

/** The bar of the first hour: one worker, 1 s steps, no ledger. */
const realTimeFactorBar = 1000;
const fromS = 7 * 3600;
const hourS = 3600;

const runs = 3;

export const benchEngineCommand: Bench = {
  usage: "engine [--city CITY] [--people N] [--seed N]",
  summary: "engine: medians of three runs",
  options: ["city", "people", "seed"],
  run: async (values, io) => {
    const people = wholeNumber(values.people ?? "10000", 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const city = await loadCity(citySource(values.city));
    const measured = city.ok ? benchEngine(city.value, people, seed, io) : city;
    return measured.ok ? reported(measured.value) : unusable(measured.error);
  },
};

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

function timeMs(work: () => unknown): number {
  const begunMs = performance.now();
  work();
  return performance.now() - begunMs;
}
