import { useState } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import type { DatexDraft, DatexImport } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { Action, FailureText } from "./elements";
import { count } from "./figures";
import { effectText } from "./incident-text";
import { useParts, useWorkbench } from "./parts";
import { say, text } from "./text";

/** Incidents of a document that was read: the operator ticks those that are declared, and sees what was left out. */
export function SituationSheet() {
  const { workbench } = useParts();
  const situations = useWorkbench((state) => state.situations);
  return (
    <ModalOverlay
      className="modal-veil"
      isDismissable
      isOpen={situations !== null}
      onOpenChange={() => workbench.setState({ situations: null })}
    >
      <Modal className="modal situations">
        <Dialog className="help-body" data-testid="situations">
          {situations !== null && <SheetBody situations={situations} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function SheetBody({ situations: { name, drafts, dropped } }: { readonly situations: DatexImport }) {
  const choice = useChoice(drafts);
  return (
    <>
      <header className="help-head">
        <Heading slot="title">{text.situations.title(name)}</Heading>
        <Button slot="close" className="action action-quiet">
          {text.situations.close}
        </Button>
      </header>
      <div className="situations-lists" tabIndex={0} role="group" aria-label={text.situations.title(name)}>
        <h3>{text.situations.drafts(drafts.length)}</h3>
        <ul className="situations-drafts">
          {drafts.map((one) => (
            <DraftRow key={one.recordId} one={one} choice={choice} />
          ))}
        </ul>
        {dropped.length > 0 && <h3>{text.situations.dropped(dropped.length)}</h3>}
        <ul className="dropped" data-testid="situations-dropped">
          {dropped.map(({ recordId, reason }, row) => (
            <li key={`${String(row)} ${recordId}`}>
              <b>{recordId}</b> <span className="faint">· {say(reason)}</span>
            </li>
          ))}
        </ul>
      </div>
      <Action
        kind="primary"
        data-testid="situations-declare"
        isDisabled={choice.chosen.size === 0 || choice.isBusy}
        onPress={() => void choice.declare()}
      >
        {text.situations.declare(choice.chosen.size)}
      </Action>
    </>
  );
}

function DraftRow({ one, choice }: { readonly one: DatexDraft; readonly choice: Choice }) {
  const { recordId, version, type, draft, edgeName, laneCount, offM, notes } = one;
  const isDeclared = choice.declared.has(recordId);
  return (
    <li>
      <label>
        <input
          type="checkbox"
          data-testid="situations-tick"
          checked={isDeclared || choice.chosen.has(recordId)}
          disabled={isDeclared || choice.isBusy}
          onChange={() => choice.toggle(recordId)}
        />
        <span>
          <b>{edgeName}</b> {effectText({ ...draft, laneCount })}
          {", "}
          {text.situations.lasts(count(draft.durationS / 60), count(draft.spreadS / 60))}
          {isDeclared && <b> · {text.situations.declared}</b>}
          <br />
          <span className="faint">{text.situations.record(recordId, version, type, count(offM))}</span>
        </span>
      </label>
      {notes.length > 0 && (
        <ul className="situations-notes">
          {notes.map((note) => (
            <li key={note.code}>{say(note)}</li>
          ))}
        </ul>
      )}
      <FailureText failure={choice.failures.get(recordId) ?? null} testId="situations-failure" />
    </li>
  );
}

interface Choice {
  readonly chosen: ReadonlySet<string>;
  readonly declared: ReadonlySet<string>;
  readonly failures: ReadonlyMap<string, Failure>;
  readonly isBusy: boolean;
  readonly toggle: (recordId: string) => void;
  /** Declares those that are ticked, one after the other; the sheet closes when none was refused. */
  readonly declare: () => Promise<void>;
}

/** Nothing is ticked to begin with: no incident is declared that the operator did not choose. */
function useChoice(drafts: readonly DatexDraft[]): Choice {
  const { bridge, workbench } = useParts();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [declared, setDeclared] = useState<ReadonlySet<string>>(new Set());
  const [failures, setFailures] = useState<ReadonlyMap<string, Failure>>(new Map());
  const [isBusy, setBusy] = useState(false);

  function toggle(recordId: string) {
    const others = [...chosen].filter((one) => one !== recordId);
    setChosen(new Set(chosen.has(recordId) ? others : [...others, recordId]));
  }

  async function declare() {
    setBusy(true);
    const refused = new Map<string, Failure>();
    const done = new Set(declared);
    for (const { recordId, draft } of drafts.filter((one) => chosen.has(one.recordId))) {
      const outcome = await bridge.request("incident.declare", draft);
      if (outcome.ok) done.add(recordId);
      else refused.set(recordId, outcome.error);
    }
    setBusy(false);
    setChosen(new Set());
    setDeclared(done);
    setFailures(refused);
    if (refused.size === 0) workbench.setState({ situations: null });
  }

  return { chosen, declared, failures, isBusy, toggle, declare };
}
