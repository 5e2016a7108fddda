import { useEffect, useState } from "react";
import type { InstructionMatch, ParamsOf } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { followMatch } from "../state/match-count";
import { FailureText } from "./elements";
import { count, minuteOf, tokens, wholeTokens } from "./figures";
import { useParts, useSession } from "./parts";
import { sayFailure, text } from "./text";

/** What a form's content would do to contracts, as the host last said for exactly this content. */
export interface MatchState {
  readonly value: InstructionMatch | null;
  readonly failure: Failure | null;
  /** The city's time for which that holds, s. */
  readonly atS: number;
}

const unknown: MatchState = { value: null, failure: null, atS: 0 };

type MatchRequest = "instruction.match" | "instruction.matchAmendment";

/**
 * Asks the host whenever the form changes, again when a block may have changed the answer, and as the city's clock goes on.
 * @param params what `form` says, the same whenever the form is the same; null while it says nothing sound
 */
export function useMatch<Name extends MatchRequest>(
  name: Name,
  form: object,
  params: ParamsOf<Name> | null,
): MatchState {
  const { bridge, session } = useParts();
  const pool = useSession(({ ledger }) => ledger?.poolMicro);
  const [answer, setAnswer] = useState<{ form: object; state: MatchState } | null>(null);

  useEffect(() => {
    if (params === null) return undefined;
    return followMatch(
      () => bridge.request<MatchRequest>(name, params),
      () => session.getState().clock?.timeS ?? 0,
      ({ outcome, atS }) => {
        const answered = outcome.ok ? { value: outcome.value, failure: null } : { value: null, failure: outcome.error };
        setAnswer({ form, state: { ...answered, atS } });
      },
    );
  }, [bridge, session, form, pool]);

  return params !== null && answer?.form === form ? answer.state : unknown;
}

/** Since when the count beside it stands: people leave, and contracts end, after it. */
export function CountedAt({ atS }: { readonly atS: number }) {
  return (
    <span className="faint" data-testid="match-at">
      {text.instruction.countedAt(minuteOf(atS))}
    </span>
  );
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
  const { value, failure, atS } = match;
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
        {matches} <b data-testid="match-contracts">{contracts}</b> <CountedAt atS={atS} />
      </p>
      {(value.instructed ?? 0) > 0 && (
        <p className="match-instructed" data-testid="match-instructed">
          {text.instruction.alreadyInstructed(count(value.instructed ?? 0), count(value.contracts))}
        </p>
      )}
      <p className="match-payout" data-testid="match-payout">
        {text.instruction.payout(tokens(value.largestPayoutMicro), wholeTokens(value.poolMicro))}
      </p>
      <RefusedText refusal={value.refusal} testId="refusal" />
    </div>
  );
}
