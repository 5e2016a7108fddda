import { describe, expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { signalFigures } from "./traffic-signal";
import { shockFigures } from "./traffic-waves";

describe("a queue", () => {
  /** A standing queue at a step of 1 s: vehicles stop half a metre nearer than their least gap. */
  const shocksMissed = 1;

  test("grows as the conservation of vehicles asks for, as often as ever", () => {
    expect(missedOf(shockFigures().figures).length).toBeLessThanOrEqual(shocksMissed);
  });

  /** Less time is lost at the start of green than the manual's 2 s ± 1 s, at steps of 0.1 and 0.5 s; one curve at 0.1 s. */
  const signalMissed = 3;

  test("at a signal discharges as the manual and Newell's curves say, as often as ever", () => {
    expect(missedOf(signalFigures().figures).length).toBeLessThanOrEqual(signalMissed);
  });
});
