import { Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Button } from "react-aria-components";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { askedKinds, type AskedKind, type DraftFaults, type DraftForm } from "../state/draft";
import { DraftField } from "./instruction-fields";
import { useParts, useSession } from "./parts";
import { text } from "./text";

interface ActionProps {
  readonly draft: DraftForm;
  readonly faults: DraftFaults;
}

/** What is asked of those concerned, and the one thing that each action needs to know. */
export function ActionFields({ draft, faults }: ActionProps) {
  const { workbench } = useParts();
  const set = (change: Partial<DraftForm>) => workbench.setState({ draft: { ...draft, ...change } });
  return (
    <div className="asked">
      <ToggleButtonGroup
        className="segments asked-kinds"
        aria-label={text.instruction.asked}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[draft.asked]}
        onSelectionChange={(keys) => {
          for (const key of keys) set({ asked: key as AskedKind });
        }}
      >
        {askedKinds.map((kind) => (
          <ToggleButton key={kind} id={kind} className="segment" data-testid={`asked-${kind}`}>
            {text.instruction.askedKinds[kind]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <p className="hint" data-testid="asked-meaning">
        {text.instruction.askedMeaning[draft.asked]}
      </p>
      {draft.asked === "itinerary" && <ViaField draft={draft} fault={faults.via} />}
      {(draft.asked === "later" || draft.asked === "earlier") && (
        <DraftField
          name="minutes"
          label={text.instruction.minutes}
          unit={text.units.minutes}
          value={draft.minutes}
          fault={faults.minutes}
          onChange={(minutes) => set({ minutes })}
        />
      )}
      {draft.asked === "hold" && (
        <DraftField
          name="holdUntil"
          label={text.instruction.holdUntil}
          value={draft.holdUntil}
          fault={faults.holdUntil}
          onChange={(holdUntil) => set({ holdUntil })}
        />
      )}
    </div>
  );
}

/** The terminal to go by: any that is not to be avoided. */
function ViaField({ draft, fault }: { readonly draft: DraftForm; readonly fault: DraftFaults["via"] }) {
  const { workbench } = useParts();
  const description = useSession((state) => state.description);
  const choices = (description?.terminals ?? []).filter(({ terminal }) => !draft.terminals.includes(terminal));
  return (
    <Select
      className="field field-via"
      value={draft.via === null ? null : String(draft.via)}
      isInvalid={fault !== undefined}
      placeholder={text.instruction.chooseTerminal}
      onChange={(key) => {
        if (key !== null) workbench.setState({ draft: { ...draft, via: Number(key) } });
      }}
    >
      <Label>{text.instruction.via}</Label>
      <Button className="select-button" data-testid="draft-via">
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      {fault !== undefined && <p className="field-error">{text.instruction.faults[fault]}</p>}
      <Popover className="popover popover-list">
        <ListBox className="choices" items={choices}>
          {({ terminal, name }) => (
            <ListBoxItem id={String(terminal)} className="choice">
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
