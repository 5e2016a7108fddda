import { layerIds, toggleLayer, type LayerId } from "../state/layers";
import { isOpen } from "../state/session";
import { isReplay } from "../state/time";
import { stepBack } from "../state/workbench";
import { alarmCommands } from "./alarm-commands";
import type { Command } from "./command";
import {
  armMarking,
  clearSelectedIncident,
  exportSituations,
  goToMark,
  inspectContracts,
  openHelp,
  openPalette,
  pressControl,
  prepareInstruction,
  saveSession,
  stepIncident,
  setSpeed,
  speedPlaces,
  stepClock,
  switchTwin,
  toggleConsortium,
  toggleClock,
  togglePhone,
} from "./commands";
import { factor } from "./figures";
import { isDocked, resetLayout, togglePanel } from "./docking";
import { cameraKeys, layerKeys } from "./map-commands";
import { focusNextPanel, focusPanel, panels } from "./panels";
import type { ConsoleParts } from "./parts";
import { text } from "./text";
import { currentLanguage, languages, setLanguage } from "./text/language";
import { currentTheme, setTheme } from "./theme";

const noCity = ({ session }: ConsoleParts) => (isOpen(session.getState()) ? null : text.commands.lacks.city);
const noClock = ({ session }: ConsoleParts) => (session.getState().clock === null ? text.commands.lacks.city : null);
const noReplay = ({ session }: ConsoleParts) => (isReplay(session.getState()) ? null : text.commands.lacks.replay);
const noIncident = ({ workbench, session }: ConsoleParts) => {
  const { selectedIncidentId } = workbench.getState();
  const active = session.getState().incidents.filter((one) => one.active);
  return active.some(({ id }) => id === selectedIncidentId) || active.length === 1
    ? null
    : text.commands.lacks.incident;
};
const noDraft = ({ workbench }: ConsoleParts) =>
  workbench.getState().draft === null ? text.commands.lacks.draft : null;

const clockCommands: readonly Command[] = [
  {
    id: "toggle-clock",
    group: "clock",
    name: () => `${text.top.pause} / ${text.top.resume}`,
    keys: ["Space"],
    lack: noClock,
    run: toggleClock,
  },
  {
    id: "step-clock",
    group: "clock",
    name: () => text.commands.names.step,
    keys: ["."],
    lack: (parts) => noClock(parts) ?? (parts.session.getState().clock?.running ? text.commands.lacks.paused : null),
    run: stepClock,
  },
  ...speedPlaces.map((place): Command => {
    const speedOf = (parts?: ConsoleParts) => parts?.session.getState().description?.speeds[place - 1];
    return {
      id: `speed-${String(place)}`,
      group: "clock",
      name(parts) {
        const speed = speedOf(parts);
        if (speed === undefined) return text.commands.names.speed(String(place));
        return text.commands.names.speedOf(text.top.speed(factor(speed)));
      },
      keys: [String(place)],
      lack: (parts) => (speedOf(parts) === undefined ? text.commands.lacks.city : null),
      run(parts) {
        const speed = speedOf(parts);
        return speed === undefined ? undefined : setSpeed(parts, speed);
      },
    };
  }),
];

/** Earlier instants; events of the session are stepped through. */
const timeCommands: readonly Command[] = [
  {
    id: "previous-event",
    group: "clock",
    name: () => text.time.previous,
    keys: [","],
    lack: noCity,
    run: (parts) => goToMark(parts, -1),
  },
  {
    id: "next-event",
    group: "clock",
    name: () => text.time.next,
    keys: [";"],
    lack: noReplay,
    run: (parts) => goToMark(parts, 1),
  },
  {
    id: "back-to-live",
    group: "clock",
    name: () => text.time.backToLive,
    keys: ["L"],
    lack: noReplay,
    run: ({ scrubber }) => scrubber.live(),
  },
];

const workCommands: readonly Command[] = [
  {
    id: "mark-incident",
    group: "incident",
    name: () => text.incidents.mark,
    keys: ["I"],
    lack: noCity,
    run: armMarking,
  },
  {
    id: "next-incident",
    group: "incident",
    name: () => text.commands.names.nextIncident,
    keys: ["J"],
    lack: ({ session }) => (session.getState().incidents.length === 0 ? text.commands.lacks.noIncident : null),
    run: (parts) => stepIncident(parts, 1),
  },
  {
    id: "previous-incident",
    group: "incident",
    name: () => text.commands.names.previousIncident,
    keys: ["K"],
    lack: ({ session }) => (session.getState().incidents.length === 0 ? text.commands.lacks.noIncident : null),
    run: (parts) => stepIncident(parts, -1),
  },
  {
    id: "clear-incident",
    group: "incident",
    name: () => text.incidents.clear,
    keys: ["Shift+X"],
    lack: noIncident,
    run: clearSelectedIncident,
  },
  {
    id: "prepare-instruction",
    group: "instruction",
    name: () => text.instruction.prepare,
    keys: ["E"],
    lack: (parts) => (parts.workbench.getState().draft === null ? noIncident(parts) : null),
    run: prepareInstruction,
  },
  {
    id: "predict",
    group: "instruction",
    name: () => text.instruction.predict,
    keys: ["Alt+Enter"],
    lack: noDraft,
    run: () => pressControl("predict"),
  },
  {
    id: "send",
    group: "instruction",
    name: () => text.instruction.send,
    keys: ["Control+Enter"],
    lack: noDraft,
    run: () => pressControl("send"),
  },
  {
    id: "inspect-contracts",
    group: "instruction",
    name: () => text.ledger.inspect,
    keys: ["Z"],
    lack: ({ session }) => (session.getState().ledger === null ? text.ledger.none : null),
    run: inspectContracts,
  },
  {
    id: "consortium",
    group: "instruction",
    name: () => text.consortium.title,
    keys: ["Shift+C"],
    lack: ({ session }) => (session.getState().ledger === null ? text.ledger.none : null),
    run: toggleConsortium,
  },
  {
    id: "phone",
    group: "instruction",
    name: () => text.phone.title,
    keys: ["P"],
    lack: noCity,
    run: togglePhone,
  },
];

