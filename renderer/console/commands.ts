import type { CitySource, FileSource, Notice, SavedSession } from "../../common/console-api";
import { saidOfFailure, type Result } from "../../common/result";
import { isOpen, tellFailure, withNotice } from "../state/session";
import { isReplay, neighbourMark, shownTimeS, timeMarks } from "../state/time";
import { beginDraft, openPhone, resumeDraft, selectIncident, type PaletteMode } from "../state/workbench";
import { focusPanel } from "./panels";
import type { ConsoleParts } from "./parts";
import { saveFile } from "./shell";
import { say, text } from "./text";

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

/** As many speeds as are on the number keys. */
export const speedPlaces = [1, 2, 3, 4, 5, 6];

export async function setSpeed({ bridge, session }: ConsoleParts, speed: number): Promise<void> {
  if (isReplay(session.getState())) {
    report({ session }, await bridge.request("time.play", { speed }));
    return;
  }
  const outcome = await bridge.request("clock.set", { speed });
  if (outcome.ok) session.setState({ clock: outcome.value });
  else report({ session }, outcome);
}

/** Goes to the event before or after the instant that is shown; beyond the last one lies the live city. */
export function goToMark({ session, scrubber }: ConsoleParts, direction: -1 | 1): void {
  const state = session.getState();
  const shownS = shownTimeS(state);
  if (shownS === null || (direction === 1 && !isReplay(state))) return;
  const mark = neighbourMark(timeMarks(state, { ...text.time.marks, entry: say }), shownS, direction);
  if (mark !== undefined) scrubber.goTo(mark.timeS);
  else if (direction === 1) scrubber.live();
  else if (state.view !== null) scrubber.goTo(state.view.fromS);
}

/** The next click on a road marks an incident there; a second time it means nothing again. */
export function armMarking({ workbench, session }: ConsoleParts): void {
  // A click on what was would act on what is.
  if (!isOpen(session.getState()) || isReplay(session.getState())) return;
  workbench.setState(({ marking }) => ({ marking: marking.kind === "off" ? { kind: "armed" } : { kind: "off" } }));
}

/** Opens the phone panel, which asks for whom; a second time it closes. */
export function togglePhone({ workbench, session }: ConsoleParts): void {
  if (!isOpen(session.getState())) return;
  if (workbench.getState().phone !== null) workbench.setState({ phone: null });
  else openPhone(workbench, null);
}

/** Opens a city. The one that is open stays until the new one stands, which the host tells everyone. */
export function openCity({ bridge, workbench }: ConsoleParts, source: CitySource): Promise<void> {
  return opens(workbench, nameOfSource(source), () => bridge.request("city.open", source));
}

/** Goes on where a session was saved. */
export function resumeSession({ bridge, workbench }: ConsoleParts, { path, cityName }: SavedSession): Promise<void> {
  return opens(workbench, cityName, () => bridge.request("session.resume", { path }));
}

async function opens(
  workbench: ConsoleParts["workbench"],
  name: string,
  request: () => Promise<Result<unknown>>,
): Promise<void> {
  workbench.setState({ opening: { name }, openFailure: null, cityOpen: false });
  const outcome = await request();
  const isGivenUp = !outcome.ok && outcome.error.said?.code === "opening-given-up";
  // What went wrong is said in the city's menu, beside the way to another file.
  const failed = outcome.ok || isGivenUp ? {} : { openFailure: outcome.error, cityOpen: true };
  workbench.setState({ opening: null, ...failed });
}

/** A file from the user: situations of others are shown to be chosen from, anything else is opened as a city. */
export async function openFile(parts: ConsoleParts, source: FileSource): Promise<void> {
  // Other XML of this name belongs to a city: OpenStreetMap's, and the networks of SUMO.
  const isSituations = /(?<!\.(osm|net))\.xml$/i.test(nameOfSource(source));
  await (isSituations ? readSituations(parts, source) : openCity(parts, source));
}

