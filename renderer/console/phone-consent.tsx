import { consentPurposes, type ConsentPurpose, type ConsentReport } from "../../common/commuter-api";
import type { ContractReport } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { ConfirmedAction } from "./confirmed-action";
import { Action, FailureText } from "./elements";
import { minuteOf } from "./figures";
import { text } from "./text";

interface ConsentProps {
  /** With the clause that was signed. */
  readonly contract: Pick<ContractReport, "clause" | "state">;
  /** null until the ledger was asked. */
  readonly consent: ConsentReport | null;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  /** null: withdrawn. */
  readonly onState: (purposes: readonly ConsentPurpose[] | null) => void;
  readonly onErase: () => void;
}

/** What was agreed to, and the holder's ways to narrow it, take it back, and have what is kept erased. */
export function PhoneConsent({ contract, consent, failure, isPending, onState, onErase }: ConsentProps) {
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
        <p>{contract.clause}</p>
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
                  disabled={isPending || isOver(consent)}
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
              isDisabled={isPending || isOver(consent)}
              onPress={() => onState(null)}
            >
              {text.phone.withdraw}
            </Action>
            {consent.erasure === null && (
              <ConfirmedAction
                {...{ label: text.phone.erase, hint: text.phone.eraseHint, confirm: text.phone.eraseConfirm }}
                {...{ testId: "consent-erase", isDisabled: isPending, onConfirm: onErase }}
              />
            )}
          </div>
          {isOver(consent) && (
            <p data-testid="consent-over">
              {contract.state === "active" ? text.phone.consentOver.active : text.phone.consentOver.ended}
            </p>
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

/** What was taken back is not given again by a tick: another contract asks for consent anew. */
function isOver({ withdrawn, erasure }: ConsentReport): boolean {
  return withdrawn || erasure !== null;
}

function stateText({ withdrawn, purposes }: ConsentReport): string {
  if (withdrawn) return text.phone.consentStates.withdrawn;
  return purposes.length === 0 ? text.phone.consentStates.clauseOnly : text.phone.consentStates.widened;
}
