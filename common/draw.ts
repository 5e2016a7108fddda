/**
 * Random numbers as functions: `draw(seed, who, decision, when)` has no state, so neither the order of calls nor the
 * number of threads nor an unrelated change can alter a draw.
 *
 * The mixing function is pcg4d of Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020:
 * four 32-bit words in, four out, integer arithmetic only, the same bits on every machine.
 */

/** What a draw decides. A number, once given, is never used for anything else. */
export const Decision = {
  home: 1,
  job: 2,
  departure: 3,
  returnDeparture: 4,
  driverSpeed: 5,
  contractHolder: 6,
  hearsInstruction: 7,
  compliesWithInstruction: 8,
  reroutesUnpaid: 9,
  departurePosition: 10,
  valueOfTime: 11,
  incidentEdge: 12,
  incidentDuration: 13,
  cityShape: 14,
  cityLanduse: 15,
  cityBuilding: 16,
  terminalPlace: 17,
  vehicleColour: 18,
  delayBeforeHearing: 19,
  homeHour: 20,
  usualWay: 21,
  navigates: 22,
  leavesAfterHold: 23,
  addressedContract: 30,
  dayBefore: 31,
  incidentTime: 32,
  incidentLanes: 33,
  departureSpread: 34,
  cityParking: 40,
  scenarioType: 41,
  scenarioRoute: 42,
  scenarioFlow: 43,
  scenarioLane: 44,
  scenarioPlace: 45,
} as const;
export type Decision = (typeof Decision)[keyof typeof Decision];

/** 32 random bits. Arguments are taken modulo 2^32. */
export function drawBits(seed: number, who: number, decision: number, when: number): number {
  let x = (Math.imul(seed, 1664525) + 1013904223) | 0;
  let y = (Math.imul(who, 1664525) + 1013904223) | 0;
  let z = (Math.imul(decision, 1664525) + 1013904223) | 0;
  let w = (Math.imul(when, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  return w >>> 0;
}

/** Uniform in [0, 1), 32 bits of resolution. */
export function draw(seed: number, who: number, decision: number, when: number): number {
  return drawBits(seed, who, decision, when) / 4294967296;
}

/** Uniform integer in [0, bound). @param bound 1 … 2^21, where the bias stays below 2^-11 */
export function drawInteger(seed: number, who: number, decision: number, when: number, bound: number): number {
  return Math.floor(draw(seed, who, decision, when) * bound);
}

/**
 * Approximately standard normal: the sum of four uniforms, centred and scaled to variance 1 (Irwin–Hall), bounded to
 * ±3.46. Needs no transcendental function, so it has the same bits everywhere.
 */
export function drawNormal(seed: number, who: number, decision: number, when: number): number {
  let sum = 0;
  for (let part = 0; part < 4; part++) sum += draw(seed, who, decision + 0x10000 * (part + 1), when);
  return (sum - 2) * 1.7320508075688772;
}
