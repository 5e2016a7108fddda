import type { PeerCase } from "./bench-traffic-peer";
import type { CommandIo } from "./command";

/** What every part of `bench traffic` is given. */
export interface TrafficBench {
  readonly seed: number;
  /** Of each figure, the median of so many runs. */
  readonly runs: number;
  /** Networks and demands that both programs run. */
  readonly cases: readonly PeerCase[];
  /** The growth goes up to so many running vehicles. */
  readonly vehiclesMax: number;
  readonly io: CommandIo;
}
