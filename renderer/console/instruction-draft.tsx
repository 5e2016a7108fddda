import type { KeyboardEvent, SyntheticEvent } from "react";
import type { InstructionReport } from "../../common/console-api";
import { parseDraft, sentAlready, type DraftFaults, type DraftForm, type TypedField } from "../state/draft";
import { dropDraft, showSent } from "../state/workbench";
import { isPressed } from "./chords";
import { minuteOf } from "./figures";
import { Action, FailureText, Row } from "./elements";
import { ActionFields } from "./instruction-action";
import { DraftField } from "./instruction-fields";
import { MatchLine, useMatch } from "./instruction-match";
import { PredictionPart, usePrediction } from "./instruction-prediction";
import { ScopeChips } from "./instruction-scope";
import { PassphraseForm } from "./passphrase";
import { useParts, useSession } from "./parts";
import { text } from "./text";
import { useSigning, type Signing } from "./use-signing";

const sendKey = "Control+Enter";

/** The form of an instruction: what is asked, what is offered, what it would do, and the signature. */
export function DraftFormPanel({ draft }: { readonly draft: DraftForm }) {
  const incident = useSession(({ incidents }) => incidents.find(({ id }) => id === draft.incidentId));
  const parsed = parseDraft(draft);
  const faults: DraftFaults = parsed.ok ? {} : parsed.faults;
  const valid = parsed.ok ? parsed.draft : null;
  const match = useMatch("instruction.match", draft, valid);
  const prediction = usePrediction(draft, valid);
  const isSound = valid !== null && match.value !== null && match.value.refusal === null;
  // The answer to a sending may be lost with the line; the ledger then has what the form still shows.
  const sent = useSession(({ instructions }) => (valid === null ? undefined : sentAlready(valid, instructions)));
  const sending = useSigning(
    "instruction.send",
    isSound && sent === undefined ? valid : null,
    ({ id }, { workbench }) => showSent(workbench, id),
  );

  // Enter predicts, which harms nobody; sending wants a key that is not pressed by chance.
  function onSubmit(event: SyntheticEvent) {
    event.preventDefault();
    void prediction.run();
  }

  // On its way down: a button keeps Enter for itself, and a field submits by it.
  function onKeyDownCapture(event: KeyboardEvent) {
    if (!isPressed(sendKey, event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) sending.start();
  }

  return (
    <div className="draft">
      <form noValidate onSubmit={onSubmit} onKeyDownCapture={onKeyDownCapture}>
        <dl className="rows">
          <Row label={text.instruction.incident} testId="draft-incident">
            {incident?.edgeName ?? draft.incidentId}
          </Row>
        </dl>
        <ActionFields draft={draft} faults={faults} />
        <ScopeChips draft={draft} fault={faults.terminals} />
        <DraftFields draft={draft} faults={faults} />
        {valid !== null && <MatchLine match={match} />}
        <PredictionPart prediction={prediction} />
        {sent !== undefined && <SentAlready report={sent} />}
        <FailureText failure={sending.failure} testId="send-failure" />
        {!sending.asksPassphrase && (
          <DraftActions
            predictLabel={prediction.value === null ? text.instruction.predict : text.instruction.predictAgain}
            canPredict={valid !== null && !prediction.isPending}
            sending={sending}
          />
        )}
      </form>
      {sending.asksPassphrase && (
        <PassphraseForm
          action={text.instruction.sendNow}
          onUnlocked={() => void sending.send()}
          onCancel={sending.cancel}
        />
      )}
    </div>
  );
}

interface DraftFieldsProps {
  readonly draft: DraftForm;
  readonly faults: DraftFaults;
}

function DraftFields({ draft, faults }: DraftFieldsProps) {
  const { workbench } = useParts();
  const field = (name: TypedField, label: string, unit?: string) => (
    <DraftField
      name={name}
      label={label}
      value={draft[name]}
      fault={faults[name]}
      onChange={(value) => workbench.setState({ draft: { ...draft, [name]: value } })}
      {...(unit === undefined ? {} : { unit })}
    />
  );
  return (
    <div className="draft-fields">
      {field("from", text.instruction.from)}
      {field("until", text.instruction.until)}
      {field("expires", text.instruction.expires)}
      {field("bonus", text.instruction.bonus, text.units.tokens)}
      {field("budget", text.instruction.budget, text.units.tokens)}
    </div>
  );
}

function SentAlready({ report }: { readonly report: InstructionReport }) {
  const { workbench } = useParts();
  return (
    <p className="failure" role="status" data-testid="sent-already">
      {text.instruction.sentAlready(report.number, minuteOf(report.sentS))}{" "}
      <Action data-testid="sent-show" onPress={() => showSent(workbench, report.id)}>
        {text.instruction.showSent}
      </Action>
    </p>
  );
}

interface DraftActionsProps {
  readonly predictLabel: string;
  readonly canPredict: boolean;
  readonly sending: Signing;
}

function DraftActions({ predictLabel, canPredict, sending }: DraftActionsProps) {
  const { workbench } = useParts();
  return (
    <div className="form-actions form-actions-thirds">
      <Action type="submit" hint="Enter" isDisabled={!canPredict} data-testid="predict">
        {predictLabel}
      </Action>
      <Action data-testid="draft-discard" onPress={() => dropDraft(workbench)}>
        {text.instruction.discard}
      </Action>
      <Action kind="primary" hint={sendKey} isDisabled={!sending.canSend} data-testid="send" onPress={sending.start}>
        {sending.isPending ? text.instruction.sending : text.instruction.send}
      </Action>
    </div>
  );
}
