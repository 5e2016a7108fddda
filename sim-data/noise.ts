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
  const column = Math.floor(x);
  const row = Math.floor(y);
  // Rows are apart by more than any town is wide.
  const at = row * 65_536 + column;
  const above = (row + 1) * 65_536 + column;
  const tx = eased(x - column);
  const ty = eased(y - row);
  const southWest = draw(seed, who, decision, at);
  const northWest = draw(seed, who, decision, above);
  const south = southWest + (draw(seed, who, decision, at + 1) - southWest) * tx;
  const north = northWest + (draw(seed, who, decision, above + 1) - northWest) * tx;
  return 2 * (south + (north - south) * ty) - 1;
}
