import { expect, test } from "vitest";
import { type City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { importCity, importOsm, parseMoment } from "../index";
import { findBrokenInvariants } from "../invariants";
import { usualMoment } from "../moment";
import { startConditions, tagsThen } from "./conditional-tags";
import { fourBlocks, movementsOf, writePbf, writeXml, type ExampleMap } from "./example-files";

// Every fixture is imported at two moments: at one the condition holds, at the other it does not.

function cityAt(map: ExampleMap, at?: string): City {
  const moment = at === undefined ? undefined : parseMoment(at);
  if (moment?.ok === false) throw new Error(at);
  const options = moment === undefined ? {} : { at: moment.value };
  const city = importOsm("example.osm", writeXml(map), options);
  if (!city.ok) throw new Error(describeFailure(city.error));
  expect(findBrokenInvariants(city.value)).toEqual([]);
  const packed = importOsm("example.osm.pbf", writePbf(map), options);
  expect(packed.ok && packed.value.columns).toEqual(city.value.columns);
  return city.value;
}

const toldOf = (city: City) =>
  city.meta.dropped
    .filter(({ what, why }) => /conditional|turn restrictions/.test(what) || /closed to cars/.test(why))
    .map(({ what, why, count }) => `${count} ${what}: ${why}`)
    .sort();

type Tags = Readonly<Record<string, string>>;

const ruled = (tags: Tags): ExampleMap => ({
  ...fourBlocks,
  relations: fourBlocks.relations.map((relation) => ({ ...relation, tags: { type: "restriction", ...tags } })),
});
const withoutRules: ExampleMap = { ...fourBlocks, relations: [] };

/** Cross Street, way 105, with further tags; without turn restrictions. */
const tagged = (tags: Tags, id = 105): ExampleMap => ({
  ...withoutRules,
  ways: fourBlocks.ways.map((way) => (way.id === id ? { ...way, tags: { ...way.tags, ...tags } } : way)),
});

const applied = (at: string) => `1 other hours of conditional tags: what holds at ${at} is applied all day`;

/** The left turn from Main Street, eastward, into Cross Street. */
const leftTurn = "102#0 → -105#0";

test.each([
  [{ "restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)" }, "Tu 08:00", "Sa 08:00"],
  [{ "restriction:conditional": "no_left_turn @ (07:00-09:00)" }, "Tu 08:00", "Tu 12:00"],
  [{ "restriction:motorcar:conditional": "no_left_turn @ (Nov-Mar)" }, "2026-11-24T08:00", "2026-06-24T08:00"],
  [{ "restriction:motor_vehicle:conditional": "no_left_turn @ (22:00-06:00)" }, "We 01:00", "We 12:00"],
  [{ restriction: "no_left_turn", "restriction:conditional": "none @ (22:00-06:00)" }, "Tu 08:00", "Tu 23:00"],
  [
    { restriction: "only_left_turn", "restriction:conditional": "no_left_turn @ (16:00-18:00)" },
    "Tu 17:00",
    "Tu 12:00",
  ],
  [
    { restriction: "no_left_turn", day_on: "Mo", day_off: "Fr", hour_on: "07:00", hour_off: "09:00" },
    "Fr 08:00",
    "Sa 08:00",
  ],
  [{ restriction: "no_left_turn", day_on: "Monday", day_off: "Friday" }, "Fr 23:00", "Su 08:00"],
  [{ restriction: "no_left_turn", hour_on: "07:00;16:00", hour_off: "09:00;18:00" }, "Tu 17:00", "Tu 12:00"],
])("a turn is forbidden while its rule holds: %o", (tags, during, otherwise) => {
  expect(movementsOf(cityAt(withoutRules))).toContain(leftTurn);
  expect(movementsOf(cityAt(ruled(tags), during))).not.toContain(leftTurn);
  expect(movementsOf(cityAt(ruled(tags), otherwise))).toContain(leftTurn);
});

test("without a moment it is eight o'clock on a Tuesday, and the notes say so", () => {
  const tags = { "restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)" };
  expect(cityAt(ruled(tags))).toEqual(cityAt(ruled(tags), "Tu 08:00"));
  expect(toldOf(cityAt(ruled(tags)))).toEqual([applied("Tu 08:00")]);
  expect(toldOf(cityAt(ruled(tags), "2026-11-24T08:00"))).toEqual([applied("2026-11-24T08:00")]);
});

test.each([
  [{ "restriction:conditional": "no_left_turn @ (17:00-19:00)" }, "they hold at other hours than Tu 08:00"],
  [{ "restriction:conditional": "no_left_turn @ (weight>3.5)" }, "they hold for other vehicles, or in other weather"],
  [{ "restriction:conditional": "no_left_turn @ (delivery)" }, "they hold for some drivers only"],
  [{ "restriction:conditional": "no_left_turn @ (Nov-Mar)" }, "they depend on the date, and Tu 08:00 has none"],
  [{ "restriction:conditional": "no_left_turn @ (SH)" }, "they depend on holidays, of which there is no calendar here"],
  [
    { "restriction:conditional": "no_left_turn @ (sunset-sunrise)" },
    "their condition is not understood: it counts as never met",
  ],
  [
    { "restriction:conditional": "keep_left @ (07:00-09:00)" },
    "their condition is not understood: it counts as never met",
  ],
  [{ restriction: "no_left_turn", hour_on: "16:00", hour_off: "18:00" }, "they hold at other hours than Tu 08:00"],
  [
    { restriction: "no_left_turn", hour_on: "07:00", hour_off: "09:00;18:00" },
    "their condition is not understood: it counts as never met",
  ],
  [{ restriction: "no_left_turn", hour_on: "sunset" }, "their condition is not understood: it counts as never met"],
  [{ "restriction:hgv:conditional": "no_left_turn @ (07:00-09:00)" }, "they are for other vehicles than cars"],
])("a rule that does not hold takes nothing away and says why: %o", (tags, why) => {
  const city = cityAt(ruled(tags));
  expect(movementsOf(city)).toContain(leftTurn);
  expect(city.meta.restrictionCount).toBe(0);
  expect(toldOf(city)).toEqual([`1 turn restrictions: ${why}`]);
});

test("a condition that lifts a rule is told with the rule", () => {
  const tags = { restriction: "no_left_turn", "restriction:conditional": "none @ (07:00-09:00)" };
  expect(toldOf(cityAt(ruled(tags)))).toEqual([
    applied("Tu 08:00"),
    "1 turn restrictions: a condition lifts them at Tu 08:00",
  ]);
  expect(toldOf(cityAt(ruled(tags), "Tu 10:00"))).toEqual([
    "1 values of restriction:conditional: they hold at other hours than Tu 10:00",
  ]);
});

const hasWay = (city: City, id: number) => city.meta.edgeIds.some((edge) => new RegExp(`^-?${id}\\b`).test(edge));

test.each([
  [{ "access:conditional": "no @ (Mo-Fr 07:00-09:00)" }, "Tu 08:00", "Tu 12:00"],
  [{ "motor_vehicle:conditional": "no @ (Sa,Su,PH 10:00-18:00)" }, "Su 12:00", "Tu 12:00"],
  [{ "vehicle:conditional": "private @ (22:00-06:00)" }, "Tu 23:00", "Tu 12:00"],
  [{ motor_vehicle: "no", "motor_vehicle:conditional": "yes @ (06:00-10:00)" }, "Tu 12:00", "Tu 08:00"],
  [{ access: "no", "access:conditional": "yes @ (delivery AND 06:00-10:00)" }, "Tu 12:00", "Tu 08:00"],
  [{ "access:conditional": "no @ (07:00-09:00)", "motorcar:conditional": "yes @ (Mo-Fr)" }, "Sa 08:00", "Tu 08:00"],
])("a street is closed while its tag says so: %o", (tags, closed, open) => {
  const [during, otherwise] = [cityAt(tagged(tags), closed), cityAt(tagged(tags), open)];
  expect([hasWay(during, 105), hasWay(otherwise, 105)]).toEqual([false, true]);
});

test("a street that a condition closes is told with the moment", () => {
  const tags = { "access:conditional": "no @ (Mo-Fr 07:00-09:00)" };
  expect(toldOf(cityAt(tagged(tags)))).toEqual([
    applied("Tu 08:00"),
    "1 ways tagged as highway: closed to cars at Tu 08:00 by an access tag",
  ]);
  expect(toldOf(cityAt(tagged(tags), "Tu 10:00"))).toEqual([
    "1 values of access:conditional: they hold at other hours than Tu 10:00",
  ]);
});

test("a one-way street that is closed in its direction is closed", () => {
  const tags = { oneway: "yes", "motor_vehicle:forward:conditional": "no @ (07:00-09:00)" };
  expect(toldOf(cityAt(tagged(tags)))).toContain(
    "1 ways tagged as highway: closed to cars at Tu 08:00 by an access tag",
  );
});

const directionsOf = (city: City, id: number) =>
  ["", "-"].map((sign) =>
    city.meta.edgeIds.some((edge) => edge === `${sign}${id}` || edge.startsWith(`${sign}${id}#`)),
  );

const reversible = { oneway: "reversible", "oneway:conditional": "yes @ (06:00-10:00); -1 @ (15:00-19:00)" };

test.each<[Tags, string, readonly boolean[]]>([
  [{ "oneway:conditional": "yes @ (07:00-09:00)" }, "Tu 08:00", [true, false]],
  [{ "oneway:conditional": "yes @ (07:00-09:00)" }, "Tu 12:00", [true, true]],
  [{ "oneway:motor_vehicle:conditional": "-1 @ (Mo-Fr)" }, "Tu 08:00", [false, true]],
  [{ oneway: "yes", "oneway:conditional": "no @ (Sa,Su)" }, "Sa 08:00", [true, true]],
  [{ oneway: "yes", "oneway:conditional": "no @ (Sa,Su)" }, "Tu 08:00", [true, false]],
  [reversible, "Tu 07:00", [true, false]],
  [reversible, "Tu 17:00", [false, true]],
  [{ "motor_vehicle:backward": "no" }, "Tu 08:00", [true, false]],
  [{ "vehicle:forward": "no" }, "Tu 08:00", [false, true]],
  [{ access: "no", "motor_vehicle:forward": "yes" }, "Tu 08:00", [true, false]],
  [{ "motor_vehicle:backward:conditional": "no @ (07:00-09:00)" }, "Tu 08:00", [true, false]],
  [{ "motor_vehicle:backward:conditional": "no @ (07:00-09:00)" }, "Tu 12:00", [true, true]],
  [{ oneway: "yes", "motor_vehicle:forward:conditional": "no @ (07:00-09:00)" }, "Tu 08:00", [false, false]],
])("a street is driven in the directions that are open then: %o at %s", (tags, at, expected) => {
  expect(directionsOf(cityAt(tagged(tags), at), 105)).toEqual(expected);
});

const speedsOf = (city: City, id: number) =>
  ["", "-"].map((sign) => {
    const edge = city.meta.edgeIds.findIndex((name) => name.startsWith(`${sign}${id}`));
    return Math.round(city.columns.laneSpeedMps[city.columns.edgeLaneStart[edge]] * 3.6);
  });

test.each<[Tags, string, readonly number[]]>([
  [{ "maxspeed:conditional": "30 @ (22:00-06:00)" }, "Tu 23:00", [30, 30]],
  [{ "maxspeed:conditional": "30 @ (22:00-06:00)" }, "Tu 08:00", [50, 50]],
  [{ "maxspeed:forward:conditional": "30 @ (Mo-Fr 07:00-09:00)" }, "Tu 08:00", [30, 50]],
  [{ "maxspeed:backward:conditional": "20 mph @ (Mo-Fr 07:00-09:00)" }, "Tu 08:00", [50, 32]],
  [{ "maxspeed:conditional": "fast @ (Mo-Fr 07:00-09:00)" }, "Tu 08:00", [50, 50]],
])("a limit is that of the moment: %o at %s", (tags, at, expected) => {
  expect(speedsOf(cityAt(tagged(tags, 102), at), 102)).toEqual(expected);
});

test("a bollard that is lowered in the morning lets cars pass then, and a gate that is closed then does not", () => {
  const guarded = (tags: Tags): ExampleMap => ({
    ...withoutRules,
    nodes: [...fourBlocks.nodes, { id: 62, x: -100, y: -200, tags }],
    ways: fourBlocks.ways.map((way) => (way.id === 103 ? { ...way, nodes: [7, 62, 8, 9] } : way)),
  });
  const passes = (tags: Tags, at: string) => !cityAt(guarded(tags), at).meta.edgeIds.some((id) => id.includes("103.1"));
  const bollard = { barrier: "bollard", "motor_vehicle:conditional": "yes @ (06:00-10:00)" };
  const gate = { barrier: "lift_gate", "access:conditional": "no @ (06:00-10:00)" };
  expect([passes(bollard, "Tu 08:00"), passes(bollard, "Tu 12:00")]).toEqual([true, false]);
  expect([passes(gate, "Tu 08:00"), passes(gate, "Tu 12:00")]).toEqual([false, true]);
});

test("what stands on ways that carry no cars anyway, or beside them, is not told", () => {
  const tags = { highway: "footway", "access:conditional": "no @ (07:00-09:00)" };
  expect(toldOf(cityAt(tagged(tags)))).toEqual([]);
  const gate = { barrier: "gate", "access:conditional": "yes @ (07:00-20:00)" };
  const withGate = { ...withoutRules, nodes: [...fourBlocks.nodes, { id: 62, x: -100, y: -200, tags: gate }] };
  expect(toldOf(cityAt(withGate))).toEqual([]);
  const ways = fourBlocks.ways.map((way) => (way.id === 103 ? { ...way, nodes: [7, 62, 8, 9] } : way));
  expect(toldOf(cityAt({ ...withGate, ways }))).toEqual([
    "1 other hours of conditional tags: what holds at Tu 08:00 is applied all day",
  ]);
});

test("a value of a megabyte on every street is read once", () => {
  const text = "no @ (Sa 07:00-09:00); ".repeat(45_000);
  const ways = fourBlocks.ways.map((way) => ({ ...way, tags: { ...way.tags, "access:conditional": text } }));
  const city = importOsm("example.osm.pbf", writePbf({ ...withoutRules, ways }));
  if (!city.ok) throw new Error(describeFailure(city.error));
  expect(toldOf(city.value)).toEqual(["6 values of access:conditional: they hold at other hours than Tu 08:00"]);
  const conditions = startConditions(usualMoment);
  const tags = new Map([["access:conditional", text]]);
  const [first, second] = [tagsThen(tags, ["access"], conditions), tagsThen(tags, ["access"], conditions)];
  expect(second.conditioned[0]?.held).toBe(first.conditioned[0]?.held);
});

test("only of a file of OpenStreetMap can a moment be asked", () => {
  const at = { weekday: 1, minute: 480, date: null };
  for (const name of ["a.net.xml", "a.city", "a.txt"]) {
    const city = importCity(name, new Uint8Array(), { at });
    expect(city.ok ? "" : describeFailure(city.error)).toMatch(/only a file of OpenStreetMap/);
  }
});
