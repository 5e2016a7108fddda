import { Button, ToggleButton } from "react-aria-components";
import { viaMax } from "../../common/itinerary";
import { moveVia, toggleVia, type DraftFaults, type DraftForm } from "../state/draft";
import { TerminalAdder } from "./instruction-scope";
import { useParts, useSession } from "./parts";
import { text } from "./text";

interface ViaFieldProps {
  readonly draft: DraftForm;
  readonly fault: DraftFaults["via"];
}

/** The terminals to go by, numbered in order, as on the map. While they are picked there, a click adds or takes out. */
export function ViaField({ draft, fault }: ViaFieldProps) {
  const { workbench } = useParts();
  const terminals = useSession((state) => state.description?.terminals);
  const set = (changed: DraftForm) => workbench.setState({ draft: changed });
  const nameOf = (row: number) => terminals?.find(({ terminal }) => terminal === row)?.name ?? String(row);
  const isFree = (terminal: number) => !draft.terminals.includes(terminal) && !draft.via.includes(terminal);
  return (
    <div className="scope" role="group" aria-label={text.instruction.via}>
      <span>{text.instruction.via}</span>
      <ol className="via-list" data-testid="draft-via">
        {draft.via.map((terminal, place) => (
          <ViaRow
            key={terminal}
            name={nameOf(terminal)}
            place={place}
            onMove={(by) => set(moveVia(draft, terminal, by))}
            onRemove={() => set(toggleVia(draft, terminal))}
          />
        ))}
      </ol>
      {fault !== undefined && <p className="field-error">{text.instruction.faults[fault]}</p>}
      <div className="scope-adders">
        {draft.via.length < viaMax ? (
          <TerminalAdder
            label={text.instruction.viaHint}
            testId="draft-via-add"
            terminals={(terminals ?? []).filter(({ terminal }) => isFree(terminal))}
            onAdd={(terminal) => set(toggleVia(draft, terminal))}
          />
        ) : (
          <p className="hint">{text.instruction.viaFull(viaMax)}</p>
        )}
        <ToggleButton
          className="segment"
          data-testid="draft-via-pick"
          isSelected={draft.picksVia}
          onChange={(picksVia) => set({ ...draft, picksVia })}
        >
          {text.instruction.pickVia}
        </ToggleButton>
      </div>
    </div>
  );
}

interface ViaRowProps {
  readonly name: string;
  readonly place: number;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

/** One terminal of the sequence. Alt and an arrow move it from any of its buttons. */
function ViaRow({ name, place, onMove, onRemove }: ViaRowProps) {
  const move = (by: -1 | 1, button: Element) => {
    onMove(by);
    // The row may lie elsewhere in the page then, and lose the focus.
    requestAnimationFrame(() => button instanceof HTMLElement && button.focus());
  };
  return (
    <li
      className="via"
      data-testid={`draft-via-${String(place + 1)}`}
      onKeyDownCapture={(event) => {
        if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        event.stopPropagation();
        move(event.key === "ArrowUp" ? -1 : 1, event.target as Element);
      }}
    >
      <span className="via-number">{place + 1}</span>
      <span className="via-name">{name}</span>
      <Button
        className="chip-remove"
        aria-label={text.instruction.viaEarlier(name)}
        onPress={({ target }) => move(-1, target)}
      >
        ↑
      </Button>
      <Button
        className="chip-remove"
        aria-label={text.instruction.viaLater(name)}
        onPress={({ target }) => move(1, target)}
      >
        ↓
      </Button>
      <Button className="chip-remove" aria-label={text.instruction.removeVia(name)} onPress={onRemove}>
        ×
      </Button>
    </li>
  );
}
