/** Rows of things by the square cells that their bounding boxes touch: what is near is found without looking at all. */
export interface Grid {
  readonly cellM: number;
  readonly rows: Map<number, number[]>;
}

/**
 * Cells are numbered row by row. Numbers of 31 bits are looked up fastest; a place wider than this many cells shares some
 * of them with its far side, which only makes more rows to look at.
 */
const cellsPerRow = 1 << 15;

const cellAt = (column: number, row: number): number =>
  (row + cellsPerRow / 2) * cellsPerRow + column + cellsPerRow / 2;

export const startGrid = (cellM: number): Grid => ({ cellM, rows: new Map() });

export function addBox(grid: Grid, row: number, west: number, south: number, east: number, north: number): void {
  const { cellM, rows } = grid;
  for (let cellY = Math.floor(south / cellM); cellY <= Math.floor(north / cellM); cellY++) {
    for (let cellX = Math.floor(west / cellM); cellX <= Math.floor(east / cellM); cellX++) {
      const cell = cellAt(cellX, cellY);
      const there = rows.get(cell);
      if (there === undefined) rows.set(cell, [row]);
      else there.push(row);
    }
  }
}

const none: readonly number[] = [];

/** Rows in the cell of a point. */
export function rowsAt({ cellM, rows }: Grid, x: number, y: number): readonly number[] {
  return rows.get(cellAt(Math.floor(x / cellM), Math.floor(y / cellM))) ?? none;
}

/**
 * Visits the rows that `rowsAround` lists, in its order, until one is what is looked for. For hot loops: lists nothing.
 * @returns whether one was
 */
export function someAround(
  { cellM, rows }: Grid,
  x: number,
  y: number,
  reach: number,
  isWanted: (row: number) => boolean,
): boolean {
  const column = Math.floor(x / cellM);
  const line = Math.floor(y / cellM);
  for (let cellY = line - reach; cellY <= line + reach; cellY++) {
    for (let cellX = column - reach; cellX <= column + reach; cellX++) {
      const there = rows.get(cellAt(cellX, cellY));
      if (there === undefined) continue;
      for (let index = 0; index < there.length; index++) if (isWanted(there[index])) return true;
    }
  }
  return false;
}

/** Rows in all cells within `reach` cells of a point's; a row comes once for each cell it touches. */
export function rowsAround(grid: Grid, x: number, y: number, reach: number): number[] {
  const found: number[] = [];
  someAround(grid, x, y, reach, (row) => {
    found.push(row);
    return false;
  });
  return found;
}
