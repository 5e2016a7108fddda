import { expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { ringFigures } from "./traffic-ring";

test("on a ring 22 cars make a wave that moves back at the experiment's speed, and 8 make none", () => {
  expect(missedOf(ringFigures().figures)).toEqual([]);
});
