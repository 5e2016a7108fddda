import { useEffect, useState } from "react";
import type { ConsortiumReport, NodeReport, ValidatorReport } from "../../common/ledger-api";
import type { Failure } from "../../common/result";
import { DelegateDesk } from "./delegate-desk";
import { CloseButton, FailureText, Row } from "./elements";
import { count, percent, shortTime } from "./figures";
import { Hash } from "./ledger-panel";
import { MemberTable } from "./member-table";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { TrustRoot } from "./trust-root";

/** Who keeps the ledger, and what the light client makes of it. Opens over the map; Esc leads back. */
export function ConsortiumPanel() {
  const isOpen = useWorkbench((state) => state.consortiumOpen);
  return isOpen ? <Consortium /> : null;
}

function Consortium() {
  const { workbench } = useParts();
  const { report, failure, take } = useConsortium();
  return (
    <aside
      className="inspector consortium"
      aria-label={text.consortium.title}
      data-testid="consortium"
      data-engine={report?.engine}
      tabIndex={-1}
    >
      <header className="panel-head">
        <h2>{text.consortium.title}</h2>
        <CloseButton
          label={text.consortium.close}
          testId="consortium-close"
          onPress={() => workbench.setState({ consortiumOpen: false })}
        />
      </header>
      <FailureText failure={failure} testId="consortium-failure" />
      {report === null ? (
        failure === null && <p className="empty">{text.consortium.loading}</p>
      ) : (
        <>
          {report.halted !== null && <Divergence reason={report.halted} evidence={report.evidence} />}
          <p className="hint">{text.consortium.engines[report.engine]}</p>
          <Head report={report} />
          <Validators validators={report.validators} headers={report.headersLookedAt} />
          <Nodes nodes={report.nodes} />
          <TrustRoot root={report.root} onAnchored={take} />
          <MemberTable report={report} />
          <DelegateDesk isPlayed={report.engine === "embedded"} onDone={take} />
        </>
      )}
    </aside>
  );
}

/** Asked for again with every header, and when the root was chosen anew. */
function useConsortium() {
  const { bridge } = useParts();
  const version = useSession(({ ledger }) => `${String(ledger?.verifiedHeight)} ${ledger?.verdict ?? ""}`);
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<{ report: ConsortiumReport | null; failure: Failure | null }>({
    report: null,
    failure: null,
  });
  useEffect(() => {
    let isCurrent = true;
    void bridge.request("ledger.consortium", {}).then((outcome) => {
      if (!isCurrent) return;
      if (outcome.ok) setAnswer({ report: outcome.value, failure: null });
      else setAnswer(({ report }) => ({ report, failure: outcome.error }));
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, version, asked]);
  return { ...answer, take: () => setAsked((times) => times + 1) };
}

/** What cannot be, was seen: the one thing here that wants action. */
function Divergence({ reason, evidence }: { readonly reason: string; readonly evidence: readonly string[] }) {
  return (
    <div className="consortium-halted" role="alert" data-testid="divergence">
      <p className="failure">
        <span className="failure-mark" aria-hidden="true" />
        {text.consortium.halted}
      </p>
      <p>{text.fact(reason)}</p>
      {evidence.length > 0 && (
        <ul>
          {evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p>{text.consortium.haltedHint}</p>
    </div>
  );
}

function Head({ report: { head, signedPower, totalPower, halted } }: { readonly report: ConsortiumReport }) {
  return (
    <section aria-label={text.consortium.head}>
      <h3>{text.consortium.head}</h3>
      <dl className="rows rows-dense">
        <Row label={text.consortium.height} testId="consortium-height">
          {text.top.block(count(head.height))}{" "}
          <span className={halted === null ? "verified" : "attention"}>
            {halted === null ? `✓ ${text.top.verified}` : `✗ ${text.top.notVerified}`}
          </span>
        </Row>
        <Row label={text.consortium.hash} testId="consortium-hash">
          <Hash what={text.consortium.hash} value={head.hash} />
        </Row>
        <Row label={text.consortium.time}>{shortTime(head.time)}</Row>
        <Row label={text.consortium.signedPower} testId="consortium-signed">
          {text.consortium.ofPower(count(signedPower), count(totalPower), percent(signedPower, totalPower))}
        </Row>
      </dl>
    </section>
  );
}

interface ValidatorsProps {
  readonly validators: readonly ValidatorReport[];
  readonly headers: number;
}

function Validators({ validators, headers }: ValidatorsProps) {
  return (
    <section aria-label={text.consortium.validators}>
      <h3>
        {text.consortium.validators} · {count(validators.length)}
      </h3>
      <table className="table" data-testid="validators">
        <thead>
          <tr>
            <th scope="col">{text.consortium.validator}</th>
            <th scope="col">{text.consortium.power}</th>
            <th scope="col">{text.consortium.latest}</th>
            <th scope="col">{text.consortium.health(count(headers))}</th>
          </tr>
        </thead>
        <tbody>
          {validators.map(({ address, power, flag, signed }) => (
            <tr key={address} data-testid="validator" data-flag={flag}>
              <th scope="row">
                <Hash what={text.consortium.validator} value={address} />
              </th>
              <td>{count(power)}</td>
              <td className={flag === "commit" ? "verified" : "attention"}>
                {flag === "commit" ? "✓" : "✗"} {text.consortium.flags[flag]}
              </td>
              <td className={signed === headers ? "" : "attention"}>{count(signed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly NodeReport[] }) {
  return (
    <section aria-label={text.consortium.nodes}>
      <h3>{text.consortium.nodes}</h3>
      <table className="table" data-testid="nodes">
        <thead>
          <tr>
            <th scope="col">{text.consortium.node}</th>
            <th scope="col">{text.consortium.height}</th>
            <th scope="col">{text.consortium.lag}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ name, part, height, lag, reason }) => (
            <tr key={name} data-testid="node" data-part={part}>
              <th scope="row">
                {part === "engine" ? text.consortium.parts.engine : name}
                {part !== "engine" && <span className="faint"> · {text.consortium.parts[part]}</span>}
                {reason !== null && <span className="attention consortium-reason">{reason}</span>}
              </th>
              <td>{height === null ? "–" : count(height)}</td>
              <td className={lag === 0 ? "" : "attention"}>{lag === null ? text.consortium.noAnswer : count(lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
