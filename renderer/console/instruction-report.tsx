import type { InstructionReport } from "../../common/console-api";
import { delaySavedSince } from "../state/indicators";
import { Action, FailureText, Row } from "./elements";
import { count, fixed, minuteOf, percent, percentsOfTwo, tokens } from "./figures";
import { savesText } from "./instruction-prediction";
import { RevisePart } from "./instruction-revise";
import { useStageText } from "./instruction-stage";
import { openPhone } from "../state/workbench";
import { useParts, useSession } from "./parts";
import { text } from "./text";

/** An instruction that was sent: how far it came, who answered, what it cost and what it saved. */
export function ReportPanel({ report }: { readonly report: InstructionReport }) {
  const { fromS, untilS, stage, height, revision, verifiedAfterMs, bonusMicro, refusal } = report;
  const scope = useScopeText(report.terminals);
  const asked = useActionText(report);
  const stageOf = useStageText();
  return (
    <div className="report" data-testid="instruction-report" data-stage={stage}>
      <dl className="rows">
        <Row label={text.instruction.asked} testId="report-action">
          {asked}
        </Row>
        <Row label={text.instruction.scope} testId="report-scope">
          {text.instruction.scopeOf(scope, minuteOf(fromS), minuteOf(untilS))}
        </Row>
        <Row label={text.instruction.state} testId="report-stage">
          {stageOf(report)}
          {height !== null && <span className="faint"> · {text.instruction.block(count(height))}</span>}
          {revision > 1 && <span className="faint"> · {text.instruction.revision(revision)}</span>}
        </Row>
        <RewrittenRows report={report} />
        <Row label={text.instruction.bonus}>
          {tokens(bonusMicro)} <span className="unit">{text.units.tokens}</span>
        </Row>
      </dl>
      {refusal !== null && <FailureText failure={refusal} testId="report-refusal" />}
      <Answers report={report} />
      <dl className="rows">
        <Row label={text.instruction.escrow} testId="report-money">
          {tokens(report.paidMicro + report.escrowLeftMicro)} · {tokens(report.paidMicro)} ·{" "}
          {tokens(report.escrowLeftMicro)} <span className="unit">{text.units.tokens}</span>
        </Row>
        <SavedRow report={report} />
        <PredictedRow report={report} />
      </dl>
      {verifiedAfterMs !== null && <Proofs report={report} />}
      <RevisePart key={report.id} report={report} />
    </div>
  );
}

function useScopeText(rows: readonly number[]): string {
  return useSession(({ description }) =>
    rows.map((row) => description?.terminals.find(({ terminal }) => terminal === row)?.name ?? String(row)).join(", "),
  );
}

/** What was asked, in words. */
function useActionText({ action }: InstructionReport): string {
  const via = useScopeText(action.kind === "itinerary" ? action.via : noTerminals);
  switch (action.kind) {
    case "avoid":
      return text.instruction.askedKinds.avoid;
    case "itinerary":
      return text.instruction.goBy(via);
    case "shift":
      return text.instruction.leaves(count(Math.abs(action.shiftS) / 60), action.shiftS < 0);
    case "hold":
      return text.instruction.holds(minuteOf(action.untilS));
  }
}

const noTerminals: readonly number[] = [];

function RewrittenRows({ report }: { readonly report: InstructionReport }) {
  const { stage, matched, rewritten, verified, verifiedAfterMs } = report;
  return (
    <>
      <Row label={stage === "withdrawn" ? text.instruction.kept : text.instruction.rewritten} testId="report-rewritten">
        {text.instruction.rewrittenOf(count(rewritten), count(matched))}
      </Row>
      <Row label={text.instruction.verified} testId="report-verified">
        {text.instruction.verifiedOf(count(verified), count(rewritten))}
        {rewritten > 0 && verified === rewritten && ` ✓ ${text.instruction.proof}`}
        {verifiedAfterMs !== null && (
          <span className="faint"> · {text.instruction.after(fixed(verifiedAfterMs / 1000, 1))}</span>
        )}
      </Row>
    </>
  );
}

/** One bar for those whose contracts carry it: complied, refused, not yet reached. Said in words above it, each with its base. */
function Answers({ report }: { readonly report: InstructionReport }) {
  const { rewritten, reached, complied, refused } = report;
  const [reachedWords, ...answerWords] = text.instruction.answers(
    percent(reached, rewritten),
    count(rewritten),
    ...percentsOfTwo(complied, refused),
  );
  return (
    <div className="answers" data-testid="report-answers">
      <p>{reachedWords}</p>
      <p>{answerWords.join(" · ")}</p>
      <svg className="answers-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        <rect className="answers-all" width="1000" height="10" />
        <rect className="answers-reached" width={thousandths(reached, rewritten)} height="10" />
        <rect className="answers-complied" width={thousandths(complied, rewritten)} height="10" />
        <rect
          className="answers-refused"
          x={thousandths(complied, rewritten)}
          width={thousandths(refused, rewritten)}
          height="10"
        />
      </svg>
    </div>
  );
}

const thousandths = (part: number, whole: number): number => (whole > 0 ? Math.round((1000 * part) / whole) : 0);

function SavedRow({ report }: { readonly report: InstructionReport }) {
  const saved = useSession(({ samples }) => {
    const savedVehH = delaySavedSince(samples, report.sentS);
    return savedVehH === null ? null : fixed(savedVehH, 1);
  });
  return (
    <Row label={text.instruction.saved} testId="report-saved">
      {saved === null ? "–" : `${saved} ${text.units.vehicleHours}`}
    </Row>
  );
}

function PredictedRow({ report }: { readonly report: InstructionReport }) {
  const { prediction } = report;
  if (prediction === null) return null;
  return (
    <Row label={text.instruction.predicted} testId="report-predicted">
      <span className="faint">{savesText(prediction)}</span>
    </Row>
  );
}

function Proofs({ report }: { readonly report: InstructionReport }) {
  const { workbench } = useParts();
  return (
    <div className="report-actions">
      <Action
        data-testid="inspect-instruction"
        onPress={() => workbench.setState({ inspector: { instructionId: report.id } })}
      >
        {text.ledger.inspect}
      </Action>
      <Action
        data-testid="phones-of-instruction"
        onPress={() => openPhone(workbench, { by: "instruction", instructionId: report.id })}
      >
        {text.phone.reached}
      </Action>
    </div>
  );
}
