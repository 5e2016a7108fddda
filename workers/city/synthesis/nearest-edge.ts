import { addBox, someAround, startGrid, type Grid } from "../geometry/grid";
import type { NetworkEdge } from "../network/edges";

/** Finds the edge along which a place lies. */
export interface EdgeLocator {
  readonly grid: Grid;
  /** Segments of edges: row of the edge, and both ends: four numbers each. */
  readonly edge: readonly number[];
  readonly ends: readonly number[];
}

const cellM = 60;
const farthestReach = 4;
/** A plot farther from any road than this belongs to none, m. */
export const farthestPlotM = cellM * farthestReach;

/** @param isUsable edges that plots may lie along */
export function locateEdges(edges: readonly NetworkEdge[], isUsable: (edge: NetworkEdge) => boolean): EdgeLocator {
  const grid = startGrid(cellM);
  const edge: number[] = [];
  const ends: number[] = [];
  edges.forEach((row, index) => {
    if (!isUsable(row)) return;
    const { x, y } = row.shape;
    for (let point = 1; point < x.length; point++) {
      const [ax, ay, bx, by] = [x[point - 1], y[point - 1], x[point], y[point]];
      addBox(grid, edge.length, Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
      edge.push(index);
      ends.push(ax, ay, bx, by);
    }
  });
  return { grid, edge, ends };
}

/** Row of the edge nearest to a place, -1 when none is near. Of a two-way road that is the lane on its side. */
export function nearestEdge({ grid, edge, ends }: EdgeLocator, x: number, y: number): number {
  for (let reach = 1; reach <= farthestReach; reach *= 2) {
    let best = -1;
    let bestSquared = reach * cellM * reach * cellM;
    someAround(grid, x, y, reach, (segment) => {
      const squared = squaredDistance(ends, 4 * segment, x, y);
      if (squared >= bestSquared) return false;
      best = edge[segment];
      bestSquared = squared;
      return false;
    });
    if (best >= 0) return best;
  }
  return -1;
}

function squaredDistance(ends: readonly number[], at: number, x: number, y: number): number {
  const ax = ends[at];
  const ay = ends[at + 1];
  const dx = ends[at + 2] - ax;
  const dy = ends[at + 3] - ay;
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared)) : 0;
  const offX = x - ax - along * dx;
  const offY = y - ay - along * dy;
  return offX * offX + offY * offY;
}
