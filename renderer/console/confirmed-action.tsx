import { useState } from "react";
import { Action } from "./elements";
import { text } from "./text";

interface ConfirmedActionProps {
  readonly label: string;
  /** What it comes to, said before it is confirmed. */
  readonly hint: string;
  readonly confirm: string;
  /** Of the action; with "-confirm" and "-cancel" of its two answers. */
  readonly testId: string;
  readonly isDisabled: boolean;
  readonly onConfirm: () => void;
}

/** What cannot be taken back is asked for twice. */
export function ConfirmedAction({ label, hint, confirm, testId, isDisabled, onConfirm }: ConfirmedActionProps) {
  const [confirming, setConfirming] = useState(false);
  if (!confirming) {
    return (
      <Action data-testid={testId} isDisabled={isDisabled} onPress={() => setConfirming(true)}>
        {label}
      </Action>
    );
  }
  return (
    <div className="consent-confirm" role="group" aria-label={label}>
      <p>{hint}</p>
      <div className="consent-actions">
        <Action kind="primary" data-testid={`${testId}-confirm`} isDisabled={isDisabled} onPress={onConfirm}>
          {confirm}
        </Action>
        <Action data-testid={`${testId}-cancel`} onPress={() => setConfirming(false)}>
          {text.consortium.cancel}
        </Action>
      </div>
    </div>
  );
}
