import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { succeed } from "../../common/result";
import { followMatch, pauseMs, recountMs, type CountedMatch } from "./match-count";

const match = (contracts: number) => succeed({ contracts, largestPayoutMicro: 0, poolMicro: 0, refusal: null });

describe("the count of a form's contracts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function follow() {
    const city = { nowS: 26_160, contracts: 52 };
    const told: CountedMatch[] = [];
    const ask = vi.fn(() => Promise.resolve(match(city.contracts)));
    const stop = followMatch(
      ask,
      () => city.nowS,
      (counted) => told.push(counted),
    );
    return { city, told, ask, stop };
  }

  it("follows the city's clock, and says for which instant it holds", async () => {
    const { city, told, stop } = follow();
    await vi.advanceTimersByTimeAsync(pauseMs);
    Object.assign(city, { nowS: 26_220, contracts: 34 });
    await vi.advanceTimersByTimeAsync(recountMs);
    expect(told).toEqual([
      { outcome: match(52), atS: 26_160 },
      { outcome: match(34), atS: 26_220 },
    ]);
    stop();
  });

  it("is asked for at most once in its period, however fast the clock goes, and not while it stands", async () => {
    const { city, ask, stop } = follow();
    for (let passedMs = 0; passedMs < 10 * recountMs; passedMs += 100) {
      city.nowS += 10;
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(ask.mock.calls.length).toBeLessThanOrEqual(10);
    expect(ask.mock.calls.length).toBeGreaterThan(8);
    await vi.advanceTimersByTimeAsync(recountMs);
    const asked = ask.mock.calls.length;
    await vi.advanceTimersByTimeAsync(10 * recountMs);
    expect(ask.mock.calls.length).toBe(asked);
    stop();
  });

  it("ends with its form: neither asked for nor told any more", async () => {
    const { city, told, ask, stop } = follow();
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    stop();
    city.nowS += 60;
    await vi.advanceTimersByTimeAsync(10 * recountMs);
    expect(ask).not.toHaveBeenCalled();
    const late = follow();
    vi.advanceTimersByTime(pauseMs);
    late.stop();
    await vi.advanceTimersByTimeAsync(recountMs);
    expect([told, late.told]).toEqual([[], []]);
  });
});
