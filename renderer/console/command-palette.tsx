import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import type { PaletteMode } from "../state/workbench";
import { KeyCap } from "./elements";
import { paletteEntries, type PaletteEntry } from "./palette-entries";
import { useParts, useWorkbench } from "./parts";
import { text } from "./text";

/** Everything by its name: type, choose, Enter. The pattern is that of a combobox with a list (WAI-ARIA APG). */
export function CommandPalette() {
  const { workbench } = useParts();
  const mode = useWorkbench(({ palette }) => palette);
  return (
    <ModalOverlay
      className="modal-veil modal-veil-top"
      isDismissable
      isOpen={mode !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) workbench.setState({ palette: null });
      }}
    >
      <Modal className="modal palette">
        <Dialog className="palette-body" aria-label={text.palette.title}>
          {mode !== null && <PaletteSearch mode={mode} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function PaletteSearch({ mode }: { readonly mode: PaletteMode }) {
  const parts = useParts();
  const listId = useId();
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState(0);
  const entries = paletteEntries(parts, mode, typed);
  const at = Math.min(place, entries.length - 1);
  const chosen = entries[at];
  const prompt = mode === "all" ? text.palette.prompt : text.palette.places;

  function run(entry: PaletteEntry | undefined) {
    if (entry === undefined || entry.lack !== null) return;
    parts.workbench.setState({ palette: null });
    // First the palette gives the keyboard back, then the command may take it somewhere.
    requestAnimationFrame(() => void entry.run());
  }

  function onKeyDown(event: KeyboardEvent) {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const last = entries.length - 1;
      const next = at + step;
      setPlace(Math.abs(step) === 1 && next > last ? 0 : Math.abs(step) === 1 && next < 0 ? last : clamp(next, last));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(chosen);
    }
  }

  return (
    <>
      <input
        className="palette-input"
        role="combobox"
        aria-label={prompt}
        aria-expanded={entries.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : optionId(listId, at)}
        placeholder={prompt}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        value={typed}
        data-testid="palette-input"
        onChange={({ target }) => {
          setTyped(target.value);
          setPlace(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} className="palette-list" role="listbox" aria-label={text.palette.results}>
        {entries.map((entry, row) => (
          <Option
            key={entry.id}
            id={optionId(listId, row)}
            entry={entry}
            isChosen={row === at}
            onRun={() => run(entry)}
          />
        ))}
      </ul>
      <p className="palette-none hint" role="status">
        {entries.length === 0 ? text.palette.none : ""}
      </p>
    </>
  );
}

const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value));
const optionId = (listId: string, row: number) => `${listId}-${String(row)}`;

interface OptionProps {
  readonly id: string;
  readonly entry: PaletteEntry;
  readonly isChosen: boolean;
  readonly onRun: () => void;
}

function Option({ id, entry, isChosen, onRun }: OptionProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) item.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  return (
    <li
      ref={item}
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-disabled={entry.lack !== null}
      className={isChosen ? "palette-entry palette-entry-chosen" : "palette-entry"}
      data-testid={`palette-${entry.id}`}
      onClick={onRun}
    >
      <span className="palette-label">
        {entry.label}
        {entry.lack !== null && <span className="palette-lack"> · {entry.lack}</span>}
      </span>
      {entry.note !== "" && <KeyCap>{entry.note}</KeyCap>}
    </li>
  );
}
