import { useState, type ReactNode, type SyntheticEvent } from "react";
import { Button, Form, Input, Label, TextField, type ButtonProps } from "react-aria-components";
import type { Failure } from "../../common/result";
import { isDocked, PanelMenu, useCollapsed } from "./docking";
import { sayFailure, text } from "./text";

/** The small vocabulary of all panels. */

interface PanelProps {
  readonly title: string;
  /** Right of the title: a count, a state, a control. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Panel({ title, aside, className = "", children }: PanelProps) {
  const isCollapsed = useCollapsed(className);
  return (
    <section
      className={`panel ${className} ${isCollapsed ? "panel-collapsed" : ""}`}
      aria-label={title}
      data-panel={className}
      tabIndex={-1}
    >
      <header className="panel-head">
        <h2>{title}</h2>
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
        {isDocked(className) && <PanelMenu panel={className} title={title} />}
      </header>
      {!isCollapsed && children}
    </section>
  );
}

/** By the names of `aria-keyshortcuts`; what is printed on the key is a text of the language. */
type KeyName = keyof typeof text.keys;

/** A key that does the same as the control it stands in. */
export function KeyCap({ children }: { readonly children: string }) {
  return <kbd aria-hidden="true">{children}</kbd>;
}

interface ActionProps extends Omit<ButtonProps, "children" | "className"> {
  readonly kind?: "primary" | "plain" | "quiet";
  readonly hint?: KeyName;
  readonly children: ReactNode;
  readonly "data-testid": string;
}

/** A button that says what it does, with the key that does the same. */
export function Action({ kind = "plain", hint, children, ...props }: ActionProps) {
  return (
    <Button
      {...props}
      className={`action action-${kind}`}
      {...(hint === undefined ? {} : { "aria-keyshortcuts": hint })}
    >
      <span>{children}</span>
      {hint !== undefined && <KeyCap>{text.keys[hint]}</KeyCap>}
    </Button>
  );
}

interface RowProps {
  readonly label: ReactNode;
  readonly testId?: string;
  readonly tone?: "normal" | "attention";
  readonly children: ReactNode;
}

/** A figure with its name. Lives in a `dl.rows`. */
export function Row({ label, testId, tone = "normal", children }: RowProps) {
  return (
    <div className={`row row-${tone}`}>
      <dt>{label}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}

/** Why something was not done, where the user did it. */
export function FailureText({ failure, testId }: { readonly failure: Failure | null; readonly testId?: string }) {
  if (failure === null) return null;
  return (
    <p className="failure" role="alert" data-testid={testId}>
      <span className="failure-mark" aria-hidden="true" />
      {sayFailure(failure)}
    </p>
  );
}

export function ProgressBar({ share, label }: { readonly share: number; readonly label: string }) {
  return <progress className="progress" max={1} value={share} aria-label={label} />;
}

interface NamedButtonProps {
  readonly label: string;
  readonly testId: string;
  readonly onPress: () => void;
}

/** Closes what floats over the map, as Escape does. */
export function CloseButton({ label, testId, onPress }: NamedButtonProps) {
  return (
    <Button className="close" aria-label={`${label} · ${text.keys.Escape}`} data-testid={testId} onPress={onPress}>
      <KeyCap>{text.keys.Escape}</KeyCap>
    </Button>
  );
}

/** One on or one back in a list that is looked at one by one. */
export function StepButton({
  label,
  testId,
  onPress,
  towards,
  isDisabled,
}: NamedButtonProps & { readonly towards: "previous" | "next"; readonly isDisabled: boolean }) {
  return (
    <Button className="step" aria-label={label} data-testid={testId} isDisabled={isDisabled} onPress={onPress}>
      {towards === "previous" ? "‹" : "›"}
    </Button>
  );
}

interface FinderProps {
  readonly label: string;
  readonly placeholder: string;
  readonly testId: string;
  readonly lengthMax?: number;
  readonly find: (typed: string) => void;
}

/** Looks for what was typed when Enter is pressed; nothing typed, nothing sought. */
export function Finder({ label, placeholder, testId, lengthMax, find }: FinderProps) {
  const [typed, setTyped] = useState("");
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (typed.trim() !== "") find(typed.trim());
  }
  return (
    <Form className="finder" onSubmit={submit}>
      <TextField value={typed} onChange={setTyped} aria-label={label}>
        <Label className="sr-only">{label}</Label>
        <Input
          className="input"
          placeholder={placeholder}
          data-testid={testId}
          spellCheck={false}
          autoComplete="off"
          maxLength={lengthMax}
        />
      </TextField>
    </Form>
  );
}
