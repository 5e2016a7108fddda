import { describe, expect, test } from "vitest";
import { fc } from "../../../test/support/properties";
import { alarmKinds, alarmPriorities, alarmRateBars, alarmWindowS, shelvedMostS } from "../../../common/alarm-api";
import { alarmDefinitions, priorityOf } from "./definitions";
import { acknowledge, returnToService, shelve, takeOutOfService, unshelve, type Handled } from "./handling";
import { reportAlarms } from "./report";
import { advanceAlarms, alarmId, emptyAlarms, type AlarmState, type AlarmStep, type Reading } from "./state";
import type { Result } from "../../../common/result";

const about = {
  text: { code: "alarm-engine-behind", args: {} },
  place: null,
  incidentId: null,
  instructionId: null,
} as const;
const read = (value: number, kind: Reading["kind"] = "road-slow", subject = "E-1"): Reading => ({
  ...{ kind, subject, value, about },
});
const slow = alarmDefinitions["road-slow"];
const id = alarmId(read(0));

/** Looks every ten seconds with the readings of each instant. */
function run(state: AlarmState, fromS: number, looks: readonly (readonly Reading[])[]) {
  const steps: (AlarmStep & { readonly atS: number })[] = [];
  looks.forEach((readings, look) => {
    const nowS = fromS + 10 * look;
    const advanced = advanceAlarms(state, readings, nowS);
    state = advanced.state;
    steps.push(...advanced.steps.map((step) => ({ ...step, atS: nowS })));
  });
  return { state, steps, endS: fromS + 10 * looks.length };
}
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const stateOf = (state: AlarmState, nowS: number, name = id) =>
  reportAlarms(state, nowS, 0).alarms.find((alarm) => alarm.id === name)?.state;
const done = (handled: Result<Handled>): AlarmState => {
  if (!handled.ok) throw new Error(handled.error.message);
  return handled.value.state;
};
/** Raised, and not taken yet. */
const raisedAt = (fromS = 0) => run(emptyAlarms(fromS), fromS, times(20, [read(slow.on)]));

describe("the table of alarms", () => {
  test("has about 5, 15 and 80 percent of its kinds in each priority", () => {
    const share = (name: string) =>
      alarmKinds.filter((kind) => priorityOf(alarmDefinitions[kind]) === name).length / alarmKinds.length;
    const [high, medium, low] = alarmPriorities.map(share);
    expect(Math.abs(high - 0.05)).toBeLessThan(0.05);
    expect(Math.abs(medium - 0.15)).toBeLessThan(0.05);
    expect(Math.abs(low - 0.8)).toBeLessThan(0.05);
  });

  test.each(alarmKinds)("%s has a dead band or a delay, an action and a source", (kind) => {
    const { on, off, onDelayS, offDelayS, action, source } = alarmDefinitions[kind];
    expect(off <= on).toBe(true);
    expect(on - off + onDelayS + offDelayS).toBeGreaterThan(0);
    expect(action.code).toMatch(/^action-/);
    expect(source).not.toBe("");
  });
});

describe("an alarm", () => {
  test("is raised after its delay, stays within the dead band, and returns after its other delay", () => {
    const onLooks = slow.onDelayS / 10;
    const offLooks = slow.offDelayS / 10;
    const { steps } = run(emptyAlarms(0), 0, [
      ...times(onLooks + 1, [read(slow.on)]),
      ...times(50, [read(slow.off)]),
      ...times(offLooks + 1, []),
    ]);
    expect(steps.map(({ kind, atS }) => [kind, atS])).toEqual([
      ["raised", slow.onDelayS],
      ["returned", 10 * (onLooks + 1 + 50 + offLooks)],
    ]);
  });

  test("goes from new to acknowledged to gone, or from new to returned until it was read", () => {
    const { state, endS } = raisedAt();
    expect(stateOf(state, endS)).toBe("unacknowledged");
    const taken = done(acknowledge(state, [id]));
    expect(stateOf(taken, endS)).toBe("acknowledged");
    expect(acknowledge(taken, [id])).toMatchObject({ ok: false });
    expect(run(taken, endS, times(30, [])).state.points.size).toBe(0);
    const over = run(state, endS, times(30, [])).state;
    expect(stateOf(over, endS + 300)).toBe("returned");
    expect(done(acknowledge(over, [id])).points.size).toBe(0);
  });

  test("on the shelf is not heard of until its time, then as new, and counts again", () => {
    const { state, endS } = raisedAt();
    const shelf = { alarmId: id, untilS: endS + 600, reason: "works on the road" };
    const shelved = done(shelve(state, shelf, endS));
    const before = run(shelved, endS, times(59, [read(slow.on)]));
    expect(before.steps).toEqual([]);
    expect(stateOf(before.state, before.endS)).toBe("shelved");
    const after = run(before.state, before.endS, times(3, [read(slow.on)]));
    expect(after.steps.map(({ kind }) => kind)).toEqual(["shelfEnded", "raised"]);
    expect(stateOf(after.state, after.endS)).toBe("unacknowledged");
    expect(after.state.raisedCount).toBe(2);
    expect(stateOf(done(unshelve(before.state, id, before.endS)), before.endS)).toBe("unacknowledged");
    expect(unshelve(state, id, endS)).toMatchObject({ ok: false });
  });

  test("is silenced with a reason only, and for a shift at most", () => {
    const { state, endS } = raisedAt();
    for (const wrong of [
      { untilS: endS, reason: "x" },
      { untilS: endS + shelvedMostS + 1, reason: "x" },
      { untilS: NaN, reason: "x" },
      { untilS: endS + 60, reason: "  " },
      { untilS: endS + 60, reason: "x".repeat(201) },
    ])
      expect(shelve(state, { alarmId: id, ...wrong }, endS)).toMatchObject({ ok: false });
    expect(takeOutOfService(state, { alarmId: id, reason: "" })).toMatchObject({ ok: false });
    expect(takeOutOfService(state, { alarmId: "another", reason: "x" })).toMatchObject({ ok: false });
  });

  test("out of service is not heard of however long, and comes back when it is put back", () => {
    const { state, endS } = raisedAt();
    const out = run(
      done(takeOutOfService(state, { alarmId: id, reason: "loop broken" })),
      endS,
      times(5000, [read(slow.on)]),
    );
    expect(out.steps).toEqual([]);
    expect(stateOf(out.state, out.endS)).toBe("outOfService");
    expect(stateOf(done(returnToService(out.state, id, out.endS)), out.endS)).toBe("unacknowledged");
    const quiet = run(out.state, out.endS, times(100, [])).state;
    expect(done(returnToService(quiet, id, out.endS + 1000)).points.size).toBe(0);
  });
});

