import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { I18nProvider } from "react-aria-components";
import type { CommuterMenu, CommuterView, MenuEntry } from "../../common/commuter-page-api";
import { toHex } from "../../common/canonical";
import type { Failure, Result } from "../../common/result";
import { Action, FailureText } from "../console/elements";
import { count, minuteOf } from "../console/figures";
import { PhoneConsent } from "../console/phone-consent";
import { PhoneContract } from "../console/phone-contract";
import { text } from "../console/text";
import { languages, setLanguage } from "../console/text/language";
import { useLanguage } from "../console/text/use-language";
import { terminalInWords, terminalRoads, type TerminalRoads } from "../state/phone";
import { keptKeys, makeKey, type ContractKey } from "./contract-keys";
import { openLine, type CommuterLine } from "./line";
import { OfferMenu } from "./offer-menu";
import { signOffer, signPassage, signStatement, type Statement } from "./signing";

const lookEveryMs = 2_000;

/** The commuter's whole side, for a browser of its own. */
export function CommuterPage() {
  const language = useLanguage();
  const page = useCommuterPage();
  const { view, menu, lost, failure, isPending } = page;
  useEffect(() => {
    document.title = `${text.commuter.title} · ${text.product}`;
    document.documentElement.lang = language;
  }, [language]);
  const terminals = menu?.terminals;
  const roads = useMemo(() => terminalRoads(terminals ?? []), [terminals]);
  const timeS = view?.timeS ?? menu?.timeS;
  return (
    <I18nProvider locale={language}>
      <main className="commuter" data-testid="commuter">
        <header className="commuter-head">
          <h1>{text.commuter.title}</h1>
          <span>{timeS === undefined ? "" : minuteOf(timeS)}</span>
          {languages.map((one) => (
            <Action
              key={one}
              kind="quiet"
              data-testid={`commuter-${one}`}
              aria-pressed={one === language}
              onPress={() => setLanguage(one)}
            >
              {one.toUpperCase()}
            </Action>
          ))}
        </header>
        <FailureText failure={lost} testId="commuter-lost" />
        {view === null && menu !== null && (
          <OfferMenu
            {...{ menu, roads, failure, isPending }}
            hour={page.hour}
            onHour={page.chooseHour}
            onSign={page.sign}
          />
        )}
        {view === null && menu === null && <FailureText failure={failure} testId="commuter-failure" />}
        {view !== null && (
          <>
            <PhoneContract contract={view.contract} wallet={view.wallet} messages={view.messages} roads={roads} />
            <Passages view={view} roads={roads} failure={failure} isPending={isPending} onPass={page.pass} />
            {menu !== null && (
              <Leaving
                {...{ view, isPending }}
                untilS={view.contract.departFromS - menu.leaveNoticeS}
                onLeave={() => page.state({ kind: "leave" })}
                onAnother={page.chooseAnother}
              />
            )}
            <PhoneConsent
              {...{ clause: view.contract.clause, consent: view.consent, failure: null, isPending }}
              onState={(purposes) =>
                page.state(purposes === null ? { kind: "withdrawConsent" } : { kind: "setConsent", purposes })
              }
              onErase={() => page.state({ kind: "demandErasure" })}
            />
          </>
        )}
        {view !== null && (
          <p
            className={isProved(view) ? "verified" : "attention"}
            data-testid="commuter-verdict"
            data-contract={view.contract.contractId}
          >
            {isProved(view) ? `✓ ${text.phone.verified(count(view.consent.height))}` : `✗ ${text.phone.distrust}`}
          </p>
        )}
        <p className="phone-quiet">{text.phone.privacy}</p>
      </main>
    </I18nProvider>
  );
}

function isProved({ contract, wallet }: CommuterView): boolean {
  return contract.proof.verdict === "ok" && wallet.verdict === "ok";
}

interface PassagesProps {
  readonly view: CommuterView;
  readonly roads: TerminalRoads;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  readonly onPass: (terminal: number) => void;
}

/** This phone is in no simulated car: its holder says when they pass, and the simulated terminal answers. */
function Passages({ view: { contract }, roads, failure, isPending, onPass }: PassagesProps) {
  const ahead = contract.itinerary.filter(({ passedAtS }) => passedAtS === null);
  return (
    <section className="phone-section" aria-label={text.commuter.passages}>
      {contract.state === "active" && ahead.length > 0 && (
        <>
          <h3>{text.commuter.passages}</h3>
          <p className="phone-quiet">{text.commuter.passHint}</p>
          <div className="consent-actions">
            {ahead.map(({ terminal, name }) => (
              <Action
                key={terminal}
                isDisabled={isPending}
                data-testid={`pass-${String(terminal)}`}
                onPress={() => onPass(terminal)}
              >
                {text.commuter.pass(terminalInWords(name, roads))}
              </Action>
            ))}
          </div>
        </>
      )}
      <FailureText failure={failure} testId="commuter-failure" />
    </section>
  );
}

interface LeavingProps {
  readonly view: CommuterView;
  /** Session time until which the contract can be left. */
  readonly untilS: number;
  readonly isPending: boolean;
  readonly onLeave: () => void;
  readonly onAnother: () => void;
}

