import { useState } from "react";
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
import { toggleDraftTerminal } from "../state/workbench";
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
  const sought = typed.trim().toLowerCase();
  const choices = terminals.filter(({ name, road }) => `${name} ${road ?? ""}`.toLowerCase().includes(sought));
  return (
    <ComboBox
      className="terminal-adder"
      items={choices}
      inputValue={typed}
      onInputChange={setTyped}
      value={null}
      menuTrigger="input"
      onChange={(key) => {
        if (key === null) return;
        onAdd(Number(key));
        setTyped("");
      }}
    >
      <Label>{label}</Label>
      <Input className="input input-short" placeholder={text.instruction.addTerminal} data-testid={testId} />
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
