/** Rows of things by the square cells that their bounding boxes touch: what is near is found without looking at all. */
export interface Grid {
  readonly cellM: number;
  readonly rows: Map<number, number[]>;
}

/** Cells are numbered row by row; nothing here is wider than this many of them. */
const cellsPerRow = 1 << 21;

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

/** Rows in all cells within `reach` cells of a point's; a row comes once for each cell it touches. */
export function rowsAround({ cellM, rows }: Grid, x: number, y: number, reach: number): number[] {
  const found: number[] = [];
  const [column, line] = [Math.floor(x / cellM), Math.floor(y / cellM)];
  for (let cellY = line - reach; cellY <= line + reach; cellY++) {
    for (let cellX = column - reach; cellX <= column + reach; cellX++) {
      for (const row of rows.get(cellAt(cellX, cellY)) ?? none) found.push(row);
    }
  }
  return found;
}
