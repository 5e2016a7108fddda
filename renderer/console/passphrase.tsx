import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { Action, FailureText } from "./elements";
import { useSession } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

interface PassphraseProps {
  /** What happens once the key is unlocked; its text is on the button. */
  readonly action: string;
  readonly onUnlocked: () => void;
  /** Escape steps back to what was to be signed; where it is absent, Escape is somebody else's. */
  readonly onCancel?: () => void;
}

const leastLength = 8;

/** Asks for the operator's passphrase: once to unlock the key, twice to create it. */
export function PassphraseForm({ action, onUnlocked, onCancel }: PassphraseProps) {
  const creates = useSession(({ operator }) => operator?.key === "none");
  const [passphrase, setPassphrase] = useState("");
  const [repeated, setRepeated] = useState("");
  const [wasTried, setTried] = useState(false);
  const unlock = useRequest("operator.unlock");

  // The field that has the keyboard is in sight by itself; what it is followed by is to be, too.
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Browsers may answer with a promise, which is no clean-up.
    form.current?.scrollIntoView({ block: "nearest" });
  }, [wasTried, unlock.failure]);

  const fault = passphrase === "" ? text.passphrase.empty : creates ? faultOfNew(passphrase) : null;
  const differs = creates && repeated !== passphrase;

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    setTried(true);
    if (fault !== null || differs) return;
    const outcome = await unlock.run({ passphrase });
    if (outcome.ok && outcome.value.key === "unlocked") onUnlocked();
  }

  return (
    <div
      role="presentation"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || onCancel === undefined) return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <Form ref={form} className="passphrase" onSubmit={(event) => void submit(event)} data-testid="passphrase-form">
        <p className="passphrase-title">{creates ? text.passphrase.create : text.passphrase.unlock}</p>
        <TextField
          type="password"
          value={passphrase}
          onChange={setPassphrase}
          isInvalid={wasTried && fault !== null}
          validationBehavior="aria"
          autoFocus
          autoComplete={creates ? "new-password" : "current-password"}
        >
          <Label>{text.passphrase.enter}</Label>
          <Input className="input" data-testid="passphrase" />
          <FieldError className="field-error">{fault}</FieldError>
        </TextField>
        {creates && (
          <TextField
            type="password"
            value={repeated}
            onChange={setRepeated}
            isInvalid={wasTried && differs}
            validationBehavior="aria"
            autoComplete="new-password"
          >
            <Label>{text.passphrase.repeat}</Label>
            <Input className="input" data-testid="passphrase-repeat" />
            <FieldError className="field-error">{text.passphrase.differs}</FieldError>
          </TextField>
        )}
        {creates && <p className="hint">{text.passphrase.createHint}</p>}
        <FailureText failure={unlock.failure} testId="passphrase-failure" />
        <Action kind="primary" type="submit" hint="Enter" isDisabled={unlock.isPending} data-testid="passphrase-submit">
          {action}
        </Action>
      </Form>
    </div>
  );
}

function faultOfNew(passphrase: string): string | null {
  return passphrase.length < leastLength ? text.passphrase.tooShort(leastLength) : null;
}
