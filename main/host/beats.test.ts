import { expect, test } from "vitest";
import { fc } from "../../test/support/properties";
import { beatMs, nextBeatMs } from "./beats";

/** States that a session sees in a wall time, of which the engine makes one each `stateEveryMs`. */
function seen(stateEveryMs: number, phaseMs: number, lateMs: () => number, forMs: number): number {
  let frames = 0;
  let state = 0;
  const stateMs = () => phaseMs + (state + 1) * stateEveryMs;
  for (let dueMs = 0; dueMs < forMs;) {
    const nowMs = dueMs + lateMs();
    const newest = Math.floor((nowMs - phaseMs) / stateEveryMs);
    if (newest > state) {
      state = newest;
      frames++;
    }
    dueMs = nextBeatMs(dueMs, nowMs, stateMs());
  }
  return frames;
}

test("ten states a second are ten frames a second, whatever their phase and however timers are late", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.array(fc.nat(5), { minLength: 7, maxLength: 97 }), (phaseMs, latenesses) => {
      let beat = 0;
      const late = () => latenesses[beat++ % latenesses.length] ?? 0;
      // The state at the phase itself stood before.
      expect(seen(100, phaseMs, late, 30_000)).toBeGreaterThanOrEqual(298);
    }),
  );
});

test("where states are plenty, frames are more than ten a second although timers are late", () => {
  expect(seen(50, 3, () => 4, 30_000)).toBeGreaterThanOrEqual(330);
  expect(seen(1000 / 120, 3, () => 4, 30_000)).toBeGreaterThanOrEqual(300);
});

test("a beat that took too long is followed at once, and the grid begins anew", () => {
  expect(nextBeatMs(1000, 1350, Infinity)).toBe(1350);
  expect(nextBeatMs(1000, 1020, Infinity)).toBe(1000 + beatMs);
});
