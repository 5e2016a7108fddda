import type { CommuterMessage, WalletReport } from "../../common/commuter-api";
import type { ContractReport } from "../../common/console-api";
import { askedBy, bonusUntilS, terminalInWords, type Asked, type TerminalRoads } from "../state/phone";
import { count, minuteOf, tokens } from "./figures";
import { text } from "./text";

interface PhoneContractProps {
  readonly contract: ContractReport;
  readonly wallet: WalletReport;
  readonly messages: readonly CommuterMessage[];
  readonly roads: TerminalRoads;
  /** How the contract stands, in words. */
  readonly state: string;
}

/** What a contract's holder sees of it, in the console's phone panel and on the commuter's own page alike. */
export function PhoneContract({ contract, wallet, messages, roads, state }: PhoneContractProps) {
  return (
    <>
      <Messages messages={messages} roads={roads} />
      <MyContract contract={contract} roads={roads} state={state} />
      <Wallet wallet={wallet} />
    </>
  );
}

function Messages({ messages, roads }: Pick<PhoneContractProps, "messages" | "roads">) {
  return (
    <section className="phone-section" aria-label={text.phone.messages}>
      {messages.length === 0 ? (
        <p className="phone-quiet" data-testid="phone-no-message">
          {text.phone.noMessage}
        </p>
      ) : (
        messages.map((message) => <Message key={message.version} message={message} roads={roads} />)
      )}
    </section>
  );
}

/** As it would be spoken to a driver: what to do and why, then what it is worth. */
function Message({ message, roads }: { readonly message: CommuterMessage; readonly roads: TerminalRoads }) {
  const { by, sentS } = message;
  return (
    <div className="phone-message" data-testid="phone-message" data-by={by}>
      <p className="phone-message-head">
        <b>{text.phone.from}</b>
        {sentS !== null && <time>{text.phone.sent(minuteOf(sentS))}</time>}
      </p>
      <p>{messageText(message, roads)}</p>
    </div>
  );
}

function messageText({ by, way, road, sentS }: CommuterMessage, roads: TerminalRoads): string {
  if (way === null) return text.phone.withdrawn(road);
  const why = by === "amend" ? text.phone.whyAmended(road) : text.phone.why(road);
  const request = text.phone.request(
    why,
    askedBy(way, sentS).map((asked) => askedText(asked, roads)),
  );
  return `${request} ${text.phone.worth(tokens(way.bonusMicro), minuteOf(bonusUntilS(way)))}`;
}

function askedText(asked: Asked, roads: TerminalRoads): string {
  const named = (terminals: readonly string[]) => terminals.map((name) => terminalInWords(name, roads)).join(", ");
  switch (asked.kind) {
    case "keepAway": {
      const from = asked.fromS === null ? null : minuteOf(asked.fromS);
      return text.phone.keepAway(named(asked.avoids), from, minuteOf(asked.untilS));
    }
    case "goBy":
      return text.phone.goBy(named(asked.via));
    case "notBefore":
      return text.phone.notBefore(minuteOf(asked.timeS));
    case "beginBefore":
      return text.phone.beginBefore(minuteOf(asked.timeS));
  }
}

function MyContract({ contract, roads, state }: Pick<PhoneContractProps, "contract" | "roads" | "state">) {
  const { departFromS, departUntilS, deadlineS, itinerary, rewardMicro, penaltyMicro, bonusMicro, avoids } = contract;
  return (
    <section className="phone-section" aria-label={text.phone.contract}>
      <header className="phone-section-head">
        <h3>{text.phone.contract}</h3>
        <span className={`phone-state phone-state-${contract.state}`} data-testid="phone-state">
          {state}
        </span>
      </header>
      <ol className="phone-way">
        <li>
          <time>
            {minuteOf(departFromS)}–{minuteOf(departUntilS)}
          </time>
          <span>{text.phone.depart}</span>
        </li>
        {itinerary.map(({ terminal, name, fromS, untilS, passedAtS }, place) => (
          <li key={`${String(place)} ${String(terminal)}`} className={passedAtS === null ? "" : "phone-way-passed"}>
            <time>
              {minuteOf(fromS)}–{minuteOf(untilS)}
            </time>
            <span>
              <span className={avoids.includes(name) ? "phone-way-avoided" : ""}>{name}</span>{" "}
              <small>{roads.get(name)}</small>
            </span>
            {passedAtS !== null && <small>✓ {minuteOf(passedAtS)}</small>}
            {passedAtS === null && avoids.includes(name) && <small>{text.contract.avoided}</small>}
          </li>
        ))}
      </ol>
      <p className="phone-quiet" data-testid="phone-deadline">
        {text.commuter.arrive(minuteOf(deadlineS))}
      </p>
      <dl className="phone-terms">
        <Term label={text.phone.reward} micro={rewardMicro} testId="phone-reward" />
        <Term label={text.phone.penalty} micro={penaltyMicro} testId="phone-penalty" />
        <Term label={text.phone.bonus} micro={bonusMicro} testId="phone-bonus" />
      </dl>
    </section>
  );
}

function Term({ label, micro, testId }: { readonly label: string; readonly micro: number; readonly testId: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{micro === 0 ? "–" : tokens(micro)}</dd>
    </div>
  );
}

function Wallet({ wallet }: { readonly wallet: WalletReport }) {
  const { freeMicro, depositMicro, escrowMicro, movements } = wallet;
  return (
    <section className="phone-section" aria-label={text.phone.wallet}>
      <header className="phone-section-head">
        <h3>{text.phone.wallet}</h3>
        <span className="phone-balance" data-testid="phone-balance">
          {tokens(freeMicro)} <small>{text.units.tokens}</small>
        </span>
      </header>
      {depositMicro + escrowMicro > 0 && (
        <p className="phone-quiet">
          {tokens(depositMicro)} {text.phone.setAside} · {tokens(escrowMicro)} {text.phone.waiting}
        </p>
      )}
      <ul className="phone-movements">
        {movements.map(({ kind, amountMicro, timeS, height, proved }) => (
          <li key={kind} data-testid={`phone-movement-${kind}`}>
            <span>{text.phone.movements[kind]}</span>
            <b>{kind === "deposit" || amountMicro < 0 ? tokens(amountMicro) : `+${tokens(amountMicro)}`}</b>
            <small>
              {timeS === null || height === null
                ? text.history.notFound
                : text.phone.moved(minuteOf(timeS), count(height))}{" "}
              <span className={proved ? "verified" : "attention"}>
                {proved ? "✓" : "✗"}{" "}
                <span className="sr-only">{proved ? text.history.proved : text.history.notProved}</span>
              </span>
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
