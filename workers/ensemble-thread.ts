import { collectGarbage } from "./dropped-memory";
import runEnsembleTask, { type EnsembleResult, type EnsembleTask } from "./ensemble";

// A thread of the pool. It sleeps between two tasks without turning its loop, so that it collects before it answers.

export default async function runTask(task: EnsembleTask): Promise<EnsembleResult> {
  try {
    return runEnsembleTask(task);
  } finally {
    await collectGarbage();
  }
}
