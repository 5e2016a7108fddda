import { append, growColumn, type GrowingColumn } from "./growing-column";

/** A binary heap of rows by cost; rows of equal cost leave in order of row, so that results do not depend on history. */
export interface PriorityQueue {
  readonly costs: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly rows: GrowingColumn<Uint32Array<ArrayBuffer>>;
}

export const startQueue = (): PriorityQueue => ({
  costs: growColumn(Float64Array, 64),
  rows: growColumn(Uint32Array, 64),
});

export function push({ costs, rows }: PriorityQueue, row: number, cost: number): void {
  append(costs, cost);
  append(rows, row);
  let at = costs.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(costs.values, rows.values, at, parent)) break;
    swap(costs.values, rows.values, at, parent);
    at = parent;
  }
}

/** Removes the row of least cost; undefined when the queue is empty. */
export function pop({ costs, rows }: PriorityQueue): { readonly row: number; readonly cost: number } | undefined {
  if (rows.length === 0) return undefined;
  const first = { row: rows.values[0], cost: costs.values[0] };
  const last = --rows.length;
  costs.length = last;
  swap(costs.values, rows.values, 0, last);
  let at = 0;
  for (;;) {
    let least = at;
    const left = 2 * at + 1;
    const right = left + 1;
    if (left < last && isBefore(costs.values, rows.values, left, least)) least = left;
    if (right < last && isBefore(costs.values, rows.values, right, least)) least = right;
    if (least === at) return first;
    swap(costs.values, rows.values, at, least);
    at = least;
  }
}

function isBefore(costs: Float64Array, rows: Uint32Array, a: number, b: number): boolean {
  const difference = costs[a] - costs[b];
  return difference < 0 || (difference === 0 && rows[a] < rows[b]);
}

function swap(costs: Float64Array, rows: Uint32Array, a: number, b: number): void {
  const cost = costs[a];
  const row = rows[a];
  costs[a] = costs[b];
  costs[b] = cost;
  rows[a] = rows[b];
  rows[b] = row;
}
