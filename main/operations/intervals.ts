/** A mean with its two-sided 90 % interval; the interval is null where there is one sample only. */
export interface Estimate {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Two-sided 90 % quantiles of Student's t for 1, 2, … degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const quantiles = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74,
  1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
];
/** Of the normal distribution: what the quantiles go to. */
const normalQuantile = 1.645;

/** The mean of independent samples with a 90 % interval by Student's t. */
export function estimate(samples: readonly number[]): Estimate {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  if (samples.length < 2) return { mean, low: null, high: null };
  const variance = samples.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (samples.length - 1);
  const half = quantileOf(samples.length - 1) * Math.sqrt(variance / samples.length);
  return { mean, low: mean - half, high: mean + half };
}

/** Above 30 degrees of freedom Fisher's first correction of the normal quantile, below 0.001 off. */
function quantileOf(degrees: number): number {
  const listed = quantiles[degrees - 1];
  if (listed !== undefined) return listed;
  return normalQuantile + (normalQuantile ** 3 + normalQuantile) / (4 * degrees);
}
