import { expect, test } from "vitest";
import { type City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { importOsm } from "../index";
import { findBrokenInvariants } from "../invariants";
import { pathsWithin } from "../network/path-rules";
import type { Section } from "../network/sections";
import { movementsOf, writeXml, type ExampleMap, type ExampleRelation } from "./example-files";

/**
 * Two carriageways, eastward 1 → 2 → 3 and westward 4 → 5 → 6, the given metres apart, joined by way 7 (nodes 2 and 5),
 * from which a street leads north and, if wanted, one south; their ends lead round.
 */
function dualCarriageway(apartM: number, hasSouth: boolean, relations: readonly ExampleRelation[]): ExampleMap {
  const main = { highway: "primary", oneway: "yes" };
  const street = { highway: "residential" };
  return {
    nodes: [
      { id: 1, x: -200, y: 0 },
      { id: 2, x: 0, y: 0 },
      { id: 3, x: 200, y: 0 },
      { id: 4, x: 200, y: apartM },
      { id: 5, x: 0, y: apartM },
      { id: 6, x: -200, y: apartM },
      { id: 7, x: 0, y: apartM + 150 },
      { id: 8, x: 0, y: -150 },
    ],
    ways: [
      { id: 11, nodes: [1, 2], tags: { ...main, name: "East" } },
      { id: 12, nodes: [2, 3], tags: { ...main, name: "Eastern" } },
      { id: 13, nodes: [4, 5], tags: { ...main, name: "West" } },
      { id: 14, nodes: [5, 6], tags: { ...main, name: "Western" } },
      { id: 17, nodes: [2, 5], tags: { ...street, name: "Between" } },
      { id: 18, nodes: [5, 7], tags: { ...street, name: "North" } },
      ...(hasSouth ? [{ id: 19, nodes: [8, 2], tags: { ...street, name: "South" } }] : []),
      { id: 20, nodes: [3, 4], tags: { ...main, name: "Round east" } },
      { id: 21, nodes: [6, 1], tags: { ...main, name: "Round west" } },
    ],
    relations,
  };
}

const over = (restriction: string, from: number, to: number, via: readonly number[] = [17]): ExampleRelation => ({
  id: 301,
  members: [["way", from, "from"], ...via.map((id) => ["way", id, "via"] as const), ["way", to, "to"]],
  tags: { type: "restriction", restriction },
});

function cityOf(map: ExampleMap): City {
  const city = importOsm("example.osm", writeXml(map));
  if (!city.ok) throw new Error(describeFailure(city.error));
  expect(findBrokenInvariants(city.value)).toEqual([]);
  return city.value;
}

/** What rules take away and add. */
function changeBy(apartM: number, hasSouth: boolean, ...relations: readonly ExampleRelation[]) {
  const free = movementsOf(cityOf(dualCarriageway(apartM, hasSouth, [])));
  const city = cityOf(dualCarriageway(apartM, hasSouth, relations));
  const ruled = movementsOf(city);
  return {
    removed: [...free].filter((movement) => !ruled.has(movement)).sort(),
    added: [...ruled].filter((movement) => !free.has(movement)),
    kept: city.meta.restrictionCount,
    told: city.meta.dropped.filter(({ what }) => what === "turn restrictions").map(({ why }) => why),
  };
}

const applied = { added: [], kept: 1, told: [] };

test("across a joined junction the turn over the way between is forbidden, and nothing else", () => {
  expect(movementsOf(cityOf(dualCarriageway(12, true, [])))).toContain("11 → 18");
  expect(changeBy(12, true, over("no_left_turn", 11, 18))).toEqual({ ...applied, removed: ["11 → 18"] });
});

test("across a joined junction an order over the way between leaves that way only", () => {
  const removed = ["11 → -19", "11 → 12"];
  expect(changeBy(12, true, over("only_straight_on", 11, 18))).toEqual({ ...applied, removed });
});

test("over a road that is driven from one side only, the turn at its end is forbidden", () => {
  expect(changeBy(120, false, over("no_u_turn", 11, 14))).toEqual({ ...applied, removed: ["17 → 14"] });
});

test("an order over such a road forbids what departs from it at both ends", () => {
  const removed = ["11 → 12", "17 → 14"];
  expect(changeBy(120, false, over("only_straight_on", 11, 18))).toEqual({ ...applied, removed });
});

test.each([over("no_u_turn", 11, 14), over("only_straight_on", 11, 18)])(
  "over a road that others drive too, a rule is told and nothing is changed: $tags.restriction",
  (relation) => {
    const { told, ...change } = changeBy(120, true, relation);
    expect(change).toEqual({ removed: [], added: [], kept: 0 });
    expect(told.join()).toContain("others drive too");
  },
);

test.each([
  ["against the one-way road between", over("no_u_turn", 18, 12, [14])],
  ["onto a one-way road that leads here", over("only_straight_on", 11, 13)],
  ["from a one-way road that leads away", over("no_left_turn", 12, 18)],
  ["over ways of which one is not there", over("no_left_turn", 11, 18, [17, 99])],
  ["over a way that is not there", over("no_u_turn", 11, 14, [99])],
  ["where the last way does not meet the way between", over("no_u_turn", 11, 20)],
])("%s there is nothing to forbid", (_, relation) => {
  const { told, ...change } = changeBy(12, true, relation);
  expect(change).toEqual({ removed: [], added: [], kept: 0 });
  expect(told.join()).toContain("do not meet along the ways between");
});

test("two orders from one place are told, and neither closes the road to the other", () => {
  for (const apartM of [12, 120]) {
    const orders = [over("only_straight_on", 11, 18), { ...over("only_left_turn", 11, 14), id: 302 }];
    const { told, ...change } = changeBy(apartM, false, ...orders);
    expect(change).toEqual({ removed: [], added: [], kept: 0 });
    expect(told).toHaveLength(1);
  }
});

test("over a way, too, a rule is kept at its hours and told at others", () => {
  const conditional = (hours: string): ExampleRelation => ({
    ...over("", 11, 18),
    tags: { type: "restriction", "restriction:conditional": `no_left_turn @ (${hours})` },
  });
  expect(changeBy(12, true, conditional("Mo-Fr 07:00-09:00"))).toEqual({ ...applied, removed: ["11 → 18"] });
  const told = ["they hold at other hours than Tu 08:00"];
  expect(changeBy(12, true, conditional("Sa"))).toEqual({ removed: [], added: [], kept: 0, told });
});

test("an order is told where others join its path and may leave it after", () => {
  const map = dualCarriageway(120, false, []);
  const joining = (relations: readonly ExampleRelation[]): ExampleMap => ({
    nodes: [...map.nodes, { id: 9, x: 350, y: -80 }],
    ways: [...map.ways, { id: 22, nodes: [9, 3], tags: { highway: "residential" } }],
    relations,
  });
  const ruled = cityOf(joining([over("only_straight_on", 12, 14, [20, 13])]));
  expect(movementsOf(ruled)).toEqual(movementsOf(cityOf(joining([]))));
  expect(ruled.meta.restrictionCount).toBe(0);
});

test("what a map says twice is one rule, an order too", () => {
  const again = (relation: ExampleRelation) => ({ ...relation, id: 302 });
  for (const rule of [over("no_left_turn", 11, 18), over("only_straight_on", 11, 18)]) {
    const { removed } = changeBy(12, true, rule);
    expect(changeBy(12, true, rule, again(rule))).toEqual({ removed, added: [], kept: 2, told: [] });
  }
});

test("rules that a map repeats are looked at once at every step within a junction", () => {
  const [nodeCount, fromWay, toWay] = [3, 0, 2];
  const section = (nodes: readonly number[]) => ({ nodes }) as unknown as Section;
  const sections = [section([0, 1]), section([1, 2]), section([2, 0])];
  const path = { kind: "no", fromWay, toWay, nodes: [1, 2], along: [2], rule: 0 } as const;
  const paths = Array.from({ length: 40_000 }, (_, rule) => ({ ...path, rule }));
  const within = pathsWithin({ sections, isInner: new Uint8Array(nodeCount).fill(1), paths });
  expect([...within.values()].map((there) => there.length)).toEqual([1, 1]);
});

test("rules over long ways are searched up to a limit for the whole file, and the rest is told", () => {
  const pointCount = 1900;
  const road = { highway: "residential" };
  const points = Array.from({ length: pointCount }, (_, index) => ({ id: index + 1, x: index * 60, y: 0 }));
  const ends = points.map(({ id, x }) => ({ id: id + 10_000, x, y: 80 }));
  const rule = (id: number): ExampleRelation => ({ ...over("no_left_turn", 10_001, 10_000 + pointCount, [1]), id });
  // Each looks at the points between twice, and at both of the first and of the last way.
  const searchedCount = Math.floor(4_000_000 / (2 * pointCount + 4));
  const ruleCount = searchedCount + 50;
  const atNode: ExampleRelation = {
    id: 100_000,
    members: [
      ["way", 10_001, "from"],
      ["node", 1, "via"],
      ["way", 1, "to"],
    ],
    tags: { type: "restriction", restriction: "no_left_turn" },
  };
  const city = cityOf({
    nodes: [...points, ...ends],
    ways: [
      { id: 1, nodes: points.map(({ id }) => id), tags: road },
      ...points.map(({ id }) => ({ id: id + 10_000, nodes: [id, id + 10_000], tags: road })),
    ],
    relations: [...Array.from({ length: ruleCount }, (_, index) => rule(index + 1)), atNode],
  });
  const told = city.meta.dropped.filter(({ what }) => what === "turn restrictions");
  expect(told.map(({ count, why }) => [count, why.slice(0, 28)])).toEqual([
    [searchedCount, "they lead over a way that ot"],
    [50, "there are more of them, or o"],
  ]);
  expect(city.meta.restrictionCount).toBe(1);
});

test("over several roads that are driven from the first way only, the turn at their end is forbidden", () => {
  const { removed, kept } = changeBy(120, false, over("no_left_turn", 12, 14, [20, 13]));
  expect({ removed, kept }).toEqual({ removed: ["13 → 14"], kept: 1 });
});
