import type { Alarm } from "../../common/alarm-api";
import { alarmInHand, isSilent, isWaiting, neighbourAlarm } from "../state/alarms";
import { tellFailure } from "../state/session";
import { isReplay } from "../state/time";
import type { Command } from "./command";
import { focusPanel } from "./panels";
import type { ConsoleParts } from "./parts";
import { text } from "./text";

export function showAlarm({ scene }: ConsoleParts, { place }: Alarm): void {
  if (place !== null) scene.current?.lookAt(place.x, place.y);
}

/** The form of an incident, at the place of what was seen there. */
export function markAtAlarm(parts: ConsoleParts, alarm: Alarm): void {
  // What is marked is marked now, not in the past that is shown.
  if (alarm.place === null || isReplay(parts.session.getState())) return;
  const { edge, positionM } = alarm.place;
  showAlarm(parts, alarm);
  parts.workbench.setState({ marking: { kind: "placed", edge, positionM } });
}

const inHand = ({ session, workbench }: ConsoleParts) =>
  alarmInHand(session.getState().alarms, workbench.getState().selectedAlarmId);

function selectAlarm(parts: ConsoleParts, step: 1 | -1): void {
  const { alarms } = parts.session.getState();
  const next = alarms === null ? undefined : neighbourAlarm(alarms, parts.workbench.getState().selectedAlarmId, step);
  if (next === undefined) return;
  parts.workbench.setState({ selectedAlarmId: next.id, silencing: null });
  requestAnimationFrame(() => {
    const card = document.querySelector<HTMLElement>(`[data-testid="alarm-${CSS.escape(next.id)}"]`);
    if (card === null) focusPanel("alarms");
    card?.focus();
  });
}

async function acknowledgeAlarm(parts: ConsoleParts): Promise<void> {
  const alarm = inHand(parts);
  if (alarm === null) return;
  const outcome = await parts.bridge.request("alarm.acknowledge", { alarmIds: [alarm.id] });
  if (!outcome.ok) tellFailure(parts.session, outcome.error);
}

/** Off the shelf, or back in service. */
async function putAlarmBack(parts: ConsoleParts): Promise<void> {
  const alarm = inHand(parts);
  if (alarm === null) return;
  const name = alarm.state === "shelved" ? "alarm.unshelve" : "alarm.returnToService";
  const outcome = await parts.bridge.request(name, { alarmId: alarm.id });
  if (!outcome.ok) tellFailure(parts.session, outcome.error);
}

/** Opens the form in the card of the alarm in hand. */
function silence(parts: ConsoleParts, silencing: "shelve" | "outOfService"): void {
  const alarm = inHand(parts);
  if (alarm !== null) parts.workbench.setState({ selectedAlarmId: alarm.id, silencing });
}

type Lack = NonNullable<Command["lack"]>;
const lackOf =
  (isFit: (alarm: Alarm) => boolean): Lack =>
  (parts) => {
    const alarm = inHand(parts);
    return alarm !== null && isFit(alarm) ? null : text.commands.lacks.alarm;
  };
const noAlarm: Lack = ({ session }) =>
  (session.getState().alarms?.alarms.length ?? 0) === 0 ? text.commands.lacks.alarm : null;

const command = (id: string, name: () => string, key: Command["keys"][number], lack: Lack, run: Command["run"]) =>
  ({ id, group: "alarm", name, keys: [key], lack, run }) as const satisfies Command;

export const alarmCommands: readonly Command[] = [
  command("acknowledge-alarm", () => text.commands.names.acknowledgeAlarm, "A", lackOf(isWaiting), acknowledgeAlarm),
  command(
    "next-alarm",
    () => text.commands.names.nextAlarm,
    "Shift+J",
    noAlarm,
    (parts) => selectAlarm(parts, 1),
  ),
  command(
    "previous-alarm",
    () => text.commands.names.previousAlarm,
    "Shift+K",
    noAlarm,
    (parts) => selectAlarm(parts, -1),
  ),
  command(
    "show-alarm",
    () => text.commands.names.showAlarm,
    "Shift+G",
    lackOf(({ place }) => place !== null),
    (parts) => {
      const alarm = inHand(parts);
      if (alarm !== null) showAlarm(parts, alarm);
    },
  ),
  command(
    "mark-at-alarm",
    () => text.commands.names.markAtAlarm,
    "Shift+I",
    lackOf(({ place, incidentId }) => place !== null && incidentId === null),
    (parts) => {
      const alarm = inHand(parts);
      if (alarm !== null) markAtAlarm(parts, alarm);
    },
  ),
  command(
    "shelve-alarm",
    () => text.commands.names.shelveAlarm,
    "Shift+S",
    lackOf((alarm) => !isSilent(alarm)),
    (parts) => silence(parts, "shelve"),
  ),
  command(
    "take-alarm-out",
    () => text.commands.names.takeAlarmOut,
    "Shift+O",
    lackOf((alarm) => !isSilent(alarm)),
    (parts) => silence(parts, "outOfService"),
  ),
  command("put-alarm-back", () => text.commands.names.putAlarmBack, "Shift+R", lackOf(isSilent), putAlarmBack),
];
