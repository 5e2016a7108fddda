import { useEffect } from "react";
import type { CitySource } from "../../common/console-api";
import type { Result } from "../../common/result";
import { tellFailure } from "../state/session";
import { isReplay, neighbourMark, shownTimeS, timeMarks } from "../state/time";
import { openPhone, stepBack } from "../state/workbench";
import { mapCommands } from "./map-commands";
import { useParts, type ConsoleParts } from "./parts";
import { say, text } from "./text";

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
  { key: "l", run: ({ scrubber }) => scrubber.live() },
  { key: "j", run: (parts) => goToMark(parts, -1) },
  { key: "k", run: (parts) => goToMark(parts, 1) },
  ...mapCommands,
  { key: "p", run: togglePhone },
  { key: "Escape", run: ({ workbench }) => stepBack(workbench) },
  ...speedKeys.map((key, place) => ({
    key,
    run: (parts: ConsoleParts) => {
      const speed = parts.session.getState().description?.speeds[place];
      return speed === undefined ? undefined : setSpeed(parts, speed);
    },
  })),
];

/** While the past is shown, pause, step and speed are those of the replay; the live city goes on at its own. */
export async function toggleClock({ bridge, session }: ConsoleParts): Promise<void> {
  const { clock, view } = session.getState();
  if (clock === null) return;
  if (view?.kind === "replay") {
    report({ session }, await bridge.request("time.play", { running: !view.running }));
    return;
  }
  const outcome = await bridge.request("clock.set", { running: !clock.running });
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

export async function stepClock({ bridge, session, scrubber }: ConsoleParts): Promise<void> {
  const { clock, view, description } = session.getState();
  if (view?.kind === "replay") {
    if (!view.running) scrubber.goTo(view.timeS + (description?.tickS ?? 1));
    return;
  }
  if (clock === null || clock.running) return;
  const outcome = await bridge.request("clock.step", {});
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

export async function setSpeed({ bridge, session }: ConsoleParts, speed: number): Promise<void> {
  if (isReplay(session.getState())) {
    report({ session }, await bridge.request("time.play", { speed }));
    return;
  }
  const outcome = await bridge.request("clock.set", { speed });
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

export const markTexts = { ...text.time.marks, entry: say };

/** Goes to the event before or after the instant that is shown; beyond the last one lies the live city. */
export function goToMark({ session, scrubber }: ConsoleParts, direction: -1 | 1): void {
  const state = session.getState();
  const shownS = shownTimeS(state);
  if (shownS === null || (direction === 1 && !isReplay(state))) return;
  const mark = neighbourMark(timeMarks(state, markTexts), shownS, direction);
  if (mark !== undefined) scrubber.goTo(mark.timeS);
  else if (direction === 1) scrubber.live();
  else if (state.view !== null) scrubber.goTo(state.view.fromS);
}

/** The next click on a road marks an incident there; a second time it means nothing again. */
export function armMarking({ workbench, session }: ConsoleParts): void {
  // A click on what was would act on what is.
  if (session.getState().city === null || isReplay(session.getState())) return;
  workbench.setState(({ marking }) => ({ marking: marking.kind === "off" ? { kind: "armed" } : { kind: "off" } }));
}

/** Opens the phone panel, which asks for whom; a second time it closes. */
export function togglePhone({ workbench, session }: ConsoleParts): void {
  if (session.getState().city === null) return;
  if (workbench.getState().phone !== null) workbench.setState({ phone: null });
  else openPhone(workbench, null);
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

function report({ session }: Pick<ConsoleParts, "session">, outcome: Result<unknown>): void {
  if (!outcome.ok) tellFailure(session, outcome.error);
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
