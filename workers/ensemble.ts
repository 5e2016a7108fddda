import { openArena, forkArena, type ArenaHandle } from "./arena/arena";
import type { EngineIndicators, TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { advanceTwin, createTwinEngine, indicatorsOf, queueCommand } from "./twin-engine";

/** One fork of a city, one horizon, its indicators: the task of the pool. */
export interface EnsembleTask {
  /** The city to fork; nobody writes it while the task runs. */
  readonly handle: ArenaHandle;
  readonly values: ParameterValues;
  /** Draws after the fork are made with it. */
  readonly seed: number;
  readonly horizonTicks: number;
  readonly commands: readonly TwinCommand[];
}

export interface EnsembleResult {
  /** Delay that came up within the horizon, s. */
  readonly delayS: number;
  readonly end: EngineIndicators;
  /** People who were asked and will have complied. */
  readonly complied: number;
}

export default function runEnsembleTask(task: EnsembleTask): EnsembleResult {
  const arena = openArena(forkArena(openArena(task.handle)));
  arena.header.seed = task.seed;
  const start = indicatorsOf(arena);
  const engine = createTwinEngine(arena, task.values);
  for (const command of task.commands) queueCommand(engine, command);
  advanceTwin(engine, start.tick + task.horizonTicks);
  const end = indicatorsOf(arena);
  let complied = 0;
  for (const answers of engine.answers) for (const one of answers.complies) complied += one;
  return { delayS: end.delayS - start.delayS, end, complied };
}
