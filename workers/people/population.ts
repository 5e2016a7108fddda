import { edgeCountOf, type City } from "../../common/city";
import { Decision, draw, drawBits, drawNormal } from "../../common/draw";
import { fail, succeed, type Result } from "../../common/result";
import { secondsPerDay } from "../../common/time";
import type { ParameterValues } from "./parameters";

/** Commuters, one row each. Made up: homes and jobs from the city's weights, times from the parameters. */
export interface Population {
  readonly size: number;
  readonly homeEdge: Uint32Array;
  readonly workEdge: Uint32Array;
  /** Usual departure from home, s after midnight. */
  readonly departS: Float32Array;
  /** Usual departure from work, s after midnight. */
  readonly returnS: Float32Array;
  /** Wanted speed over the limit, in 1/128. */
  readonly speedFactor: Uint8Array;
  /** 1 for those who take part. */
  readonly holdsContract: Uint8Array;
  /** What was agreed for the day, tenths of a euro; absent before anything was agreed. */
  readonly reward?: Uint8Array;
}

/** Candidates that are looked at for a job before the last one is taken. */
const jobCandidates = 8;

/**
 * Draws a population for the city. Person p is the same in every population of the same city and seed, however many
 * there are.
 */
export function generatePopulation(
  city: City,
  size: number,
  seed: number,
  values: ParameterValues,
): Result<Population> {
  if (!Number.isInteger(size) || size < 1) return fail("a city needs at least one person", "people");
  const { edgeHomes, edgeJobs } = city.columns;
  const homes = cumulate(edgeHomes);
  const jobs = cumulate(edgeJobs);
  if (total(homes) <= 0) return fail("no edge has homes", "homes");
  if (total(jobs) <= 0) return fail("no edge has jobs", "jobs");
  if (edgeCountOf(city) < 2) return fail("a commute needs two edges", "edges");
  const population: Population = {
    size,
    homeEdge: new Uint32Array(size),
    workEdge: new Uint32Array(size),
    departS: new Float32Array(size),
    returnS: new Float32Array(size),
    speedFactor: new Uint8Array(size),
    holdsContract: new Uint8Array(size),
  };
  for (let person = 0; person < size; person++) {
    const home = pick(homes, draw(seed, person, Decision.home, 0));
    population.homeEdge[person] = home;
    population.workEdge[person] = pickJob(city, jobs, home, person, seed, values);
    const depart = values.departureMeanS + values.departureDeviationS * drawNormal(seed, person, Decision.departure, 0);
    const work = values.workDayMeanS + values.workDayDeviationS * drawNormal(seed, person, Decision.returnDeparture, 0);
    population.departS[person] = clamp(depart, 3600, secondsPerDay / 2);
    population.returnS[person] = clamp(depart + Math.max(work, 3600), 7200, secondsPerDay - 3600);
    const factor = 1 + values.speedFactorDeviation * drawNormal(seed, person, Decision.driverSpeed, 0);
    population.speedFactor[person] = Math.round(128 * clamp(factor, 0.7, 1.3));
    population.holdsContract[person] = draw(seed, person, Decision.contractHolder, 0) < values.contractShare ? 1 : 0;
  }
  return succeed(population);
}

/** A job that is not on the home's own edge, near ones more often: a candidate is kept with 1 / (1 + (d / d0)²). */
function pickJob(
  city: City,
  jobs: Float64Array,
  home: number,
  person: number,
  seed: number,
  values: ParameterValues,
): number {
  let job = home;
  for (let candidate = 0; candidate < jobCandidates; candidate++) {
    const drawn = pick(jobs, draw(seed, person, Decision.job, 2 * candidate));
    if (drawn === home) continue;
    job = drawn;
    const ratio = squaredDistance(city, home, job) / (values.jobDistanceM * values.jobDistanceM);
    if (draw(seed, person, Decision.job, 2 * candidate + 1) < 1 / (1 + ratio)) return job;
  }
  if (job !== home) return job;
  // Hardly any jobs but on the home's edge: any other edge.
  const edges = edgeCountOf(city);
  return (home + 1 + (drawBits(seed, person, Decision.job, 2 * jobCandidates) % (edges - 1))) % edges;
}

function squaredDistance(city: City, from: number, to: number): number {
  const { edgeFrom, junctionX, junctionY } = city.columns;
  const dx = junctionX[edgeFrom[to]] - junctionX[edgeFrom[from]];
  const dy = junctionY[edgeFrom[to]] - junctionY[edgeFrom[from]];
  return dx * dx + dy * dy;
}

function cumulate(weights: Float32Array): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let row = 0; row < weights.length; row++) sums[row] = sum += Math.max(0, weights[row]);
  return sums;
}

const total = (sums: Float64Array) => sums[sums.length - 1] ?? 0;

/** The row whose share of the total contains `part`, 0 ≤ part < 1. */
function pick(sums: Float64Array, part: number): number {
  const wanted = part * total(sums);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
