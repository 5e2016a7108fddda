import { expect, test, vi } from "vitest";
import type { Arena } from "../../workers/arena";
import type { ParameterValues } from "../../workers/people";
import type { KeyframeStore } from "./keyframes";
import { startTwins } from "./twins";

const done: string[] = [];
vi.mock("./engine-thread", () => ({
  startEngineThread: () => ({
    advance: (tick: number, _budgetMs: number, wantsFrame: string) => {
      done.push(`advance to ${tick}, ${wantsFrame}`);
      return Promise.resolve({
        indicators: { tick },
        events: new Uint32Array(),
        frameSlots: 1,
        reportWindowS: -1,
        spentMs: 1,
      });
    },
    snapshot: () => {
      done.push("snapshot");
      return Promise.resolve({ tick: 0, buffer: new SharedArrayBuffer(4), length: 4 });
    },
  }),
}));

function twinsWithStore() {
  done.length = 0;
  const keyframes = {
    idle: true,
    everyMs: 500,
    settled: () => Promise.resolve(),
    take: async (_about: unknown, copy: (into: undefined) => Promise<unknown>) => {
      await copy(undefined);
    },
  } as unknown as KeyframeStore;
  return startTwins({
    ...{ live: { header: { tick: 0 } } as unknown as Arena, doNothing: null, values: {} as ParameterValues },
    ...{ log: [], branches: [], keyframes },
    ...{ onEvents: () => undefined, onAnswers: () => undefined, onFailure: () => undefined },
  });
}

test("the first frame does not wait for the first keyframe, which is taken before time moves", async () => {
  const twins = twinsWithStore();
  expect((await twins.advance(0, new Map([["live", "withReport"]]))).size).toBe(1);
  expect(done).toEqual(["advance to 0, withReport"]);
  await twins.advance(1, new Map());
  expect(done.slice(1)).toEqual(["snapshot", "advance to 1, none"]);
});

test("the first keyframe can be asked for, and is taken once", async () => {
  const twins = twinsWithStore();
  await twins.keepStart();
  await twins.keepStart();
  await twins.advance(1, new Map());
  expect(done).toEqual(["snapshot", "advance to 1, none"]);
});
