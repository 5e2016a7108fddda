import { describe, expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { signalFigures } from "./traffic-signal";
import { shockFigures } from "./traffic-waves";

describe("a queue", () => {
  test("grows as the conservation of vehicles asks for", () => {
    expect(missedOf(shockFigures().figures)).toEqual([]);
  });

  test("at a signal discharges as the manual and Newell's curves say", () => {
    expect(missedOf(signalFigures().figures)).toEqual([]);
  });
});
