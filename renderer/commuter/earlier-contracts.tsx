import type { CommuterView } from "../../common/commuter-page-api";
import { Action } from "../console/elements";
import { count, dayOf, minuteOf } from "../console/figures";
import { text } from "../console/text";
import type { EarlierContracts } from "./use-commuter-page";

interface EarlierListProps {
  readonly earlier: EarlierContracts;
  /** Block time of the session day's midnight, s. */
  readonly midnightS: number;
  readonly onOpen: (view: CommuterView) => void;
}

/** The other contracts whose keys this browser keeps: money, proof, consent and erasure stay within reach. */
export function EarlierList({ earlier: { views, elsewhere }, midnightS, onOpen }: EarlierListProps) {
  if (views.length + elsewhere === 0) return null;
  return (
    <section className="phone-section" aria-label={text.commuter.earlier}>
      <h3>{text.commuter.earlier}</h3>
      <div className="consent-actions">
        {views.map((view) => {
          const { contractId, departFromS, departUntilS, state } = view.contract;
          const window = `${dayOf(midnightS)}, ${minuteOf(departFromS)}–${minuteOf(departUntilS)}`;
          return (
            <Action key={contractId} data-testid="earlier" onPress={() => onOpen(view)}>
              {`${window} · ${text.phone.state[state]}`}
            </Action>
          );
        })}
      </div>
      {elsewhere > 0 && (
        <p className="phone-quiet" data-testid="earlier-elsewhere">
          {text.commuter.elsewhere(count(elsewhere))}
        </p>
      )}
    </section>
  );
}
