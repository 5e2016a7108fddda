import { describe, expect, it } from "vitest";
import { seededDraws } from "../../test/support/seeded-draws";
import { drawNoise, noiseMarginOf } from "./noise";

const drawsCount = 60_000;

/** Two-sided geometric: (1 − α) / (1 + α) · α^|x|. */
function probabilityOf(x: number, epsilon: number): number {
  const alpha = Math.exp(-epsilon);
  return ((1 - alpha) / (1 + alpha)) * alpha ** Math.abs(x);
}

describe("noise", () => {
  it.each([100_000, 400_000, 1_000_000, 3_000_000])(
    "of an epsilon of %i millionths follows the formula",
    (epsilonMicro) => {
      const epsilon = epsilonMicro / 1e6;
      const draw = seededDraws(20260302 + epsilonMicro);
      const found = new Map<number, number>();
      let sum = 0;
      let squares = 0;
      for (let index = 0; index < drawsCount; index++) {
        const x = drawNoise(epsilonMicro, draw);
        found.set(x, (found.get(x) ?? 0) + 1);
        sum += x;
        squares += x * x;
      }
      // Chi-squared over the values expected at least 50 times, the tails together on either side.
      let chiSquared = 0;
      let cells = 0;
      let [seenWithin, expectedWithin] = [0, 0];
      const compare = (seen: number, expected: number) => {
        chiSquared += (seen - expected) ** 2 / expected;
        cells++;
      };
      for (let x = 0; probabilityOf(x, epsilon) * drawsCount >= 50; x++) {
        for (const value of x === 0 ? [0] : [x, -x]) {
          const expected = probabilityOf(value, epsilon) * drawsCount;
          compare(found.get(value) ?? 0, expected);
          seenWithin += found.get(value) ?? 0;
          expectedWithin += expected;
        }
      }
      compare(drawsCount - seenWithin, drawsCount - expectedWithin);
      // Mean of chi-squared plus five of its deviations.
      expect(chiSquared).toBeLessThan(cells - 1 + 5 * Math.sqrt(2 * (cells - 1)));
      const alpha = Math.exp(-epsilon);
      const variance = (2 * alpha) / (1 - alpha) ** 2;
      expect(Math.abs(sum / drawsCount)).toBeLessThan(5 * Math.sqrt(variance / drawsCount));
      expect(squares / drawsCount / variance).toBeGreaterThan(0.95);
      expect(squares / drawsCount / variance).toBeLessThan(1.05);
    },
  );

  it("exceeds its margin as rarely as said, and the margin is the least but one", () => {
    for (const epsilonMicro of [100_000, 500_000, 2_000_000]) {
      for (const delta of [1e-2, 1e-6]) {
        const alpha = Math.exp(-epsilonMicro / 1e6);
        const beyond = (margin: number) => alpha ** margin / (1 + alpha);
        const margin = noiseMarginOf(epsilonMicro, delta);
        expect(beyond(margin)).toBeLessThanOrEqual(delta);
        // The bound leaves out 1 + α, so it may be up to log 2 / ε too large.
        expect(beyond(margin - 1 - Math.ceil(Math.LN2 / (epsilonMicro / 1e6)))).toBeGreaterThan(delta);
      }
    }
  });
});
