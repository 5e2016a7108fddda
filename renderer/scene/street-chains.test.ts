import { describe, expect, it } from "vitest";
import type { City } from "../../common/city";
import { gridCity, plainCity } from "../../test/support/plain-city";
import { chainStreets } from "./street-chains";

function named(city: City, nameOf: (edge: number) => number, names: readonly string[]): City {
  const edgeName = Int32Array.from(city.columns.edgeName, (_, edge) => nameOf(edge));
  return { meta: { ...city.meta, names }, columns: { ...city.columns, edgeName } };
}

describe("chains of streets", () => {
  const straight = plainCity({
    points: [
      [0, 0],
      [100, 0],
      [200, 0],
      [300, 0],
    ],
    edges: [
      { from: 1, to: 2 },
      { from: 0, to: 1 },
      { from: 2, to: 3 },
      { from: 3, to: 2 },
      { from: 2, to: 1 },
      { from: 1, to: 0 },
    ],
  });

  it("join the edges of a street end to end, and leave its way back out", () => {
    const chains = chainStreets(named(straight, () => 0, ["Long Street"]));
    expect(chains).toHaveLength(1);
    expect(chains[0]).toEqual({ name: "Long Street", roadClass: 4, edges: [1, 0, 2] });
  });

  it("end where the name changes, and know no nameless roads", () => {
    const chains = chainStreets(named(straight, (edge) => (edge === 0 ? 0 : edge === 2 ? 1 : -1), ["A", "B"]));
    expect(chains.map(({ name, edges }) => [name, edges])).toEqual([
      ["A", [0]],
      ["B", [2]],
    ]);
  });

  it("use every edge of a street once at most, and each follows the one before it", () => {
    const city = named(gridCity(6, 100, 1), (edge) => edge % 3, ["A", "B", "C"]);
    const chains = chainStreets(city);
    const used = chains.flatMap(({ edges }) => edges);
    expect(new Set(used).size).toBe(used.length);
    for (const { name, edges } of chains) {
      edges.forEach((edge, place) => {
        expect(city.meta.names[city.columns.edgeName[edge]]).toBe(name);
        if (place > 0) expect(city.columns.edgeFrom[edge]).toBe(city.columns.edgeTo[edges[place - 1] ?? -1]);
      });
    }
  });
});
