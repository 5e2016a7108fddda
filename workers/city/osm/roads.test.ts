import { expect, test } from "vitest";
import { edgeOfLanes, packCity, Turn, type City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { findBrokenInvariants, findDesignFlaws } from "../invariants";
import {
  fourBlocks,
  movementsOf,
  writePbf,
  writeXml,
  type ExampleMap,
  type ExampleRelation,
  type ExampleWay,
} from "./example-files";
import { importOsm } from "../index";

function cityOf(map: ExampleMap): City {
  const city = importOsm("example.osm", writeXml(map));
  if (!city.ok) throw new Error(describeFailure(city.error));
  expect([...findBrokenInvariants(city.value), ...findDesignFlaws(city.value)]).toEqual([]);
  return city.value;
}

const withWays = (ways: readonly ExampleWay[]): ExampleMap => ({ ...fourBlocks, ways });
const withRelations = (relations: readonly ExampleRelation[]): ExampleMap => ({ ...fourBlocks, relations });
const droppedOf = (city: City) => city.meta.dropped.map(({ what, why, count }) => `${count} ${what}: ${why}`);

/** A rule from Main Street onto Cross Street, at the crossing. */
const rule = (tags: Readonly<Record<string, string>>): ExampleRelation => ({
  id: 301,
  members: [
    ["way", 102, "from"],
    ["node", 5, "via"],
    ["way", 105, "to"],
  ],
  tags: { type: "restriction", ...tags },
});

const intoCross = ["102#0 → -105#0", "102#0 → 105#1", "-102#1 → -105#0", "-102#1 → 105#1"];

test("ways are split where they cross and nowhere else", () => {
  const city = cityOf(fourBlocks);
  const expected = ["101", "102", "103", "104", "105"].flatMap((id) => [`${id}#0`, `-${id}#0`, `${id}#1`, `-${id}#1`]);
  expect([...city.meta.edgeIds].sort()).toEqual([...expected, "106#0", "106#1"].sort());
  expect(city.columns.junctionX.length).toBe(9);
});

test("ways that only continue each other are one edge, whichever way round they were drawn", () => {
  const [first, ...others] = fourBlocks.ways;
  const halves = [
    { ...first, id: 11, nodes: [1, 60] },
    { ...first, id: 12, nodes: [2, 60] },
    { ...first, id: 13, nodes: [2, 3] },
  ];
  const nodes = [...fourBlocks.nodes, { id: 60, x: -100, y: 210 }];
  const same = cityOf({ ...fourBlocks, nodes, ways: [...halves, ...others] });
  expect(same.meta.edgeIds.filter((id) => /1[12]/.test(id) && id.length < 5)).toEqual(["11", "-11"]);
  const slower = halves.map((way) => (way.id === 12 ? { ...way, tags: { ...way.tags, maxspeed: "30" } } : way));
  const different = cityOf({ ...fourBlocks, nodes, ways: [...slower, ...others] });
  expect(different.meta.edgeIds.filter((id) => /1[12]/.test(id) && id.length < 5)).toEqual(["11", "-11", "12", "-12"]);
});

test("a roundabout can be driven round, however sharply it bends where arms lie close together", () => {
  const road = { highway: "residential" };
  const arms = [1, 2, 3, 4].map((node) => ({ id: 20 + node, nodes: [node, 10 + node], tags: road }));
  const city = cityOf({
    nodes: [
      ...[
        { id: 1, x: 0, y: 0 },
        { id: 2, x: 60, y: 0 },
        { id: 3, x: 60, y: 4.5 },
        { id: 4, x: 0, y: 4.5 },
      ],
      ...[
        { id: 11, x: -80, y: -80 },
        { id: 12, x: 140, y: -80 },
        { id: 13, x: 140, y: 80 },
        { id: 14, x: -80, y: 80 },
      ],
    ],
    ways: [{ id: 1, nodes: [1, 2, 3, 4, 1], tags: { ...road, junction: "roundabout" } }, ...arms],
    relations: [],
  });
  const [there, back] = city.meta.edgeIds.filter((id) => id.startsWith("1#"));
  expect(movementsOf(city)).toContain(`${there} → ${back}`);
  expect(movementsOf(city)).toContain(`${back} → ${there}`);
});

test.each(["no_left_turn", "no_left_turn;no_u_turn", "no_left_turn; no_smiling"])(
  "a rule that forbids a turn removes it and nothing else: %s",
  (restriction) => {
    const free = movementsOf(cityOf(withRelations([])));
    const ruled = movementsOf(cityOf(withRelations([rule({ restriction })])));
    const removed = [...free].filter((movement) => !ruled.has(movement));
    expect(removed.sort()).toEqual([...intoCross].sort());
    expect([...ruled].filter((movement) => !free.has(movement))).toEqual([]);
  },
);

test("of several rules from one way each is kept", () => {
  const onward = rule({ restriction: "no_straight_on" });
  const alongMain = { ...onward, id: 302, members: [...onward.members.slice(0, 2), ["way", 102, "to"] as const] };
  const ruled = movementsOf(cityOf(withRelations([rule({ restriction: "no_left_turn" }), alongMain])));
  for (const movement of [...intoCross, "102#0 → 102#1"]) expect(ruled).not.toContain(movement);
});

test("a rule that allows one turn only removes all others from there", () => {
  const ruled = [...movementsOf(cityOf(withRelations([rule({ restriction: "only_right_turn" })])))];
  expect(ruled.filter((movement) => /^-?102#\d → -?105#/.test(movement)).sort()).toEqual([...intoCross].sort());
  expect(ruled.filter((movement) => movement.startsWith("102#0 → "))).toHaveLength(2);
});

test("rules that do not bind cars all day are counted with their reason", () => {
  const cases: readonly (readonly [ExampleRelation, string])[] = [
    [rule({ restriction: "no_left_turn", except: "bicycle;motorcar" }), "cars are excepted"],
    [rule({ "restriction:conditional": "no_left_turn @ (17:00-19:00)" }), "they hold at other hours than Tu 08:00"],
    [rule({ "restriction:hgv": "no_left_turn" }), "other vehicles"],
    [rule({ restriction: "keep_smiling" }), "kind is unknown"],
    [rule({ restriction: "no_smiling" }), "kind is unknown"],
    [rule({ restriction: "no_left_turn_on_red" }), "hold at red only"],
    [rule({ restriction: "no_left_turn;only_right_turn" }), "kind is unknown"],
    [
      {
        ...rule({ restriction: "no_left_turn" }),
        members: [
          ["way", 102, "from"],
          ["way", 105, "to"],
        ],
      },
      "missing",
    ],
  ];
  const free = movementsOf(cityOf(withRelations([])));
  for (const [relation, why] of cases) {
    const city = cityOf(withRelations([relation]));
    expect(city.meta.restrictionCount).toBe(0);
    expect(
      droppedOf(city)
        .filter((line) => line.startsWith("1 turn restrictions"))
        .join(),
    ).toContain(why);
    expect(movementsOf(city)).toEqual(free);
  }
});

test("further values of a rule that is kept are told", () => {
  const city = cityOf(withRelations([rule({ restriction: "no_left_turn;no_right_turn_on_red;no_smiling" })]));
  expect(city.meta.restrictionCount).toBe(1);
  const told = droppedOf(city).filter((line) => line.includes("further values"));
  expect(told.sort()).toEqual([
    "1 further values of turn restrictions: their kind is unknown",
    "1 further values of turn restrictions: they hold at red only",
  ]);
});

test("nobody turns around where the road goes on, everybody where it ends", () => {
  const spur: ExampleWay = { id: 110, nodes: [6, 61], tags: { highway: "residential" } };
  const nodes = [...fourBlocks.nodes, { id: 61, x: 330, y: 0 }];
  const city = cityOf({ ...fourBlocks, nodes, ways: [...fourBlocks.ways, spur] });
  const turning = [...movementsOf(city)].filter((movement) => {
    const [from, to] = movement.split(" → ");
    return from === `-${to}` || to === `-${from}`;
  });
  // East Street is one-way towards node 9, so South Street leads on to nothing there.
  expect(turning).toEqual(["103#1 → -103#1", "110 → -110"]);
});

test("what hangs together with nothing is left out and counted", () => {
  const nodes = [...fourBlocks.nodes, { id: 70, x: 900, y: 0 }, { id: 71, x: 1000, y: 0 }];
  const island: ExampleWay = { id: 111, nodes: [70, 71], tags: { highway: "residential" } };
  const city = cityOf({ ...fourBlocks, nodes, ways: [...fourBlocks.ways, island] });
  expect(city.meta.edgeIds.some((id) => id.includes("111"))).toBe(false);
  expect(droppedOf(city)).toContain(
    "2 directed road sections: not connected with the largest part of the network (0.2 km)",
  );
});

test("a service road is taken where it alone joins two parts, and only the stretch that does", () => {
  const nodes = [...fourBlocks.nodes, { id: 70, x: 400, y: 0 }, { id: 71, x: 600, y: 0 }, { id: 72, x: 400, y: 90 }];
  const island: ExampleWay = { id: 111, nodes: [70, 71], tags: { highway: "residential" } };
  const yard: ExampleWay = { id: 112, nodes: [6, 70, 72], tags: { highway: "service" } };
  const joined = cityOf({ ...fourBlocks, nodes, ways: [...fourBlocks.ways, island, yard] });
  expect(joined.meta.edgeIds.filter((id) => /11[12]/.test(id))).toEqual(["111", "-111", "112", "-112"]);
  const onlyYard = cityOf({ ...fourBlocks, nodes, ways: [...fourBlocks.ways, yard] });
  expect(onlyYard.meta.edgeIds.filter((id) => id.includes("112"))).toEqual([]);
});

test("a bollard ends the road on both sides", () => {
  const nodes = [...fourBlocks.nodes, { id: 62, x: -100, y: -200, tags: { barrier: "bollard" } }];
  const ways = fourBlocks.ways.map((way) => (way.id === 103 ? { ...way, nodes: [7, 62, 8, 9] } : way));
  const city = cityOf({ ...fourBlocks, nodes, ways });
  const through = [...movementsOf(city)].filter((movement) => /103 → 103\.1|103\.1/.test(movement));
  expect(through.some((movement) => movement.startsWith("103 → 103.1"))).toBe(false);
  expect(droppedOf(city).join()).toContain("bollards");
});

test("missing points cut a road, and too many of them refuse the file", () => {
  const ways = fourBlocks.ways.map((way) => (way.id === 101 ? { ...way, nodes: [1, 999, 2, 3] } : way));
  const city = cityOf(withWays(ways));
  expect(droppedOf(city)).toContain("1 points of roads: not in the file: the road is cut there");
  const mostlyGone = importOsm(
    "gone.osm",
    writeXml({ ...fourBlocks, nodes: fourBlocks.nodes.filter(({ id }) => id > 7) }),
  );
  expect(mostlyGone.ok ? "" : describeFailure(mostlyGone.error)).toMatch(
    /^gone\.osm: \d+ of the \d+ points of its roads/,
  );
});

test("of ways, relations and nodes that come twice the last counts, and it is told", () => {
  const changed = fourBlocks.ways.map((way) => (way.id === 102 ? { ...way, tags: { ...way.tags, name: "New" } } : way));
  const [main] = fourBlocks.ways.filter(({ id }) => id === 102);
  const [turn] = fourBlocks.relations;
  const [corner] = fourBlocks.nodes;
  const twice = cityOf({
    nodes: [{ ...corner, x: 0, y: 0 }, ...fourBlocks.nodes],
    ways: [main, ...changed],
    relations: [{ ...turn, members: [] }, turn],
  });
  const once = cityOf(withWays(changed));
  const why = "their identifiers come again in the file: of each the highest version counts, else the last one";
  expect(twice.meta.dropped).toEqual([{ what: "nodes, ways and relations", count: 3, why }, ...once.meta.dropped]);
  const aside = { source: "", dropped: [] };
  expect(packCity({ ...twice, meta: { ...twice.meta, ...aside } })).toEqual(
    packCity({ ...once, meta: { ...once.meta, ...aside } }),
  );
});

test("what is printed again as a skeleton, without its tags, keeps them, and there is nothing to tell", () => {
  const once = cityOf(fourBlocks);
  const skeletons = {
    nodes: fourBlocks.nodes.map(({ id, x, y }) => ({ id, x, y })),
    ways: fourBlocks.ways.map((way) => ({ ...way, tags: {} })),
    relations: fourBlocks.relations.map((relation) => ({ ...relation, tags: {} })),
  };
  const joined = (first: ExampleMap, second: ExampleMap) => ({
    nodes: [...first.nodes, ...second.nodes],
    ways: [...first.ways, ...second.ways],
    relations: [...first.relations, ...second.relations],
  });
  for (const map of [joined(fourBlocks, skeletons), joined(skeletons, fourBlocks)])
    expect(packCity(cityOf(map))).toEqual(packCity(once));
});

test("a node that comes again has its last place, and the last tags that it came with", () => {
  const [corner, ...others] = fourBlocks.nodes;
  const moved = { id: corner.id, x: corner.x + 30, y: corner.y };
  const tags = { highway: "traffic_signals" };
  const twice = cityOf({ ...fourBlocks, nodes: [{ ...corner, tags }, ...others, moved] });
  const once = cityOf({ ...fourBlocks, nodes: [{ ...moved, tags }, ...others] });
  expect(twice.columns).toEqual(once.columns);
  expect(droppedOf(twice)[0]).toMatch(/^1 nodes, ways and relations: their identifiers come again/);
});

test("of versions the highest counts, wherever it stands", () => {
  const [corner] = fourBlocks.nodes;
  const [main] = fourBlocks.ways.filter(({ id }) => id === 102);
  const [turn] = fourBlocks.relations;
  const current: ExampleMap = {
    nodes: fourBlocks.nodes.map((node) => ({ ...node, version: 4 })),
    ways: fourBlocks.ways.map((way) => ({ ...way, version: 4 })),
    relations: fourBlocks.relations.map((relation) => ({ ...relation, version: 4 })),
  };
  const older: ExampleMap = {
    nodes: [{ ...corner, x: 0, y: 0, tags: { barrier: "block" }, version: 3 }],
    ways: [{ ...main, tags: { highway: "footway" }, version: 3 }],
    relations: [{ ...turn, members: [], version: 3 }],
  };
  const map = {
    nodes: [...current.nodes, ...older.nodes],
    ways: [...current.ways, ...older.ways],
    relations: [...current.relations, ...older.relations],
  };
  const expected = cityOf(fourBlocks);
  const city = cityOf(map);
  expect(city.columns).toEqual(expected.columns);
  expect(city.meta.edgeIds).toEqual(expected.meta.edgeIds);
  expect(droppedOf(city)[0]).toMatch(/^3 nodes, ways and relations/);
  const packed = importOsm("example.osm.pbf", writePbf(map));
  expect(packed.ok && packed.value.columns).toEqual(expected.columns);
});

test("roads of which the file has no two points are told", () => {
  const tags = { highway: "residential" };
  const roads = [
    { id: 901, nodes: [1], tags },
    { id: 902, nodes: [], tags },
    { id: 903, nodes: [3, 3], tags },
  ];
  const city = cityOf(withWays([...fourBlocks.ways, ...roads]));
  expect(droppedOf(city)).toContain("3 roads: the file has no two different points of them");
});

test("where more roads meet than can be compared, the file is refused by a way", () => {
  const ends = Array.from({ length: 61 }, (_, at) => ({ id: 1000 + at, x: 500 + (at % 8) * 9, y: (at >> 3) * 9 }));
  const arms = ends.map(({ id }) => ({ id, nodes: [9, id], tags: { highway: "residential" } }));
  const city = importOsm(
    "star.osm",
    writeXml({ ...fourBlocks, nodes: [...fourBlocks.nodes, ...ends], ways: [...fourBlocks.ways, ...arms] }),
  );
  expect(city.ok ? "none" : describeFailure(city.error)).toMatch(
    /^star\.osm: 63 roads meet at one point of way 10\d; at most 60 are joined/,
  );
});

test("a way may have more points than a call takes arguments", () => {
  const points = Array.from({ length: 200_000 }, (_, at) => ({ id: 1000 + at, x: at / 10, y: at % 2 }));
  const tags = { highway: "residential" };
  const long = { id: 900, nodes: [3, ...points.map(({ id }) => id)], tags };
  const city = importOsm(
    "long.osm",
    writeXml({ ...fourBlocks, nodes: [...fourBlocks.nodes, ...points], ways: [...fourBlocks.ways, long] }),
  );
  expect(city.ok ? "none" : describeFailure(city.error)).toBe("none");
});

test("a map without roads for cars is refused", () => {
  const paths = fourBlocks.ways.map((way) => ({ ...way, tags: { highway: "footway" } }));
  const city = importOsm("paths.osm", writeXml(withWays(paths)));
  expect(city.ok ? "" : describeFailure(city.error)).toBe("paths.osm: no roads for cars in the file");
});

test("buildings, areas, lines and places come along, in metres", () => {
  const { columns: c, meta } = cityOf(fourBlocks);
  expect([...c.buildingHeightM]).toEqual([12, 17.5]);
  expect(c.areaKind.length).toBe(1);
  expect(c.lineKind.length).toBe(1);
  expect(meta.placeNames).toEqual(["Brückenviertel"]);
  const corners = [...c.buildingX.subarray(c.buildingStart[0], c.buildingStart[1])];
  expect(Math.max(...corners) - Math.min(...corners)).toBeCloseTo(16, 0);
});

test("turns are named by their angle", () => {
  const city = cityOf(withRelations([]));
  const edgeOf = edgeOfLanes(city);
  const { connectionFromLane, connectionToLane, connectionTurn } = city.columns;
  const turnOf = (from: string, to: string) => {
    const row = connectionFromLane.findIndex(
      (lane, index) =>
        city.meta.edgeIds[edgeOf[lane]] === from && city.meta.edgeIds[edgeOf[connectionToLane[index]]] === to,
    );
    return row < 0 ? -1 : connectionTurn[row];
  };
  expect(turnOf("102#0", "102#1")).toBe(Turn.straight);
  expect(turnOf("102#0", "-105#0")).toBe(Turn.left);
  expect(turnOf("102#0", "105#1")).toBe(Turn.right);
});
