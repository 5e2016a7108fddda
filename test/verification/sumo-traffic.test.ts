import { describe, expect, test } from "vitest";
import { accuracyBars, compareRuns, isAccurate, type AccuracyBar, type RunFigures } from "../../main/cli/edge-figures";
import { hasSumo } from "./sumo-files";
import { hasSumoProgram, nameOf, ownRunOf, readReference, referredScenarios, runSumo } from "./sumo-runs";

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
 * scenario has five bars beside SUMO run here, and four against its reference, which states no windows. Both were lowered by one when
 * drivers who pick up speed fast began to look further ahead (decision 23): pasubio's flows and speeds with one seed.
 */
const barsMetBesideSumo = isWhole ? 22 : 14;
const barsMetByReference = 17;

function describeFigures(name: string, figures: Partial<Record<AccuracyBar, number>>): string {
  const parts = (Object.entries(figures) as [AccuracyBar, number][]).map(
    ([bar, value]) => `${bar} ${(100 * value).toFixed(1)} %${isAccurate(bar, value) ? "" : " MISSED"}`,
  );
  return `${name}: ${parts.join(", ")}`;
}

/** Prints the figures of every seed. @returns how many bars all of them meet */
function countMet(name: string, theirs: RunFigures, configuration: string, hasWindows: boolean): number {
  const all = ownSeeds.map((seed) => compareRuns(ownRunOf(configuration, seed), theirs, hasWindows));
  all.forEach((figures, row) => console.info(describeFigures(`${name}, seed ${ownSeeds[row]}`, figures)));
  return (Object.keys(accuracyBars) as AccuracyBar[]).filter((bar) =>
    all.every((figures) => {
      const value = figures[bar];
      return value !== undefined && isAccurate(bar, value);
    }),
  ).length;
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
