import { useState } from "react";
import type { ContractReport } from "../../common/console-api";
import { History } from "./contract-history";
import { Action, FailureText, Row } from "./elements";
import { count, minuteOf, secondOf, tokens } from "./figures";
import { Hash } from "./ledger-panel";
import { useParts } from "./parts";
import { openPhone } from "../state/workbench";
import { saveFile } from "./shell";
import { text } from "./text";
import { useRequest } from "./use-request";

/** What the commuter and the authority agreed on, how far it is fulfilled, and why that may be believed. */
export function ContractBody({ report }: { readonly report: ContractReport }) {
  const { workbench } = useParts();
  const { contractId, state, version, departFromS, departUntilS, clause } = report;
  return (
    <div className="contract" data-testid="contract" data-contract={contractId}>
      <div className="contract-name">
        <Hash what={text.contract.title} value={contractId} />
        <span data-testid="contract-state">
          {text.contract.state[state]} <span className="faint">· {text.contract.version(version)}</span>
        </span>
      </div>
      <div className="contract-actions">
        <Action
          kind="quiet"
          data-testid="contract-phone"
          onPress={() => openPhone(workbench, { by: "contract", contractId })}
        >
          {text.phone.open}
        </Action>
      </div>
      <h3>{text.contract.itinerary}</h3>
      <dl className="rows rows-dense">
        <Row label={text.contract.depart}>
          {minuteOf(departFromS)}–{minuteOf(departUntilS)}
        </Row>
      </dl>
      <Itinerary report={report} />
      <h3>{text.contract.terms}</h3>
      <Terms report={report} />
      <History contractId={contractId} height={report.proof.height} />
      <h3>{text.contract.clause}</h3>
      <blockquote className="clause">{clause}</blockquote>
      <h3>{text.contract.proof}</h3>
      <Proof report={report} />
    </div>
  );
}

function Itinerary({ report: { itinerary, avoids, state } }: { readonly report: ContractReport }) {
  const isOver = state !== "offered" && state !== "active";
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{text.contract.terminal}</th>
          <th scope="col">{text.contract.between}</th>
          <th scope="col">{text.contract.passed}</th>
        </tr>
      </thead>
      <tbody>
        {itinerary.map(({ terminal, name, fromS, untilS, passedAtS }, place) => (
          <tr key={`${String(place)} ${String(terminal)}`}>
            <th scope="row">
              {name}
              {avoids.includes(name) && <span className="avoided"> {text.contract.avoided}</span>}
            </th>
            <td>
              {minuteOf(fromS)}–{minuteOf(untilS)}
            </td>
            <td>
              {passedAtS === null ? (
                <span className="faint">{isOver ? text.contract.neverPassed : text.contract.notYetPassed}</span>
              ) : (
                `✓ ${secondOf(passedAtS)}`
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Terms({ report }: { readonly report: ContractReport }) {
  const amount = (micro: number) => (
    <>
      {tokens(micro)} <span className="unit">{text.units.tokens}</span>
    </>
  );
  return (
    <dl className="rows rows-dense rows-pairs">
      <Row label={text.contract.reward}>{amount(report.rewardMicro)}</Row>
      <Row label={text.contract.penalty}>{amount(report.penaltyMicro)}</Row>
      <Row label={text.contract.bonus}>{amount(report.bonusMicro)}</Row>
      <Row label={text.contract.paid}>{amount(report.paidMicro)}</Row>
      {report.avoids.length > 0 && <Row label={text.contract.avoided}>{report.avoids.join(", ")}</Row>}
    </dl>
  );
}

function Proof({ report: { contractId, proof } }: { readonly report: ContractReport }) {
  const file = useRequest("ledger.proofFile");
  const [saved, setSaved] = useState<string | null>(null);

  async function save() {
    const outcome = await file.run({ contractId });
    if (!outcome.ok) return;
    saveFile(outcome.value.name, outcome.value.bytes);
    setSaved(outcome.value.name);
  }

  return (
    <div className="proof">
      <ul className="checks">
        {proof.checks.map(({ what, ok }, place) => (
          <li
            key={what}
            className={ok ? "check check-ok" : "check check-failed"}
            data-testid={`contract-check-${String(place)}`}
            data-ok={ok}
          >
            <span aria-hidden="true">{ok ? "✓" : "✗"}</span>
            <span className="sr-only">{ok ? text.top.verified : text.top.notVerified}:</span> {text.fact(what)}
          </li>
        ))}
      </ul>
      {proof.verdict !== "ok" && (
        <FailureText failure={{ message: text.fact(proof.verdict) }} testId="contract-verdict" />
      )}
      <dl className="rows rows-dense">
        <Row label={text.ledger.header}>
          <Hash what={text.ledger.header} value={proof.headerHash} />
        </Row>
        <Row label={text.ledger.app}>
          <Hash what={text.ledger.app} value={proof.appHash} />
        </Row>
      </dl>
      <p className="hint">{text.contract.proofAt(count(proof.height), proof.siblings, count(proof.byteLength))}</p>
      <FailureText failure={file.failure} testId="proof-failure" />
      {saved !== null && (
        <p className="hint" role="status" data-testid="proof-saved">
          {text.contract.saved(saved)}
        </p>
      )}
      <Action data-testid="save-proof" isDisabled={file.isPending} onPress={() => void save()}>
        {text.contract.save}
      </Action>
    </div>
  );
}
