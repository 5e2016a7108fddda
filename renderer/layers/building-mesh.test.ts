import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { cutEars } from "./building-mesh";

const areaOf = (xs: readonly number[], ys: readonly number[], indices: readonly number[]) => {
  let twice = 0;
  for (let at = 0; at < indices.length; at += 3) {
    const [a, b, c] = indices.slice(at, at + 3);
    twice += (xs[b] - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (ys[b] - ys[a]);
  }
  return twice / 2;
};
const ringArea = (xs: readonly number[], ys: readonly number[]) =>
  xs.reduce((sum, x, at) => {
    const next = (at + 1) % xs.length;
    return sum + (x * ys[next] - xs[next] * ys[at]) / 2;
  }, 0);
function triangles(xs: readonly number[], ys: readonly number[]): number[] {
  const indices = new Uint32Array(3 * xs.length);
  return [...indices.subarray(0, cutEars(xs, ys, 0, indices, 0))];
}

describe("a roof", () => {
  it("of a house in the shape of an L is covered once, inside the walls only", () => {
    const [xs, ys] = [
      [0, 10, 10, 4, 4, 0],
      [0, 0, 4, 4, 10, 10],
    ];
    const cut = triangles(xs, ys);
    expect(cut.length).toBe(3 * (xs.length - 2));
    expect(areaOf(xs, ys, cut)).toBeCloseTo(64, 9);
    for (let at = 0; at < cut.length; at += 3) expect(areaOf(xs, ys, cut.slice(at, at + 3))).toBeGreaterThan(0);
  });

  it("of any star-shaped house has the ring's area, in triangles that all turn left", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 2, max: 20, noNaN: true }), { minLength: 3, maxLength: 24 }), (radii) => {
        const angle = (point: number) => (2 * Math.PI * point) / radii.length;
        const xs = radii.map((radius, point) => radius * Math.cos(angle(point)));
        const ys = radii.map((radius, point) => radius * Math.sin(angle(point)));
        const cut = triangles(xs, ys);
        expect(cut.length).toBe(3 * (xs.length - 2));
        expect(areaOf(xs, ys, cut)).toBeCloseTo(ringArea(xs, ys), 6);
        for (let at = 0; at < cut.length; at += 3) {
          expect(areaOf(xs, ys, cut.slice(at, at + 3))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("of a ring that crosses itself ends", () => {
    expect(triangles([0, 10, 0, 10], [0, 10, 10, 0]).length).toBeLessThanOrEqual(6);
    expect(triangles([0, 0, 0, 0], [0, 0, 0, 0]).length).toBeLessThanOrEqual(6);
  });
});
