import { describe, expect, it } from "vitest";
import { edgeCountOf } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";
import { plainCity } from "../../test/support/plain-city";
import { DifferenceTexel, roadTexelFloats } from "../state/road-picture";
import { figureSpacingM, figuresMost, largestDifferences, signedFigure } from "./road-figures";
import { discRadiusPx, newPassages } from "./passages-on-map";
import { restAfterMs } from "./drawing-loop";

/** A chain of short roads, 50 m each. */
const count = 400;
const city = plainCity({
  points: Array.from({ length: count + 1 }, (_, k) => [k * 50, 0] as const),
  edges: Array.from({ length: count }, (_, k) => ({ from: k, to: k + 1 })),
  marginM: 2,
});
const { speedKmh, speedStep } = DifferenceTexel;
const texelsOf = (valueOf: (edge: number) => number) => {
  const texels = new Float32Array(edgeCountOf(city) * roadTexelFloats);
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    texels[edge * roadTexelFloats + speedKmh] = valueOf(edge);
    texels[edge * roadTexelFloats + speedStep] = Math.sign(valueOf(edge));
  }
  return texels;
};

describe("figures of the difference map", () => {
  it("are the largest, never two in one square, and not too many", () => {
    const figures = largestDifferences(
      city,
      texelsOf((edge) => (edge % 7) - 3),
      speedKmh,
      speedStep,
    );
    expect(figures.length).toBeGreaterThan(20);
    expect(figures.length).toBeLessThanOrEqual(figuresMost);
    const squares = figures.map(({ x, y }) => `${Math.floor(x / figureSpacingM)},${Math.floor(y / figureSpacingM)}`);
    expect(new Set(squares).size).toBe(figures.length);
    for (const { edge, value } of figures) expect(value).toBe((edge % 7) - 3);
  });

  it("of two that would touch keep the larger", () => {
    const figures = largestDifferences(
      city,
      texelsOf((edge) => (edge === 0 ? 4 : edge === 1 ? -9 : 0)),
      speedKmh,
      speedStep,
    );
    expect(figures.map(({ edge, value }) => [edge, value])).toEqual([[1, -9]]);
    const middle = placeOnEdge(city, 1, city.columns.edgeLengthM[1] / 2);
    expect(figures[0]?.x).toBeCloseTo(middle.x, 3);
  });

  it("are none where both cities are the same", () => {
    expect(
      largestDifferences(
        city,
        texelsOf(() => 0),
        speedKmh,
        speedStep,
      ),
    ).toEqual([]);
  });

  it("always carry their sign", () => {
    expect([12.4, -3.6, 0].map(signedFigure)).toEqual(["+12", "−4", "+0"]);
  });
});

describe("passages", () => {
  it("are an area: four times as many, twice the radius", () => {
    expect(discRadiusPx(0)).toBe(0);
    expect(discRadiusPx(80) / discRadiusPx(20)).toBeCloseTo(2, 5);
  });
  it("that came since the last report survive the counter's turn", () => {
    expect(newPassages(12, 10)).toBe(2);
    expect(newPassages(3, 65534)).toBe(5);
  });
});

describe("the drawing loop", () => {
  it("never rests behind a swift graphics card, and leaves half of the time where the processor draws", () => {
    expect([4, 16, 40].map(restAfterMs)).toEqual([0, 0, 0]);
    expect(restAfterMs(300)).toBe(300);
    expect(restAfterMs(60_000)).toBe(2000);
  });
});
