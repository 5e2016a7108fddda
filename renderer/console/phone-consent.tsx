import { useState } from "react";
import { consentPurposes, type ConsentPurpose, type ConsentReport } from "../../common/commuter-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "./elements";
import { minuteOf } from "./figures";
import { text } from "./text";

interface ConsentProps {
  /** The clause that was signed. */
  readonly clause: string;
  /** null until the ledger was asked. */
  readonly consent: ConsentReport | null;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  /** null: withdrawn. */
  readonly onState: (purposes: readonly ConsentPurpose[] | null) => void;
  readonly onErase: () => void;
}

/** What was agreed to, and the holder's ways to narrow it, take it back, and have what is kept erased. */
export function PhoneConsent({ clause, consent, failure, isPending, onState, onErase }: ConsentProps) {
  const [confirming, setConfirming] = useState(false);
  return (
    <section className="phone-section phone-consent" aria-label={text.phone.consent}>
      <header className="phone-section-head">
        <h3>{text.phone.consent}</h3>
        {consent !== null && (
          <span className="phone-state" data-testid="consent-state" data-sequence={consent.sequence}>
            {stateText(consent)}
          </span>
        )}
      </header>
      <details>
        <summary data-testid="phone-consent">{text.phone.clause}</summary>
        <p>{clause}</p>
      </details>
      {consent !== null && (
        <>
          <p className="phone-quiet">{text.phone.passOn}</p>
          <div className="consent-purposes">
            {consentPurposes.map((purpose) => (
              <label key={purpose} className="consent-purpose" data-testid={`consent-${purpose}`}>
                <input
                  type="checkbox"
                  checked={consent.purposes.includes(purpose)}
                  disabled={isPending}
                  onChange={({ target }) =>
                    onState(
                      consentPurposes.filter((one) =>
                        one === purpose ? target.checked : consent.purposes.includes(one),
                      ),
                    )
                  }
                />
                {text.phone.purposes[purpose]}
              </label>
            ))}
          </div>
          <div className="consent-actions">
            <Action
              data-testid="consent-withdraw"
              isDisabled={isPending || consent.withdrawn}
              onPress={() => onState(null)}
            >
              {text.phone.withdraw}
            </Action>
            {consent.erasure === null && !confirming && (
              <Action data-testid="consent-erase" isDisabled={isPending} onPress={() => setConfirming(true)}>
                {text.phone.erase}
              </Action>
            )}
          </div>
          {confirming && consent.erasure === null && (
            <div className="consent-confirm" role="group" aria-label={text.phone.erase}>
              <p>{text.phone.eraseHint}</p>
              <div className="consent-actions">
                <Action kind="primary" data-testid="consent-erase-confirm" isDisabled={isPending} onPress={onErase}>
                  {text.phone.eraseConfirm}
                </Action>
                <Action data-testid="consent-erase-cancel" onPress={() => setConfirming(false)}>
                  {text.consortium.cancel}
                </Action>
              </div>
            </div>
          )}
          {consent.erasure !== null && (
            <p data-testid="consent-erasure">
              {text.phone.erasure(minuteOf(consent.erasure.sinceS), text.phone.wantedBy[consent.erasure.wantedBy])}
            </p>
          )}
        </>
      )}
      <FailureText failure={failure} testId="consent-failure" />
    </section>
  );
}

function stateText({ withdrawn, purposes }: ConsentReport): string {
  if (withdrawn) return text.phone.consentStates.withdrawn;
  return purposes.length === 0 ? text.phone.consentStates.clauseOnly : text.phone.consentStates.widened;
}
