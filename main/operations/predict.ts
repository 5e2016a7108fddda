import type { Incident, InstructionDraft, InstructionPrediction } from "../../common/console-api";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { assert, refuseSaying, succeed, type Result } from "../../common/result";
import type { EnsembleTask } from "../../workers/ensemble";
import type { TwinCommand } from "../../workers/messages";
import type { EnsemblePool } from "../host/ensemble-pool";
import { nowOf, type SessionContext } from "../host/session-context";
import { checkRoom, instructCommand } from "./dispatch";
import { clearingS, horizonMaxS, lastDepartureS } from "./horizon";
import { expectedEndings } from "./incidents";
import { estimate } from "./intervals";
import { matchDraft } from "./matching";

/** Draws of who hears and who complies that a prediction is made of. */
const replications = 8;
/** How far a prediction looks at least, s: further where departures are moved, so that what is put off is seen, too. */
const horizonLeastS = 2400;

/**
 * Forks the city now and runs it with and without the draft, both with the same draws: how many vehicle-hours of delay
 * it saves within the horizon, on the trips that are due within it. The interval is over the draws of people's answers, not over the model's parameters.
 */
export async function predictInstruction(
  context: SessionContext,
  pool: EnsemblePool,
  draft: InstructionDraft,
  signal?: AbortSignal,
): Promise<Result<InstructionPrediction>> {
  const { parts } = context;
  const incident = parts.incidents.find(draft.incidentId);
  if (incident === undefined) return refuseSaying({ code: "incident-unknown", args: {} }, draft.incidentId);
  const begunMs = performance.now();
  const planned = await context.atRest(() => planPrediction(context, incident, draft));
  if (!planned.ok) return planned;
  const { handle, ending, instruct, horizonTicks } = planned.value;
  const task = (replication: number, commands: readonly TwinCommand[]): EnsembleTask => ({
    handle,
    values: parts.values,
    seed: parts.seed + 1000 * (replication + 1),
    horizonTicks,
    commands: [...ending, ...commands],
  });
  const total = replications + 1;
  const progress = (done: number) =>
    context.listener.progress({ task: "predict", said: { code: "running-forks", args: {} }, done, total });
  progress(0);
  const tasks = [task(0, []), ...Array.from({ length: replications }, (_, row) => task(row, [instruct]))];
  const ran = await pool
    .run(tasks, progress, signal)
    .catch((error: unknown) => {
      progress(total);
      if (signal?.aborted !== true) throw error;
      return undefined;
    })
    // The fork that all of them began with.
    .finally(collectDroppedMemory);
  if (ran === undefined) return refuseSaying({ code: "prediction-given-up", args: {} }, "prediction");
  const [nothing, ...results] = ran;
  if (nothing === undefined) return refuseSaying({ code: "prediction-empty", args: {} }, "prediction");
  const { mean, low, high } = estimate(results.map((result) => (nothing.delayS - result.delayS) / 3600));
  assert(low !== null && high !== null, "several replications have an interval");
  const prediction: InstructionPrediction = {
    replications,
    horizonS: horizonTicks * parts.tickS,
    delaySavedVehH: { mean, low, high },
    complied: Math.round(results.reduce((sum, result) => sum + result.complied, 0) / results.length),
    wallS: (performance.now() - begunMs) / 1000,
  };
  keep(context, draft, prediction);
  return succeed(prediction);
}

interface PredictionPlan {
  readonly handle: EnsembleTask["handle"];
  readonly ending: readonly TwinCommand[];
  readonly instruct: TwinCommand;
  readonly horizonTicks: number;
}

/** Whom the draft would ask, and the city as it is, of the same instant. Call at rest. */
async function planPrediction(
  context: SessionContext,
  incident: Incident,
  draft: InstructionDraft,
): Promise<Result<PredictionPlan>> {
  const { parts, twins } = context;
  const { match, contractIndexes } = matchDraft(context, draft);
  if (match.refusal !== null) return { ok: false, error: match.refusal };
  const number = parts.instructions.count + 1;
  const room = checkRoom(context, draft.action, number);
  if (!room.ok) return room;
  const asked = { contractIndexes, height: 0, transactionHash: "" };
  const instruct = instructCommand(context, asked, incident, draft, number, twins.tick);
  const movedS = lastDepartureS(twins.live.arena, instruct.people, instruct.action) + clearingS - nowOf(context);
  const horizonS = Math.max(horizonLeastS, movedS);
  if (horizonS > horizonMaxS) {
    return refuseSaying({ code: "prediction-too-far", args: { hours: horizonMaxS / 3600 } }, "action");
  }
  const { handle } = await twins.live.fork();
  const horizonTicks = Math.ceil(horizonS / parts.tickS);
  return succeed({ handle, ending: expectedEndings(context), instruct, horizonTicks });
}

/** Predictions kept for the report of what is sent later. */
const predictionsKept = 20;

function keep({ predictions }: SessionContext, draft: InstructionDraft, prediction: InstructionPrediction): void {
  predictions.set(JSON.stringify(draft), prediction);
  for (const oldest of predictions.keys()) {
    if (predictions.size <= predictionsKept) break;
    predictions.delete(oldest);
  }
}

export function predictionOf({ predictions }: SessionContext, draft: InstructionDraft): InstructionPrediction | null {
  return predictions.get(JSON.stringify(draft)) ?? null;
}
