import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties";
import { placeOf, projectedX, projectedY, projectionAround } from "../projection";
import { rootOf, startSets, unite } from "./disjoint-sets";
import { append, endColumn, growColumn } from "./growing-column";
import { ringContains, signedArea } from "./polygon";
import { cut, endDirection, lengthOf, offsetRight, pointAt, polylineOf } from "./polyline";
import { pop, push, startQueue } from "./priority-queue";

const corner = polylineOf([0, 10, 10], [0, 0, 20]);

test("lengths, points and cuts of a polyline are measured along it", () => {
  expect(lengthOf(corner)).toBe(30);
  expect(pointAt(corner, 15)).toEqual({ x: 10, y: 5 });
  expect(pointAt(corner, -5)).toEqual({ x: 0, y: 0 });
  expect(pointAt(corner, 99)).toEqual({ x: 10, y: 20 });
  expect(cut(corner, 5, 20)).toEqual({ x: [5, 10, 10], y: [0, 0, 10] });
  expect(endDirection(corner, 5)).toEqual({ x: 0, y: 1 });
});

test("the parallel on the right lies there, shorter on the inside of a bend and longer on the outside", () => {
  expect(offsetRight(corner, 2)).toEqual({ x: [0, 12, 12], y: [-2, -2, 20] });
  expect(offsetRight(corner, -2)).toEqual({ x: [0, 8, 8], y: [2, 2, 20] });
});

test("a parallel on the inside of a narrow bend does not run backwards", () => {
  const hairpin = polylineOf([0, 20, 22, 22, 20, 0], [0, 0, 1, 3, 4, 4]);
  const inside = offsetRight(hairpin, -6);
  for (let index = 1; index < inside.x.length; index++) {
    expect(Number.isFinite(inside.x[index]) && Number.isFinite(inside.y[index])).toBe(true);
  }
  expect(lengthOf(inside)).toBeLessThan(lengthOf(hairpin) + 12);
});

test("points that coincide count once", () => {
  expect(polylineOf([0, 0, 5, 5], [0, 0, 0, 0])).toEqual({ x: [0, 5], y: [0, 0] });
  expect(polylineOf([3, 3], [4, 4]).x).toHaveLength(2);
});

test("areas are positive counter-clockwise, and know what lies inside", () => {
  const [x, y] = [Float32Array.of(0, 4, 4, 0), Float32Array.of(0, 0, 3, 3)];
  expect(signedArea(x, y)).toBe(12);
  expect(signedArea([...x].reverse(), [...y].reverse())).toBe(-12);
  expect(ringContains(x, y, 0, 4, 1, 1)).toBe(true);
  expect(ringContains(x, y, 0, 4, 5, 1)).toBe(false);
});

test("a queue gives rows in order of cost, then of row", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (costs) => {
      const queue = startQueue();
      costs.forEach((cost, row) => push(queue, row, cost));
      const rows = costs.map(() => pop(queue)?.row);
      const sorted = costs.map((_, row) => row).sort((a, b) => costs[a] - costs[b] || a - b);
      expect(rows).toEqual(sorted);
      expect(pop(queue)).toBeUndefined();
    }),
  );
});

test("united sets have one root, their smallest member", () => {
  const sets = startSets(6);
  expect(unite(sets, 4, 5)).toBe(true);
  expect(unite(sets, 5, 2)).toBe(true);
  expect(unite(sets, 2, 4)).toBe(false);
  expect([0, 1, 2, 3, 4, 5].map((member) => rootOf(sets, member))).toEqual([0, 1, 2, 3, 2, 2]);
});

test("a column grows and keeps its values", () => {
  const column = growColumn(Int32Array, 2);
  for (let value = 0; value < 1000; value++) append(column, value);
  expect([...endColumn(column)]).toEqual(Array.from({ length: 1000 }, (_, value) => value));
});

// Length of a degree on the WGS 84 ellipsoid: National Geospatial-Intelligence Agency, "Length of a degree" tables.
test("a degree is as long as on the ellipsoid", () => {
  const published: readonly (readonly [latitude: number, northM: number, eastM: number])[] = [
    [0, 110_574.3, 111_319.5],
    [45, 111_131.7, 78_846.8],
    [60, 111_412.2, 55_800.0],
  ];
  for (const [latitude, northM, eastM] of published) {
    const projection = projectionAround(10, latitude);
    expect(projectedX(projection, 10.01, latitude) * 100).toBeCloseTo(eastM, 0);
    expect(projectedY(projection, latitude + 0.01) * 100).toBeCloseTo(northM, 0);
  }
});

test("metres lead back to the place they came from, also across the date line", () => {
  for (const [longitude, latitude] of [
    [10.123, 48.321],
    [-179.98, -17.2],
    [179.99, 65.1],
  ]) {
    const projection = projectionAround(longitude > 0 ? 179.999 : longitude, latitude - 0.05);
    const there = longitude > 0 && longitude < 100 ? projectionAround(10, 48.3) : projection;
    const x = projectedX(there, longitude, latitude);
    const back = placeOf(there, x, projectedY(there, latitude));
    expect(back.longitude).toBeCloseTo(longitude, 9);
    expect(back.latitude).toBeCloseTo(latitude, 9);
    expect(Math.abs(x)).toBeLessThan(20_000);
  }
});
