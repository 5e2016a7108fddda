import wasm from "../../dist/kernel/maths.wasm";

/**
 * Elementary functions with the same bits in every JavaScript engine. `Math.sqrt`, `abs`, `floor` and the like are
 * exact by IEEE 754 and need no replacement.
 */
interface Maths {
  readonly sin: (x: number) => number;
  readonly cos: (x: number) => number;
  /** Angle of (x, y), radians in (-π, π]. */
  readonly atan2: (y: number, x: number) => number;
  readonly exp: (x: number) => number;
  readonly log: (x: number) => number;
  readonly pow: (x: number, y: number) => number;
}

const { sin, cos, atan2, exp, log, pow } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {})
  .exports as unknown as Maths;
export { sin, cos, atan2, exp, log, pow };

/** √(x² + y²); exact steps only, no care for overflow beyond 1e150. */
export function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
