import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createEnding, silenceMaxMs } from "./ending";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function endingOf(leaves = true) {
  const told: string[] = [];
  const asked: string[] = [];
  const ending = createEnding({
    tell: ({ kind }) => void told.push(kind),
    kill: () => void told.push("killed"),
    asksToLeave: (reason) => {
      asked.push(reason);
      return Promise.resolve(leaves);
    },
  });
  return { ending, told, asked };
}

describe("the host's end", () => {
  test("waits for a save that takes minutes, as long as the host says that it works", () => {
    const { ending, told } = endingOf();
    ending.begin();
    ending.begin();
    for (let waitedMs = 0; waitedMs < 20 * silenceMaxMs; waitedMs += silenceMaxMs - 1) {
      vi.advanceTimersByTime(silenceMaxMs - 1);
      ending.heard({ kind: "saving" });
    }
    expect(told).toEqual(["keep"]);
    expect(ending.closing).toBe(false);
    ending.heard({ kind: "kept", failure: null });
    expect(told).toEqual(["keep", "stop"]);
    expect(ending.closing).toBe(true);
    ending.exited();
    vi.advanceTimersByTime(2 * silenceMaxMs);
    expect(told).toEqual(["keep", "stop"]);
  });

  test("is made by force only when the host has said nothing for long", () => {
    const { ending, told } = endingOf();
    ending.begin();
    vi.advanceTimersByTime(silenceMaxMs - 1);
    expect(told).toEqual(["keep"]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(["keep", "killed"]);
    // It was not closed: it died, and the user hears of it.
    expect(ending.closing).toBe(false);
  });

  test("is the user's choice where the session cannot be saved", async () => {
    const stays = endingOf(false);
    stays.ending.begin();
    stays.ending.heard({ kind: "kept", failure: "disk full" });
    await vi.advanceTimersByTimeAsync(2 * silenceMaxMs);
    expect(stays.asked).toEqual(["disk full"]);
    expect(stays.told).toEqual(["keep"]);
    stays.ending.begin();
    expect(stays.told).toEqual(["keep", "keep"]);

    const leaves = endingOf(true);
    leaves.ending.begin();
    leaves.ending.heard({ kind: "kept", failure: "disk full" });
    await vi.advanceTimersByTimeAsync(0);
    expect(leaves.told).toEqual(["keep", "stop"]);
  });

  test("comes not twice where it dies while the user is asked", async () => {
    const { ending, told } = endingOf(true);
    ending.begin();
    ending.heard({ kind: "kept", failure: "disk full" });
    ending.exited();
    await vi.advanceTimersByTimeAsync(2 * silenceMaxMs);
    expect(told).toEqual(["keep"]);
    expect(ending.closing).toBe(false);
  });
});
