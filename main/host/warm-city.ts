import type { City } from "../../common/city";
import { packColumns, unpackColumns } from "../../common/columns";
import type { Progress } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { loadArena, saveArena, type Arena, type ArenaCounts } from "../../workers/arena";
import { generatePopulation, type ParameterValues, type Population } from "../../workers/people";
import { buildDay, populationOfDay } from "../../workers/twin";
import { advanceTwin, collectEvents, createTwinEngine } from "../../workers/twin-engine";
import { openDiskCache } from "./disk-cache";

/** A city whose roads are as busy as they are at the time at which it is shown. */
export interface WarmCity {
  /** As it travels today. */
  readonly population: Population;
  readonly live: Arena;
  /** What happened while the roads filled. */
  readonly events: Uint32Array<ArrayBuffer>;
  /** Keeps the city for the next start, unless it was kept already; after the session has begun. */
  readonly keep: () => Promise<void>;
}

export interface WarmUp {
  /** Of `digestOfCity`. */
  readonly digest: string;
  readonly seed: number;
  readonly people: number;
  readonly tickS: number;
  readonly startS: number;
  readonly showFromS: number;
  readonly values: ParameterValues;
  readonly onProgress: (progress: Progress) => void;
}

/** States that are kept: a metropolis has some hundred megabytes. */
const statesKept = 3;
/** Smaller cities are filled sooner than read. */
const keptFromPeople = 5000;
const form = "pendulaire-warm-city-1";

/**
 * Builds the twin of a city and fills its roads; or reads what an earlier start came to with the same city, people, times
 * and build of the engine: the same bits, since everything follows from those.
 */
export async function warmCity(city: City, warmUp: WarmUp): Promise<Result<WarmCity>> {
  const { seed, people, values } = warmUp;
  const key = keyOf(warmUp);
  const cache = openDiskCache({ folder: "warm-cities", filesMax: statesKept });
  const reading = key === undefined ? undefined : cache.read(key);
  const population = generatePopulation(city, people, seed, values);
  if (!population.ok) return population;
  const kept = unpackKept(await reading);
  if (kept !== undefined) {
    const today = populationOfDay(kept.live, population.value);
    return succeed({ population: today, ...kept, keep: () => Promise.resolve() });
  }
  const filled = fillRoads(city, population.value, warmUp);
  if (!filled.ok) return filled;
  const { live, events } = filled.value;
  // The state of now: the twin goes on before it is written.
  let packed = key === undefined ? undefined : packKept(live, events);
  const keep = async () => {
    if (key !== undefined && packed !== undefined) await cache.write(key, packed);
    packed = undefined;
  };
  return succeed({ population: populationOfDay(live, population.value), live, events, keep });
}

/** Undefined where nothing is kept: small cities, and programs that were not built as a whole. */
function keyOf({ digest, seed, people, tickS, startS, showFromS, values }: WarmUp): string | undefined {
  const engineBuild = process.env["PENDULAIRE_ENGINE_BUILD"];
  if (engineBuild === undefined || people < keptFromPeople) return undefined;
  return JSON.stringify({ form, engineBuild, cityDigest: digest, seed, people, tickS, startS, showFromS, values });
}

function fillRoads(
  city: City,
  population: Population,
  { seed, tickS, startS, showFromS, values, onProgress }: WarmUp,
): Result<{ readonly live: Arena; readonly events: Uint32Array<ArrayBuffer> }> {
  const built = buildDay(city, population, { seed, startS, tickS }, values, undefined, (done, total) =>
    onProgress({ task: "usual-ways", said: { code: "finding-usual-ways", args: {} }, done, total }),
  );
  if (!built.ok) return built;
  const { arena } = built.value;
  const engine = createTwinEngine(arena, values);
  const until = Math.round((showFromS - startS) / tickS);
  const slice = Math.max(1, Math.ceil(until / 40));
  for (let tick = 0; tick < until;) {
    tick = Math.min(until, tick + slice);
    advanceTwin(engine, tick);
    onProgress({ task: "warm-up", said: { code: "filling-roads", args: {} }, done: tick, total: until });
  }
  return succeed({ live: arena, events: collectEvents(engine) });
}

function packKept(live: Arena, events: Uint32Array): Uint8Array<ArrayBuffer> {
  return packColumns({ form, counts: live.counts }, { events, state: saveArena(live) });
}

/** The bytes are those that were written, by their digest, and of this form, by their key. */
function unpackKept(
  bytes: Uint8Array<ArrayBuffer> | undefined,
): { readonly live: Arena; readonly events: Uint32Array<ArrayBuffer> } | undefined {
  const unpacked = bytes === undefined ? undefined : unpackColumns(bytes);
  if (unpacked?.ok !== true) return undefined;
  const { counts } = unpacked.value.meta as { readonly counts: ArenaCounts };
  const { state, events } = unpacked.value.columns;
  if (!(state instanceof Uint8Array) || !(events instanceof Uint32Array)) return undefined;
  const live = loadArena(counts, state);
  return live.ok ? { live: live.value, events: Uint32Array.from(events) } : undefined;
}
