import { useEffect } from "react";
import type { CitySource } from "../../common/console-api";
import { saidOfFailure, type Result } from "../../common/result";
import { withNotice } from "../state/session";
import { stepBack } from "../state/workbench";
import { mapCommands } from "./map-commands";
import { useParts, type ConsoleParts } from "./parts";

/** What a key does from anywhere in the window. The controls say the same keys. */
interface Command {
  /** `KeyboardEvent.key`. */
  readonly key: string;
  readonly run: (parts: ConsoleParts) => unknown;
}

/** As many speeds as are on the number keys. */
const speedKeys = ["1", "2", "3", "4", "5"];

const commands: readonly Command[] = [
  { key: " ", run: toggleClock },
  { key: ".", run: stepClock },
  { key: "i", run: armMarking },
  ...mapCommands,
  { key: "Escape", run: ({ workbench }) => stepBack(workbench) },
  ...speedKeys.map((key, place) => ({
    key,
    run: (parts: ConsoleParts) => {
      const speed = parts.session.getState().description?.speeds[place];
      return speed === undefined ? undefined : setSpeed(parts, speed);
    },
  })),
];

export async function toggleClock({ bridge, session }: ConsoleParts): Promise<void> {
  const { clock } = session.getState();
  if (clock === null) return;
  const outcome = await bridge.request("clock.set", { running: !clock.running });
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

export async function stepClock({ bridge, session }: ConsoleParts): Promise<void> {
  const { clock } = session.getState();
  if (clock === null || clock.running) return;
  const outcome = await bridge.request("clock.step", {});
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

export async function setSpeed({ bridge, session }: ConsoleParts, speed: number): Promise<void> {
  const outcome = await bridge.request("clock.set", { speed });
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

/** The next click on a road marks an incident there; a second time it means nothing again. */
export function armMarking({ workbench, session }: ConsoleParts): void {
  if (session.getState().city === null) return;
  workbench.setState(({ marking }) => ({ marking: marking.kind === "off" ? { kind: "armed" } : { kind: "off" } }));
}

/** Opens a city. The one that is open stays until the new one stands, which the host tells everyone. */
export async function openCity({ bridge, workbench }: ConsoleParts, source: CitySource): Promise<void> {
  workbench.setState({ opening: { name: nameOfSource(source) }, openFailure: null, cityOpen: false });
  const outcome = await bridge.request("city.open", source);
  // What went wrong is said in the city's menu, beside the way to another file.
  workbench.setState({ opening: null, ...(outcome.ok ? {} : { openFailure: outcome.error, cityOpen: true }) });
}

function nameOfSource(source: CitySource): string {
  switch (source.kind) {
    case "bundled":
      return "";
    case "file":
      return source.path.split(/[\\/]/).at(-1) ?? source.path;
    case "bytes":
      return source.name;
  }
}

/** A failure that has no place of its own on the screen. */
function report({ session }: Pick<ConsoleParts, "session">, outcome: Result<unknown>): void {
  if (outcome.ok) return;
  const notice = { severity: "error", said: saidOfFailure(outcome.error) } as const;
  session.setState(({ notices }) => ({ notices: withNotice(notices, notice) }));
}

export function useCommandKeys(): void {
  const parts = useParts();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (isForItself(event)) return;
      const command = commands.find(({ key }) => key === event.key || key === event.key.toLowerCase());
      if (command === undefined) return;
      event.preventDefault();
      command.run(parts);
    }
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [parts]);
}

/** Typing belongs to the field; Space and Enter to the control that has the focus; Esc leaves a field, then steps back. */
function isForItself({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=listbox]") !== null) return true;
  if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]")) {
    if (key !== "Escape") return true;
    target.blur();
    return false;
  }
  return key === " " && target.closest("button, a, summary, [role=radio], [role=button], [role=row]") !== null;
}
