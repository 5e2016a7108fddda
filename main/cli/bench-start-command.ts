import path from "node:path";
import { wholeNumber } from "../host/launch-options";
import { median, reported, type Bench, type BenchResult } from "./bench-result";
import { timeChromium, timeElectron, type StartOutcome } from "./bench-start";
import { unusable } from "./command";

/** Seconds from the start of the process to the first frame in which vehicles have moved, with what an earlier start kept. */
const startBarS = 4;
const startRunsMax = 50;

export const benchStartCommand: Bench = {
  usage: "start [--city CITY] [--runs N]",
  summary: "start: of the console in Chromium and Electron to moving vehicles, median of five",
  options: ["city", "runs"],
  run: async ({ runs: wanted, city = "bundled" }, io) => {
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
  },
};

/** A shell that is not there has no figure, and says why. */
function startResult(outcome: StartOutcome, city: string): BenchResult {
  const what = `start of ${city} in ${outcome.shell} to moving vehicles`;
  if ("lack" in outcome) return { what, value: null, unit: `s: ${outcome.lack}`, bar: startBarS, ok: null };
  const seconds = Number(median(outcome.secondsOfRun).toFixed(2));
  const all = outcome.secondsOfRun.map((each) => each.toFixed(2)).join(", ");
  return { what: `${what}, median of ${all}`, value: seconds, unit: "s", bar: startBarS, ok: seconds <= startBarS };
}
