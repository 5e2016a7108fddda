import { expect, test } from "vitest";
import { readable } from "./command";

test.each([
  [0.025384888999999758, 0.0254],
  [312.34567, 312.346],
  [-0.000123456, -0.000123],
  [86400, 86400],
  [0, 0],
  [1234567.8, 1234567.8],
])("%d is told as %d", (value, told) => {
  expect(readable(value)).toBe(told);
});
