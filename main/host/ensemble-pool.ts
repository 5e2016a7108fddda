import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { EnsembleResult, EnsembleTask } from "../../workers/ensemble";
import { workerFile } from "./worker-files";

/** Forks of a city run in parallel, one a thread. */
export interface EnsemblePool {
  /** @param signal gives it up: the promise is rejected then, and the threads are free again */
  run(
    tasks: readonly EnsembleTask[],
    onProgress: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<EnsembleResult[]>;
  close(): Promise<void>;
}

export function openEnsemblePool(threads = Math.max(1, availableParallelism())): EnsemblePool {
  const pool = new Piscina({
    filename: workerFile("ensemble.cjs"),
    maxThreads: threads,
    minThreads: 0,
    idleTimeout: 10_000,
  });
  return {
    run: async (tasks, onProgress, signal) => {
      let done = 0;
      return Promise.all(
        tasks.map(async (task) => {
          const result = (await pool.run(task, signal === undefined ? {} : { signal })) as EnsembleResult;
          onProgress(++done);
          return result;
        }),
      );
    },
    close: () => pool.destroy(),
  };
}