const mapCommands: readonly Command[] = [
  {
    id: "switch-twin",
    group: "map",
    name: () => text.map.twins,
    keys: ["W"],
    lack: ({ session }) => (session.getState().samples.at(-1)?.doNothing ? null : text.map.layers.noOther),
    run: switchTwin,
  },
  {
    id: "go-to",
    group: "map",
    name: () => text.commands.names.goTo,
    keys: ["/"],
    lack: noCity,
    run: (parts) => openPalette(parts, "places"),
  },
  ...cameraKeys.map(({ name, key, run }): Command => ({
    id: `camera-${name}`,
    group: "map",
    name: () => text.commands.camera[name],
    keys: [key],
    lack: noCity,
    run,
  })),
  ...layerIds.map((layer: LayerId): Command => ({
    id: `layer-${layer}`,
    group: "layers",
    name: () => text.commands.names.layer(text.map.layers.names[layer]),
    keys: [layerKeys[layer].toUpperCase()],
    lack: noCity,
    run: ({ layers }) => toggleLayer(layers, layer),
  })),
];

const windowCommands: readonly Command[] = [
  {
    id: "palette",
    group: "window",
    name: () => text.palette.title,
    keys: ["Control+K", "F1"],
    run: (parts) => openPalette(parts, "all"),
  },
  { id: "help", group: "window", name: () => text.help.title, keys: ["?"], run: openHelp },
  {
    id: "next-panel",
    group: "window",
    name: () => text.commands.names.nextPanel,
    keys: ["F6"],
    run: () => focusNextPanel(1),
  },
  {
    id: "previous-panel",
    group: "window",
    name: () => text.commands.names.previousPanel,
    keys: ["Shift+F6"],
    run: () => focusNextPanel(-1),
  },
  ...panels.map(({ id, title }, place): Command => ({
    id: `panel-${id}`,
    group: "window",
    name: () => text.commands.names.panel(title()),
    keys: [`Alt+${String(place + 1)}`],
    run: () => focusPanel(id),
  })),
  ...panels.flatMap(({ id, title }, place): Command[] =>
    isDocked(id)
      ? [
          {
            id: `toggle-panel-${id}`,
            group: "window",
            name: () => text.docking.toggle(title()),
            keys: [`Alt+Shift+${String(place + 1)}`],
            run: () => togglePanel(id),
          },
        ]
      : [],
  ),
  { id: "reset-layout", group: "window", name: () => text.docking.reset, keys: ["Alt+0"], run: resetLayout },
  {
    id: "theme",
    group: "window",
    name: () => text.commands.names.theme,
    keys: ["T"],
    run: () => setTheme(currentTheme() === "dark" ? "light" : "dark"),
  },
  {
    id: "language",
    group: "window",
    name: () => text.commands.names.language,
    keys: ["Shift+L"],
    run: () => setLanguage(languages.find((language) => language !== currentLanguage()) ?? "en"),
  },
  {
    id: "open-city",
    group: "session",
    name: () => text.commands.names.openCity,
    keys: ["O"],
    run: ({ workbench }) => workbench.setState({ cityOpen: true }),
  },
  {
    id: "resume",
    group: "session",
    name: () => text.commands.names.resume,
    keys: ["Alt+O"],
    run: ({ workbench }) => workbench.setState({ cityOpen: true }),
  },
  {
    id: "unlock",
    group: "session",
    name: () => text.commands.names.operatorKey,
    keys: ["U"],
    lack: ({ session }) => (session.getState().operator === null ? text.commands.lacks.city : null),
    run: ({ workbench }) => workbench.setState({ operatorOpen: true }),
  },
  {
    id: "save",
    group: "session",
    name: () => text.commands.names.save,
    keys: ["Control+S"],
    lack: noCity,
    run: saveSession,
  },
  {
    id: "export-situations",
    group: "session",
    name: () => text.commands.names.exportSituations,
    keys: ["Shift+D"],
    lack: noCity,
    run: exportSituations,
  },
  {
    id: "back",
    group: "window",
    name: () => text.commands.names.back,
    keys: ["Escape"],
    run: ({ workbench }) => stepBack(workbench),
  },
];

/** The one source of keys, palette and help: a new command is one more entry, with its name in the catalogues. */
export const commandList: readonly Command[] = [
  ...clockCommands,
  ...timeCommands,
  ...workCommands,
  ...alarmCommands,
  ...mapCommands,
  ...windowCommands,
];

/** Runs it, unless it can do nothing now. */
export function runCommand(command: Command, parts: ConsoleParts): void {
  if ((command.lack?.(parts) ?? null) === null) void command.run(parts);
}