/** The way out of a contract that has not begun; once one is over, the way to the next. */
function Leaving({ view: { contract, timeS }, untilS, isPending, onLeave, onAnother }: LeavingProps) {
  const [confirming, setConfirming] = useState(false);
  if (contract.state !== "active") {
    return (
      <section className="phone-section" aria-label={text.commuter.another}>
        <Action data-testid="choose-another" onPress={onAnother}>
          {text.commuter.another}
        </Action>
      </section>
    );
  }
  if (timeS > untilS) return null;
  return (
    <section className="phone-section" aria-label={text.commuter.leaveContract}>
      <p className="phone-quiet">{text.commuter.leaveHint(minuteOf(untilS))}</p>
      <div className="consent-actions">
        {confirming ? (
          <>
            <Action kind="primary" data-testid="leave-confirm" isDisabled={isPending} onPress={onLeave}>
              {text.commuter.leaveConfirm}
            </Action>
            <Action data-testid="leave-cancel" onPress={() => setConfirming(false)}>
              {text.consortium.cancel}
            </Action>
          </>
        ) : (
          <Action data-testid="leave" isDisabled={isPending} onPress={() => setConfirming(true)}>
            {text.commuter.leaveContract}
          </Action>
        )}
      </div>
    </section>
  );
}

function useCommuterPage() {
  const line = useRef<CommuterLine | null>(null);
  /** What was signed before lies behind. */
  const isChoosing = useRef(false);
  /** Of the contract that is shown: replies about another come too late. */
  const shownId = useRef<string | null>(null);
  /** Nothing is offered that leaves before it; null: whatever comes next. */
  const [hour, setHour] = useState<number | null>(null);
  const [menu, setMenu] = useState<CommuterMenu | null>(null);
  const [view, setView] = useState<CommuterView | null>(null);
  const [key, setKey] = useState<ContractKey | null>(null);
  const [lost, setLost] = useState<Failure | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isPending, setPending] = useState(false);

  const look = useCallback(async () => {
    const { current } = line;
    if (current === null) return;
    const asked = await current.request("menu", { fromS: (hour ?? 0) * 3600 });
    if (!asked.ok) {
      setFailure(asked.error);
      return;
    }
    setMenu(asked.value);
    setHour((chosen) => (chosen === null || asked.value.hours.includes(chosen) ? chosen : null));
    // The last contract that this browser signed, if it was under this link.
    for (const one of isChoosing.current ? [] : [...keptKeys()].reverse()) {
      const shown = await current.request("view", { contractId: one.contractId });
      if (!shown.ok || isChoosing.current) continue;
      shownId.current = one.contractId;
      setKey(one);
      setView(shown.value);
      break;
    }
    setFailure(null);
  }, [hour]);
  const latestLook = useRef(look);
  useEffect(() => {
    latestLook.current = look;
    void look();
  }, [look]);

  useEffect(() => {
    line.current = openLine(() => void latestLook.current(), setLost);
  }, []);
  const contractId = key?.contractId;
  useEffect(() => {
    const timer = setInterval(() => {
      if (contractId === undefined) {
        void look();
        return;
      }
      void line.current?.request("view", { contractId }).then((shown) => {
        if (shown.ok && shownId.current === contractId) setView(shown.value);
      });
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [contractId, look]);

  /** One thing after the other, and what failed is said. */
  async function act(work: (current: CommuterLine) => Promise<Result<CommuterView>>): Promise<boolean> {
    if (line.current === null) return false;
    setPending(true);
    const outcome = await work(line.current);
    setPending(false);
    setFailure(outcome.ok ? null : outcome.error);
    if (outcome.ok) setView(outcome.value);
    return outcome.ok;
  }

  async function sign(entry: MenuEntry) {
    if (menu === null) return;
    const made = makeKey();
    const { entryId } = entry;
    const params = { entryId, contractKey: toHex(made.publicKey), signature: signOffer(menu, entry, made) };
    if (!(await act((current) => current.request("sign", params)))) return;
    made.keep();
    isChoosing.current = false;
    shownId.current = made.contractId;
    setKey(made);
  }
  async function state(statement: Statement) {
    if (key === null || menu === null || view === null) return;
    const transaction = signStatement(menu.chainId, key, view.consent.sequence, statement);
    await act((current) => current.request("state", { contractId: key.contractId, transaction }));
  }
  async function pass(terminal: number) {
    if (key === null || menu === null) return;
    await act(async (current) => {
      const given = await current.request("challenge", { contractId: key.contractId, terminal });
      if (!given.ok) return given;
      const signature = signPassage(menu.chainId, key, given.value);
      return current.request("pass", { contractId: key.contractId, signature });
    });
  }
  function chooseAnother() {
    isChoosing.current = true;
    shownId.current = null;
    setKey(null);
    setView(null);
    void look();
  }
  return {
    ...{ menu, view, lost, failure, isPending, hour, chooseAnother },
    chooseHour: setHour,
    sign: (entry: MenuEntry) => void sign(entry),
    state: (statement: Statement) => void state(statement),
    pass: (terminal: number) => void pass(terminal),
  };
}
