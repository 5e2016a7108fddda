import { useState, type SyntheticEvent } from "react";
import type { InstructionMatch, InstructionReport } from "../../common/console-api";
import { formOfAmendment, parseAmendment } from "../state/draft";
import { Action, FailureText } from "./elements";
import { count, tokens, wholeTokens } from "./figures";
import { DraftField } from "./instruction-fields";
import { CountedAt, RefusedText, useMatch } from "./instruction-match";
import { PassphraseForm } from "./passphrase";
import { text } from "./text";
import { useSigning } from "./use-signing";

type Revising = "amend" | "withdraw" | null;

/** The ways to a later word about an instruction: prolong or sweeten it, or take it back. */
export function RevisePart({ report }: { readonly report: InstructionReport }) {
  const [revising, setRevising] = useState<Revising>(null);
  const canRevise = report.stage === "verified" || report.stage === "active";
  if (!canRevise) return null;
  const close = () => setRevising(null);
  if (revising === "amend") return <AmendForm report={report} onClose={close} />;
  if (revising === "withdraw") return <WithdrawForm report={report} onClose={close} />;
  return (
    <div className="form-actions">
      <Action data-testid="instruction-amend" onPress={() => setRevising("amend")}>
        {text.instruction.amend}
      </Action>
      <Action data-testid="instruction-withdraw" onPress={() => setRevising("withdraw")}>
        {text.instruction.withdraw}
      </Action>
    </div>
  );
}

interface ReviseProps {
  readonly report: InstructionReport;
  readonly onClose: () => void;
}

function AmendForm({ report, onClose }: ReviseProps) {
  const [form, setForm] = useState(() => formOfAmendment(report));
  const parsed = parseAmendment(form);
  const faults = parsed.ok ? {} : parsed.faults;
  const amendment = parsed.ok ? parsed.amendment : null;
  const match = useMatch("instruction.matchAmendment", form, amendment);
  const isSound = match.value !== null && match.value.refusal === null;
  const signing = useSigning("instruction.amend", isSound ? amendment : null, onClose);
  const field = (name: "until" | "expires" | "bonus" | "budget", label: string, unit?: string) => (
    <DraftField
      {...{ name, label, value: form[name], fault: faults[name] }}
      {...(unit === undefined ? {} : { unit })}
      onChange={(value) => setForm({ ...form, [name]: value })}
    />
  );

  function onSubmit(event: SyntheticEvent) {
    event.preventDefault();
    signing.start();
  }

  return (
    <div className="revise" data-testid="amend-form">
      <form noValidate onSubmit={onSubmit} aria-label={text.instruction.amend}>
        <p className="hint">{text.instruction.amendHint}</p>
        <div className="draft-fields">
          {field("until", text.instruction.until)}
          {field("expires", text.instruction.expires)}
          {field("bonus", text.instruction.bonus, text.units.tokens)}
          {field("budget", text.instruction.budget, text.units.tokens)}
        </div>
        {match.value !== null && <AmendmentMatch match={match.value} atS={match.atS} />}
        <FailureText failure={match.failure ?? signing.failure} testId="amend-failure" />
        {!signing.asksPassphrase && (
          <div className="form-actions">
            <Action data-testid="amend-discard" onPress={onClose}>
              {text.instruction.discard}
            </Action>
            <Action kind="primary" type="submit" isDisabled={!signing.canSend} data-testid="amend-send">
              {signing.isPending ? text.instruction.sending : text.instruction.amendNow}
            </Action>
          </div>
        )}
      </form>
      {signing.asksPassphrase && (
        <PassphraseForm
          action={text.instruction.sendNow}
          onUnlocked={() => void signing.send()}
          onCancel={signing.cancel}
        />
      )}
    </div>
  );
}

function AmendmentMatch({ match, atS }: { readonly match: InstructionMatch; readonly atS: number }) {
  const { contracts, largestPayoutMicro, poolMicro, refusal } = match;
  return (
    <div className="match" role="status" data-testid="amend-match">
      <p>
        {text.instruction.carriers(count(contracts))} <CountedAt atS={atS} />
        <span className="match-payout">
          {" · "}
          {text.instruction.addedPayout(tokens(largestPayoutMicro), wholeTokens(poolMicro))}
        </span>
      </p>
      <RefusedText refusal={refusal} testId="amend-refusal" />
    </div>
  );
}

function WithdrawForm({ report, onClose }: ReviseProps) {
  const signing = useSigning("instruction.withdraw", { instructionId: report.id }, onClose);
  return (
    <div className="revise" role="group" aria-label={text.instruction.withdraw} data-testid="withdraw-form">
      <p className="hint">{text.instruction.withdrawHint}</p>
      <FailureText failure={signing.failure} testId="withdraw-failure" />
      {signing.asksPassphrase ? (
        <PassphraseForm
          action={text.instruction.withdrawNow}
          onUnlocked={() => void signing.send()}
          onCancel={signing.cancel}
        />
      ) : (
        <div className="form-actions">
          <Action data-testid="withdraw-discard" onPress={onClose}>
            {text.instruction.keep}
          </Action>
          <Action kind="primary" isDisabled={!signing.canSend} data-testid="withdraw-send" onPress={signing.start}>
            {signing.isPending ? text.instruction.sending : text.instruction.withdrawNow}
          </Action>
        </div>
      )}
    </div>
  );
}
