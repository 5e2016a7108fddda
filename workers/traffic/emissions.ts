import { exp } from "../kernel/maths";

/**
 * Carbon dioxide of an average light-duty car by mean speed, g a mile: exp(b0 + b1 x + … + b4 x⁴), x in mph.
 * @see Barth and Boriboonsomsin 2008, Transportation Research Record 2058, table 1, "real-world activity" (southern
 *   California's fleet of 2005): the shape over speed is what is used here; another fleet would scale it
 */
const coefficients = [7.61353499496556, -0.138565467462594, 0.003915102063854, -0.000049451361017, 0.000000238630156];
const mpsPerMph = 0.44704;
const metresPerMile = 1609.344;
/** Where the curve was fitted, mph. Slower, a car emits by time what it emits at the lower end: nothing is extrapolated. */
const slowestMph = 5;
const fastestMph = 75;

/** kg of CO₂ that vehicles emit who together drive so far in so long. @param timeS vehicle-seconds @param wayM vehicle-metres */
export function co2Kg(timeS: number, wayM: number): number {
  if (timeS <= 0) return 0;
  const mph = wayM / timeS / mpsPerMph;
  if (mph < slowestMph) return (gramsPerMile(slowestMph) * ((slowestMph * mpsPerMph * timeS) / metresPerMile)) / 1000;
  return (gramsPerMile(Math.min(mph, fastestMph)) * (wayM / metresPerMile)) / 1000;
}

function gramsPerMile(mph: number): number {
  let sum = 0;
  for (let row = coefficients.length - 1; row >= 0; row--) sum = sum * mph + coefficients[row];
  return exp(sum);
}
