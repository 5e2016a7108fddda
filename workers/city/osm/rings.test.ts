import { expect, test } from "vitest";
import { joinRings } from "./rings";

const way = (...nodes: number[]) => Uint32Array.from(nodes);
const rings = (...ways: Uint32Array[]) => {
  const joined = joinRings(ways);
  return { rings: joined.rings.map((ring) => [...ring]), leftOver: joined.leftOver };
};

test("a closed way is a ring by itself", () => {
  expect(rings(way(1, 2, 3, 1))).toEqual({ rings: [[1, 2, 3]], leftOver: 0 });
});

test("ways join to a ring whichever way round they run", () => {
  expect(rings(way(1, 2, 3), way(5, 4, 3), way(5, 1))).toEqual({ rings: [[1, 2, 3, 4, 5]], leftOver: 0 });
});

test("several rings come apart", () => {
  expect(rings(way(1, 2, 3), way(7, 8, 9, 7), way(3, 4, 1)).rings).toEqual([
    [7, 8, 9],
    [1, 2, 3, 4],
  ]);
});

test("ways that close to nothing are left over", () => {
  expect(rings(way(1, 2, 3), way(3, 4))).toEqual({ rings: [], leftOver: 2 });
});
