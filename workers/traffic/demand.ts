import { Decision, drawBits } from "../../common/draw";
import { assert } from "../../common/result";
import type { Arena } from "../arena/arena";
import { none, type ArenaCounts } from "../arena/sections";
import type { Population } from "../people/population";

/** Trips of one bucket depart within this time, s. */
const bucketS = 10;

/** The edges that trips lead to, or may be told to pass, each once, in ascending order. */
export function destinationsOf(population: Population, terminalEdge: Uint32Array): Uint32Array {
  return Uint32Array.from(new Set([...population.homeEdge, ...population.workEdge, ...terminalEdge])).sort();
}

export function demandCounts(population: Population, startS: number, destinations: Uint32Array) {
  return {
    people: population.size,
    trips: 2 * population.size,
    destinations: destinations.length,
    departureBuckets: Math.max(1, Math.ceil((86_400 - startS) / bucketS)),
  } satisfies Partial<ArenaCounts>;
}

/**
 * Writes people and their trips into an arena whose header has start time, step and seed. Who would have departed
 * before the start does not travel any more: their trip counts as made.
 */
export function writeDemand(arena: Arena, population: Population, destinations: Uint32Array): void {
  const { columns, header } = arena;
  columns.destinationEdge.set(destinations);
  const destinationOf = new Map(Array.from(destinations, (edge, row) => [edge, row]));
  columns.personSpeedFactor.set(population.speedFactor);
  columns.personHoldsContract.set(population.holdsContract);
  columns.personDepartS.set(population.departS);
  columns.tripStartTick.fill(none);
  columns.tripArrivalTick.fill(none);
  columns.tripNext.fill(none);
  columns.itineraryVia.fill(none);
  columns.tripExpectedTick.fill(none);
  columns.bucketFirstTrip.fill(none);
  columns.edgeQueueFirst.fill(none);
  columns.edgeQueueLast.fill(none);
  header.bucketTicks = Math.max(1, Math.round(bucketS / header.dtS));
  header.nextBucket = 0;
  for (let person = population.size - 1; person >= 0; person--) {
    const home = population.homeEdge[person];
    const work = population.workEdge[person];
    writeTrip(arena, 2 * person + 1, work, destinationOf.get(home), population.returnS[person]);
    writeTrip(arena, 2 * person, home, destinationOf.get(work), population.departS[person]);
  }
}

function writeTrip(arena: Arena, trip: number, origin: number, destination: number | undefined, departS: number): void {
  const { columns, header } = arena;
  columns.tripOriginEdge[trip] = origin;
  columns.tripDestination[trip] = destination ?? none;
  columns.tripOriginPosition[trip] = 26 + (drawBits(header.seed, trip, Decision.departurePosition, 0) % 205);
  const tick = Math.ceil((departS - header.startS) / header.dtS);
  if (tick < 0) {
    columns.tripDepartTick[trip] = 0;
    columns.tripStartTick[trip] = 0;
    columns.tripArrivalTick[trip] = 0;
    return;
  }
  columns.tripDepartTick[trip] = tick;
  columns.tripUsualTick[trip] = tick;
  const bucket = Math.floor(tick / header.bucketTicks);
  if (bucket >= arena.counts.departureBuckets) return;
  columns.tripNext[trip] = columns.bucketFirstTrip[bucket];
  columns.bucketFirstTrip[bucket] = trip;
}

/** Does the trip depart short of the terminal on its origin edge, so that it will pass it? False where there is none. */
export function startsBeforeTerminal({ columns }: Arena, trip: number): boolean {
  const edge = columns.tripOriginEdge[trip];
  const vehicleM = columns.typeLengthM[columns.personVehicleType[trip >> 1]];
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    // As the kernel places it (departures.ts).
    const drawnM = (columns.laneLengthM[lane] * columns.tripOriginPosition[trip]) / 256;
    const startM = Math.min(columns.laneLengthM[lane] * 0.98, Math.max(vehicleM + 1, drawnM));
    if (columns.laneTerminal[lane] < 0 || startM >= columns.laneTerminalAtM[lane]) return false;
  }
  return true;
}

/**
 * Moves a departure that is still to come, before the next tick.
 * @param tick of the departure from now on, in the future; beyond the day's end nobody departs any more
 */
export function moveDeparture(arena: Arena, trip: number, tick: number): void {
  const { columns, counts, header } = arena;
  const before = columns.tripDepartTick[trip];
  assert(before > header.tick && tick > header.tick, "a departure is moved while it is to come");
  const { bucketFirstTrip, tripNext } = columns;
  const bucket = Math.floor(before / header.bucketTicks);
  if (bucket < counts.departureBuckets) unlink(arena, bucket, trip);
  columns.tripDepartTick[trip] = tick;
  const next = Math.floor(tick / header.bucketTicks);
  tripNext[trip] = none;
  if (next >= counts.departureBuckets) return;
  tripNext[trip] = bucketFirstTrip[next];
  bucketFirstTrip[next] = trip;
}

function unlink({ columns }: Arena, bucket: number, trip: number): void {
  const { bucketFirstTrip, tripNext } = columns;
  if (bucketFirstTrip[bucket] === trip) {
    bucketFirstTrip[bucket] = tripNext[trip];
    return;
  }
  let at = bucketFirstTrip[bucket];
  while (at !== none && tripNext[at] !== trip) at = tripNext[at];
  assert(at !== none, "a departure to come is in its bucket");
  tripNext[at] = tripNext[trip];
}
