import { readFileSync } from "node:fs";
import { packCity, unpackCity, type City } from "../../common/city";
import { packColumns, unpackColumns } from "../../common/columns";
import { fail, succeed, type Result } from "../../common/result";
import { loadArena, saveArena, type Arena, type ArenaCounts } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import { digestOfColumns } from "../host/column-digest";
import { reasonOf } from "../host/file-reading";

/** From what a run began: with its commands it can be run again to the bit. */
export interface RunRecipe {
  readonly people: number;
  readonly seed: number;
  readonly startS: number;
  readonly tickS: number;
  readonly values: ParameterValues;
}

/** What a save holds: the state, what is yet to happen, and how it came to be. */
export interface SavedSimulation {
  readonly city: City;
  readonly arena: Arena;
  /** Commands whose tick has not come. */
  readonly waiting: readonly TwinCommand[];
  readonly recipe: RunRecipe;
  /** Commands that were applied, in order. */
  readonly log: readonly TwinCommand[];
}

const savedForm = "pendulaire-simulation-5";

interface SavedMeta {
  readonly form: typeof savedForm;
  readonly counts: ArenaCounts;
  readonly recipe: RunRecipe;
  readonly sha256: string;
}

export function packSaved({ city, arena, waiting, recipe, log }: SavedSimulation): Uint8Array {
  const commands = new TextEncoder().encode(JSON.stringify({ waiting, log }));
  const columns = { commands, state: saveArena(arena), city: packCity(city) };
  const about = { form: savedForm, counts: arena.counts, recipe } as const;
  const meta: SavedMeta = { ...about, sha256: digestOfColumns(about, [columns.state, columns.city, columns.commands]) };
  return packColumns(meta, columns);
}

export function readSavedSimulation(file: string): Result<SavedSimulation> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(file));
  } catch (error) {
    return fail(reasonOf(error), file);
  }
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return fail(unpacked.error.message, file);
  const meta = unpacked.value.meta as Partial<SavedMeta> | null;
  const { state, city, commands } = unpacked.value.columns;
  if (String(meta?.form).startsWith("pendulaire-simulation-") && meta?.form !== savedForm) {
    return fail(`a saved simulation of the form ${String(meta?.form)}; this program reads ${savedForm}`, file);
  }
  if (
    meta?.form !== savedForm ||
    meta.counts === undefined ||
    meta.recipe === undefined ||
    !(state instanceof Uint8Array) ||
    !(city instanceof Uint8Array) ||
    !(commands instanceof Uint8Array)
  ) {
    return fail("not a saved simulation", file);
  }
  const { form, counts, recipe } = meta;
  if (digestOfColumns({ form, counts, recipe }, [state, city, commands]) !== meta.sha256)
    return fail("damaged: its bytes are not those that were saved", file);
  const unpackedCity = unpackCity(city);
  if (!unpackedCity.ok) return unpackedCity;
  const arena = loadArena(counts, state);
  if (!arena.ok) return fail(arena.error.message, file);
  // The digest held: these are the bytes that a save wrote.
  const { waiting, log } = JSON.parse(new TextDecoder().decode(commands)) as Pick<SavedSimulation, "waiting" | "log">;
  return succeed({ city: unpackedCity.value, arena: arena.value, waiting, recipe, log });
}
