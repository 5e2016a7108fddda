/** Typed arrays whose final length is not known while they are filled. */
export type NumberArray =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Rows `[0, length)` of `values` are filled; the rest is room to grow. */
export interface GrowingColumn<A extends NumberArray> {
  values: A;
  length: number;
}

export function growColumn<A extends NumberArray>(
  arrayType: new (length: number) => A,
  capacity = 1024,
): GrowingColumn<A> {
  return { values: new arrayType(capacity), length: 0 };
}

/** Appends one value; room doubles when it runs out. */
export function append<A extends NumberArray>(column: GrowingColumn<A>, value: number): void {
  if (column.length === column.values.length) {
    const larger = new (column.values.constructor as new (length: number) => A)(column.length * 2);
    larger.set(column.values);
    column.values = larger;
  }
  column.values[column.length++] = value;
}

/** The filled rows, in an array of exactly their length. */
export function endColumn<A extends NumberArray>(column: GrowingColumn<A>): A {
  return column.values.slice(0, column.length) as A;
}

/** The values of the rows, in their order; all as they are where it is null. */
export function gather<A extends NumberArray>(values: A, rows: Uint32Array | null): A {
  if (rows === null) return values;
  const gathered = values.slice(0, rows.length) as A;
  for (let at = 0; at < rows.length; at++) gathered[at] = values[rows[at]];
  return gathered;
}
