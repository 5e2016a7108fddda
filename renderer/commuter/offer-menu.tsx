import { Fragment, useState } from "react";
import type { CommuterMenu, MenuEntry } from "../../common/commuter-page-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "../console/elements";
import { minuteOf, tokens } from "../console/figures";
import { text } from "../console/text";
import { terminalInWords, type TerminalRoads } from "../state/phone";

interface OfferMenuProps {
  readonly menu: CommuterMenu;
  readonly roads: TerminalRoads;
  /** From which hour on offers are wanted; null: from now on. */
  readonly hour: number | null;
  readonly onHour: (hour: number | null) => void;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  readonly onSign: (entry: MenuEntry) => void;
}

/** Window and itinerary, the clause, and the signature: signing without having agreed to the clause is impossible. */
export function OfferMenu({ menu, roads, hour, onHour, failure, isPending, onSign }: OfferMenuProps) {
  const [entryId, setEntryId] = useState<string | null>(null);
  const [agrees, setAgrees] = useState(false);
  const entry = menu.entries.find((one) => one.entryId === entryId);
  if (menu.hours.length === 0) return <p className="phone-nothing">{text.commuter.noOffer}</p>;
  return (
    <>
      <section className="phone-section" aria-label={text.commuter.choose}>
        <fieldset className="commuter-offers">
          <legend className="commuter-title">{text.commuter.choose}</legend>
          <label className="commuter-hour">
            {text.commuter.hour}
            <select
              className="select"
              data-testid="offer-hour"
              value={hour ?? ""}
              onChange={({ target }) => onHour(target.value === "" ? null : Number(target.value))}
            >
              <option value="">{text.commuter.soon}</option>
              {menu.hours.map((one) => (
                <option key={one} value={one}>
                  {text.commuter.fromHour(one)}
                </option>
              ))}
            </select>
          </label>
          {menu.entries.map((one) => (
            <label key={one.entryId} className="commuter-offer" data-testid="offer">
              <input
                type="radio"
                name="offer"
                checked={one.entryId === entryId}
                onChange={() => {
                  setEntryId(one.entryId);
                  setAgrees(false);
                }}
              />
              <span className="commuter-offer-text">
                <b>{text.commuter.leave(minuteOf(one.departFromS), minuteOf(one.departUntilS))}</b>
                <span>
                  {one.itinerary.map(({ name }, place) => (
                    <Fragment key={place}>
                      {place > 0 && " → "}
                      <span className="commuter-stop">{terminalInWords(name, roads)}</span>
                    </Fragment>
                  ))}
                </span>
                <small>
                  {text.commuter.arrive(minuteOf(one.deadlineS))} · {text.phone.reward} {tokens(one.rewardMicro)} ·{" "}
                  {text.phone.penalty} {tokens(one.penaltyMicro)} {text.units.tokens}
                </small>
              </span>
            </label>
          ))}
        </fieldset>
      </section>
      {entry !== undefined && (
        <section className="phone-section" aria-label={text.phone.clause} data-testid="clause">
          <h3>{text.commuter.clause}</h3>
          <p className="commuter-clause">{menu.clause}</p>
          <label className="consent-purpose" data-testid="agree">
            <input type="checkbox" checked={agrees} onChange={({ target }) => setAgrees(target.checked)} />
            {text.commuter.agree}
          </label>
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
