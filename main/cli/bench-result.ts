/** One figure; `bar` is null where no bar is set. */
export interface BenchResult {
  readonly what: string;
  /** null where it could not be measured: the unit says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean | null;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
