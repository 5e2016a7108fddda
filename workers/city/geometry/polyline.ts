import { length } from "../../kernel/maths";

/** Points in driving order, metres. At least two. */
export interface Polyline {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points nearer to each other than this are one, m. */
const sameplaceM = 0.01;

/** A polyline without repeated points; two points at least, even when all coincide. */
export function polylineOf(x: readonly number[], y: readonly number[]): Polyline {
  const [keptX, keptY] = [[x[0]], [y[0]]];
  for (let index = 1; index < x.length; index++) {
    const [px, py] = [x[index], y[index]];
    if (length(px - (keptX.at(-1) ?? 0), py - (keptY.at(-1) ?? 0)) < sameplaceM) continue;
    keptX.push(px);
    keptY.push(py);
  }
  if (keptX.length === 1) {
    keptX.push(x[0] + sameplaceM);
    keptY.push(y[0]);
  }
  return { x: keptX, y: keptY };
}

export function lengthOf({ x, y }: Polyline): number {
  let sum = 0;
  for (let index = 1; index < x.length; index++) sum += segmentLength(x, y, index);
  return sum;
}

/** Length of the segment that ends at point `index`. */
function segmentLength(x: readonly number[], y: readonly number[], index: number): number {
  return length(x[index] - x[index - 1], y[index] - y[index - 1]);
}

export function reversed({ x, y }: Polyline): Polyline {
  return { x: [...x].reverse(), y: [...y].reverse() };
}

/** The point `atM` metres from the start; beyond an end, that end. */
export function pointAt({ x, y }: Polyline, atM: number): Point {
  let left = atM;
  for (let index = 1; index < x.length; index++) {
    const segmentM = segmentLength(x, y, index);
    if (left <= segmentM && segmentM > 0) {
      const share = Math.max(0, left) / segmentM;
      const [fromX, fromY] = [x[index - 1], y[index - 1]];
      return { x: fromX + share * (x[index] - fromX), y: fromY + share * (y[index] - fromY) };
    }
    left -= segmentM;
  }
  return { x: x.at(-1) ?? 0, y: y.at(-1) ?? 0 };
}

/** Metres from the start to the point of the line that is nearest to a place. */
export function nearestAt({ x, y }: Polyline, place: Point): number {
  let [best, bestSquared, passedM] = [0, Infinity, 0];
  for (let index = 1; index < x.length; index++) {
    const segmentM = segmentLength(x, y, index);
    const [fromX, fromY] = [x[index - 1], y[index - 1]];
    const [dx, dy] = [x[index] - fromX, y[index] - fromY];
    const along = segmentM > 0 ? ((place.x - fromX) * dx + (place.y - fromY) * dy) / (segmentM * segmentM) : 0;
    const share = Math.min(1, Math.max(0, along));
    const [offX, offY] = [place.x - fromX - share * dx, place.y - fromY - share * dy];
    const squared = offX * offX + offY * offY;
    if (squared < bestSquared) [best, bestSquared] = [passedM + share * segmentM, squared];
    passedM += segmentM;
  }
  return best;
}

/** The part from `fromM` to `toM`, metres from the start. */
export function cut(line: Polyline, fromM: number, toM: number): Polyline {
  const [start, end] = [pointAt(line, fromM), pointAt(line, toM)];
  const [cutX, cutY] = [[start.x], [start.y]];
  let at = 0;
  for (let index = 1; index < line.x.length - 1; index++) {
    at += segmentLength(line.x, line.y, index);
    if (at > fromM && at < toM) {
      cutX.push(line.x[index]);
      cutY.push(line.y[index]);
    }
  }
  cutX.push(end.x);
  cutY.push(end.y);
  return polylineOf(cutX, cutY);
}

/** Unit vector from one point to another; east where they coincide. */
export function direction(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = length(dx, dy);
  return distance > 0 ? { x: dx / distance, y: dy / distance } : { x: 1, y: 0 };
}

/** Direction of driving over the first `overM` metres. */
export const startDirection = (line: Polyline, overM: number): Point =>
  direction(pointAt(line, 0), pointAt(line, overM));

/** Direction of driving over the last `overM` metres. */
export function endDirection(line: Polyline, overM: number): Point {
  const lineM = lengthOf(line);
  return direction(pointAt(line, lineM - overM), pointAt(line, lineM));
}

/** A mitre longer than this many offsets is cut: a sharp bend of a map is a rounded one on the ground. */
const mitreLimit = 2;

/**
 * The parallel `rightM` metres to the right (left when negative). Where an inner bend is narrower than the offset, the
 * parallel would run backwards: such segments shrink to their middle.
 */
export function offsetRight(line: Polyline, rightM: number): Polyline {
  const count = line.x.length;
  if (rightM === 0) return line;
  const normalX: number[] = [];
  const normalY: number[] = [];
  for (let index = 1; index < count; index++) {
    const segmentM = segmentLength(line.x, line.y, index);
    normalX.push((line.y[index] - line.y[index - 1]) / segmentM);
    normalY.push(-(line.x[index] - line.x[index - 1]) / segmentM);
  }
  const [x, y]: [number[], number[]] = [[], []];
  for (let index = 0; index < count; index++) {
    const before = Math.max(index - 1, 0);
    const after = Math.min(index, count - 2);
    const [sumX, sumY] = [normalX[before] + normalX[after], normalY[before] + normalY[after]];
    // |n1 + n2|² = 2 (1 + cos δ); the mitre's length is offset / cos(δ / 2).
    const squared = sumX * sumX + sumY * sumY;
    const scale = squared > 1e-6 ? Math.min(2 / squared, mitreLimit / Math.sqrt(squared)) : 0;
    x.push(line.x[index] + rightM * sumX * scale);
    y.push(line.y[index] + rightM * sumY * scale);
  }
  unfold(line, x, y);
  return polylineOf(x, y);
}

/** Moves both ends of segments that run against the original to their middle, until none does. */
function unfold(line: Polyline, x: number[], y: number[]): void {
  for (let round = 0; round < 4; round++) {
    let folded = false;
    for (let index = 1; index < x.length; index++) {
      const along =
        (x[index] - x[index - 1]) * (line.x[index] - line.x[index - 1]) +
        (y[index] - y[index - 1]) * (line.y[index] - line.y[index - 1]);
      if (along >= 0) continue;
      folded = true;
      const [middleX, middleY] = [(x[index] + x[index - 1]) / 2, (y[index] + y[index - 1]) / 2];
      x[index - 1] = x[index] = middleX;
      y[index - 1] = y[index] = middleY;
    }
    if (!folded) return;
  }
}
