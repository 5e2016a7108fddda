import { describe, expect, test } from "vitest";
import { parkingCapacityLimit, parkingCountOf, ParkingKind, type City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { fc } from "../../../test/support/properties";
import { importOsm } from "../index";
import { findBrokenInvariants } from "../invariants";
import { fourBlocks, writeXml, type ExampleMap, type ExampleRelation, type ExampleWay } from "./example-files";

type Tags = Readonly<Record<string, string>>;

function cityOf(map: ExampleMap): City {
  const city = importOsm("example.osm", writeXml(map));
  if (!city.ok) throw new Error(describeFailure(city.error));
  expect(findBrokenInvariants(city.value)).toEqual([]);
  return city.value;
}

interface Row {
  readonly edge: string;
  readonly kind: string;
  readonly capacity: number;
  readonly name: string;
  readonly positionM: number;
  readonly x: number;
  readonly y: number;
}

const kindNames = Object.keys(ParkingKind);

const rowsOf = ({ columns: c, meta }: City): Row[] =>
  Array.from(c.parkingEdge, (edge, row) => ({
    edge: meta.edgeIds[edge],
    kind: kindNames[c.parkingKind[row]],
    capacity: c.parkingCapacity[row],
    name: meta.parkingNames[c.parkingName[row]] ?? "",
    positionM: c.parkingPositionM[row],
    x: c.parkingX[row],
    y: c.parkingY[row],
  }));

const droppedOf = (city: City) => city.meta.dropped.map(({ what, why, count }) => `${count} ${what}: ${why}`);
const saysEstimated = (city: City) => city.meta.synthesised.some((one) => one.startsWith("parking spaces"));

const withNode = (tags: Tags, x = -100, y = 180): ExampleMap => ({
  ...fourBlocks,
  nodes: [...fourBlocks.nodes, { id: 900, x, y, tags }],
});

/** A square of so many metres south of North Street. */
function withArea(tags: Tags, sideM: number): ExampleMap {
  const corners = [
    [0, 0],
    [sideM, 0],
    [sideM, sideM],
    [0, sideM],
  ].map(([dx, dy], corner) => ({ id: 910 + corner, x: -150 + dx, y: 120 + dy }));
  const way = { id: 910, nodes: [910, 911, 912, 913, 910], tags };
  return { ...fourBlocks, nodes: [...fourBlocks.nodes, ...corners], ways: [...fourBlocks.ways, way] };
}

/** Streets of the example with more tags on some. */
const withTags = (id: number, tags: Tags): ExampleMap => ({
  ...fourBlocks,
  ways: fourBlocks.ways.map((way): ExampleWay => (way.id === id ? { ...way, tags: { ...way.tags, ...tags } } : way)),
});

describe("car parks", () => {
  test("a node is entered from the street beside it, on the lane of its side", () => {
    const city = cityOf(withNode({ amenity: "parking", parking: "underground", capacity: "84", name: "North Garage" }));
    const [row, ...others] = rowsOf(city);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: "garage", capacity: 84, name: "North Garage" });
    // Eastbound traffic drives on the south side of North Street.
    expect(row.edge).toBe("101#0");
    expect(saysEstimated(city)).toBe(false);
  });

  test("where nobody counted, spaces follow from the area, and the city says so", () => {
    const area = (tags: Tags) => cityOf(withArea({ amenity: "parking", ...tags }, 53));
    // 53 m × 53 m = 2,809 m²: 106 spaces of 26.5 m² on the ground.
    expect(rowsOf(area({}))[0].capacity).toBeCloseTo(106, -1);
    expect(Math.abs(rowsOf(area({}))[0].capacity - 106)).toBeLessThanOrEqual(1);
    // 31 m² in a structure, on four storeys.
    const garage = rowsOf(area({ parking: "multi-storey", "building:levels": "4" }))[0];
    expect(Math.abs(garage.capacity - (4 * 2809) / 31)).toBeLessThanOrEqual(4);
    expect(garage.kind).toBe("garage");
    expect(saysEstimated(area({}))).toBe(true);
    expect(saysEstimated(area({ capacity: "40" }))).toBe(false);
    expect(rowsOf(area({ capacity: "40" }))[0].capacity).toBe(40);
  });

  test("a multipolygon has the area of its outer ring without the inner ones", () => {
    const map = withArea({}, 53);
    const hole = [
      [10, 10],
      [36.5, 10],
      [36.5, 36.5],
      [10, 36.5],
    ].map(([dx, dy], corner) => ({ id: 920 + corner, x: -150 + dx, y: 120 + dy }));
    const relation: ExampleRelation = {
      id: 930,
      members: [
        ["way", 910, "outer"],
        ["way", 920, "inner"],
      ],
      tags: { type: "multipolygon", amenity: "parking" },
    };
    const ways = [...map.ways, { id: 920, nodes: [920, 921, 922, 923, 920], tags: {} }];
    const city = cityOf({ nodes: [...map.nodes, ...hole], ways, relations: [...map.relations, relation] });
    // 2,809 m² − 702.25 m² at 26.5 m².
    expect(rowsOf(city)).toHaveLength(1);
    expect(Math.abs(rowsOf(city)[0].capacity - 79.5)).toBeLessThanOrEqual(1.5);
  });

  test.each([
    [{ access: "private" }, "private"],
    [{ access: "customers" }, "lot"],
    [{ parking: "garage_boxes" }, "private"],
    [{ parking: "garage_boxes", access: "yes" }, "lot"],
    [{ parking: "street_side" }, "kerb"],
    [{ parking: "surface" }, "lot"],
    [{ parking: "multi-storey", access: "residents" }, "private"],
  ] satisfies (readonly [Tags, string])[])("%o is of the kind %s", (tags, kind) => {
    expect(rowsOf(cityOf(withNode({ amenity: "parking", ...tags })))[0].kind).toBe(kind);
  });

  test.each(["-5", "1e9", "1000000000", "many", "0", "", "12.5", "Infinity", "20;30"])(
    "a capacity of '%s' counts as not tagged, and is reported",
    (capacity) => {
      const city = cityOf(withNode({ amenity: "parking", capacity }));
      expect(rowsOf(city)).toHaveLength(1);
      expect(rowsOf(city)[0].capacity).toBe(rowsOf(cityOf(withNode({ amenity: "parking" })))[0].capacity);
      expect(saysEstimated(city)).toBe(true);
      expect(droppedOf(city)).toContain("1 values of capacity: no number of spaces: they are estimated instead");
    },
  );

  test("what no street is near to is dropped, with its reason", () => {
    const city = cityOf(withNode({ amenity: "parking", capacity: "9" }, 3000, 3000));
    expect(parkingCountOf(city)).toBe(0);
    expect(droppedOf(city)).toContain("1 car parks: no street that they could be entered from lies within 240 m");
  });

  test("what is cut by the file's border is dropped, with its reason", () => {
    const map = withArea({ amenity: "parking" }, 53);
    const city = cityOf({ ...map, nodes: map.nodes.filter(({ id }) => id !== 912) });
    expect(parkingCountOf(city)).toBe(0);
    expect(droppedOf(city)).toContain("1 car parks: some of their points are not in the file");
  });
});

