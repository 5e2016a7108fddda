import { parentPort, workerData, type Transferable } from "node:worker_threads";
import { packCity } from "../../common/city";
import type { CitySource, Progress } from "../../common/console-api";
import { assert, type Failure, type Result } from "../../common/result";
import type { ArenaHandle } from "../../workers/arena";
import type { ParameterValues, Population } from "../../workers/people";
import { digestOfCity } from "./city-digest";
import { loadCity } from "./city-files";
import { usualPeople } from "./usual-people";
import { warmCity } from "./warm-city";

// The thread that reads or makes a city and fills its roads: seconds of work, in which the host goes on answering.

export interface PreparationStart {
  readonly source: CitySource;
  readonly seed: number;
  /** Undefined: by the length of the roads. */
  readonly people: number | undefined;
  readonly tickS: number;
  readonly startS: number;
  readonly showFromS: number;
  readonly values: ParameterValues;
}

export type PreparationReport =
  | { readonly kind: "progress"; readonly progress: Progress }
  /** `packed`: the city in the form of `packCity`. */
  | { readonly kind: "city"; readonly packed: Uint8Array<ArrayBuffer>; readonly digest: string }
  | {
      readonly kind: "warm";
      readonly live: ArenaHandle;
      readonly population: Population;
      readonly events: Uint32Array<ArrayBuffer>;
    }
  | { readonly kind: "failed"; readonly error: Failure }
  | { readonly kind: "kept" };

/** Keep the filled roads for the next start. */
export type PreparationRequest = "keep";

const port = parentPort;
assert(port !== null, "a city is prepared on a thread of its own");
const report = (message: PreparationReport, transfer: readonly Transferable[] = []) =>
  port.postMessage(message, transfer);

async function prepare(start: PreparationStart): Promise<Result<() => Promise<void>>> {
  const onProgress = (progress: Progress) => report({ kind: "progress", progress });
  const loaded = await loadCity(start.source, {
    onProgress: (done, total) =>
      onProgress({
        task: "open",
        said: { code: start.source.kind === "bundled" ? "making-city" : "reading-city", args: {} },
        done,
        total,
      }),
  });
  if (!loaded.ok) return loaded;
  const city = loaded.value;
  const digest = digestOfCity(city);
  const packed = packCity(city);
  report({ kind: "city", packed, digest }, [packed.buffer]);
  const { seed, tickS, startS, showFromS, values } = start;
  const people = start.people ?? usualPeople(city);
  const warm = await warmCity(city, { digest, seed, people, tickS, startS, showFromS, values, onProgress });
  if (!warm.ok) return warm;
  const { live, population, events, keep } = warm.value;
  report({ kind: "warm", live: { memory: live.memory, counts: live.counts }, population, events });
  return { ok: true, value: keep };
}

void prepare(workerData as PreparationStart).then((prepared) => {
  if (!prepared.ok) {
    report({ kind: "failed", error: prepared.error });
    return;
  }
  // The only request is to keep.
  port.once("message", () => {
    void prepared.value().then(() => report({ kind: "kept" }));
  });
});
