import { useEffect, useMemo } from "react";
import { I18nProvider } from "react-aria-components";
import type { CommuterMenu, CommuterView } from "../../common/commuter-page-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "../console/elements";
import { count, minuteOf } from "../console/figures";
import { PhoneConsent } from "../console/phone-consent";
import { PhoneContract } from "../console/phone-contract";
import { text } from "../console/text";
import { languages, setLanguage } from "../console/text/language";
import { useLanguage } from "../console/text/use-language";
import { terminalRoads, type TerminalRoads } from "../state/phone";
import { InForce, Leaving, Passages } from "./contract-actions";
import { EarlierList } from "./earlier-contracts";
import { OfferMenu } from "./offer-menu";
import { inForceOf, isUnseen } from "./page-state";
import type { Statement } from "./signing";
import { useCommuterPage } from "./use-commuter-page";

/** The commuter's whole side, for a browser of its own. */
export function CommuterPage() {
  const language = useLanguage();
  const { page, lost, isPending, earlier, ...hand } = useCommuterPage();
  const { menu, view, offers, stale, failure } = page;
  useEffect(() => {
    document.title = `${text.commuter.title} · ${text.product}`;
    document.documentElement.lang = language;
  }, [language]);
  const terminals = menu?.terminals;
  const roads = useMemo(() => terminalRoads(terminals ?? []), [terminals]);
  const timeS = view?.timeS ?? menu?.timeS;
  const isDisabled = isPending || stale !== null;
  const inForce = inForceOf(earlier.views);
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
        {lost === null && <FailureText failure={stale} testId="commuter-stale" />}
        {stale !== null && timeS !== undefined && <p>{text.commuter.stale(minuteOf(timeS))}</p>}
        {view === null && inForce !== null && <InForce view={inForce} onOpen={hand.open} />}
        {view === null && menu !== null && offers !== null && (
          <OfferMenu
            {...{ menu, roads, failure }}
            isDisabled={isDisabled || inForce !== null}
            entries={offers.entries}
            hour={hand.hour}
            onHour={hand.chooseHour}
            onOffers={hand.chooseOffers}
            onSign={hand.sign}
          />
        )}
        {view !== null && menu !== null && (
          <HeldContract
            {...{ view, menu, roads, stale, failure, isDisabled, inForce }}
            onPass={hand.pass}
            onState={hand.state}
            onAnother={hand.chooseOffers}
            onOpen={hand.open}
          />
        )}
        {menu !== null && lost === null && (
          <EarlierList earlier={earlier} midnightS={menu.midnightS} onOpen={hand.open} />
        )}
        <p className="phone-quiet">{text.phone.privacy}</p>
      </main>
    </I18nProvider>
  );
}

interface HeldContractProps {
  readonly view: CommuterView;
  readonly menu: CommuterMenu;
  readonly roads: TerminalRoads;
  readonly stale: Failure | null;
  readonly failure: Failure | null;
  readonly isDisabled: boolean;
  /** Another contract of this browser, which is in force. */
  readonly inForce: CommuterView | null;
  readonly onPass: (terminal: number) => void;
  readonly onState: (statement: Statement) => void;
  readonly onAnother: () => void;
  readonly onOpen: (view: CommuterView) => void;
}

/** One contract with all that its holder can do. What is stale says so, and offers nothing. */
export function HeldContract(props: HeldContractProps) {
  const { view, menu, roads, stale, failure, isDisabled, inForce, onPass, onState, onAnother, onOpen } = props;
  const { contract, wallet, messages, consent } = view;
  const isStale = stale !== null;
  return (
    <>
      <PhoneContract {...{ contract, wallet, messages, roads }} state={stateInWords(view, isStale)} />
      <Passages {...{ view, roads, failure, isDisabled, onPass }} />
      <Leaving
        {...{ view, isDisabled, inForce, onAnother, onOpen, leaveNoticeS: menu.leaveNoticeS }}
        isEnded={stale?.said?.code === "contract-of-ended-session"}
        onLeave={() => onState({ kind: "leave" })}
      />
      <PhoneConsent
        {...{ contract, consent, failure: null, isPending: isDisabled }}
        onState={(purposes) =>
          onState(purposes === null ? { kind: "withdrawConsent" } : { kind: "setConsent", purposes })
        }
        onErase={() => onState({ kind: "demandErasure" })}
      />
      <Verdict view={view} isStale={isStale} />
    </>
  );
}

function stateInWords(view: CommuterView, isStale: boolean): string {
  const { state } = view.contract;
  if (isStale) return text.commuter.lastKnown(text.phone.state[state]);
  return state === "active" && isUnseen(view) ? text.commuter.awaitsSettlement : text.phone.state[state];
}

function Verdict({ view, isStale }: { readonly view: CommuterView; readonly isStale: boolean }) {
  const { contract, wallet, consent } = view;
  const isProved = !isStale && contract.proof.verdict === "ok" && wallet.verdict === "ok";
  const unproved = isStale ? text.commuter.notProvedNow : text.phone.distrust;
  return (
    <p
      className={isProved ? "verified" : "attention"}
      data-testid="commuter-verdict"
      data-contract={contract.contractId}
    >
      {isProved ? `✓ ${text.phone.verified(count(consent.height))}` : `✗ ${unproved}`}
    </p>
  );
}