describe("kerbs", () => {
  test("both sides of a street become rows of their edges, beside the lane that cars come from", () => {
    const city = cityOf(withTags(101, { "parking:both": "lane" }));
    const rows = rowsOf(city);
    // Nobody comes back from the east: East Street leads south only.
    expect(rows.map(({ edge }) => edge).sort()).toEqual(["-101#0", "101#0", "101#1"]);
    expect(droppedOf(city)).toContain(
      "1 stretches of kerb parking: their road only leads into the network, or only out of it",
    );
    for (const { edge, y, kind, capacity } of rows) {
      expect(kind).toBe("kerb");
      // Drawn at y = 200 (less the projection's middle): eastbound cars stand south of it.
      const others = rows.filter((other) => other.edge.startsWith("-") !== edge.startsWith("-"));
      expect(Math.sign(y - others[0].y)).toBe(edge.startsWith("-") ? 1 : -1);
      // At most the 200 m between two crossings at 5.2 m a car, at least most of it.
      expect(capacity).toBeLessThanOrEqual(38);
      expect(capacity).toBeGreaterThan(25);
    }
    expect(saysEstimated(city)).toBe(true);
  });

  test("orientation decides how many fit; the older way of writing says the same", () => {
    const spaces = (tags: Tags) => rowsOf(cityOf(withTags(101, tags))).reduce((sum, { capacity }) => sum + capacity, 0);
    const parallel = spaces({ "parking:right": "street_side", "parking:right:orientation": "parallel" });
    const diagonal = spaces({ "parking:right": "lane", "parking:right:orientation": "diagonal" });
    const perpendicular = spaces({ "parking:right": "on_kerb", "parking:right:orientation": "perpendicular" });
    expect(diagonal / parallel).toBeCloseTo(5.2 / 3.1, 1);
    expect(perpendicular / parallel).toBeCloseTo(5.2 / 2.5, 1);
    expect(spaces({ "parking:lane:right": "parallel" })).toBe(parallel);
    expect(spaces({ "parking:lane:right": "perpendicular" })).toBe(perpendicular);
    expect(spaces({ "parking:right": "lane", "parking:lane:right": "perpendicular" })).toBe(parallel);
  });

  test("a number that was counted is shared out among the edges of the way, and its sum stays", () => {
    for (const capacity of [1, 7, 40]) {
      const city = cityOf(withTags(101, { "parking:left": "lane", "parking:left:capacity": String(capacity) }));
      expect(rowsOf(city).reduce((sum, row) => sum + row.capacity, 0)).toBe(capacity);
      expect(rowsOf(city).every(({ edge }) => edge.startsWith("-101"))).toBe(true);
      expect(saysEstimated(city)).toBe(false);
    }
  });

  test("on a one-way street cars stand on the left, too", () => {
    const rows = rowsOf(cityOf(withTags(106, { "parking:both": "lane" })));
    expect(rows.map(({ edge }) => edge).sort()).toEqual(["106#0", "106#0", "106#1", "106#1"]);
    const [first, second] = rows.filter(({ edge }) => edge === "106#0");
    expect(Math.abs(first.x - second.x)).toBeGreaterThan(3.2);
  });

  test.each([
    { "parking:both": "no" },
    { "parking:both": "separate" },
    { "parking:lane:both": "no_stopping" },
    { "parking:both": "lane", "parking:both:restriction": "no_parking" },
    { "parking:both": "lane", "parking:both:access": "private" },
  ] satisfies Tags[])("nobody of the public parks where %o", (tags) => {
    expect(parkingCountOf(cityOf(withTags(101, tags)))).toBe(0);
  });

  test("values that mean nothing are reported and count as not tagged", () => {
    const city = cityOf(
      withTags(101, { "parking:left": "banana", "parking:right": "lane", "parking:right:capacity": "-3" }),
    );
    expect(rowsOf(city).every(({ edge }) => edge.startsWith("101"))).toBe(true);
    expect(droppedOf(city)).toContain("1 values of parking:left: nothing that is known: they count as not tagged");
    expect(droppedOf(city)).toContain(
      "1 values of parking:right:capacity: nothing that is known: they count as not tagged",
    );
  });

  test("kerbs of ways that are no roads of the network are dropped, with their reason", () => {
    const map = withTags(101, {});
    const footway = { id: 950, nodes: [1, 5], tags: { highway: "footway", "parking:both": "lane" } };
    const city = cityOf({ ...map, ways: [...map.ways, footway] });
    expect(parkingCountOf(city)).toBe(0);
    expect(droppedOf(city)).toContain("2 stretches of kerb parking: their road is not part of the network");
  });
});

