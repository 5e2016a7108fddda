import type { City } from "../../common/city";
import { addBox, rowsAround, startGrid } from "../../workers/city";

/** A place on an edge, as it was found for a point. */
export interface FoundPlace {
  readonly edge: number;
  readonly positionM: number;
  readonly offM: number;
  /** Degrees clockwise from north in which the edge is driven there. */
  readonly bearingDeg: number;
}

/** Finds the edges near a point. All edges of a city are for cars. */
export interface EdgeFinder {
  /** The nearest place of each edge within the limit, nearest first. */
  near(x: number, y: number): readonly FoundPlace[];
}

interface Segment {
  readonly edge: number;
  /** Along the edge, m. */
  readonly fromM: number;
  readonly ax: number;
  readonly ay: number;
  readonly dx: number;
  readonly dy: number;
  readonly lengthM: number;
}

/** @param limitM farther edges are not found */
export function openEdgeFinder(city: City, limitM: number): EdgeFinder {
  const grid = startGrid(limitM);
  const segments = segmentsOf(city);
  segments.forEach(({ ax, ay, dx, dy }, row) =>
    addBox(grid, row, Math.min(ax, ax + dx), Math.min(ay, ay + dy), Math.max(ax, ax + dx), Math.max(ay, ay + dy)),
  );
  return {
    near: (x, y) => {
      const best = new Map<number, FoundPlace>();
      for (const row of rowsAround(grid, x, y, 1)) {
        const place = placeOn(segments[row], x, y);
        if (place.offM <= Math.min(limitM, best.get(place.edge)?.offM ?? Infinity)) best.set(place.edge, place);
      }
      return [...best.values()].sort((a, b) => a.offM - b.offM || a.edge - b.edge);
    },
  };
}

function segmentsOf({ columns }: City): readonly Segment[] {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = columns;
  const segments: Segment[] = [];
  for (let edge = 0; edge < columns.edgeFrom.length; edge++) {
    let fromM = 0;
    for (let point = edgeShapeStart[edge] + 1; point < edgeShapeStart[edge + 1]; point++) {
      const [ax, ay] = [edgeShapeX[point - 1], edgeShapeY[point - 1]];
      const [dx, dy] = [edgeShapeX[point] - ax, edgeShapeY[point] - ay];
      const lengthM = Math.sqrt(dx * dx + dy * dy);
      if (lengthM > 0) segments.push({ edge, fromM, ax, ay, dx, dy, lengthM });
      fromM += lengthM;
    }
  }
  return segments;
}

function placeOn({ edge, fromM, ax, ay, dx, dy, lengthM }: Segment, x: number, y: number): FoundPlace {
  const part = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (lengthM * lengthM)));
  const [offX, offY] = [x - ax - part * dx, y - ay - part * dy];
  return {
    edge,
    positionM: fromM + part * lengthM,
    offM: Math.sqrt(offX * offX + offY * offY),
    bearingDeg: bearingOf(dx, dy),
  };
}

/** Degrees clockwise from north of a direction. */
export function bearingOf(dx: number, dy: number): number {
  return ((Math.atan2(dx, dy) * 180) / Math.PI + 360) % 360;
}

/** Degrees between two bearings, 0 … 180. */
export function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360;
  return turn > 180 ? 360 - turn : turn;
}
