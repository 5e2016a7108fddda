import { draw, type Decision } from "../common/draw";

/** Uniform in [low, high). */
export function drawBetween(
  seed: number,
  who: number,
  decision: Decision,
  when: number,
  low: number,
  high: number,
): number {
  return low + (high - low) * draw(seed, who, decision, when);
}

/** 3t² − 2t³: level at both ends. */
const eased = (t: number): number => t * t * (3 - 2 * t);

/** Smooth noise over a line, in [−1, 1]: eased between draws at whole numbers (value noise, Perlin 1985). */
export function noiseAlong(seed: number, who: number, decision: Decision, t: number): number {
  const whole = Math.floor(t);
  const [a, b] = [draw(seed, who, decision, whole), draw(seed, who, decision, whole + 1)];
  return 2 * (a + (b - a) * eased(t - whole)) - 1;
}

/** The same around a circle: t and t + period are one place. */
export function noiseAround(seed: number, who: number, decision: Decision, t: number, period: number): number {
  const whole = Math.floor(t);
  const at = (index: number) => draw(seed, who, decision, ((index % period) + period) % period);
  const [a, b] = [at(whole), at(whole + 1)];
  return 2 * (a + (b - a) * eased(t - whole)) - 1;
}

/** Smooth noise over a plane, in [−1, 1]. */
export function noiseOver(seed: number, who: number, decision: Decision, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  // Rows are apart by more than any town is wide.
  const at = (dx: number, dy: number) => draw(seed, who, decision, (row + dy) * 65_536 + column + dx);
  const [tx, ty] = [eased(x - column), eased(y - row)];
  const south = at(0, 0) + (at(1, 0) - at(0, 0)) * tx;
  const north = at(0, 1) + (at(1, 1) - at(0, 1)) * tx;
  return 2 * (south + (north - south) * ty) - 1;
}
