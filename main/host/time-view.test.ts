import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ViewState } from "../../common/console-api";
import { succeed } from "../../common/result";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import type { KeyframeStore } from "./keyframes";
import { openTimeView } from "./time-view";
import type { Twins } from "./twins";

const threads = vi.hoisted(() => ({ advance: () => Promise.resolve<unknown>(undefined) }));
vi.mock("./engine-thread", () => ({
  startEngineThread: () => ({
    adopt: () => Promise.resolve({ tick: 0, indicators: { tick: 0 } }),
    command: () => undefined,
    advance: () => threads.advance(),
    close: () => Promise.resolve(),
  }),
}));

const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [900, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
  ],
});
const { arena } = twinOf(city, populationOf([{ from: 0, to: 1, departS: 10 }]));
const keyframe = { id: 1, tick: 0, lineage: 0, commands: 0, base: null, length: 8, byteLength: 8 };

function openView(all: object[]) {
  const told: (ViewState | "jumped")[] = [];
  const view = openTimeView({
    twins: { tick: 5000, live: { arena, values: {} }, log: [], branches: [] } as unknown as Twins,
    keyframes: {
      all,
      read: () => Promise.resolve(succeed(undefined)),
    } as unknown as KeyframeStore,
    ...{ tickS: 1, startS: 0 },
    listener: {
      view: (state) => void told.push(state),
      warn: () => undefined,
      wantsFrames: () => new Set(),
      frame: () => undefined,
      jumped: () => void told.push("jumped"),
    },
  });
  return { view, told };
}

describe("a replay that cannot go on", () => {
  beforeEach(() => {
    let tick = 0;
    threads.advance = () => Promise.resolve({ indicators: { tick: (tick = Math.min(4000, tick + 4000)) } });
  });
  const expectLive = (told: readonly (ViewState | "jumped")[], jumpBefore: number) => {
    expect(told).toContain("jumped");
    const state = told.find((one) => one !== "jumped");
    expect(state).toMatchObject({ kind: "live", jump: jumpBefore + 1 });
  };

  test("brings those who look at it back to the live city, when another instant cannot be reached", async () => {
    const all: object[] = [keyframe];
    const { view, told } = openView(all);
    const viewed = await view.view(4000);
    expect(viewed).toMatchObject({ ok: true, value: { kind: "replay", jump: 1 } });
    told.splice(0);
    // Before what is shown, so that a keyframe is needed; the one that is left is of another city.
    all[0] = { ...keyframe, lineage: 5 };
    expect((await view.view(3000)).ok).toBe(false);
    expectLive(told, 1);
    await view.close();
  });

  test("does so when a thread of it dies while it plays", async () => {
    const { view, told } = openView([keyframe]);
    expect((await view.view(4000)).ok).toBe(true);
    threads.advance = () => Promise.reject(new Error("the thread died"));
    told.splice(0);
    view.play({ running: true, speed: 60 });
    told.splice(0);
    await expect.poll(() => told.length, { timeout: 5000 }).toBeGreaterThan(0);
    expectLive(told, 1);
    await view.close();
  });
});
