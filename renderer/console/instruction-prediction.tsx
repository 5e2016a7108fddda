import { useEffect, useRef } from "react";
import type { InstructionDraft, InstructionPrediction } from "../../common/console-api";
import type { Failure } from "../../common/result";
import type { DraftForm } from "../state/draft";
import { predictTask } from "../state/session";
import { FailureText, ProgressBar } from "./elements";
import { count, fixed } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { say, text } from "./text";
import { useRequest } from "./use-request";

/** A run of the draft against doing nothing. */
export interface PredictionControl {
  readonly run: () => Promise<void>;
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** What was predicted for exactly this draft. */
  readonly value: InstructionPrediction | null;
}

export function usePrediction(draft: DraftForm, valid: InstructionDraft | null): PredictionControl {
  const { bridge, workbench } = useParts();
  const value = useWorkbench((state) => (state.prediction?.draft === draft ? state.prediction.value : null));
  const predict = useRequest("instruction.predict");

  // Whoever leaves the draft waits for nothing any more.
  const isPending = useRef(false);
  isPending.current = predict.isPending;
  useEffect(
    () => () => {
      if (isPending.current) void bridge.request("instruction.giveUpPrediction", {});
    },
    [bridge],
  );

  async function run() {
    if (valid === null || predict.isPending) return;
    const outcome = await predict.run(valid);
    if (outcome.ok) workbench.setState({ prediction: { draft, value: outcome.value } });
  }
  return { run, isPending: predict.isPending, failure: predict.failure, value };
}

/** What the draft saves, with its interval; nothing before it was asked for. */
export function PredictionPart({ prediction }: { readonly prediction: PredictionControl }) {
  const { isPending, failure, value } = prediction;
  return (
    <div className="prediction">
      {isPending && <PredictionProgress />}
      {value !== null && !isPending && <PredictionFigures prediction={value} />}
      <FailureText failure={failure} testId="predict-failure" />
    </div>
  );
}

function PredictionProgress() {
  const progress = useSession((state) => state.progress[predictTask]);
  return (
    <div className="opening" role="status">
      <span className="faint">{progress ? say(progress.said) : text.instruction.predicting}</span>
      <ProgressBar
        share={progress ? progress.done / Math.max(1, progress.total) : 0}
        label={text.instruction.predicting}
      />
    </div>
  );
}

function PredictionFigures({ prediction }: { readonly prediction: InstructionPrediction }) {
  const { replications, horizonS, complied, wallS } = prediction;
  return (
    <div data-testid="prediction">
      <dl className="rows">
        <div className="row">
          <dt>{text.instruction.saves}</dt>
          <dd data-testid="prediction-saves">{savesText(prediction)}</dd>
        </div>
      </dl>
      <p className="hint">
        {text.instruction.predictionOf(replications, count(horizonS / 60), fixed(wallS, 1))} ·{" "}
        {text.instruction.predictedComply(count(complied))}
      </p>
    </div>
  );
}

/** "41.2 ± 7.9 veh·h": half the width of the 90 % interval. */
export function savesText({ delaySavedVehH: { mean, low, high } }: InstructionPrediction): string {
  return text.instruction.savesRange(fixed(mean, 1), fixed((high - low) / 2, 1));
}
