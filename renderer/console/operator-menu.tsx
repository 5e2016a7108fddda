import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { Row } from "./elements";
import { useParts, useSession, useWorkbench } from "./parts";
import { PassphraseForm } from "./passphrase";
import { text } from "./text";

/** The state of the operator's key, and the way to unlock it before it is needed. */
export function OperatorMenu() {
  const { workbench } = useParts();
  const operator = useSession((state) => state.operator);
  const isOpen = useWorkbench((state) => state.operatorOpen);
  const setOpen = (operatorOpen: boolean) => workbench.setState({ operatorOpen });
  if (operator === null) return null;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className="badge badge-button" data-testid="operator" data-key={operator.key}>
        <span className={`key-mark key-mark-${operator.key}`} aria-hidden="true" />
        {text.top.key[operator.key]}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover-body" aria-label={text.top.key[operator.key]}>
          <dl className="rows">
            <Row label={text.passphrase.address}>
              <code className="wrap">{operator.address ?? "–"}</code>
            </Row>
          </dl>
          <p className="hint">{text.passphrase.protection[operator.protection]}</p>
          {operator.key !== "unlocked" && (
            <PassphraseForm
              action={operator.key === "none" ? text.passphrase.createAction : text.passphrase.unlockAction}
              onUnlocked={() => setOpen(false)}
            />
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
