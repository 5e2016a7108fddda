import { useState, type KeyboardEvent } from "react";
import {
  Button,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Tag,
  TagGroup,
  TagList,
} from "react-aria-components";
import type { TerminalPlace } from "../../common/console-api";
import type { DraftForm, FieldFault } from "../state/draft";
import { choicesOf, meantBy } from "../state/terminal-choice";
import { toggleDraftTerminal } from "../state/workbench";
import { isPressed } from "./chords";
import { Action } from "./elements";
import { useParts, useSession } from "./parts";
import { text } from "./text";

interface ScopeChipsProps {
  readonly draft: DraftForm;
  readonly fault: FieldFault | undefined;
}

const noTerminals: readonly TerminalPlace[] = [];

/** The terminals to be avoided, as chips. The same terminals are lit on the map, and a click there does the same. */
export function ScopeChips({ draft, fault }: ScopeChipsProps) {
  const { workbench } = useParts();
  const terminals = useSession(({ description }) => description?.terminals ?? noTerminals);
  const chosen = draft.terminals.map((row) => terminals.find(({ terminal }) => terminal === row) ?? unnamed(row));
  return (
    <div className="scope">
      <TagGroup
        className="chips"
        selectionMode="none"
        onRemove={(keys) => {
          for (const key of keys) toggleDraftTerminal(workbench, Number(key));
        }}
      >
        <Label>{text.instruction.avoid}</Label>
        <TagList className="chip-list" items={chosen} data-testid="draft-terminals">
          {(place) => (
            <Tag
              id={String(place.terminal)}
              textValue={place.name}
              className="chip"
              data-testid={`draft-terminal-${String(place.terminal)}`}
            >
              {place.name}
              {place.road !== null && <small>{place.road}</small>}
              <Button slot="remove" className="chip-remove" aria-label={text.instruction.removeTerminal(place.name)}>
                ×
              </Button>
            </Tag>
          )}
        </TagList>
      </TagGroup>
      {fault !== undefined && <p className="field-error">{text.instruction.faults[fault]}</p>}
      <div className="scope-adders">
        <TerminalAdder
          label={text.instruction.avoidHint}
          testId="draft-terminal-add"
          terminals={terminals.filter(({ terminal }) => !draft.terminals.includes(terminal))}
          onAdd={(terminal) => toggleDraftTerminal(workbench, terminal)}
        />
        <Action
          kind="quiet"
          data-testid="draft-draw"
          onPress={() => workbench.setState(({ drawingScope }) => ({ drawingScope: !drawingScope }))}
        >
          {text.instruction.drawScope}
        </Action>
      </div>
    </div>
  );
}

function unnamed(terminal: number): TerminalPlace {
  return { terminal, name: `terminal ${String(terminal)}`, road: null, x: 0, y: 0 };
}

interface TerminalAdderProps {
  readonly label: string;
  readonly testId: string;
  readonly terminals: readonly TerminalPlace[];
  readonly onAdd: (terminal: number) => void;
}

/** Adds one of the terminals, by its name or its road's. */
export function TerminalAdder({ label, testId, terminals, onAdd }: TerminalAdderProps) {
  const [typed, setTyped] = useState("");
  const choices = choicesOf(terminals, typed);
  function add(terminal: number) {
    onAdd(terminal);
    setTyped("");
  }
  // On its way down: the field takes Enter for a choice in its list, which nobody has made yet.
  function onKeyDownCapture(event: KeyboardEvent) {
    const isChosen = event.target instanceof Element && event.target.hasAttribute("aria-activedescendant");
    if (!isPressed("Enter", event) || isChosen) return;
    const meant = meantBy(choices, typed);
    if (meant === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    add(meant.terminal);
  }
  return (
    <ComboBox
      className="terminal-adder"
      items={choices}
      inputValue={typed}
      onInputChange={setTyped}
      value={null}
      menuTrigger="input"
      onChange={(key) => {
        if (key !== null) add(Number(key));
      }}
    >
      <Label>{label}</Label>
      <Input
        className="input input-short"
        placeholder={text.instruction.addTerminal}
        data-testid={testId}
        onKeyDownCapture={onKeyDownCapture}
      />
      <Popover className="popover popover-list">
        <ListBox className="choices">
          {(place: TerminalPlace) => (
            <ListBoxItem id={String(place.terminal)} className="choice" textValue={place.name}>
              {place.name} {place.road !== null && <small>{place.road}</small>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
