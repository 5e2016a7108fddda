import { describe, expect, it } from "vitest";
import type { Alarm, AlarmReport } from "../../common/alarm-api";
import { alarmInHand, listAlarms, neighbourAlarm } from "./alarms";

const alarm = (id: string, change: Partial<Alarm> = {}): Alarm => ({
  ...{ id, kind: "road-slow", priority: "low", state: "unacknowledged", active: true, raisedS: 10, returnedS: null },
  text: { code: "alarm-road-slow", args: { road: id, metres: 400 } },
  action: { code: "action-verify-declare", args: {} },
  ...{ place: null, incidentId: null, instructionId: null, shelvedUntilS: null, reason: null, grouped: false },
  ...change,
});
const report = (...alarms: Alarm[]): AlarmReport => ({
  ...{ alarms, rate: { recent: 0, mean: 0 }, floodSinceS: null, watchedM: 1000 },
});

describe("the list of alarms", () => {
  const all = report(
    alarm("high", { kind: "road-blocked", priority: "high", state: "acknowledged" }),
    alarm("a", { grouped: true }),
    alarm("b", { grouped: true, kind: "road-spillback" }),
    alarm("c", { grouped: true }),
    alarm("new"),
    alarm("shelved", { state: "shelved" }),
  );

  it("shows each alarm once: open, in its group, or among the silent ones", () => {
    const { open, groups, silent } = listAlarms(all);
    const ids = (list: readonly Alarm[]) => list.map(({ id }) => id);
    expect(ids(open)).toEqual(["high", "new"]);
    expect(groups.map(ids)).toEqual([["a", "c"], ["b"]]);
    expect(ids(silent)).toEqual(["shelved"]);
  });

  it("puts into the keys' hand the selected one, else the first that waits", () => {
    expect(alarmInHand(all, "shelved")?.id).toBe("shelved");
    expect(alarmInHand(all, "gone")?.id).toBe("new");
    expect(alarmInHand(report(), null)).toBeNull();
    expect(alarmInHand(null, null)).toBeNull();
  });

  it("is walked through in both directions, and round", () => {
    expect(neighbourAlarm(all, null, 1)?.id).toBe("high");
    expect(neighbourAlarm(all, "high", 1)?.id).toBe("new");
    expect(neighbourAlarm(all, "shelved", 1)?.id).toBe("high");
    expect(neighbourAlarm(all, "high", -1)?.id).toBe("shelved");
    expect(neighbourAlarm(report(), null, 1)).toBeUndefined();
  });
});
