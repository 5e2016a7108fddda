import path from "node:path";
import { wholeNumber } from "../host/launch-options";
import { median, reported, type Bench, type BenchResult } from "./bench-result";
import { timeChromium, timeElectron, type StartOutcome } from "./bench-start";
import { unusable } from "./command";

/** Seconds from the start of the process to the picture in which vehicles have moved, with what an earlier start kept. */
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
    return reported(outcomes.flatMap((outcome) => startResults(outcome, city)));
  },
};

/** A shell that is not there has no figure, and says why. */
function startResults(outcome: StartOutcome, city: string): readonly BenchResult[] {
  const what = `start of ${city} in ${outcome.shell} to vehicles that have moved on the screen`;
  if ("lack" in outcome) return [{ what, value: null, unit: `s: ${outcome.lack}`, bar: startBarS, ok: null }];
  const medianOf = (seconds: readonly number[]) => ({
    value: Number(median(seconds).toFixed(2)),
    all: seconds.map((each) => each.toFixed(2)).join(", "),
  });
  const pictures = medianOf(outcome.runs.map(({ picturesS }) => picturesS));
  const frames = medianOf(outcome.runs.map(({ framesS }) => framesS));
  const unit = "s";
  return [
    {
      what: `${what}, median of ${pictures.all}`,
      value: pictures.value,
      unit,
      bar: startBarS,
      ok: pictures.value <= startBarS,
    },
    {
      what: `until its page had two frames between which vehicles moved, median of ${frames.all}`,
      value: frames.value,
      unit,
      bar: null,
      ok: null,
    },
  ];
}
