import type { City } from "../../common/city";
import { parseTimeOfDay, secondsPerDay } from "../../common/time";
import { filesOfCity, loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { speeds } from "../host/live-clock";
import { median, reported, result, type Bench, type BenchResult } from "./bench-result";
import { runShift, type ShiftFigures, type ShiftSample } from "./bench-shift";
import { unusable } from "./command";
import { checkOutputs, outputsOf } from "./output-places";
import { writeWhole } from "./whole-files";

const hourS = 3600;
const defaultShift = { at: "05:30", hours: "8", speed: "30" } as const;

export const benchShiftCommand: Bench = {
  usage: "shift [--city CITY] [--people N] [--at HH:MM] [--hours H] [--speed X] [--samples OUT.csv]",
  summary: "shift: 8 hours at 30 × of the built console in Chromium, its memory and its long tasks",
  options: ["city", "people", "at", "hours", "speed", "samples"],
  run: async (values, io) => {
    const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const hours = Number(values.hours ?? defaultShift.hours);
    if (!(hours > 0 && hours <= 12))
      return unusable({ message: "hours, more than 0 and at most 12", where: "--hours" });
    const speed = Number(values.speed ?? defaultShift.speed);
    if (!speeds.some((known) => known === speed)) {
      return unusable({ message: `there is: ${speeds.join(", ")}`, where: "--speed" });
    }
    const fromS = parseTimeOfDay(values.at ?? defaultShift.at);
    if (fromS === undefined || fromS + hours * hourS > secondsPerDay) {
      return unusable({ message: "a time of day HH:MM from which the shift ends on the same day", where: "--at" });
    }
    const places = checkOutputs(outputsOf(values, "samples"), await filesOfCity(citySource(values.city)));
    if (!places.ok) return unusable(places.error);
    const city = await loadCity(citySource(values.city));
    if (!city.ok) return unusable(city.error);
    const run = { cityArgument: values.city ?? "bundled", city: city.value, people, hours, speed, fromS };
    const shift = await runShift(run, io);
    if (!shift.ok) return unusable(shift.error);
    if (values.samples !== undefined) {
      const written = writeWhole(values.samples, samplesCsv(shift.value.samples));
      if (!written.ok) return unusable(written.error);
    }
    return reported(shiftResults(run, shift.value));
  },
};

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
    ...flat("resident memory of the page's process", ({ pageBytes }) => pageBytes),
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
  const rows = samples.map(
    ({ timeS, heapBytes, pageBytes, hostBytes }) => `${timeS},${heapBytes},${pageBytes},${hostBytes}`,
  );
  return `${["sessionS,heapBytes,pageBytes,hostBytes", ...rows].join("\n")}\n`;
}
