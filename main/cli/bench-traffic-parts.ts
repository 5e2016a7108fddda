import type { CommandIo } from "./command";

/** What every part of `bench traffic` is given. */
export interface TrafficBench {
  readonly seed: number;
  /** Of each figure, the median of so many runs. */
  readonly runs: number;
  readonly io: CommandIo;
}
