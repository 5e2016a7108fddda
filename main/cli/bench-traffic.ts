import { loadavg } from "node:os";
import type { Result } from "../../common/result";
import { wholeNumber } from "../host/launch-options";
import { reported, rounded, type Bench, type BenchResult } from "./bench-result";
import { peerCases } from "./bench-traffic-peer";
import type { TrafficBench } from "./bench-traffic-parts";
import { growthMax, growthMin, measureCrowd, measureGrowth, measureReroutes } from "./bench-traffic-size";
import { measureAccuracy, measureSpeed } from "./bench-traffic-speed";
import { unusable } from "./command";

const parts: Readonly<Record<string, (bench: TrafficBench) => Promise<Result<readonly BenchResult[]>>>> = {
  speed: measureSpeed,
  accuracy: measureAccuracy,
  crowd: measureCrowd,
  reroutes: measureReroutes,
  growth: measureGrowth,
};
const names = Object.keys(parts);
const runsMax = 50;

export const benchTrafficCommand: Bench = {
  usage: `traffic [--only ${names.join(",")}] [--network ${peerCases.map(({ name }) => name).join("|")}] [--vehicles N] [--runs N] [--seed N]`,
  summary: "traffic: the microscopic engine beside SUMO on the same inputs, its growth, memory, forks and reroutes",
  options: ["only", "network", "vehicles", "runs", "seed"],
  run: async (values, io) => {
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const runs = wholeNumber(values.runs ?? "3", 1, runsMax);
    if (runs === null) return unusable({ message: `a whole number from 1 to ${runsMax}`, where: "--runs" });
    const vehiclesMax = wholeNumber(values.vehicles ?? String(growthMax), growthMin, growthMax);
    if (vehiclesMax === null)
      return unusable({ message: `a whole number from ${growthMin} to ${growthMax}`, where: "--vehicles" });
    const cases = peerCases.filter(({ name }) => values.network === undefined || name === values.network);
    const networks = peerCases.map(({ name }) => name).join(", ");
    if (cases.length === 0) return unusable({ message: `is none of ${networks}`, where: "--network" });
    const wanted = values.only === undefined ? names : values.only.split(",");
    const strange = wanted.find((name) => !Object.hasOwn(parts, name));
    if (strange !== undefined)
      return unusable({ message: `'${strange}' is none of ${names.join(", ")}`, where: "--only" });
    const results: BenchResult[] = [
      {
        ...{ what: "load average of the machine before", value: rounded(loadavg()[0]) },
        ...{ unit: "", bar: null, ok: null },
      },
    ];
    for (const name of names) {
      if (!wanted.includes(name)) continue;
      const measured = await parts[name]({ seed, runs, cases, vehiclesMax, io });
      if (!measured.ok) return unusable(measured.error);
      results.push(...measured.value);
    }
    return reported(results);
  },
};
