/** A whole number from 0 to below − 1, each as likely. The custodian's is `randomInt` of `node:crypto`; tests have a seeded one. */
export type DrawBelow = (below: number) => number;

const millionths = 1_000_000;

/**
 * Two-sided geometric noise: x with a probability of (1 − α) / (1 + α) · α^|x|, α = exp(−ε). Added to a count that one contract
 * changes by one at most, it makes the sum ε-differentially private. Drawn exactly, in whole numbers: the Laplace mechanism in
 * floating point gives away low bits of what it hides (Mironov 2012).
 * @param epsilonMicro ε in millionths, > 0
 * @see Dwork, Roth 2014, "The Algorithmic Foundations of Differential Privacy", 3.3 (Laplace mechanism); Ghosh, Roughgarden,
 * Sundararajan 2009 (geometric mechanism); Canonne, Kamath, Steinke 2020, "The Discrete Gaussian for Differential Privacy",
 * algorithm 2, with s = `epsilonMicro`, t = 10⁶
 */
export function drawNoise(epsilonMicro: number, draw: DrawBelow): number {
  for (;;) {
    const low = draw(millionths);
    if (!drawExp(low, millionths, draw)) continue;
    let high = 0;
    while (drawExp(1, 1, draw)) high++;
    const size = Math.floor((low + millionths * high) / epsilonMicro);
    const isNegative = draw(2) === 1;
    // Zero has one sign: else it would come twice as often.
    if (isNegative && size === 0) continue;
    return isNegative ? -size : size;
  }
}

/** True with a probability of exp(−numerator / denominator), which is at most 1. @see Canonne, Kamath, Steinke 2020, algorithm 1 */
function drawExp(numerator: number, denominator: number, draw: DrawBelow): boolean {
  let steps = 1;
  while (draw(denominator * steps) < numerator) steps++;
  return steps % 2 === 1;
}

/**
 * The least m with which noise of at least m comes with a probability of at most `delta`: P(x ≥ m) = α^m / (1 + α) < exp(−ε m).
 * @param epsilonMicro ε in millionths, > 0
 */
export function noiseMarginOf(epsilonMicro: number, delta: number): number {
  return Math.ceil((Math.log(1 / delta) * millionths) / epsilonMicro);
}
