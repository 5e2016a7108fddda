import type { CommuterView } from "../../common/commuter-page-api";
import type { Failure } from "../../common/result";
import { ConfirmedAction } from "../console/confirmed-action";
import { Action, FailureText } from "../console/elements";
import { minuteOf } from "../console/figures";
import { text } from "../console/text";
import { terminalInWords, type TerminalRoads } from "../state/phone";
import { isUnseen } from "./page-state";

interface PassagesProps {
  readonly view: CommuterView;
  readonly roads: TerminalRoads;
  readonly failure: Failure | null;
  readonly isDisabled: boolean;
  readonly onPass: (terminal: number) => void;
}

/** This phone is in no simulated car: its holder says when they pass, and the simulated terminal answers. */
export function Passages({ view, roads, failure, isDisabled, onPass }: PassagesProps) {
  const { state, itinerary } = view.contract;
  const ahead = itinerary.filter(({ passedAtS }) => passedAtS === null);
  return (
    <section className="phone-section" aria-label={text.commuter.passages}>
      {state === "active" && ahead.length > 0 && (
        <>
          <h3>{text.commuter.passages}</h3>
          {isUnseen(view) ? (
            <p data-testid="passages-unseen">{text.commuter.unseen}</p>
          ) : (
            <>
              <p className="phone-quiet">{text.commuter.passHint}</p>
              <div className="consent-actions">
                {ahead.map(({ terminal, name }) => (
                  <Action
                    key={terminal}
                    isDisabled={isDisabled}
                    data-testid={`pass-${String(terminal)}`}
                    onPress={() => onPass(terminal)}
                  >
                    {text.commuter.pass(terminalInWords(name, roads))}
                  </Action>
                ))}
              </div>
            </>
          )}
        </>
      )}
      <FailureText failure={failure} testId="commuter-failure" />
    </section>
  );
}

interface LeavingProps {
  readonly view: CommuterView;
  /** How long before its departure a contract can be left at the latest, s. */
  readonly leaveNoticeS: number;
  readonly isDisabled: boolean;
  /** Its session has ended: it cannot be reached any more. */
  readonly isEnded: boolean;
  /** Another contract, which is in force. */
  readonly inForce: CommuterView | null;
  readonly onLeave: () => void;
  readonly onAnother: () => void;
  readonly onOpen: (view: CommuterView) => void;
}

/** The way out of a contract that has not begun; once one is over, or its session is, the way to the next. */
export function Leaving(props: LeavingProps) {
  const { view, leaveNoticeS, isDisabled, isEnded, inForce, onLeave, onAnother, onOpen } = props;
  const { contract, timeS } = view;
  if (contract.state !== "active" || isEnded) {
    if (inForce !== null) return <InForce view={inForce} onOpen={onOpen} />;
    return (
      <section className="phone-section" aria-label={text.commuter.another}>
        <Action data-testid="choose-another" onPress={onAnother}>
          {text.commuter.another}
        </Action>
      </section>
    );
  }
  const untilS = contract.departFromS - leaveNoticeS;
  return (
    <section className="phone-section" aria-label={text.commuter.leaveContract}>
      {timeS > untilS ? (
        <p className="phone-quiet" data-testid="leave-over">
          {text.commuter.leaveOver(minuteOf(untilS))}
        </p>
      ) : (
        <>
          <p className="phone-quiet">{text.commuter.leaveUntil(minuteOf(untilS))}</p>
          <ConfirmedAction
            {...{ label: text.commuter.leaveContract, hint: text.commuter.leaveHint }}
            {...{ confirm: text.commuter.leaveConfirm, testId: "leave", isDisabled, onConfirm: onLeave }}
          />
        </>
      )}
    </section>
  );
}

interface InForceProps {
  readonly view: CommuterView;
  readonly onOpen: (view: CommuterView) => void;
}

/** Who has a contract in force signs no second one: the way to it. */
export function InForce({ view, onOpen }: InForceProps) {
  const { departFromS, departUntilS } = view.contract;
  return (
    <section className="phone-section" aria-label={text.commuter.openInForce}>
      <p data-testid="in-force">{text.commuter.inForce(minuteOf(departFromS), minuteOf(departUntilS))}</p>
      <Action data-testid="open-in-force" onPress={() => onOpen(view)}>
        {text.commuter.openInForce}
      </Action>
    </section>
  );
}
