/**
 * Where a town is, for speed limits that the map leaves to the law: cells of 100 m that hold buildings or nodes of
 * residential streets.
 */
export interface BuiltUpCells {
  /** Signs of a town by cell. */
  readonly signs: Map<number, number>;
}

const cellM = 100;
/** Cells are numbered row by row; no city is wider than this many of them. */
const cellsPerRow = 1 << 20;
/** Signs in a cell and its eight neighbours, 9 ha, from which on houses line the road. */
const signsInTown = 4;

const cellOf = (column: number, row: number): number =>
  (row + cellsPerRow / 2) * cellsPerRow + column + cellsPerRow / 2;

export const startBuiltUpCells = (): BuiltUpCells => ({ signs: new Map() });

export function markBuiltUp({ signs }: BuiltUpCells, x: number, y: number): void {
  const cell = cellOf(Math.floor(x / cellM), Math.floor(y / cellM));
  signs.set(cell, (signs.get(cell) ?? 0) + 1);
}

/** Whether at least half of a way's nodes lie in town. */
export function isBuiltUp(
  cells: BuiltUpCells,
  nodeX: readonly number[],
  nodeY: readonly number[],
  nodes: readonly number[],
): boolean {
  let inTown = 0;
  for (const node of nodes) if (isTown(cells, nodeX[node], nodeY[node])) inTown++;
  return inTown * 2 >= nodes.length;
}

function isTown({ signs }: BuiltUpCells, x: number, y: number): boolean {
  const [column, row] = [Math.floor(x / cellM), Math.floor(y / cellM)];
  let found = 0;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) found += signs.get(cellOf(column + dx, row + dy)) ?? 0;
  }
  return found >= signsInTown;
}
