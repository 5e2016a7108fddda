import { cpus } from "node:os";
import { table, type CommandIo, type CommandOutcome } from "./command";

/** One figure; `bar` is null where no bar is set. */
export interface BenchResult {
  readonly what: string;
  /** null where it could not be measured: the unit says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean | null;
}

/** Options of all benches together. */
export const benchOptions = {
  city: { type: "string" },
  people: { type: "string" },
  contracts: { type: "string" },
  seed: { type: "string" },
  runs: { type: "string" },
  seconds: { type: "string" },
  vehicles: { type: "string" },
  at: { type: "string" },
  hours: { type: "string" },
  speed: { type: "string" },
  samples: { type: "string" },
  network: { type: "string" },
  rate: { type: "string" },
  only: { type: "string" },
} as const;
export type BenchValues = { readonly [Name in keyof typeof benchOptions]?: string };

export interface Bench {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly (keyof BenchValues)[];
  run(values: BenchValues, io: CommandIo): Promise<CommandOutcome>;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A figure that should be at least its bar. */
export function result(what: string, value: number, unit: string, bar: number | null): BenchResult {
  return { what, value, unit, bar, ok: bar === null ? null : value >= bar };
}

/** Four digits say all that a measurement does; the bar is compared with the figure itself. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function atLeast(what: string, value: number, unit: string, bar: number): BenchResult {
  return { what, value: rounded(value), unit, bar, ok: value >= bar };
}

export function atMost(what: string, value: number, unit: string, bar: number): BenchResult {
  return { what, value: rounded(value), unit, bar, ok: value <= bar };
}

export function reported(results: readonly BenchResult[]): CommandOutcome {
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
