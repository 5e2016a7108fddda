import { type City } from "../../common/city";
/** A city for tests, drawn by hand: straight edges between points, everything else by the plainest rule. */
export interface PlainEdge {
  readonly from: number;
  readonly to: number;
  readonly lanes?: number;
  readonly speedMps?: number;
  /** Larger goes first at junctions without signals. */
  readonly priority?: number;
  readonly homes?: number;
  readonly jobs?: number;
}
export interface PlainCity {
  readonly points: readonly (readonly [number, number])[];
  readonly edges: readonly PlainEdge[];
  /** Junctions with a signal: one phase for east–west, one for north–south. */
  readonly signals?: readonly number[];
  readonly greenS?: number;
  /** Edge and position of each terminal. */
  readonly terminals?: readonly (readonly [number, number])[];
  /** Half the width of a junction: edges end so far from its point. */
  readonly marginM?: number;
}
export declare function plainCity(plan: PlainCity): City;
/** A square grid of streets in both directions, every junction signalled. */
export declare function gridCity(size: number, blockM: number, lanes: number): City;
