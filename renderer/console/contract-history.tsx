import { useEffect, useState } from "react";
import type { ContractEvent, ContractHistory, ContractWay, HistoryCheck, HistoryStep } from "../../common/commuter-api";
import { historySteps } from "../../common/commuter-api";
import type { Failure } from "../../common/result";
import { mostBonusMicro, termsAround, type StandingTerms } from "../state/terms-change";
import { FailureText } from "./elements";
import { count, minuteOf, secondOf, tokens } from "./figures";
import { Hash } from "./ledger-panel";
import { useParts, useSession } from "./parts";
import { text } from "./text";

interface HistoryProps {
  readonly contractId: string;
  /** Asked for again when it changes: the height to which the contract was proved. */
  readonly height: number;
}

/** All that happened to the contract, with the proof of each event on demand. */
export function History({ contractId, height }: HistoryProps) {
  const { history, failure } = useHistory(contractId, height);
  return (
    <section aria-label={text.history.title}>
      <h3>{text.history.title}</h3>
      <FailureText failure={failure} testId="history-failure" />
      {history === null ? (
        failure === null && <p className="empty">{text.history.loading}</p>
      ) : (
        <>
          <ol className="history" data-testid="history">
            {history.events.map((event, place) => (
              <Event key={`${event.kind} ${String(place)}`} event={event} events={history.events} />
            ))}
          </ol>
          <p className="hint history-kept">{text.history.kept}</p>
        </>
      )}
    </section>
  );
}

function useHistory(contractId: string, height: number) {
  const { bridge } = useParts();
  const [answer, setAnswer] = useState<{ history: ContractHistory | null; failure: Failure | null } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void bridge.request("ledger.history", { contractId }).then((outcome) => {
      if (!isCurrent) return;
      setAnswer(outcome.ok ? { history: outcome.value, failure: null } : { history: null, failure: outcome.error });
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, contractId, height]);
  const isOfThis = (answer?.history?.contractId ?? contractId) === contractId;
  return { history: isOfThis ? (answer?.history ?? null) : null, failure: answer?.failure ?? null };
}

interface EventProps {
  readonly event: ContractEvent;
  readonly events: readonly ContractEvent[];
}

function Event({ event, events }: EventProps) {
  const { kind, height, timeS, proved, checks, transactionHash } = event;
  const terms = termsAround(events, event);
  return (
    <li className={`history-event history-${kind}`} data-testid={`history-${kind}`} data-proved={proved}>
      <details open={terms !== undefined}>
        <summary>
          <span className="history-what">
            <EventText event={event} />
          </span>
          <small>
            {timeS === null || height === null ? (
              text.history.notFound
            ) : (
              <>
                {secondOf(timeS)} · {text.history.block(count(height))}
              </>
            )}{" "}
            <span className={proved ? "verified" : "attention"}>
              {proved ? `✓ ${text.history.proved}` : `✗ ${text.history.notProved}`}
            </span>
          </small>
        </summary>
        {terms !== undefined && <TermsChange {...terms} />}
        <Checks checks={checks} />
        {transactionHash !== null && (
          <p className="history-transaction">
            {text.history.transaction} <Hash what={text.history.transaction} value={transactionHash} />
          </p>
        )}
      </details>
    </li>
  );
}

function EventText({ event }: { readonly event: ContractEvent }) {
  const number = useSession(({ instructions }) =>
    event.kind === "rewritten" ? instructions.find(({ id }) => id === event.instructionId)?.number : undefined,
  );
  switch (event.kind) {
    case "accepted":
      return text.history.accepted;
    case "rewritten":
      return text.history.rewritten[event.by](
        number === undefined ? "–" : text.instruction.numberOf(number),
        event.version,
      );
    case "passed":
      return text.history.passed(event.name, secondOf(event.passedAtS));
    case "settled":
      return text.history.settled[event.outcome];
  }
}

/** The terms before and after a rewriting, side by side; what is new stands out. */
function TermsChange({ before, after }: { readonly before: StandingTerms; readonly after: StandingTerms }) {
  const rows = [
    { label: text.history.keepAway, of: wayText(({ avoids }) => avoids.join(", ")) },
    {
      label: text.history.window,
      of: wayText(({ avoids, avoidFromS, avoidUntilS }) =>
        avoids.length === 0 ? "" : `${minuteOf(avoidFromS)}–${minuteOf(avoidUntilS)}`,
      ),
    },
    { label: text.history.goBy, of: wayText(({ via }) => via.join(", ")) },
    { label: text.history.leave, of: wayText(leaveText) },
    { label: text.history.arriveBy, of: wayText(({ deadlineS }) => minuteOf(deadlineS)) },
    { label: text.history.bonusUntil, of: wayText(({ expiresAtS }) => minuteOf(expiresAtS)) },
    { label: text.history.pays, of: paysText },
    { label: text.contract.penalty, of: ({ penaltyMicro }: StandingTerms) => tokens(penaltyMicro) },
  ].filter(({ of }) => of(before) !== "–" || of(after) !== "–");
  return (
    <table className="table history-terms">
      <thead>
        <tr>
          <th scope="col" aria-label={text.contract.terms} />
          <th scope="col">{text.history.before}</th>
          <th scope="col">{text.history.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, of }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="faint">{of(before)}</td>
            <td className={of(before) === of(after) ? "faint" : ""}>{of(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same of each way that instructions added. */
function wayText(of: (way: ContractWay) => string): (terms: StandingTerms) => string {
  return ({ ways }) => {
    const parts = ways.map(of).filter((part) => part !== "");
    return parts.length === 0 ? "–" : parts.join("; ");
  };
}

function leaveText({ notBeforeS, beginsBeforeS }: ContractWay): string {
  if (notBeforeS !== null) return text.history.leaveAfter(minuteOf(notBeforeS));
  return beginsBeforeS === null ? "" : text.history.leaveBefore(minuteOf(beginsBeforeS));
}

function paysText(terms: StandingTerms): string {
  const bonusMicro = mostBonusMicro(terms);
  return bonusMicro === 0 ? tokens(terms.rewardMicro) : `${tokens(terms.rewardMicro)} + ${tokens(bonusMicro)}`;
}

/** Each step of the proof; those after one that failed were not made. */
function Checks({ checks }: { readonly checks: readonly HistoryCheck[] }) {
  const outcomeOf = (step: HistoryStep) => checks.find((check) => check.step === step)?.ok;
  return (
    <ol className="checks history-checks">
      {historySteps.map((step) => {
        const ok = outcomeOf(step);
        return (
          <li key={step} className={ok === false ? "check check-failed" : "check"} data-ok={ok}>
            <span aria-hidden="true">{ok === undefined ? "·" : ok ? "✓" : "✗"}</span>
            <span className={ok === undefined ? "faint" : ""}>
              <span className="sr-only">
                {ok === undefined ? text.history.notMade : ok ? text.top.verified : text.top.notVerified}:
              </span>{" "}
              {text.history.steps[step]}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
