import { edgeCountOf, type City } from "../../common/city";

/**
 * Which road lies under a point: the segments of all edges in square cells, in CSR form. Metres of the city's plane.
 * Built once for a city; a look-up visits the few cells around the point and allocates only its answer.
 */
export interface RoadIndex {
  readonly city: City;
  readonly grid: Grid;
  readonly cellStart: Uint32Array;
  /** Of each segment in a cell: its first shape point, and its edge. */
  readonly cellPoint: Uint32Array;
  readonly cellEdge: Uint32Array;
}

export interface RoadPlace {
  readonly edge: number;
  /** Metres from the edge's start, along its centre line. */
  readonly positionM: number;
  readonly distanceM: number;
  /** The nearest point of the road's centre line. */
  readonly x: number;
  readonly y: number;
}

interface Grid {
  readonly west: number;
  readonly south: number;
  readonly columns: number;
  readonly rows: number;
  readonly cellM: number;
}

const smallestCellM = 64;
/** A city of 30 km by 30 km; larger ones get larger cells, not more. */
const cellsLimit = 1 << 18;
/** A bigger road wins over a smaller one that is nearer by less than this share of the search radius for each class. */
const classPreference = 0.06;
/** Where both directions share one centre line, the one on whose right-hand side the point lies wins. */
const sidePreference = 0.05;

export function buildRoadIndex(city: City): RoadIndex {
  const grid = gridOf(city);
  const cells = grid.columns * grid.rows;
  const cellStart = new Uint32Array(cells + 1);
  forEachSegmentCell(city, grid, (cell) => {
    cellStart[cell + 1]++;
  });
  for (let cell = 0; cell < cells; cell++) cellStart[cell + 1] += cellStart[cell];
  const cellPoint = new Uint32Array(cellStart[cells]);
  const cellEdge = new Uint32Array(cellStart[cells]);
  const next = cellStart.slice(0, cells);
  forEachSegmentCell(city, grid, (cell, point, edge) => {
    const at = next[cell]++;
    cellPoint[at] = point;
    cellEdge[at] = edge;
  });
  return { city, grid, cellStart, cellPoint, cellEdge };
}

function gridOf({ columns: { edgeShapeX, edgeShapeY } }: City): Grid {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let point = 0; point < edgeShapeX.length; point++) {
    west = Math.min(west, edgeShapeX[point]);
    east = Math.max(east, edgeShapeX[point]);
    south = Math.min(south, edgeShapeY[point]);
    north = Math.max(north, edgeShapeY[point]);
  }
  if (!(west <= east)) return { west: 0, south: 0, columns: 1, rows: 1, cellM: smallestCellM };
  const cellM = Math.max(smallestCellM, Math.sqrt(((east - west) * (north - south)) / cellsLimit));
  const [columns, rows] = [Math.floor((east - west) / cellM) + 1, Math.floor((north - south) / cellM) + 1];
  return { west, south, columns, rows, cellM };
}

type Visit = (cell: number, point: number, edge: number) => void;

/** Every segment with each cell that its bounding box touches. */
function forEachSegmentCell(city: City, grid: Grid, visit: Visit): void {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    for (let point = edgeShapeStart[edge]; point + 1 < edgeShapeStart[edge + 1]; point++) {
      const [x0, x1] = [edgeShapeX[point], edgeShapeX[point + 1]];
      const [y0, y1] = [edgeShapeY[point], edgeShapeY[point + 1]];
      forEachCell(grid, Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1), (cell) =>
        visit(cell, point, edge),
      );
    }
  }
}

function forEachCell(grid: Grid, x0: number, y0: number, x1: number, y1: number, visit: (cell: number) => void): void {
  const cellOf = (metres: number, from: number, limit: number) =>
    Math.min(limit - 1, Math.max(0, Math.floor((metres - from) / grid.cellM)));
  const [left, right] = [cellOf(x0, grid.west, grid.columns), cellOf(x1, grid.west, grid.columns)];
  const [bottom, top] = [cellOf(y0, grid.south, grid.rows), cellOf(y1, grid.south, grid.rows)];
  for (let row = bottom; row <= top; row++) {
    for (let column = left; column <= right; column++) visit(row * grid.columns + column);
  }
}

/** The road under the point, or undefined when none is within `radiusM`. */
export function nearestRoad(index: RoadIndex, x: number, y: number, radiusM: number): RoadPlace | undefined {
  const { city, grid, cellStart, cellPoint, cellEdge } = index;
  const { edgeShapeX, edgeShapeY, edgeClass } = city.columns;
  let best: { score: number; point: number; edge: number; share: number; distanceM: number } | undefined;
  forEachCell(grid, x - radiusM, y - radiusM, x + radiusM, y + radiusM, (cell) => {
    for (let at = cellStart[cell]; at < cellStart[cell + 1]; at++) {
      const [point, edge] = [cellPoint[at], cellEdge[at]];
      const [dx, dy] = [edgeShapeX[point + 1] - edgeShapeX[point], edgeShapeY[point + 1] - edgeShapeY[point]];
      const [px, py] = [x - edgeShapeX[point], y - edgeShapeY[point]];
      const squared = dx * dx + dy * dy;
      const share = squared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
      const distanceM = Math.hypot(px - share * dx, py - share * dy);
      if (distanceM > radiusM) continue;
      const onRightSide = dx * py - dy * px <= 0;
      const score = distanceM / radiusM + classPreference * edgeClass[edge] + (onRightSide ? 0 : sidePreference);
      if (best === undefined || score < best.score) best = { score, point, edge, share, distanceM };
    }
  });
  return best && placeAlong(city, best.edge, best.point, best.share, best.distanceM);
}

function placeAlong(city: City, edge: number, point: number, share: number, distanceM: number): RoadPlace {
  const { edgeShapeStart, edgeShapeX, edgeShapeY, edgeLengthM } = city.columns;
  const segmentM = (from: number) =>
    Math.hypot(edgeShapeX[from + 1] - edgeShapeX[from], edgeShapeY[from + 1] - edgeShapeY[from]);
  let alongM = share * segmentM(point);
  for (let before = edgeShapeStart[edge]; before < point; before++) alongM += segmentM(before);
  return {
    edge,
    positionM: Math.min(alongM, edgeLengthM[edge]),
    distanceM,
    x: edgeShapeX[point] + share * (edgeShapeX[point + 1] - edgeShapeX[point]),
    y: edgeShapeY[point] + share * (edgeShapeY[point + 1] - edgeShapeY[point]),
  };
}
