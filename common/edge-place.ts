import type { City } from "./city";

/** A point on an edge's centre line and the direction of driving there, a unit vector (0, 0 where the shape has no length). */
export interface EdgePlace {
  readonly x: number;
  readonly y: number;
  readonly directionX: number;
  readonly directionY: number;
}

/** @param positionM metres from the edge's start; beyond its end the end is given */
export function placeOnEdge(city: City, edge: number, positionM: number): EdgePlace {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
  const last = edgeShapeStart[edge + 1] - 1;
  let leftM = positionM;
  for (let point = edgeShapeStart[edge]; ; point++) {
    const x = edgeShapeX[point];
    const y = edgeShapeY[point];
    const dx = edgeShapeX[point + 1] - x;
    const dy = edgeShapeY[point + 1] - y;
    const lengthM = Math.sqrt(dx * dx + dy * dy);
    if (leftM > lengthM && point < last - 1) {
      leftM -= lengthM;
      continue;
    }
    const part = lengthM === 0 ? 0 : Math.min(1, Math.max(0, leftM / lengthM));
    const scale = lengthM === 0 ? 0 : 1 / lengthM;
    return { x: x + dx * part, y: y + dy * part, directionX: dx * scale, directionY: dy * scale };
  }
}