async function readSituations({ bridge, workbench }: ConsoleParts, source: FileSource): Promise<void> {
  const outcome = await bridge.request("datex.import", source);
  workbench.setState(
    outcome.ok
      ? { situations: outcome.value, cityOpen: false, openFailure: null }
      : { openFailure: outcome.error, cityOpen: true },
  );
}

export async function exportSituations(parts: ConsoleParts): Promise<void> {
  const outcome = await parts.bridge.request("datex.export", {});
  report(parts, outcome);
  if (outcome.ok) saveFile(outcome.value.name, outcome.value.bytes);
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

/** The next incident of the list, or the one before; beyond its end it begins again. */
export function stepIncident({ session, workbench }: ConsoleParts, step: 1 | -1): void {
  const { incidents } = session.getState();
  const at = incidents.findIndex(({ id }) => id === workbench.getState().selectedIncidentId);
  const next = incidents.at(at < 0 ? (step === 1 ? 0 : -1) : (at + step) % incidents.length);
  if (next !== undefined) selectIncident(workbench, next.id);
}

/** The incident in hand: the selected one, else the only one that is open. */
function incidentInHand({ session, workbench }: ConsoleParts): string | null {
  const active = session.getState().incidents.filter((one) => one.active);
  const selected = active.find(({ id }) => id === workbench.getState().selectedIncidentId);
  return (selected ?? (active.length === 1 ? active[0] : undefined))?.id ?? null;
}

export async function clearSelectedIncident(parts: ConsoleParts): Promise<void> {
  const incidentId = incidentInHand(parts);
  if (incidentId !== null) report(parts, await parts.bridge.request("incident.clear", { incidentId }));
}

/** Opens the form with what is proposed for the incident in hand; the keyboard goes there. */
export async function prepareInstruction(parts: ConsoleParts): Promise<void> {
  const { bridge, workbench } = parts;
  const incidentId = incidentInHand(parts);
  if (workbench.getState().draft === null && incidentId !== null && !resumeDraft(workbench, incidentId)) {
    const outcome = await bridge.request("instruction.propose", { incidentId });
    report(parts, outcome);
    if (!outcome.ok) return;
    beginDraft(workbench, outcome.value);
  }
  // The form is there after the next picture.
  requestAnimationFrame(() => focusPanel("instruction"));
}

/** Presses a control of a panel, where it is and can be pressed: what it does belongs to the panel. */
export function pressControl(testId: string): void {
  document.querySelector<HTMLElement>(`[data-testid="${testId}"]:not([disabled])`)?.click();
}

/** The contracts of the instruction that is shown, else all. */
export function inspectContracts({ workbench, session }: ConsoleParts): void {
  const { shownInstructionId } = workbench.getState();
  const newest = session.getState().instructions.reduce<string | null>((_, { id }) => id, null);
  workbench.setState({ inspector: { instructionId: shownInstructionId ?? newest } });
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-testid=inspector]")?.focus());
}

/** Who keeps the ledger; a second time it closes. */
export function toggleConsortium({ workbench }: ConsoleParts): void {
  workbench.setState(({ consortiumOpen }) => ({ consortiumOpen: !consortiumOpen }));
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-testid=consortium]")?.focus());
}

export function switchTwin({ workbench }: ConsoleParts): void {
  workbench.setState(({ twinShown }) => ({ twinShown: twinShown === "live" ? "doNothing" : "live" }));
}

export function openPalette({ workbench }: ConsoleParts, palette: PaletteMode): void {
  workbench.setState({ palette, helpOpen: false });
}

export function openHelp({ workbench }: ConsoleParts): void {
  workbench.setState({ helpOpen: true, palette: null });
}

export async function saveSession(parts: ConsoleParts): Promise<void> {
  const tell = (notice: Notice) => parts.session.setState(({ notices }) => ({ notices: withNotice(notices, notice) }));
  tell({ severity: "info", said: { code: "session-saving", args: {} } });
  const outcome = await parts.bridge.request("session.save", {});
  tell(
    outcome.ok
      ? { severity: "info", said: { code: "session-saved", args: { path: outcome.value.path } } }
      : { severity: "error", said: { code: "save-failed", args: { reason: saidOfFailure(outcome.error) } } },
  );
}
