import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { edgeCountOf, type City } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";
import { gridCity, plainCity } from "../../test/support/plain-city";
import { buildRoadIndex, nearestRoad } from "./road-index";

const grid = gridCity(5, 300, 2);
const index = buildRoadIndex(grid);

/** Distance from the point to every edge, by looking at all of them. */
function leastDistanceM(city: City, x: number, y: number): number {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
  let least = Infinity;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    for (let p = edgeShapeStart[edge]; p + 1 < edgeShapeStart[edge + 1]; p++) {
      const [dx, dy] = [edgeShapeX[p + 1] - edgeShapeX[p], edgeShapeY[p + 1] - edgeShapeY[p]];
      const along = ((x - edgeShapeX[p]) * dx + (y - edgeShapeY[p]) * dy) / (dx * dx + dy * dy);
      const t = Math.min(1, Math.max(0, along));
      least = Math.min(least, Math.hypot(x - edgeShapeX[p] - t * dx, y - edgeShapeY[p] - t * dy));
    }
  }
  return least;
}

describe("the road under a point", () => {
  it("is the nearest of all roads of one class, wherever the point is", () => {
    const coordinate = fc.double({ min: -100, max: 1300, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: 5, max: 200, noNaN: true }), (x, y, radiusM) => {
        const least = leastDistanceM(grid, x, y);
        const found = nearestRoad(index, x, y, radiusM);
        if (least > radiusM) expect(found).toBeUndefined();
        // Directions share a line here: the right-hand side may be preferred, never by more than its share of the radius.
        else expect(found?.distanceM).toBeLessThanOrEqual(least + 0.05 * radiusM + 1e-3);
      }),
    );
  });

  it("is found again, with its position, from any place on it", () => {
    fc.assert(
      fc.property(fc.nat(edgeCountOf(grid) - 1), fc.double({ min: 20, max: 260, noNaN: true }), (edge, positionM) => {
        const { x, y, directionX, directionY } = placeOnEdge(grid, edge, positionM);
        // A metre to the right: both directions of a street lie on one line.
        const found = nearestRoad(index, x + directionY, y - directionX, 10);
        expect(found?.edge).toBe(edge);
        expect(found?.positionM).toBeCloseTo(positionM, 2);
        expect(found?.distanceM).toBeCloseTo(1, 3);
      }),
    );
  });

  it("is the bigger of two roads that are almost equally near", () => {
    const city = plainCity({
      points: [
        [0, 0],
        [500, 0],
        [0, 10],
        [500, 10],
      ],
      edges: [
        { from: 0, to: 1 },
        { from: 2, to: 3 },
      ],
    });
    city.columns.edgeClass.set([0, 7]);
    const roads = buildRoadIndex(city);
    expect(nearestRoad(roads, 250, 5.5, 20)?.edge).toBe(0);
    expect(nearestRoad(roads, 250, 9.5, 20)?.edge).toBe(1);
  });

  it("does not exist in a city without roads", () => {
    const empty = plainCity({ points: [], edges: [] });
    expect(nearestRoad(buildRoadIndex(empty), 0, 0, 1000)).toBeUndefined();
  });
});
