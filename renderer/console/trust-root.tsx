import { useState, type SyntheticEvent } from "react";
import { Form, Input, Label, TextField } from "react-aria-components";
import { headerHashDigits, type TrustRootReport } from "../../common/ledger-api";
import { Action, FailureText, Row } from "./elements";
import { count, shortTime } from "./figures";
import { Hash } from "./ledger-panel";
import { useSession } from "./parts";
import { PassphraseForm } from "./passphrase";
import { text } from "./text";
import { useRequest } from "./use-request";

interface TrustRootProps {
  readonly root: TrustRootReport;
  readonly onAnchored: () => void;
}

/** The header that everything is believed from, and the operator's way to choose another one. */
export function TrustRoot({ root, onAnchored }: TrustRootProps) {
  const [isChoosing, setChoosing] = useState(false);
  const [anchored, setAnchored] = useState<number | null>(null);
  return (
    <section aria-label={text.consortium.root}>
      <h3>{text.consortium.root}</h3>
      <dl className="rows rows-dense">
        <Row label={text.consortium.height} testId="root-height">
          {text.top.block(count(root.height))}
        </Row>
        <Row label={text.consortium.hash} testId="root-hash">
          <Hash what={text.consortium.hash} value={root.hash} />
        </Row>
        <Row label={text.consortium.since}>
          {root.anchoredAt === null ? text.consortium.unknown : `${shortTime(root.anchoredAt)} UTC`}
        </Row>
        <Row label={text.consortium.by} testId="root-by">
          {root.anchoredBy === null ? (
            text.consortium.byLaunch
          ) : (
            <Hash what={text.consortium.by} value={root.anchoredBy} />
          )}
        </Row>
      </dl>
      {isChoosing ? (
        <AnchorForm
          onDone={({ height }) => {
            setChoosing(false);
            setAnchored(height);
            onAnchored();
          }}
          onCancel={() => setChoosing(false)}
        />
      ) : (
        <div className="consortium-actions">
          {anchored !== null && (
            <p className="verified" role="status" data-testid="root-anchored">
              ✓ {text.consortium.reanchored(count(anchored))}
            </p>
          )}
          <Action data-testid="root-choose" onPress={() => setChoosing(true)}>
            {text.consortium.reanchor}
          </Action>
        </div>
      )}
    </section>
  );
}

interface AnchorFormProps {
  readonly onDone: (root: TrustRootReport) => void;
  readonly onCancel: () => void;
}

/** Asks for the height twice: the second time is the confirmation. */
function AnchorForm({ onDone, onCancel }: AnchorFormProps) {
  const [height, setHeight] = useState("");
  const [hash, setHash] = useState("");
  const [again, setAgain] = useState("");
  const [asksPassphrase, setAsksPassphrase] = useState(false);
  const key = useSession(({ operator }) => operator?.key);
  const request = useRequest("ledger.reanchor");
  const isWhole = (typed: string) => /^\d{1,15}$/.test(typed.trim());
  const isHash = new RegExp(`^[0-9a-f]{${String(headerHashDigits)}}$`, "i").test(hash.trim());
  const canSend = isWhole(height) && isHash && isWhole(again) && !request.isPending;

  async function send() {
    setAsksPassphrase(false);
    const outcome = await request.run({
      height: Number(height.trim()),
      hash: hash.trim().toLowerCase(),
      confirmedHeight: Number(again.trim()),
    });
    if (outcome.ok) onDone(outcome.value);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (!canSend) return;
    if (key === "unlocked") void send();
    else setAsksPassphrase(true);
  }

  if (asksPassphrase && key !== "unlocked") {
    return (
      <div className="consortium-form">
        <PassphraseForm
          action={text.consortium.confirm}
          onUnlocked={() => void send()}
          onCancel={() => setAsksPassphrase(false)}
        />
      </div>
    );
  }
  const fields = [
    { label: text.consortium.newHeight, value: height, set: setHeight, testId: "anchor-height" },
    { label: text.consortium.newHash, value: hash, set: setHash, testId: "anchor-hash" },
    { label: text.consortium.again, value: again, set: setAgain, testId: "anchor-again" },
  ] as const;
  return (
    <Form className="consortium-form" onSubmit={submit} data-testid="anchor-form">
      <p className="passphrase-title">{text.consortium.reanchorTitle}</p>
      <p className="hint">{text.consortium.reanchorHint}</p>
      {fields.map(({ label, value, set, testId }) => (
        <TextField key={testId} value={value} onChange={set} autoFocus={testId === "anchor-height"}>
          <Label>{label}</Label>
          <Input className="input" data-testid={testId} spellCheck={false} autoComplete="off" />
        </TextField>
      ))}
      <FailureText failure={request.failure} testId="anchor-failure" />
      {!canSend && !request.isPending && <p className="hint">{text.consortium.incomplete}</p>}
      <div className="consortium-actions">
        <Action kind="primary" type="submit" isDisabled={!canSend} data-testid="anchor-send">
          {text.consortium.confirm}
        </Action>
        <Action data-testid="anchor-cancel" onPress={onCancel}>
          {text.consortium.cancel}
        </Action>
      </div>
    </Form>
  );
}
