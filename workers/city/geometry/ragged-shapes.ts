import { append, endColumn, growColumn, type GrowingColumn } from "./growing-column";

/** Point sequences of different lengths, in CSR form: shape i has the points `[start[i], start[i + 1])`. */
export interface RaggedShapes {
  readonly start: Uint32Array<ArrayBuffer>;
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
}

export interface GrowingShapes {
  readonly start: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly x: GrowingColumn<Float32Array<ArrayBuffer>>;
  readonly y: GrowingColumn<Float32Array<ArrayBuffer>>;
}

export const growShapes = (): GrowingShapes => ({
  start: growColumn(Uint32Array),
  x: growColumn(Float32Array),
  y: growColumn(Float32Array),
});

/** Appends one shape. @param reversed points last first */
export function appendShape(shapes: GrowingShapes, x: ArrayLike<number>, y: ArrayLike<number>, reversed = false): void {
  append(shapes.start, shapes.x.length);
  for (let index = 0; index < x.length; index++) {
    const row = reversed ? x.length - 1 - index : index;
    append(shapes.x, x[row]);
    append(shapes.y, y[row]);
  }
}

export function endShapes(shapes: GrowingShapes): RaggedShapes {
  append(shapes.start, shapes.x.length);
  return { start: endColumn(shapes.start), x: endColumn(shapes.x), y: endColumn(shapes.y) };
}
