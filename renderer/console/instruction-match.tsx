import { useEffect, useState } from "react";
import type { InstructionDraft, InstructionMatch } from "../../common/console-api";
import type { Failure } from "../../common/result";
import type { DraftForm } from "../state/draft";
import { FailureText } from "./elements";
import { count, tokens, wholeTokens } from "./figures";
import { useParts, useSession } from "./parts";
import { sayFailure, text } from "./text";

/** How many contracts the draft would rewrite, as the host last said for exactly this draft. */
export interface MatchState {
  readonly value: InstructionMatch | null;
  readonly failure: Failure | null;
}

/** Typing pauses this long before the host is asked. */
const pauseMs = 250;
const unknown: MatchState = { value: null, failure: null };

/** Asks the host whenever the draft changes, and again when a block may have changed the answer. */
export function useMatch(form: DraftForm, draft: InstructionDraft | null): MatchState {
  const { bridge } = useParts();
  const pool = useSession(({ ledger }) => ledger?.poolMicro);
  const [answer, setAnswer] = useState<{ form: DraftForm; state: MatchState } | null>(null);

  useEffect(() => {
    if (draft === null) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void bridge.request("instruction.match", draft).then((outcome) => {
        if (!isCurrent) return;
        const state = outcome.ok ? { value: outcome.value, failure: null } : { value: null, failure: outcome.error };
        setAnswer({ form, state });
      });
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
    // `draft` is what `form` says: the same whenever the form is the same.
  }, [bridge, form, pool]);

  return draft !== null && answer?.form === form ? answer.state : unknown;
}

export function MatchLine({ match }: { readonly match: MatchState }) {
  const { value, failure } = match;
  if (failure !== null) return <FailureText failure={failure} testId="match-failure" />;
  if (value === null) {
    return (
      <p className="match match-pending" data-testid="match">
        {text.instruction.matching}
      </p>
    );
  }
  const [matches, contracts] = text.instruction.matches(count(value.contracts));
  return (
    <div className="match" data-testid="match" role="status">
      <p>
        {matches} <b data-testid="match-contracts">{contracts}</b>
      </p>
      <p className="match-payout" data-testid="match-payout">
        {text.instruction.payout(tokens(value.largestPayoutMicro), wholeTokens(value.poolMicro))}
      </p>
      {value.refusal !== null && (
        <p className="failure" data-testid="refusal">
          <span className="failure-mark" aria-hidden="true" />
          {text.instruction.refused}: {sayFailure(value.refusal)}
        </p>
      )}
    </div>
  );
}
