import { expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { flowFigures } from "./traffic-flow";

test("equilibrium flow on a ring is the model's", () => {
  expect(missedOf(flowFigures().figures)).toEqual([]);
});