const value = fc.constantFrom(0, slow.off - 1, slow.off, slow.on - 1, slow.on, 2 * slow.on);

describe("whatever is read", () => {
  test("an alarm does not chatter: between two steps lies at least its delay", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const { steps } = run(
          emptyAlarms(0),
          0,
          values.map((one) => [read(one)]),
        );
        steps.forEach((step, at) => {
          const delayS = step.kind === "raised" ? slow.onDelayS : slow.offDelayS;
          expect(step.atS - (steps[at - 1]?.atS ?? 0)).toBeGreaterThanOrEqual(delayS);
          expect(step.kind).toBe(at % 2 === 0 ? "raised" : "returned");
        });
      }),
    );
  });

  test("what is on the shelf is back no later than its time", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), fc.integer({ min: 1, max: 1500 }), (values, forS) => {
        const { state, endS } = raisedAt();
        const shelved = done(shelve(state, { alarmId: id, untilS: endS + forS, reason: "x" }, endS));
        const after = run(shelved, endS, [...values.map((one) => [read(one)]), ...times(200, [read(slow.on)])]);
        expect(stateOf(after.state, after.endS)).toBe("unacknowledged");
      }),
    );
  });

  test("a flood groups low ones and loses none; a high one is shown at once and by itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 5 }), (low, high) => {
        const readings = [
          ...Array.from({ length: low }, (_, row) => read(1e6, "road-slow", `E-${row}`)),
          ...Array.from({ length: high }, (_, row) => read(1e6, "road-blocked", `B-${row}`)),
        ];
        const { state, endS, steps } = run(emptyAlarms(0), 0, times(25, readings));
        const { alarms, floodSinceS, rate } = reportAlarms(state, endS, 0);
        expect(alarms).toHaveLength(low + high);
        expect(rate.recent).toBe(low + high);
        const isFlood = low + high > alarmRateBars.upset;
        expect(floodSinceS !== null).toBe(isFlood);
        expect(alarms.filter(({ grouped }) => grouped)).toHaveLength(isFlood ? low : 0);
        expect(alarms.slice(0, high).every(({ priority, grouped }) => priority === "high" && !grouped)).toBe(true);
        const blockedS = alarmDefinitions["road-blocked"].onDelayS;
        const raised = steps.filter(({ kind, atS }) => kind === "raised" && atS === blockedS);
        expect(raised).toHaveLength(high);
        // Over when hardly any is raised any more; then each low one stands by itself again.
        const after = run(state, endS, times(alarmWindowS / 10 + 1, readings));
        expect(after.state.floodSinceS).toBeNull();
        expect(reportAlarms(after.state, after.endS, 0).alarms.filter(({ grouped }) => grouped)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("the rate counts the last ten minutes and all since the start", () => {
    const { state, endS } = raisedAt(1000);
    expect(reportAlarms(state, endS, 0).rate).toEqual({ recent: 1, mean: 1 });
    expect(reportAlarms(state, 1000 + 4 * alarmWindowS, 0).rate).toEqual({ recent: 0, mean: 0.25 });
  });
});
