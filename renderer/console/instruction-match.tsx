import { useEffect, useState } from "react";
import type { InstructionMatch, ParamsOf } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { FailureText } from "./elements";
import { count, tokens, wholeTokens } from "./figures";
import { useParts, useSession } from "./parts";
import { sayFailure, text } from "./text";

/** What a form's content would do to contracts, as the host last said for exactly this content. */
export interface MatchState {
  readonly value: InstructionMatch | null;
  readonly failure: Failure | null;
}

/** Typing pauses this long before the host is asked. */
const pauseMs = 250;
const unknown: MatchState = { value: null, failure: null };

type MatchRequest = "instruction.match" | "instruction.matchAmendment";

/**
 * Asks the host whenever the form changes, and again when a block may have changed the answer.
 * @param params what `form` says, the same whenever the form is the same; null while it says nothing sound
 */
export function useMatch<Name extends MatchRequest>(
  name: Name,
  form: object,
  params: ParamsOf<Name> | null,
): MatchState {
  const { bridge } = useParts();
  const pool = useSession(({ ledger }) => ledger?.poolMicro);
  const [answer, setAnswer] = useState<{ form: object; state: MatchState } | null>(null);

  useEffect(() => {
    if (params === null) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void bridge.request<MatchRequest>(name, params).then((outcome) => {
        if (!isCurrent) return;
        const state = outcome.ok ? { value: outcome.value, failure: null } : { value: null, failure: outcome.error };
        setAnswer({ form, state });
      });
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [bridge, form, pool]);

  return params !== null && answer?.form === form ? answer.state : unknown;
}

/** Why the ledger would refuse it as it stands. */
export function RefusedText({ refusal, testId }: { readonly refusal: Failure | null; readonly testId: string }) {
  if (refusal === null) return null;
  return (
    <p className="failure" data-testid={testId}>
      <span className="failure-mark" aria-hidden="true" />
      {text.instruction.refused}: {sayFailure(refusal)}
    </p>
  );
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
      <RefusedText refusal={value.refusal} testId="refusal" />
    </div>
  );
}
