import { Button, Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { printedChord } from "./chords";
import type { Command } from "./command";
import { commandList } from "./command-list";
import { useParts, useWorkbench } from "./parts";
import { text } from "./text";

/** All keys on one sheet, out of the list of commands. */
export function KeyboardHelp() {
  const parts = useParts();
  const { workbench } = parts;
  const isOpen = useWorkbench(({ helpOpen }) => helpOpen);
  return (
    <ModalOverlay
      className="modal-veil"
      isDismissable
      isOpen={isOpen}
      onOpenChange={(helpOpen) => workbench.setState({ helpOpen })}
    >
      <Modal className="modal help">
        <Dialog className="help-body" data-testid="help">
          <header className="help-head">
            <Heading slot="title">{text.help.title}</Heading>
            <Button slot="close" className="action action-quiet">
              {text.help.close}
            </Button>
          </header>
          <div className="help-groups" tabIndex={0} role="group" aria-label={text.help.title}>
            {groupsOf(commandList).map(([group, commands]) => (
              <section key={group} className="help-group">
                <h3>{text.commands.groups[group]}</h3>
                <dl>
                  {commands.map((command) => (
                    <div key={command.id}>
                      <dt>{command.name(parts)}</dt>
                      <dd>
                        {command.keys.map((chord) => (
                          <kbd key={chord}>{printedChord(chord)}</kbd>
                        ))}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <p className="hint">{text.help.hint}</p>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function groupsOf(commands: readonly Command[]): [Command["group"], Command[]][] {
  const groups = new Map<Command["group"], Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups];
}
