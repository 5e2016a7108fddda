import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { askedKinds, type AskedKind, type DraftFaults, type DraftForm } from "../state/draft";
import { DraftField } from "./instruction-fields";
import { ViaField } from "./instruction-via";
import { useParts } from "./parts";
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
          for (const key of keys) set({ asked: key as AskedKind, picksVia: key === "itinerary" });
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
