import { describe, expect, test } from "vitest";
import { fc } from "../test/support/properties";
import { Decision, draw, drawBits, drawNormal } from "./draw";
import { formatTokens, parseTokens } from "./money";
import { formatTimeOfDay, parseTimeOfDay } from "./time";

describe("times of day", () => {
  test("are read and written", () => {
    expect(parseTimeOfDay("07:05")).toBe(25_500);
    expect(parseTimeOfDay("7:05:30")).toBe(25_530);
    expect(parseTimeOfDay("24:00")).toBe(86_400);
    expect(formatTimeOfDay(25_530.9)).toBe("07:05:30");
    for (const text of ["", "7", "7:60", "07:05:60", "24:01", "-1:00", "07:5", "ab:cd"]) {
      expect(parseTimeOfDay(text), text).toBeUndefined();
    }
  });
});

describe("amounts of tokens", () => {
  test("are read and written exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), (amount) => {
        expect(parseTokens(formatTokens(amount))).toBe(amount);
      }),
    );
    expect(parseTokens("3.5")).toBe(3_500_000n);
    expect(formatTokens(-1n)).toBe("-0.000001");
    for (const text of ["", "1.", ".5", "1.0000001", "1e3", "0x10", "١"])
      expect(parseTokens(text), text).toBeUndefined();
  });
});

describe("draws", () => {
  test("are functions of all four arguments", () => {
    const base = drawBits(1, 2, 3, 4);
    expect(drawBits(1, 2, 3, 4)).toBe(base);
    expect(
      new Set([base, drawBits(2, 2, 3, 4), drawBits(1, 3, 3, 4), drawBits(1, 2, 4, 4), drawBits(1, 2, 3, 5)]).size,
    ).toBe(5);
  });

  test("are uniform and independent between neighbours, by χ² over 256 × 256 pairs", () => {
    const counts = new Uint32Array(256);
    const cells = 16;
    const pairs = new Uint32Array(cells * cells);
    const drawn = 65_536;
    for (let who = 0; who < drawn; who++) {
      counts[drawBits(1, who, Decision.home, 0) >>> 24]++;
      const a = Math.floor(draw(1, who, Decision.home, 0) * cells);
      const b = Math.floor(draw(1, who + 1, Decision.home, 0) * cells);
      pairs[a * cells + b]++;
    }
    const chiSquared = (observed: Uint32Array) => {
      const expected = drawn / observed.length;
      return observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    // 255 degrees of freedom: mean 255, standard deviation 22.6; five of them either way.
    for (const value of [chiSquared(counts), chiSquared(pairs)]) expect(Math.abs(value - 255)).toBeLessThan(5 * 22.6);
  });

  test("of a normal variable have mean 0 and variance 1", () => {
    let sum = 0;
    let squares = 0;
    const drawn = 50_000;
    for (let who = 0; who < drawn; who++) {
      const value = drawNormal(3, who, Decision.departure, 0);
      sum += value;
      squares += value * value;
    }
    expect(Math.abs(sum / drawn)).toBeLessThan(0.02);
    expect(Math.abs(squares / drawn - 1)).toBeLessThan(0.03);
  });
});