test("whatever is tagged, every parking lies on its edge and has a sane number of spaces", () => {
  const value = fc.oneof(
    fc.constantFrom(
      "lane",
      "yes",
      "no",
      "parallel",
      "perpendicular",
      "street_side",
      "private",
      "underground",
      "multi-storey",
    ),
    fc.integer({ min: -10, max: 2e9 }).map(String),
    fc.string({ maxLength: 6, unit: "grapheme-ascii" }),
  );
  const keys = ["capacity", "parking", "access", "building:levels", "parking:levels"];
  const kerbKeys = [
    "parking:both",
    "parking:left",
    "parking:right:orientation",
    "parking:lane:both",
    "parking:left:capacity",
  ];
  const tagsFor = (names: readonly string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] }) as fc.Arbitrary<Tags>;
  const place = fc.integer({ min: -600, max: 600 });
  fc.assert(
    fc.property(
      tagsFor(keys),
      tagsFor(kerbKeys),
      place,
      place,
      fc.integer({ min: 1, max: 3000 }),
      (tags, kerb, x, y, sideM) => {
        const area = withArea({ amenity: "parking", ...tags }, sideM);
        const node = { id: 900, x, y, tags: { amenity: "parking", ...tags } };
        const ways = area.ways.map((way) => (way.id === 101 ? { ...way, tags: { ...way.tags, ...kerb } } : way));
        const city = cityOf({ ...area, nodes: [...area.nodes, node], ways });
        for (const { edge, positionM, capacity, x: atX, y: atY, kind } of rowsOf(city)) {
          const row = city.meta.edgeIds.indexOf(edge);
          const lane = city.columns.edgeLaneStart[row];
          expect(positionM).toBeGreaterThanOrEqual(0);
          expect(positionM).toBeLessThanOrEqual(city.columns.laneLengthM[lane]);
          expect(capacity).toBeGreaterThanOrEqual(1);
          expect(capacity).toBeLessThanOrEqual(parkingCapacityLimit);
          const reachM = kind === "kerb" ? 250 : 241;
          expect(distanceToLane(city, lane, atX, atY)).toBeLessThanOrEqual(reachM);
        }
      },
    ),
    { numRuns: 60 },
  );
});

function distanceToLane({ columns: c }: City, lane: number, x: number, y: number): number {
  let least = Infinity;
  for (let point = c.laneShapeStart[lane]; point + 1 < c.laneShapeStart[lane + 1]; point++) {
    const [ax, ay] = [c.laneShapeX[point], c.laneShapeY[point]];
    const [dx, dy] = [c.laneShapeX[point + 1] - ax, c.laneShapeY[point + 1] - ay];
    const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - ax - share * dx, y - ay - share * dy));
  }
  return least;
}
