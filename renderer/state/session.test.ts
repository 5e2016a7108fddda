import { describe, expect, it } from "vitest";
import type { Incident, IndicatorSample, InstructionReport, TwinIndicators } from "../../common/console-api";
import { packCity } from "../../common/city";
import type { Said } from "../../common/said";
import { gridCity } from "../../test/support/plain-city";
import { createBridge } from "./bridge";
import { createFrameStore } from "./frames";
import {
  chartSamples,
  chartSpanS,
  delaySavedSince,
  delaySeries,
  delayWindowS,
  samplesLimit,
  withSample,
} from "./indicators";
import { planGaps } from "./plan-gaps";
import {
  createSessionListener,
  createSessionStore,
  eventReducers,
  followHost,
  logLimit,
  noticesLimit,
  withNotice,
} from "./session";
import type { TransportListener } from "./transport";

const quiet: TwinIndicators = {
  running: 0,
  waiting: 0,
  departed: 0,
  arrived: 0,
  delayVehH: 0,
  meanSpeedMps: 0,
  longestQueueM: 0,
};
const sample = (timeS: number, liveVehH: number, doNothingVehH: number | null = null): IndicatorSample => ({
  timeS,
  live: { ...quiet, delayVehH: liveVehH },
  doNothing: doNothingVehH === null ? null : { ...quiet, delayVehH: doNothingVehH },
});

