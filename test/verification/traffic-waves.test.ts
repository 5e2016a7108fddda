import { describe, expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { signalFigures } from "./traffic-signal";
import { shockFigures } from "./traffic-waves";

describe("a queue", () => {
  test("grows as the conservation of vehicles asks for", () => {
    expect(missedOf(shockFigures().figures)).toEqual([]);
  });

  /** Less time is lost at the start of green than the manual's 2 s ± 1 s, at every step; one curve at 0.1 s. */
  const signalMissed = 4;

  test("at a signal discharges as the manual and Newell's curves say, as often as ever", () => {
    const { figures } = signalFigures();
    const misses = missedOf(figures);
    expect(misses.length).toBeLessThanOrEqual(signalMissed);
    expect(misses.filter((miss) => !/start-up lost time|curve, step 0\.1 s/.test(miss))).toEqual([]);
    for (const { what, value } of figures) {
      if (what.startsWith("start-up lost time")) expect(value, what).toBeGreaterThan(0.6);
      if (what.startsWith("cumulative passages")) expect(value, what).toBeLessThanOrEqual(2);
    }
  });
});
