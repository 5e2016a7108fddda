import { FieldError, Input, Label, TextField } from "react-aria-components";
import { incidentKinds, type IncidentKind } from "../../common/console-api";
import { incidentBounds, incidentFaults, type IncidentField, type IncidentForm } from "../state/incident-form";
import { text } from "./text";

interface FieldsProps {
  readonly form: IncidentForm;
  readonly laneCount: number;
  readonly onChange: (form: IncidentForm) => void;
}

/** What the kind of incident needs, and how long it is expected to last: the same for a new one and one under way. */
export function IncidentFields({ form, laneCount, onChange }: FieldsProps) {
  const faults = incidentFaults(form);
  const field = (name: IncidentField, unit: string, testId: string) => (
    <NumberField
      label={text.incidentForm[name]}
      field={name}
      typed={form[name]}
      unit={unit}
      isValid={!faults.includes(name)}
      testId={testId}
      onChange={(typed) => onChange({ ...form, [name]: typed })}
    />
  );
  return (
    <>
      {form.kind === "lanes" && (
        <LaneChoice laneCount={laneCount} lanes={form.lanes} onChange={(lanes) => onChange({ ...form, lanes })} />
      )}
      {form.kind === "speed" && field("kmh", text.units.kmh, "incident-speed")}
      {form.kind === "capacity" && field("percent", "%", "incident-capacity")}
      {form.kind === "signal" && <p className="hint incident-hint">{text.incidentForm.signalHint}</p>}
      {form.kind === "junction" && <p className="hint incident-hint">{text.incidentForm.junctionHint}</p>}
      {field("duration", text.units.minutes, "incident-duration")}
      {field("spread", text.units.minutes, "incident-spread")}
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly field: IncidentField;
  readonly typed: string;
  readonly unit: string;
  readonly isValid: boolean;
  readonly testId: string;
  readonly onChange: (typed: string) => void;
}

function NumberField({ label, field, typed, unit, isValid, testId, onChange }: NumberFieldProps) {
  const { least, most } = incidentBounds[field];
  return (
    <TextField
      className="field field-inline"
      value={typed}
      onChange={onChange}
      isInvalid={!isValid}
      validationBehavior="aria"
      inputMode="numeric"
    >
      <Label>{label}</Label>
      <span className="input-with-unit">
        <Input className="input input-short" data-testid={testId} />
        <span className="unit">{unit}</span>
      </span>
      <FieldError className="field-error">
        {field === "spread" ? text.incidentForm.badSpread : text.incidentForm.badNumber(String(least), String(most))}
      </FieldError>
    </TextField>
  );
}

interface KindChoiceProps {
  readonly kind: IncidentKind;
  /** Kinds that make no sense on this road, and why. */
  readonly impossible: Readonly<Partial<Record<IncidentKind, string>>>;
  readonly onChange: (kind: IncidentKind) => void;
}

export function KindChoice({ kind, impossible, onChange }: KindChoiceProps) {
  return (
    <div className="kind-choices" role="radiogroup" aria-label={text.incidentForm.kind} data-testid="incident-kinds">
      {incidentKinds.map((choice) => (
        <label
          key={choice}
          className={choice === kind ? "lane kind lane-chosen" : "lane kind"}
          title={impossible[choice]}
        >
          <input
            type="radio"
            name="kind"
            value={choice}
            checked={choice === kind}
            disabled={impossible[choice] !== undefined}
            data-testid={`incident-kind-${choice}`}
            onChange={() => onChange(choice)}
          />
          <KindMark kind={choice} />
          {text.incidentForm.kinds[choice]}
        </label>
      ))}
    </div>
  );
}

/** The same marks as the signs on the map: told apart by their shape. */
export function KindMark({ kind }: { readonly kind: IncidentKind }) {
  return (
    <svg className={`kind-mark kind-mark-${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      {kind === "lanes" && <path d="M8 1.5 15 14H1z" />}
      {kind === "speed" && <circle cx="8" cy="8" r="5.6" fill="none" strokeWidth="2.6" />}
      {kind === "capacity" && <path d="M8 1 15 8 8 15 1 8z" />}
      {kind === "signal" && <rect x="4" y="1" width="8" height="14" rx="2" />}
      {kind === "junction" && <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />}
    </svg>
  );
}

interface LaneChoiceProps {
  readonly laneCount: number;
  readonly lanes: number;
  readonly onChange: (lanes: number) => void;
}

function LaneChoice({ laneCount, lanes, onChange }: LaneChoiceProps) {
  return (
    <div
      className="field field-inline lane-choice"
      role="radiogroup"
      aria-label={text.incidentForm.lanes(laneCount)}
      data-testid="incident-lanes"
    >
      <span className="label">{text.incidentForm.lanes(laneCount)}</span>
      <span className="lane-choices">
        {Array.from({ length: laneCount }, (_, lane) => lane + 1).map((choice) => (
          <label key={choice} className={choice === lanes ? "lane lane-chosen" : "lane"}>
            <input
              type="radio"
              name="lanes"
              value={choice}
              checked={choice === lanes}
              data-testid={`incident-lanes-${String(choice)}`}
              onChange={() => onChange(choice)}
            />
            {choice}
          </label>
        ))}
      </span>
    </div>
  );
}
