import { expect } from "vitest";
import type { City } from "../../common/city";
import type { Arena } from "../../workers/arena";
import { parameterValues, type Population } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, type TwinEngine } from "../../workers/twin-engine";

/** One trip to work for a test; the way home is on the next day. */
export interface PlannedTrip {
  readonly from: number;
  readonly to: number;
  /** Seconds after the start. */
  readonly departS: number;
  readonly holdsContract?: boolean;
}

export const startS = 6 * 3600;
const wayHomeS = 86_399;

/** A population of planned trips, in the order given; every driver wants to drive at the limit. */
export function populationOf(trips: readonly PlannedTrip[]): Population {
  return {
    size: trips.length,
    homeEdge: Uint32Array.from(trips, ({ from }) => from),
    workEdge: Uint32Array.from(trips, ({ to }) => to),
    departS: Float32Array.from(trips, ({ departS }) => startS + departS),
    returnS: new Float32Array(trips.length).fill(wayHomeS),
    speedFactor: new Uint8Array(trips.length).fill(128),
    holdsContract: Uint8Array.from(trips, ({ holdsContract }) => (holdsContract === true ? 1 : 0)),
  };
}

/** @param departsAt where on its edge everybody departs, in 1/256 of its length; undefined: as drawn */
export function twinOf(city: City, population: Population, tickS = 0.5, seed = 1, departsAt?: number): TwinEngine {
  const built = buildTwin(city, population, { seed, startS, tickS }, parameterValues());
  if (!built.ok) throw new Error(built.error.message);
  if (departsAt !== undefined) built.value.columns.tripOriginPosition.fill(departsAt);
  return createTwinEngine(built.value, parameterValues());
}

/** Runs for so many simulated seconds. */
export function runFor(engine: TwinEngine, seconds: number): Arena {
  const { arena } = engine;
  advanceTwin(engine, arena.header.tick + Math.round(seconds / arena.header.dtS));
  return arena;
}

/** Wall time of the first arrival on which `expected` trips have arrived, s after the start; fails after `limitS`. */
export function runUntilArrived(engine: TwinEngine, expected: number, limitS: number): number {
  const { arena } = engine;
  while (arena.header.arrivedCount < expected) {
    expect(arena.header.tick * arena.header.dtS, "arrives in time").toBeLessThan(limitS);
    advanceTwin(engine, arena.header.tick + 1);
  }
  return arena.header.tick * arena.header.dtS;
}
