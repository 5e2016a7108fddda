import { useState } from "react";
import { Button } from "react-aria-components";
import { toggleConsortium } from "./commands";
import { Action, Panel, Row } from "./elements";
import { count, shortHash, wholeTokens } from "./figures";
import { useParts, useSession } from "./parts";
import { text } from "./text";

/** What the light client has verified, and only that. */
export function LedgerPanel() {
  const parts = useParts();
  const { workbench } = parts;
  const hasLedger = useSession((state) => state.ledger !== null);
  return (
    <Panel
      title={text.ledger.title}
      className="ledger"
      aside={
        hasLedger && (
          <>
            <Action kind="quiet" data-testid="consortium-open" onPress={() => toggleConsortium(parts)}>
              {text.consortium.title}
            </Action>
            <Action
              kind="quiet"
              data-testid="inspect-ledger"
              onPress={() => workbench.setState({ inspector: { instructionId: null } })}
            >
              {text.ledger.inspect}
            </Action>
          </>
        )
      }
    >
      {hasLedger ? <LedgerRows /> : <p className="empty">{text.ledger.none}</p>}
    </Panel>
  );
}

function LedgerRows() {
  const ledger = useSession((state) => state.ledger);
  if (ledger === null) return null;
  const isOk = ledger.verdict === "ok";
  return (
    <>
      {!isOk && (
        <p className="failure" role="alert" data-testid="ledger-verdict">
          <span className="failure-mark" aria-hidden="true" />
          {text.ledger.distrust}: {text.fact(ledger.verdict)}
        </p>
      )}
      <dl className="rows rows-dense">
        <Row label={text.ledger.chain} testId="ledger-chain">
          {ledger.chainId}
        </Row>
        <Row label={text.ledger.height} testId="ledger-height">
          {text.top.block(count(ledger.height))}{" "}
          <span className={isOk ? "verified" : "attention"}>
            {isOk ? "✓" : "✗"} {text.ledger.verifiedTo(count(ledger.verifiedHeight))}
          </span>
        </Row>
        <Row label={text.ledger.header} testId="ledger-header">
          <Hash what={text.ledger.header} value={ledger.headerHash} />
        </Row>
        <Row label={text.ledger.app} testId="ledger-app">
          <Hash what={text.ledger.app} value={ledger.appHash} />
        </Row>
        <Row label={text.ledger.validators} testId="ledger-validators">
          {count(ledger.validators)}
        </Row>
        <Row label={text.ledger.contracts} testId="ledger-contracts">
          {count(ledger.contracts)} <span className="faint">· {text.ledger.settled(count(ledger.settled))}</span>
        </Row>
        <Row label={`${text.ledger.pool} · ${text.ledger.supply}`} testId="ledger-supply">
          {wholeTokens(ledger.poolMicro)} · {wholeTokens(ledger.supplyMicro)}{" "}
          <span className="unit">{text.units.tokens}</span>
        </Row>
      </dl>
    </>
  );
}

/** A hash, shortened to be compared by eye; the whole of it goes to the clipboard. */
export function Hash({ what, value }: { readonly what: string; readonly value: string }) {
  const [wasCopied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  return (
    <span className="hash" title={value}>
      <code>{shortHash(value)}</code>
      <Button className="copy" aria-label={text.ledger.copy(what)} onPress={() => void copy()}>
        {wasCopied ? (
          text.ledger.copied
        ) : (
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M6 5h7v8H6zM4 11H3V3h7v1" />
          </svg>
        )}
      </Button>
    </span>
  );
}
