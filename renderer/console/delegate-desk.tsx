import { useEffect, useState, type SyntheticEvent } from "react";
import { Form, Input, Label, TextField } from "react-aria-components";
import { consentPurposes, type ConsentCounts } from "../../common/commuter-api";
import {
  endorserCohorts,
  enrolledRoles,
  type DelegateOrder,
  type EndorserCohort,
  type EnrolledRole,
} from "../../common/ledger-api";
import { Action, FailureText, Row } from "./elements";
import { count } from "./figures";
import { useParts, useSession } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

interface DelegateDeskProps {
  /** The session plays the authority itself; a network's is elsewhere. */
  readonly isPlayed: boolean;
  readonly onDone: () => void;
}

/** What the data-protection delegate sees and orders: counts of consent, members, erasures. */
export function DelegateDesk({ isPlayed, onDone }: DelegateDeskProps) {
  const order = useRequest("delegate.order");
  const give = async (given: DelegateOrder) => {
    const outcome = await order.run(given);
    if (outcome.ok) onDone();
    return outcome.ok;
  };
  return (
    <>
      <Consents />
      {isPlayed && (
        <section aria-label={text.consortium.delegate}>
          <h3>{text.consortium.delegate}</h3>
          <p className="hint">{text.consortium.delegateHint}</p>
          <Enrolment isPending={order.isPending} give={give} />
          <Erasure isPending={order.isPending} give={give} />
          <FailureText failure={order.failure} testId="delegate-failure" />
        </section>
      )}
    </>
  );
}

function Consents() {
  const { bridge } = useParts();
  const version = useSession(({ ledger }) => ledger?.verifiedHeight ?? 0);
  const [counts, setCounts] = useState<ConsentCounts | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void bridge.request("ledger.consents", {}).then((outcome) => {
      if (isCurrent && outcome.ok) setCounts(outcome.value);
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, version]);
  if (counts === null) return null;
  const { contracts, stated, withdrawn, byPurpose, erasures } = counts;
  return (
    <section aria-label={text.consortium.consents}>
      <h3>
        {text.consortium.consents} · {count(contracts)}
      </h3>
      <dl className="rows rows-dense">
        <Row label={text.consortium.stated} testId="consents-stated">
          {count(stated)}
        </Row>
        {consentPurposes.map((purpose) => (
          <Row key={purpose} label={text.phone.purposes[purpose]} testId={`consents-${purpose}`}>
            {count(byPurpose[purpose])}
          </Row>
        ))}
        <Row label={text.consortium.withdrawnConsents} testId="consents-withdrawn">
          {count(withdrawn)}
        </Row>
        <Row label={text.consortium.erasuresWanted} testId="consents-erasures">
          {count(erasures.byHolder)} · {count(erasures.byDelegate)}
        </Row>
        <Row label={text.consortium.erasureRecords} testId="consents-records">
          {count(erasures.recordsPending)} · {count(erasures.recordsDone)}
        </Row>
      </dl>
    </section>
  );
}

interface OrderFormProps {
  readonly isPending: boolean;
  readonly give: (order: DelegateOrder) => Promise<boolean>;
}

function Enrolment({ isPending, give }: OrderFormProps) {
  const [key, setKey] = useState("");
  const [role, setRole] = useState<EnrolledRole>("endorser");
  const [cohort, setCohort] = useState<EndorserCohort>("commuters");
  const publicKey = key.trim().toLowerCase();
  const canGive = publicKey !== "" && !isPending;
  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (!canGive) return;
    const given = await give({ kind: "enrol", publicKey, role, cohort: role === "endorser" ? cohort : null });
    if (given) setKey("");
  }
  return (
    <Form className="consortium-form" onSubmit={(event) => void submit(event)}>
      <TextField value={key} onChange={setKey}>
        <Label>{text.consortium.enrolKey}</Label>
        <Input className="input" data-testid="enrol-key" spellCheck={false} autoComplete="off" />
      </TextField>
      <label className="consortium-choice">
        {text.consortium.enrolRole}
        <select
          className="input"
          data-testid="enrol-role"
          value={role}
          onChange={({ target }) => setRole(enrolledRoles.find((one) => one === target.value) ?? role)}
        >
          {enrolledRoles.map((one) => (
            <option key={one} value={one}>
              {text.consortium.roles[one] ?? one}
            </option>
          ))}
        </select>
      </label>
      {role === "endorser" && (
        <label className="consortium-choice">
          {text.consortium.enrolCohort}
          <select
            className="input"
            data-testid="enrol-cohort"
            value={cohort}
            onChange={({ target }) => setCohort(endorserCohorts.find((one) => one === target.value) ?? cohort)}
          >
            {endorserCohorts.map((one) => (
              <option key={one} value={one}>
                {text.consortium.cohorts[one] ?? one}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="consortium-actions">
        <Action type="submit" isDisabled={!canGive} data-testid="enrol">
          {text.consortium.enrol}
        </Action>
        <Action
          isDisabled={!canGive}
          data-testid="revoke"
          onPress={() => void give({ kind: "revoke", publicKey }).then((given) => given && setKey(""))}
        >
          {text.consortium.revoke}
        </Action>
      </div>
    </Form>
  );
}

function Erasure({ isPending, give }: OrderFormProps) {
  const [address, setAddress] = useState("");
  const contractId = address.trim().toLowerCase();
  const canGive = contractId !== "" && !isPending;
  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (canGive && (await give({ kind: "erase", contractId }))) setAddress("");
  }
  return (
    <Form className="consortium-form" onSubmit={(event) => void submit(event)}>
      <TextField value={address} onChange={setAddress}>
        <Label>{text.consortium.eraseContract}</Label>
        <Input className="input" data-testid="erase-contract" spellCheck={false} autoComplete="off" />
      </TextField>
      <div className="consortium-actions">
        <Action type="submit" isDisabled={!canGive} data-testid="order-erasure">
          {text.consortium.orderErasure}
        </Action>
      </div>
    </Form>
  );
}
