import { describe, expect, test } from "vitest";
import type { Incident, IndicatorSample, ViewState } from "../../common/console-api";
import { sayInEnglish } from "../../common/said";
import { fail, succeed, type Result } from "../../common/result";
import type { Bridge } from "./bridge";
import { createSessionStore } from "./session";
import {
  createScrubber,
  createTimeStore,
  incidentsAt,
  isReplay,
  neighbourMark,
  sampleAt,
  shownTimeS,
  timeMarks,
} from "./time";

const incident = (startS: number, endS: number, active: boolean) =>
  ({ id: String(startS), edgeName: "Bypass", startS, endS, active }) as Incident;
const view = (kind: ViewState["kind"], timeS: number): ViewState => ({
  ...{ kind, timeS, jump: 1, running: false, speed: 1, fromS: 100, sample: null },
});
const clock = { timeS: 1000, running: true, speed: 1, behindS: 0 };

describe("an earlier instant", () => {
  test("has the incidents of then: not those to come, and open ones that ended later", () => {
    const all = [incident(200, 400, false), incident(500, 2000, true)];
    const at = (timeS: number) => incidentsAt(all, timeS).map(({ active }) => active);
    expect([at(100), at(300), at(450), at(600)]).toEqual([[], [true], [false], [false, true]]);
  });

  test("has the sample that was the newest then", () => {
    const samples = [100, 160, 220].map((timeS) => ({ timeS }) as IndicatorSample);
    expect([99, 100, 219, 9999].map((timeS) => sampleAt(samples, timeS)?.timeS)).toEqual([undefined, 100, 160, 220]);
  });

  test("is what the clock shows, and not now", () => {
    expect(shownTimeS({ view: view("replay", 300), clock })).toBe(300);
    expect(shownTimeS({ view: view("live", 300), clock })).toBe(1000);
    expect(isReplay({ view: null })).toBe(false);
  });
});

describe("what happened", () => {
  const texts = {
    incident: (road: string) => road,
    cleared: (road: string) => `${road} cleared`,
    instruction: String,
    entry: sayInEnglish,
  };
  const marks = timeMarks(
    {
      incidents: [incident(200, 400, false)],
      instructions: [],
      log: [
        { timeS: 200, kind: "incident", said: { code: "words", args: { text: "I-1" } } },
        { timeS: 300, kind: "ledger", said: { code: "words", args: { text: "signed" } } },
      ],
    },
    texts,
  );

  test("is marked once, in the order of time", () => {
    expect(marks.map(({ timeS, kind }) => [timeS, kind])).toEqual([
      [200, "incident"],
      [300, "entry"],
      [400, "cleared"],
    ]);
  });

  test("is stepped to, past the one that is stood on", () => {
    const step = (timeS: number, direction: -1 | 1) => neighbourMark(marks, timeS, direction)?.timeS;
    expect([step(300, -1), step(300, 1), step(300.5, -1), step(150, -1), step(400, 1)]).toEqual([
      200,
      400,
      200,
      undefined,
      undefined,
    ]);
  });
});

/** A host that answers when it is told to. */
function slowHost() {
  const asked: [name: string, params: unknown][] = [];
  let answer: (outcome: Result<unknown>) => void = () => undefined;
  const bridge = {
    request: (name: string, params: unknown) => {
      asked.push([name, params]);
      return new Promise((resolve) => (answer = resolve));
    },
  } as unknown as Bridge;
  return {
    bridge,
    asked,
    answer: async (outcome: Result<unknown> = succeed({})) => {
      answer(outcome);
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
}

describe("a handle that is dragged", () => {
  function drag() {
    const host = slowHost();
    const session = createSessionStore();
    session.setState({ clock, view: view("live", 1000) });
    const time = createTimeStore();
    const failures: string[] = [];
    const scrubber = createScrubber(host.bridge, session, time, ({ message }) => failures.push(message));
    return { ...host, time, scrubber, failures };
  }

  test("asks for one instant at a time, and then for the last that was wished", async () => {
    const { scrubber, asked, answer, time } = drag();
    for (const timeS of [900, 800, 700, 50]) scrubber.goTo(timeS);
    expect(asked).toEqual([["time.view", { atS: 900 }]]);
    expect(time.getState().wishedS).toBe(100);
    await answer();
    expect(asked).toEqual([
      ["time.view", { atS: 900 }],
      ["time.view", { atS: 100 }],
    ]);
    await answer();
    expect(asked).toHaveLength(2);
    expect(time.getState().wishedS).toBe(null);
  });

  test("means the live city at the end of the strip, and says what was refused at last only", async () => {
    const { scrubber, asked, answer, failures } = drag();
    scrubber.goTo(900);
    scrubber.goTo(999.9);
    await answer(fail("too early"));
    expect(failures).toEqual([]);
    expect(asked[1]).toEqual(["time.live", {}]);
    await answer(fail("no"));
    expect(failures).toEqual(["no"]);
  });
});
