import { FieldError, Input, Label, TextField } from "react-aria-components";
import type { DraftFaults, TypedField } from "../state/draft";
import { text } from "./text";

interface DraftFieldProps {
  readonly name: TypedField;
  readonly label: string;
  readonly value: string;
  readonly fault: DraftFaults[TypedField];
  readonly unit?: string;
  readonly onChange: (value: string) => void;
}

/** A field of an instruction's form, with what is wrong with it below. */
export function DraftField({ name, label, value, fault, unit, onChange }: DraftFieldProps) {
  return (
    <TextField
      className={`field field-${name}`}
      value={value}
      onChange={onChange}
      isInvalid={fault !== undefined}
      validationBehavior="aria"
      inputMode={unit === undefined ? "text" : "decimal"}
    >
      <Label>{label}</Label>
      <span className="input-with-unit">
        <Input className="input" data-testid={`draft-${name}`} autoComplete="off" />
        {unit !== undefined && <span className="unit">{unit}</span>}
      </span>
      <FieldError className="field-error">{fault === undefined ? "" : text.instruction.faults[fault]}</FieldError>
    </TextField>
  );
}
