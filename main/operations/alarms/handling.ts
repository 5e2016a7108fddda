import { reasonLengthMax, shelvedMostS } from "../../../common/alarm-api";
import { refuseSaying, succeed, type Result } from "../../../common/result";
import { heardAgain, type AlarmPoint, type AlarmState } from "./state";

/** What the operator does with alarms. Pure: each gives the alarms after it, with the point that it was done to. */

export interface Handled {
  readonly state: AlarmState;
  /** As they were when it was done. */
  readonly points: readonly AlarmPoint[];
}

/** Takes those of them that wait for it; what has returned to normal is gone then. Refused when none does. */
export function acknowledge(state: AlarmState, ids: readonly string[]): Result<Handled> {
  const points = [...new Set(ids)].flatMap((id) => {
    const point = state.points.get(id);
    return point === undefined || point.acknowledged || isSilent(point) ? [] : [point];
  });
  if (points.length === 0) return refuseSaying({ code: "alarm-unknown", args: {} }, ids[0]);
  const next = points.reduce((after, point) => withPoint(after, { ...point, acknowledged: true }), state);
  return succeed({ state: next, points });
}

export function shelve(
  state: AlarmState,
  { alarmId, untilS, reason }: { readonly alarmId: string; readonly untilS: number; readonly reason: string },
  nowS: number,
): Result<Handled> {
  if (!(untilS > nowS && untilS - nowS <= shelvedMostS)) {
    return refuseSaying({ code: "alarm-shelf-out-of-range", args: { hours: shelvedMostS / 3600 } }, "time");
  }
  return silence(state, alarmId, reason, (point, words) => ({ ...point, shelf: { untilS, reason: words } }));
}

export function takeOutOfService(
  state: AlarmState,
  { alarmId, reason }: { readonly alarmId: string; readonly reason: string },
): Result<Handled> {
  return silence(state, alarmId, reason, (point, words) => ({
    ...point,
    shelf: null,
    outOfService: { reason: words },
  }));
}

/** Ends the shelf before its time. */
export function unshelve(state: AlarmState, alarmId: string, nowS: number): Result<Handled> {
  const point = state.points.get(alarmId);
  if (point === undefined || point.shelf === null)
    return refuseSaying({ code: "alarm-not-shelved", args: {} }, alarmId);
  return succeed(heard(state, point, { ...point, shelf: null }, nowS));
}

export function returnToService(state: AlarmState, alarmId: string, nowS: number): Result<Handled> {
  const point = state.points.get(alarmId);
  if (point === undefined || point.outOfService === null)
    return refuseSaying({ code: "alarm-in-service-already", args: {} }, alarmId);
  return succeed(heard(state, point, { ...point, outOfService: null }, nowS));
}

const isSilent = ({ shelf, outOfService }: AlarmPoint) => shelf !== null || outOfService !== null;

function silence(
  state: AlarmState,
  id: string,
  reason: string,
  change: (point: AlarmPoint, reason: string) => AlarmPoint,
): Result<Handled> {
  const words = reason.trim();
  if (words === "" || words.length > reasonLengthMax) {
    return refuseSaying({ code: "alarm-reason-missing", args: { most: reasonLengthMax } }, "reason");
  }
  const point = state.points.get(id);
  if (point === undefined || point.outOfService !== null) return refuseSaying({ code: "alarm-unknown", args: {} }, id);
  // What is not heard of waits for nobody; it is heard of again as new.
  return succeed({ state: withPoint(state, change({ ...point, acknowledged: true }, words)), points: [point] });
}

function heard(state: AlarmState, before: AlarmPoint, after: AlarmPoint, nowS: number): Handled {
  const again = heardAgain(after, nowS);
  const next = withPoint(state, again);
  const isRaised = again.active && !isSilent(again);
  return {
    points: [before],
    state: isRaised ? { ...next, raisedS: [...next.raisedS, nowS], raisedCount: next.raisedCount + 1 } : next,
  };
}

function withPoint(state: AlarmState, point: AlarmPoint): AlarmState {
  const points = new Map(state.points);
  const isGone = !point.active && point.acknowledged && point.abnormalS === null && !isSilent(point);
  if (isGone) points.delete(point.id);
  else points.set(point.id, point);
  return { ...state, points };
}
