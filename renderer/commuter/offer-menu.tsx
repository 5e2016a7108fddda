import { Fragment, useState } from "react";
import type { CommuterMenu, MenuEntry } from "../../common/commuter-page-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "../console/elements";
import { minuteOf, tokens } from "../console/figures";
import { text } from "../console/text";
import { terminalInWords, type TerminalRoads } from "../state/phone";
import { hasLapsed } from "./page-state";

interface OfferMenuProps {
  readonly menu: CommuterMenu;
  /** As they were when they were asked for: some may have lapsed since. */
  readonly entries: readonly MenuEntry[];
  readonly roads: TerminalRoads;
  /** From which hour on offers are wanted; null: from now on. */
  readonly hour: number | null;
  readonly onHour: (hour: number | null) => void;
  /** Asks for the offers of now. */
  readonly onOffers: () => void;
  readonly failure: Failure | null;
  readonly isDisabled: boolean;
  readonly onSign: (entry: MenuEntry) => void;
}

/** Window and itinerary, the clause, and the signature: signing without having agreed to the clause is impossible. */
export function OfferMenu(props: OfferMenuProps) {
  const { menu, entries, roads, hour, onHour, onOffers, failure, isDisabled, onSign } = props;
  const [entryId, setEntryId] = useState<string | null>(null);
  const [agrees, setAgrees] = useState(false);
  const entry = entries.find((one) => one.entryId === entryId);
  const isOver = entry !== undefined && hasLapsed(entry, menu.timeS);
  // The hour that was chosen stays, though nothing leaves in it any more.
  const hours = hour === null || menu.hours.includes(hour) ? menu.hours : [hour, ...menu.hours];
  if (menu.hours.length + entries.length === 0) return <p className="phone-nothing">{text.commuter.noOffer}</p>;
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
              {hours.map((one) => (
                <option key={one} value={one}>
                  {text.commuter.fromHour(minuteOf(one * 3600))}
                </option>
              ))}
            </select>
          </label>
          {entries.map((one) => (
            <label key={one.entryId} className="commuter-offer" data-testid="offer">
              <input
                type="radio"
                name="offer"
                disabled={hasLapsed(one, menu.timeS)}
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
                <small>{hasLapsed(one, menu.timeS) ? text.commuter.lapsed : leavingText(one, menu)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {entries.some((one) => hasLapsed(one, menu.timeS)) && (
          <Action data-testid="offers-now" onPress={onOffers}>
            {text.commuter.offersNow}
          </Action>
        )}
      </section>
      {entry !== undefined && (
        <section className="phone-section" aria-label={text.phone.clause} data-testid="clause">
          <h3>{text.commuter.clause}</h3>
          {/* Longer than its box: it is scrolled by keys, too. */}
          <p className="commuter-clause" tabIndex={0}>
            {menu.clause}
          </p>
          <label className="consent-purpose" data-testid="agree">
            <input type="checkbox" checked={agrees} onChange={({ target }) => setAgrees(target.checked)} />
            {text.commuter.agree}
          </label>
          {isOver && (
            <p role="status" data-testid="offer-lapsed">
              {text.commuter.lapsed}
            </p>
          )}
          <FailureText failure={failure} testId="sign-failure" />
          <div className="consent-actions">
            <Action
              kind="primary"
              isDisabled={!agrees || isDisabled || isOver}
              data-testid="sign"
              onPress={() => onSign(entry)}
            >
              {text.commuter.sign}
            </Action>
          </div>
          <p className="phone-quiet">{text.commuter.keyHint}</p>
        </section>
      )}
    </>
  );
}

/** Until when it could be left once signed, said before it is. */
function leavingText({ departFromS }: MenuEntry, { leaveNoticeS, timeS }: CommuterMenu): string {
  const untilS = departFromS - leaveNoticeS;
  return timeS > untilS ? text.commuter.leaveNever : text.commuter.leaveUntil(minuteOf(untilS));
}
