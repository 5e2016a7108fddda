import type { Alarm, AlarmReport } from "../../common/alarm-api";

/** How the alarms are listed: those to act on, those that a flood has grouped by kind, those nobody wants to hear of. */
export interface AlarmList {
  readonly open: readonly Alarm[];
  readonly groups: readonly (readonly [first: Alarm, ...others: Alarm[]])[];
  readonly silent: readonly Alarm[];
}

export const isSilent = ({ state }: Alarm): boolean => state === "shelved" || state === "outOfService";
/** It waits to be acknowledged. */
export const isWaiting = ({ state }: Alarm): boolean => state === "unacknowledged" || state === "returned";

export function listAlarms({ alarms }: AlarmReport): AlarmList {
  const groups = new Map<string, [Alarm, ...Alarm[]]>();
  for (const alarm of alarms.filter(({ grouped }) => grouped)) {
    const group = groups.get(alarm.kind);
    if (group === undefined) groups.set(alarm.kind, [alarm]);
    else group.push(alarm);
  }
  return {
    open: alarms.filter((alarm) => !alarm.grouped && !isSilent(alarm)),
    groups: [...groups.values()],
    silent: alarms.filter(isSilent),
  };
}

/** The alarm that keys act on: the selected one, else the first that waits, else the first that is open. */
export function alarmInHand(report: AlarmReport | null, selectedId: string | null): Alarm | null {
  if (report === null) return null;
  const { open } = listAlarms(report);
  const selected = report.alarms.find(({ id }) => id === selectedId);
  return selected ?? open.find(isWaiting) ?? open[0] ?? null;
}

/** The next one of the list, or the one before; beyond its end it begins again. */
export function neighbourAlarm(report: AlarmReport, selectedId: string | null, step: 1 | -1): Alarm | undefined {
  const { open, silent } = listAlarms(report);
  const listed = [...open, ...silent];
  const at = listed.findIndex(({ id }) => id === selectedId);
  return listed.at(at < 0 ? (step === 1 ? 0 : -1) : (at + step) % listed.length);
}
