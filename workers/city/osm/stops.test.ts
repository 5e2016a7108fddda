import { expect, test } from "vitest";
import { ConnectionRule, edgeOfLanes, type City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { writeXml, type ExampleMap } from "./example-files";
import { importOsm } from "./import";

/** Where the road from each side has its sign, on a crossing of two roads. */
const arms = { 2: [-200, 0], 3: [200, 0], 4: [0, -200], 5: [0, 200] } as const;
const signAt = 0.9;

/** @param signs of the arms, by the node that they come from @param centre tags of the crossing's node */
function crossing(signs: Readonly<Record<number, string>>, centre: Readonly<Record<string, string>> = {}): ExampleMap {
  const ends = Object.entries(arms).map(([id, [x, y]]) => ({ id: Number(id), x, y }));
  return {
    nodes: [
      { id: 1, x: 0, y: 0, tags: centre },
      ...ends,
      ...ends.map(({ id, x, y }) => ({
        ...{ id: 10 + id, x: x * (1 - signAt), y: y * (1 - signAt) },
        tags: signs[id] === undefined ? {} : { highway: signs[id], direction: "forward" },
      })),
    ],
    // Each arm is drawn towards the crossing, so that "forward" faces who comes to it.
    ways: ends.map(({ id }) => ({ id: 100 + id, nodes: [id, 10 + id, 1], tags: { highway: "residential" } })),
    relations: [],
  };
}

/** Rules of the connections that come from each arm, without repetition. */
function rulesOf(map: ExampleMap): Record<string, number[]> {
  const city = importOsm("example.osm", writeXml(map));
  if (!city.ok) throw new Error(describeFailure(city.error));
  const { columns, meta }: City = city.value;
  const edges = edgeOfLanes(city.value);
  const found: Record<string, Set<number>> = {};
  columns.connectionRule.forEach((rule, connection) => {
    const way = /10[2-5]/.exec(meta.edgeIds[edges[columns.connectionFromLane[connection]]])?.[0];
    // Who comes back from the end of an arm is on its other side.
    if (way !== undefined && columns.connectionJunction[connection] === crossingOf(city.value))
      (found[way] ??= new Set()).add(rule);
  });
  return Object.fromEntries(Object.entries(found).map(([way, rules]) => [way, [...rules]]));
}

/** The junction with the most connections. */
function crossingOf({ columns }: City): number {
  const counts = new Map<number, number>();
  for (const junction of columns.connectionJunction) counts.set(junction, (counts.get(junction) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

const { unstated, stop, allWayStop } = ConnectionRule;

test("drivers stop at a stop sign, and at no other", () => {
  expect(rulesOf(crossing({ 4: "stop", 5: "give_way" }))).toEqual({
    ...{ 102: [unstated], 103: [unstated], 104: [stop], 105: [unstated] },
  });
});

test("all stop in turn where every road has a stop sign", () => {
  expect(rulesOf(crossing({ 2: "stop", 3: "stop", 4: "stop", 5: "stop" }))).toEqual({
    ...{ 102: [allWayStop], 103: [allWayStop], 104: [allWayStop], 105: [allWayStop] },
  });
});

test("signals overrule the signs beside them", () => {
  expect(rulesOf(crossing({ 4: "stop" }, { highway: "traffic_signals" }))).toEqual({
    ...{ 102: [unstated], 103: [unstated], 104: [unstated], 105: [unstated] },
  });
});
