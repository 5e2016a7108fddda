import { useState } from "react";
import { Checkbox, Label, Radio, RadioGroup } from "react-aria-components";
import type { CommuterMenu, MenuEntry } from "../../common/commuter-page-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "../console/elements";
import { minuteOf, tokens } from "../console/figures";
import { text } from "../console/text";

interface OfferMenuProps {
  readonly menu: CommuterMenu;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  readonly onSign: (entry: MenuEntry) => void;
}

/** Window and itinerary, the clause, and the signature: signing without having agreed to the clause is impossible. */
export function OfferMenu({ menu, failure, isPending, onSign }: OfferMenuProps) {
  const [entryId, setEntryId] = useState<string | null>(null);
  const [agrees, setAgrees] = useState(false);
  const entry = menu.entries.find((one) => one.entryId === entryId);
  if (menu.entries.length === 0) return <p className="phone-nothing">{text.commuter.noOffer}</p>;
  return (
    <>
      <section className="phone-section" aria-label={text.commuter.choose}>
        <RadioGroup
          value={entryId}
          onChange={(chosen) => {
            setEntryId(chosen);
            setAgrees(false);
          }}
        >
          <Label className="commuter-title">{text.commuter.choose}</Label>
          {menu.entries.map((one) => (
            <Radio key={one.entryId} value={one.entryId} className="commuter-offer" data-testid="offer">
              <span className="commuter-dot" aria-hidden="true" />
              <span className="commuter-offer-text">
                <b>{text.commuter.leave(minuteOf(one.departFromS), minuteOf(one.departUntilS))}</b>
                <span>{one.itinerary.map(({ name }) => name).join(" → ")}</span>
                <small>
                  {text.commuter.arrive(minuteOf(one.deadlineS))} · {text.phone.reward} {tokens(one.rewardMicro)} ·{" "}
                  {text.phone.penalty} {tokens(one.penaltyMicro)}
                </small>
              </span>
            </Radio>
          ))}
        </RadioGroup>
      </section>
      {entry !== undefined && (
        <section className="phone-section" aria-label={text.phone.clause} data-testid="clause">
          <h3>{text.commuter.clause}</h3>
          <p className="commuter-clause">{menu.clause}</p>
          <Checkbox className="consent-purpose" isSelected={agrees} onChange={setAgrees} data-testid="agree">
            <span className="consent-box" aria-hidden="true" />
            {text.commuter.agree}
          </Checkbox>
          <FailureText failure={failure} testId="sign-failure" />
          <div className="consent-actions">
            <Action kind="primary" isDisabled={!agrees || isPending} data-testid="sign" onPress={() => onSign(entry)}>
              {text.commuter.sign}
            </Action>
          </div>
          <p className="phone-quiet">{text.commuter.keyHint}</p>
        </section>
      )}
    </>
  );
}
