/** Area of a ring that is closed implicitly, m²: positive when counter-clockwise (shoelace formula). */
export function signedArea(x: ArrayLike<number>, y: ArrayLike<number>): number {
  // Relative to the first point, so that a small ring far from the origin keeps its digits.
  const [originX, originY] = [x[0], y[0]];
  let doubled = 0;
  for (let index = 1; index + 1 < x.length; index++) {
    const ax = x[index] - originX;
    const ay = y[index] - originY;
    const bx = x[index + 1] - originX;
    const by = y[index + 1] - originY;
    doubled += ax * by - ay * bx;
  }
  return doubled / 2;
}

export interface RingSummary {
  /** m², > 0 when counter-clockwise. */
  readonly areaM2: number;
  /** Mean of the corners: inside of nearly all buildings. */
  readonly x: number;
  readonly y: number;
}

/** Area and middle of points `[from, to)` of ring columns. */
export function summariseRing(x: Float32Array, y: Float32Array, from: number, to: number): RingSummary {
  const [ringX, ringY] = [x.subarray(from, to), y.subarray(from, to)];
  let [sumX, sumY] = [0, 0];
  for (let index = 0; index < ringX.length; index++) {
    sumX += ringX[index];
    sumY += ringY[index];
  }
  return { areaM2: signedArea(ringX, ringY), x: sumX / ringX.length, y: sumY / ringX.length };
}

/** Whether a point lies inside the ring of points `[from, to)`: an eastward ray crosses it an odd number of times. */
export function ringContains(
  ringX: Float32Array,
  ringY: Float32Array,
  from: number,
  to: number,
  x: number,
  y: number,
): boolean {
  let inside = false;
  for (let index = from, before = to - 1; index < to; before = index++) {
    const ay = ringY[before];
    const by = ringY[index];
    if (ay > y === by > y) continue;
    if (x < ringX[before] + ((y - ay) / (by - ay)) * (ringX[index] - ringX[before])) inside = !inside;
  }
  return inside;
}