describe("the history of indicators", () => {
  it("is thinned, keeps the newest sample and has a limit", () => {
    let samples: readonly IndicatorSample[] = [];
    for (let timeS = 0; timeS <= 100_000; timeS += 5) samples = withSample(samples, sample(timeS, timeS));
    expect(samples.length).toBeLessThanOrEqual(samplesLimit);
    expect(samples.at(-1)?.timeS).toBe(100_000);
    const gaps = samples.slice(1, -1).map(({ timeS }, place) => timeS - (samples[place]?.timeS ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(15);
  });

  it("keeps a sample a minute of what the chart has left behind, so that a shift of hours takes little more", () => {
    const upTo = (endS: number) => {
      let samples: readonly IndicatorSample[] = [];
      for (let timeS = 0; timeS <= endS; timeS += 5) samples = withSample(samples, sample(timeS, timeS));
      return samples;
    };
    const hourS = 3600;
    expect(upTo(8 * hourS).length - upTo(7 * hourS).length).toBeLessThanOrEqual(60);
    const coarse = upTo(8 * hourS).filter(({ timeS }) => timeS < 8 * hourS - chartSpanS - delayWindowS);
    coarse.forEach(({ timeS }, place) => expect(timeS).toBe(60 * place));
  });

  it("draws the same chart from what is kept of a shift as from all of it", () => {
    const all = Array.from({ length: (6 * 3600) / 15 + 1 }, (_, k) => sample(k * 15, k + 40 * Math.sin(k / 30)));
    const kept = all.reduce<readonly IndicatorSample[]>(withSample, []);
    const lastS = 6 * 3600;
    const drawn = (samples: readonly IndicatorSample[]) => {
      const { timeS, live } = delaySeries(samples);
      return timeS.flatMap((at, place) => (at >= lastS - chartSpanS ? [[at, live[place]]] : []));
    };
    expect(drawn(chartSamples(kept))).toEqual(drawn(all));
    expect(drawn(all)).toHaveLength(chartSpanS / 15 + 1);
  });

  it("does not take a sample twice", () => {
    const once = withSample([], sample(10, 1));
    expect(withSample(once, sample(10, 1))).toBe(once);
    expect(withSample(once, sample(9, 1))).toBe(once);
  });
});

describe("the delay chart", () => {
  it("shows a steady delay as the same vehicle-hours in every five minutes", () => {
    const samples = Array.from({ length: 100 }, (_, k) => sample(k * 20, (k * 20 * 12) / delayWindowS));
    const { live, doNothing } = delaySeries(samples);
    for (const value of live.slice(1)) expect(value).toBeCloseTo(12, 9);
    expect(doNothing.every((value) => value === null)).toBe(true);
  });

  it("sums to the accumulated delay over windows that do not overlap", () => {
    const samples = Array.from({ length: 61 }, (_, k) => sample(k * 60, k * k));
    const { timeS, live } = delaySeries(samples);
    const whole = [5, 10, 15, 20].map((k) => live[timeS.indexOf(k * 60)] ?? 0);
    expect(whole.reduce((a, b) => a + b)).toBeCloseTo(400, 9);
  });

  it("draws the do-nothing city from the parting on, with the common past in its window", () => {
    const samples = [sample(0, 0), sample(300, 10), sample(600, 20, 20), sample(900, 25, 40)];
    const { live, doNothing } = delaySeries(samples);
    expect(live.slice(1)).toEqual([10, 10, 5]);
    expect(doNothing).toEqual([null, null, 10, 20]);
  });

  it("counts what an instruction saved from its sending on", () => {
    const samples = [sample(0, 0), sample(300, 10, 10), sample(600, 20, 26), sample(900, 25, 40)];
    expect(delaySavedSince(samples, 300)).toBe(15);
    expect(delaySavedSince(samples, 650)).toBe(9);
    expect(delaySavedSince(samples.slice(0, 1), 0)).toBeNull();
  });
});

const words = (text: string): Said => ({ code: "words", args: { text } });

describe("the session's state", () => {
  const state = createSessionStore().getState();

  it("holds each entry of the log once, whichever came before the log as it stands", () => {
    const [early, late] = [1, 2].map((timeS) => ({ timeS, kind: "session", said: words(`entry ${timeS}`) }) as const);
    let next = { ...state, ...eventReducers.log(state, early) };
    next = { ...next, ...eventReducers.logSoFar(next, [early]) };
    next = { ...next, ...eventReducers.log(next, late) };
    expect(next.log).toEqual([late, early]);
  });

  it("keeps the log newest first, within its limit", () => {
    let next = state;
    for (let k = 0; k < logLimit + 5; k++) {
      next = { ...next, ...eventReducers.log(next, { timeS: k, kind: "session", said: words(`entry ${k}`) }) };
    }
    expect(next.log).toHaveLength(logLimit);
    expect(next.log[0]?.said).toEqual(words(`entry ${logLimit + 4}`));
  });

  it("forgets a task that has ended", () => {
    const step = { task: "predict", said: words("1 of 2"), done: 1, total: 2 };
    const running = { ...state, ...eventReducers.progress(state, step) };
    expect(running.progress["predict"]).toEqual(step);
    expect(eventReducers.progress(running, { ...step, done: 2 }).progress).toEqual({});
  });

  it("shows a notice that repeats itself once, and few at a time", () => {
    let notices = withNotice([], { severity: "error", said: words("same") });
    notices = withNotice(notices, { severity: "error", said: words("same") });
    expect(notices).toHaveLength(1);
    for (let k = 0; k < 10; k++) notices = withNotice(notices, { severity: "info", said: words(String(k)) });
    expect(notices).toHaveLength(noticesLimit);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(noticesLimit);
  });

  it("counts the keyframes that were not kept in one notice, which leaves room for what is more important", () => {
    const full = (name: string): Said => ({ code: "keyframe-not-kept", args: { reason: words(`no space: ${name}`) } });
    let notices = withNotice([], { severity: "error", said: words("the ledger stopped") });
    for (let k = 0; k < 10; k++) notices = withNotice(notices, { severity: "warning", said: full(String(k)) });
    expect(notices.map(({ said, times }) => [said, times])).toEqual([
      [words("the ledger stopped"), 1],
      [full("9"), 10],
    ]);
    const [first] = withNotice([], { severity: "warning", said: full("later") });
    expect(first?.times).toBe(1);
  });

  it("does not go on saying that a session is being saved once it is, or could not be", () => {
    const saving = withNotice([], { severity: "info", said: { code: "session-saving", args: {} } });
    const codes = (said: Said) => withNotice(saving, { severity: "info", said }).map((notice) => notice.said.code);
    expect(codes({ code: "session-saved", args: { path: "saves/1" } })).toEqual(["session-saved"]);
    expect(codes({ code: "save-failed", args: { reason: words("full") } })).toEqual(["save-failed"]);
  });
});

describe("plan and state", () => {
  const report = (change: Partial<InstructionReport>): InstructionReport => ({
    incidentId: "i",
    action: { kind: "avoid" },
    terminals: [],
    fromS: 0,
    untilS: 1000,
    expiresAtS: 2000,
    bonusMicro: 1,
    budgetMicro: 1,
    id: "1",
    number: 1,
    stage: "active",
    revision: 1,
    changedS: 100,
    sentS: 0,
    height: 1,
    transactionHash: "",
    matched: 0,
    prediction: null,
    rewritten: 0,
    verified: 0,
    reached: 0,
    complied: 0,
    refused: 0,
    paidMicro: 0,
    escrowLeftMicro: 0,
    verifiedAfterMs: null,
    refusal: null,
    ...change,
  });
  const clock = { timeS: 500, running: true, speed: 1, behindS: 0 };

  it("differ by the contracts and commuters that are still behind, over all running instructions", () => {
    const instructions = [
      report({ rewritten: 100, verified: 60, reached: 20 }),
      report({ rewritten: 10, verified: 10, reached: 10, untilS: 9000 }),
      report({ stage: "expired", rewritten: 500 }),
    ];
    expect(planGaps({ instructions, incidents: [], clock })).toEqual({
      unverified: 40,
      unreached: 80,
      ending: 1,
      overdue: 0,
    });
  });

  it("differ by incidents that last longer than was expected", () => {
    const incident = (endS: number, active: boolean): Incident => ({
      id: `${endS}`,
      edge: 0,
      positionM: 0,
      ...{ version: 1, changedS: 0, kind: "lanes", speedMaxMps: null, capacityPart: null, spreadS: 0 },
      stampsS: [null, null, null, null, null, null, null, null],
      closedLaneCount: 1,
      durationS: 1,
      edgeName: "",
      laneCount: 2,
      x: 0,
      y: 0,
      heading: 0,
      startS: 0,
      endS,
      active,
    });
    const incidents = [incident(400, true), incident(600, true), incident(400, false)];
    expect(planGaps({ instructions: [], incidents, clock }).overdue).toBe(1);
  });
});

describe("following the host", () => {
  const city = gridCity(3, 200, 1);
  const description = {
    cityName: "plain city",
    attribution: "",
    synthesised: [],
    dropped: [],
    people: 10,
    contracts: 5,
    seed: 1,
    tickS: 0.5,
    date: "2026-03-02",
    shell: "browser",
    speeds: [1, 2],
    terminals: [],
    takesGuests: true,
  };

  /** A host that answers at once, and counts what it is asked. */
  function fixture(geometry: Uint8Array) {
    const asked: string[] = [];
    let line: TransportListener | undefined;
    const store = createSessionStore();
    const frames = createFrameStore();
    const replies: Record<string, unknown> = {
      "session.describe": description,
      "city.geometry": { bytes: geometry },
      "indicators.history": { samples: [sample(0, 0), sample(60, 1)] },
    };
    const bridge = createBridge(
      (listener) => {
        line = listener;
        listener.opened({
          send(message) {
            if (message.kind !== "request") return;
            asked.push(message.name);
            queueMicrotask(() =>
              listener.message({ kind: "reply", id: message.id, ok: true, value: replies[message.name] }),
            );
          },
          close: () => undefined,
        });
      },
      createSessionListener(store, frames),
    );
    followHost(bridge, store, frames);
    return { bridge, store, asked, host: () => line };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

  it("asks for the session, its city and its history once the line is open", async () => {
    const { bridge, store, asked } = fixture(packCity(city));
    bridge.connect();
    await settled();
    expect(asked).toEqual(["session.describe", "city.geometry", "indicators.history"]);
    expect(store.getState().city?.meta.name).toBe("plain city");
    expect(store.getState().samples).toHaveLength(2);
  });

  it("asks for everything again when the city was changed under it", async () => {
    const { bridge, store, asked, host } = fixture(packCity(city));
    bridge.connect();
    await settled();
    const before = store.getState().city;
    host()?.message({ kind: "event", name: "log", value: { timeS: 1, kind: "session", said: words("old") } });
    expect(store.getState().log).toHaveLength(1);
    host()?.message({ kind: "event", name: "reopened", value: description });
    expect(store.getState().city).toBeNull();
    await settled();
    expect(asked).toHaveLength(6);
    expect(store.getState().city).not.toBe(before);
    expect(store.getState().log).toEqual([]);
  });

  it("asks for everything again when the host was restarted on another line", async () => {
    const { bridge, asked } = fixture(packCity(city));
    bridge.connect();
    await settled();
    bridge.connect();
    await settled();
    expect(asked).toHaveLength(6);
  });

  it("counts how often in a row the line was lost, until it holds", () => {
    const store = createSessionStore();
    const listener = createSessionListener(store, createFrameStore());
    const lose = () => {
      listener.lost({ code: "host-closed", args: {} });
      const { connection } = store.getState();
      const attempt = connection.kind === "lost" ? connection.attempt : 0;
      store.setState({ connection: { kind: "connecting", attempt } });
      return attempt;
    };
    expect([lose(), lose(), lose()]).toEqual([1, 2, 3]);
    listener.opened();
    expect(lose()).toBe(1);
  });

  it("says why there is no city when its bytes are broken", async () => {
    const { bridge, store } = fixture(packCity(city).subarray(0, 100));
    bridge.connect();
    await settled();
    expect(store.getState().city).toBeNull();
    expect(store.getState().cityFault?.message).toContain("ends inside");
  });
});
