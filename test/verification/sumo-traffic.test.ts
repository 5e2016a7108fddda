import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "./cli-runs";
import { elementsOf, hasSumo } from "./sumo-files";
import {
  hasSumoProgram,
  readOwnRun,
  readReference,
  referredScenarios,
  runSumo,
  shareOfFlows,
  shareOfSpeeds,
  windowS,
  type RunFigures,
} from "./sumo-runs";

/** Bars of accuracy test 4 for the microscopic model, which nothing here may widen. */
const bars = { flows: 0.95, speeds: 0.75, trip: 0.1, loss: 0.15, arrivals: 0.02 } as const;
type Bar = keyof typeof bars;

/** All seeds and all scenarios take over a minute: `npm run verify` has them. Otherwise a sample, which the test states. */
const isWhole = process.env["PENDULAIRE_TRAFFIC"] === "all";
const seedsOfWhole = [1, 2, 3] as const;
/**
 * Seeds of our draws. A full network is one draw away from a jam: what only some of them meet is not met. The sample is one
 * of them, by the seed of the suite's draws.
 */
const ownSeeds = isWhole
  ? seedsOfWhole
  : [seedsOfWhole[Number(process.env["PENDULAIRE_TEST_SEED"] ?? "20260302") % seedsOfWhole.length]];
/** SUMO itself is run for the sample only where fewer vehicles drive: the others take most of the minute. */
const sampleVehicles = 5000;

/**
 * What holds today with all seeds, and so with each, of all scenarios together: a ratchet that may only be raised. Each
 * scenario has five bars beside SUMO run here, and four against its reference, which states no windows.
 */
const barsMetBesideSumo = isWhole ? 18 : 14;
const barsMetByReference = 14;

function measure(ours: RunFigures, theirs: RunFigures, hasWindows: boolean): Partial<Record<Bar, number>> {
  return {
    ...(hasWindows ? { flows: shareOfFlows(ours, theirs) } : {}),
    speeds: shareOfSpeeds(ours, theirs),
    trip: ours.meanTripS / theirs.meanTripS - 1,
    loss: ours.meanTimeLossS / theirs.meanTimeLossS - 1,
    arrivals: ours.arrived / theirs.arrived - 1,
  };
}

const isMet = (bar: Bar, value: number): boolean =>
  bar === "flows" || bar === "speeds" ? value >= bars[bar] : Math.abs(value) <= bars[bar];

function describeFigures(name: string, figures: Partial<Record<Bar, number>>): string {
  const parts = (Object.entries(figures) as [Bar, number][]).map(
    ([bar, value]) => `${bar} ${(100 * value).toFixed(1)} %${isMet(bar, value) ? "" : " MISSED"}`,
  );
  return `${name}: ${parts.join(", ")}`;
}

/** Prints the figures of every seed. @returns how many bars all of them meet */
function countMet(name: string, theirs: RunFigures, configuration: string, hasWindows: boolean): number {
  const all = ownSeeds.map((seed) => measure(ownRunOf(configuration, seed), theirs, hasWindows));
  all.forEach((figures, row) => console.info(describeFigures(`${name}, seed ${ownSeeds[row]}`, figures)));
  return (Object.keys(bars) as Bar[]).filter((bar) =>
    all.every((figures) => {
      const value = figures[bar];
      return value !== undefined && isMet(bar, value);
    }),
  ).length;
}

/** When a run is ended that has no end of its own: SUMO's own are over by 01:36. */
const latest = "02:30";

const nameOf = (configuration: string): string => path.basename(path.dirname(configuration));
const ownRuns = new Map<string, RunFigures>();

function ownRunOf(configuration: string, seed: number): RunFigures {
  const key = `${seed} ${configuration}`;
  const known = ownRuns.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(path.join(tmpdir(), "sumo-traffic-"));
  const [edges, trips] = [path.join(folder, "edges.csv"), path.join(folder, "trips.csv")];
  const args = ["simulate", configuration, "--edges", edges, "--edge-period", String(windowS), "--trips", trips];
  const hasEnd = elementsOf(configuration).some(({ tag }) => tag === "end");
  const { code, stderr } = runCli([...args, "--seed", String(seed), ...(hasEnd ? [] : ["--to", latest]), "--json"]);
  if (code !== 0) throw new Error(stderr);
  const run = readOwnRun(edges, trips);
  ownRuns.set(key, run);
  return run;
}

describe.skipIf(!hasSumo)("vehicles of SUMO on their fixed routes", () => {
  test("as many bars as ever are met against the references", () => {
    let met = 0;
    for (const { configuration, reference } of referredScenarios) {
      const name = `${nameOf(configuration)} against its reference`;
      met += countMet(name, readReference(reference), configuration, false);
    }
    console.info(`${met} of ${4 * referredScenarios.length} bars are met`);
    expect(met).toBeGreaterThanOrEqual(barsMetByReference);
  }, 600_000);

  test.skipIf(!hasSumoProgram)(
    "as many bars as ever are met beside SUMO, in windows of 15 minutes",
    () => {
      let met = 0;
      const sample = referredScenarios.filter(
        ({ reference }) => isWhole || readReference(reference).inserted < sampleVehicles,
      );
      console.info(`${sample.length} of ${referredScenarios.length} scenarios, seeds ${ownSeeds.join(", ")}`);
      for (const { configuration } of sample) {
        met += countMet(`${nameOf(configuration)} beside SUMO`, runSumo(configuration, 42), configuration, true);
      }
      console.info(`${met} of ${5 * sample.length} bars are met`);
      expect(met).toBeGreaterThanOrEqual(barsMetBesideSumo);
    },
    600_000,
  );
});
