import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSessionStore } from "./session";
import { standstillMs, watchStandstill } from "./standstill";

describe("a city that stands although it should run", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch() {
    const store = createSessionStore();
    const clock = (timeS: number, running = true) =>
      store.setState({ clock: { timeS, running, speed: 1, behindS: 0 }, connection: { kind: "ready" } });
    let standsS = -1;
    clock(25_200);
    const stop = watchStandstill(store, (told) => (standsS = told));
    return { store, clock, stop, standsS: () => standsS };
  }

  it("is said to stand after some seconds without news, for how long, until it moves", () => {
    const { clock, standsS, stop } = watch();
    vi.advanceTimersByTime(standstillMs - 1000);
    expect(standsS()).toBe(0);
    vi.advanceTimersByTime(4000);
    expect(standsS()).toBe(8);
    // Told again, but of the same instant: that is no movement.
    clock(25_200);
    vi.advanceTimersByTime(1000);
    expect(standsS()).toBe(9);
    clock(25_200.5);
    expect(standsS()).toBe(0);
    stop();
  });

  it("moves while each second brings another instant", () => {
    const { clock, standsS, stop } = watch();
    for (let second = 1; second <= 20; second++) {
      clock(25_200 + second);
      vi.advanceTimersByTime(1000);
      expect(standsS()).toBe(0);
    }
    stop();
  });

  it("may stand while it is paused or the line is lost, and has a while to go on after that", () => {
    const { store, clock, standsS, stop } = watch();
    clock(25_200, false);
    vi.advanceTimersByTime(10 * standstillMs);
    expect(standsS()).toBe(0);
    clock(25_200);
    vi.advanceTimersByTime(standstillMs - 1000);
    expect(standsS()).toBe(0);
    store.setState({ connection: { kind: "lost", cause: { code: "link-taken", args: {} }, attempt: 1 } });
    vi.advanceTimersByTime(10 * standstillMs);
    expect(standsS()).toBe(0);
    stop();
  });
});
