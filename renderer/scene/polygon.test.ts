import { describe, expect, it } from "vitest";
import { isInside } from "./polygon";

const hook = [
  [0, 0],
  [10, 0],
  [10, 10],
  [6, 10],
  [6, 4],
  [0, 4],
] as const;

describe("a drawn area", () => {
  it.each([
    [1, 1, true],
    [8, 8, true],
    [3, 8, false],
    [11, 5, false],
    [-1, 1, false],
    [5, 3, true],
  ])("has or has not (%s, %s) inside: %s", (x, y, expected) => {
    expect(isInside(x, y, hook)).toBe(expected);
  });

  it("of fewer than three points holds nothing", () => {
    expect(isInside(0, 0, [])).toBe(false);
    expect(
      isInside(5, 0, [
        [0, 0],
        [10, 0],
      ]),
    ).toBe(false);
  });
});
