import { Worker } from "node:worker_threads";
import { unpackCity, type City } from "../../common/city";
import type { Progress } from "../../common/console-api";
import { succeed, unreachable, type Failure, type Result } from "../../common/result";
import { sayInEnglish, type Said } from "../../common/said";
import { openArena } from "../../workers/arena";
import type { PreparationReport, PreparationRequest, PreparationStart } from "./preparation-thread";
import type { WarmCity } from "./warm-city";
import { workerFile } from "./worker-files";

export interface PreparedCity {
  readonly city: City;
  /** Of `digestOfCity`. */
  readonly digest: string;
}

/** A city that is being prepared on a thread of its own. */
export interface Preparation {
  readonly city: Promise<Result<PreparedCity>>;
  readonly twin: Promise<Result<WarmCity>>;
}

const givenUp: Said = { code: "opening-given-up", args: {} };

/** @param signal gives it up: whatever has not come yet is a refusal then */
export function prepareCity(
  start: PreparationStart,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Preparation {
  const city = defer<Result<PreparedCity>>();
  const twin = defer<Result<WarmCity>>();
  const kept = defer<undefined>();
  const worker = new Worker(workerFile("preparation.cjs"), { workerData: start });
  const end = ({ error }: { readonly error: Failure }) => {
    city.resolve({ ok: false, error });
    twin.resolve({ ok: false, error });
    kept.resolve(undefined);
    void worker.terminate();
  };
  const giveUp = () => end({ error: { message: sayInEnglish(givenUp), said: givenUp } });
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  worker.on("error", ({ message }) => end({ error: { message } }));
  worker.on("message", (report: PreparationReport) => {
    switch (report.kind) {
      case "progress":
        onProgress(report.progress);
        return;
      case "city": {
        const unpacked = unpackCity(report.packed);
        city.resolve(unpacked.ok ? succeed({ city: unpacked.value, digest: report.digest }) : unpacked);
        return;
      }
      case "warm": {
        // From here on the session ends it.
        signal.removeEventListener("abort", giveUp);
        const { population, events } = report;
        const keep = async () => {
          worker.postMessage("keep" satisfies PreparationRequest);
          await kept.promise;
        };
        twin.resolve(succeed({ population, events, live: openArena(report.live), keep }));
        return;
      }
      case "failed":
        end(report);
        return;
      case "kept":
        kept.resolve(undefined);
        void worker.terminate();
        return;
      default:
        unreachable(report);
    }
  });
  return { city: city.promise, twin: twin.promise };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolveIt) => (resolve = resolveIt));
  return { promise, resolve };
}
