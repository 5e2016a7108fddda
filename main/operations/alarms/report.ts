import {
  alarmPriorities,
  alarmWindowS,
  type Alarm,
  type AlarmRate,
  type AlarmReport,
  type AlarmStateName,
} from "../../../common/alarm-api";
import { alarmDefinitions, priorityOf } from "./definitions";
import type { AlarmPoint, AlarmState } from "./state";

/** The alarms as a console shows them; what is not raised yet is not among them. */
export function reportAlarms(state: AlarmState, nowS: number, watchedM: number): AlarmReport {
  const alarms = [...state.points.values()].flatMap((point) => {
    const name = stateOf(point);
    return name === undefined ? [] : [alarmOf(point, name, state.floodSinceS !== null)];
  });
  const rank = ({ priority }: Alarm) => alarmPriorities.indexOf(priority);
  alarms.sort((a, b) => rank(a) - rank(b) || (b.raisedS ?? 0) - (a.raisedS ?? 0) || (a.id < b.id ? -1 : 1));
  return { alarms, rate: rateOf(state, nowS), floodSinceS: state.floodSinceS, watchedM };
}

export function rateOf({ startS, raisedS, raisedCount }: AlarmState, nowS: number): AlarmRate {
  return {
    recent: raisedS.filter((atS) => atS > nowS - alarmWindowS).length,
    mean: raisedCount / Math.max(1, (nowS - startS) / alarmWindowS),
  };
}

function stateOf({ active, acknowledged, shelf, outOfService }: AlarmPoint): AlarmStateName | undefined {
  if (outOfService !== null) return "outOfService";
  if (shelf !== null) return "shelved";
  if (active) return acknowledged ? "acknowledged" : "unacknowledged";
  return acknowledged ? undefined : "returned";
}

function alarmOf(point: AlarmPoint, state: AlarmStateName, inFlood: boolean): Alarm {
  const { id, kind, about, active, raisedS, returnedS, shelf, outOfService } = point;
  const definition = alarmDefinitions[kind];
  const priority = priorityOf(definition);
  return {
    ...{ id, kind, priority, state, active, ...about, action: definition.action, raisedS, returnedS },
    shelvedUntilS: shelf?.untilS ?? null,
    reason: (outOfService ?? shelf)?.reason ?? null,
    grouped: inFlood && priority === "low" && (state === "unacknowledged" || state === "returned"),
  };
}
