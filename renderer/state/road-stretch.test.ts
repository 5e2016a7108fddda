import { describe, expect, it } from "vitest";
import { gridCity } from "../../test/support/plain-city";
import { compassOf, stretchesAround } from "./road-stretch";

const city = gridCity(3, 200, 1);
const { edgeFrom, edgeTo } = city.columns;
const edgeBetween = (from: number, to: number) =>
  edgeFrom.findIndex((node, edge) => node === from && edgeTo[edge] === to);

describe("stretches of a street", () => {
  it("lead straight on, back, and to the other direction", () => {
    const first = edgeBetween(0, 1);
    const second = edgeBetween(1, 2);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(stretchesAround(city, first)).toMatchObject({ ahead: second, opposite: edgeBetween(1, 0) });
    expect(stretchesAround(city, second).back).toBe(first);
    expect(stretchesAround(city, edgeBetween(1, 0))).toMatchObject({ opposite: first, back: edgeBetween(2, 1) });
  });

  it("say where traffic goes", () => {
    const east = compassOf(city, edgeBetween(0, 1));
    const back = compassOf(city, edgeBetween(1, 0));
    expect((east + 4) % 8).toBe(back);
    const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
    for (let edge = 0; edge < edgeFrom.length; edge++) {
      const [a, b] = [edgeShapeStart[edge], edgeShapeStart[edge + 1] - 1];
      const [dx, dy] = [edgeShapeX[b] - edgeShapeX[a], edgeShapeY[b] - edgeShapeY[a]];
      const expected = Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? 2 : 6) : dy > 0 ? 0 : 4;
      expect(compassOf(city, edge)).toBe(expected);
    }
  });
});
