import type { City } from "../common/city";
import { assert, fail, succeed, type Result } from "../common/result";
import { secondsPerDay } from "../common/time";
import { createArena, type Arena } from "./arena/arena";
import { none, type ArenaCounts } from "./arena/sections";
import { agreeOnDay, populationOfDay } from "./day-before";
import type { ParameterValues } from "./people/parameters";
import type { Population } from "./people/population";
import { demandCounts, destinationsOf, writeDemand } from "./traffic/demand";
import { edgeGraphOf, networkCounts, writeNetwork } from "./traffic/network";
import { assignUsualWays } from "./traffic/assignment";
import { treeSetCount } from "./traffic/routing";
import type { UsualWays } from "./traffic/usual-ways";
import { writeVehicleTypes, vehicleTypeCount } from "./traffic/vehicle-types";

export interface TwinSettings {
  readonly seed: number;
  /** Seconds since midnight of the first tick. */
  readonly startS: number;
  /** Simulated seconds a tick, 0.1 … 1. */
  readonly tickS: number;
}

/** Is told how many steps of how many are done; the last call is with as many. */
export type OnProgress = (done: number, total: number) => void;

/** A vehicle and its gap, m: how many of them the lanes can hold at most. */
const shortestSpacingM = 6;
/** Bytes that all destination trees may take. */
const treeBudgetBytes = 768 * 2 ** 20;
/** How long a look at link speeds lasts, s. */
const linkSpeedPeriodS = 30;

/**
 * Builds the arena of a city with its people, standing at the start time with empty roads.
 * @param ways usual ways of the same city, people and seed, from an earlier time; absent: found anew
 * @param onProgress as `assignUsualWays` tells it
 */
export function buildTwin(
  city: City,
  population: Population,
  settings: TwinSettings,
  values: ParameterValues,
  ways?: UsualWays,
  onProgress?: OnProgress,
): Result<Arena> {
  const prepared = prepare(city, population, settings, values, ways, onProgress);
  return prepared.ok ? succeed(prepared.value.arena) : prepared;
}

/** A twin at the beginning of a day for which contract holders have chosen. */
export interface Day {
  readonly arena: Arena;
  /** As it travels today. */
  readonly population: Population;
  /** To be kept: the next start with the same city, people and seed is given them. */
  readonly ways: UsualWays;
}

/** As `buildTwin`, and lets all contract holders choose the day before: one step more. */
export function buildDay(
  city: City,
  population: Population,
  settings: TwinSettings,
  values: ParameterValues,
  ways?: UsualWays,
  onProgress?: OnProgress,
): Result<Day> {
  // The day before is one step more.
  let total = 0;
  const prepared = prepare(city, population, settings, values, ways, (done, rounds) => {
    total = rounds + 1;
    onProgress?.(done, total);
  });
  if (!prepared.ok) return prepared;
  const { arena } = prepared.value;
  agreeOnDay(arena, population, prepared.value.ways, values);
  onProgress?.(total, total);
  return succeed({ ...prepared.value, population: populationOfDay(arena, population) });
}

function prepare(
  city: City,
  population: Population,
  settings: TwinSettings,
  values: ParameterValues,
  known: UsualWays | undefined,
  onProgress: OnProgress | undefined,
): Result<{ readonly arena: Arena; readonly ways: UsualWays }> {
  const { startS, tickS } = settings;
  if (!(tickS >= 0.1 && tickS <= 1)) return fail(`a step of ${tickS} s is outside 0.1 … 1 s`, "step");
  if (!(startS >= 0 && startS < secondsPerDay)) return fail("the start is not a time of day", "from");
  const graph = edgeGraphOf(city);
  const destinations = destinationsOf(population, city.columns.terminalEdge);
  const network = networkCounts(city, graph);
  const counts: ArenaCounts = {
    ...network,
    ...demandCounts(population, startS, destinations),
    vehicleTypes: vehicleTypeCount,
    vehicleCapacity: vehicleCapacityOf(city, population),
    treeSets: treeSetCount,
    treeCapacity: Math.min(treeSetCount * destinations.length, Math.floor(treeBudgetBytes / network.edges)),
    eventCapacity: 1 << 16,
  };
  const created = createArena(counts);
  if (!created.ok) return created;
  const arena = created.value;
  const { header } = arena;
  header.seed = settings.seed;
  header.startS = startS;
  header.dtS = tickS;
  header.secondTicks = Math.max(1, Math.round(1 / tickS));
  header.linkSpeedPeriodS = linkSpeedPeriodS;
  header.arrivalPart = 0.5;
  header.refreshedTick = none;
  writeVehicleTypes(arena);
  writeNetwork(arena, city, graph);
  writeDemand(arena, population, destinations);
  arena.columns.edgeSpeedByte.fill(255);
  arena.columns.edgeSpeedPart.fill(1);
  arena.columns.treeOfDestination.fill(-1);
  arena.columns.personTrust.fill(values.trustInitial);
  const ways = assignUsualWays(arena, population, values, known, onProgress);
  if (ways === undefined) {
    return fail(
      `${destinations.length} destinations on ${network.edges} edges need more memory for routes than ${treeBudgetBytes / 2 ** 20} MiB`,
      "destinations",
    );
  }
  return succeed({ arena, ways });
}

function vehicleCapacityOf(city: City, population: Population): number {
  const { laneLengthM } = city.columns;
  let lengthM = 0;
  for (let lane = 0; lane < laneLengthM.length; lane++) lengthM += Math.max(shortestSpacingM, laneLengthM[lane]);
  const capacity = Math.min(population.size, Math.ceil(lengthM / shortestSpacingM));
  assert(capacity < 1 << 23, "slots have 23 bits");
  return capacity;
}

export { populationOfDay };
