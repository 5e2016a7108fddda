import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties";
import { parseMoment, usualMoment } from "../moment";
import { readConditional, type ValueKind } from "./conditions";

const anyWord: ValueKind = { isAccess: false, isValue: (value) => /^[-\w ]+$/.test(value) };
const access: ValueKind = { ...anyWord, isAccess: true };

function held(text: string, at = "Tu 08:00", kind = anyWord) {
  const moment = parseMoment(at);
  if (!moment.ok) throw new Error(at);
  const { value, notHeld, undecided } = readConditional(text, kind, moment.value);
  return value ?? ([...undecided].join() || notHeld);
}

// As the wiki's page and maps have them, each read by hand.
test.each([
  ["no_left_turn @ (Mo-Fr 07:00-09:00)", "Tu 08:00", "no_left_turn"],
  ["no_left_turn @ (Mo-Fr 07:00-09:00)", "Tu 12:00", "otherHours"],
  ["no@(Jan15-Aug15)", "2026-03-01T08:00", "no"],
  ["no@ (Jan15-Aug15)", "2026-11-24T08:00", "otherHours"],
  ["no @ (Fr-Sa 20:00-00:00, Sa-Su 00:00-04:00)", "Fr 23:00", "no"],
  ["no @ (Fr-Sa 20:00-00:00, Sa-Su 00:00-04:00)", "Su 03:59", "no"],
  ["no @ (Fr-Sa 20:00-00:00, Sa-Su 00:00-04:00)", "Su 23:00", "otherHours"],
  ["no @ (Fr-Sa 20:00-00:00, Sa-Su 00:00-04:00)", "Fr 03:00", "otherHours"],
  ["60 @ 23:00-05:00", "Tu 23:30", "60"],
  ["120 @ (06:00-20:00)", "Tu 08:00", "120"],
  ["120 @ (06:00-20:00); 100 @ (20:00-06:00)", "Tu 21:00", "100"],
  ["120 @ (06:00-20:00); 60 @ (Tu 07:00-09:00)", "Tu 08:00", "60"],
  ["60 @ (Tu 07:00-09:00); 120 @ (06:00-20:00)", "Tu 08:00", "120"],
  ["120 @ (06:00-20:00 AND wet)", "Tu 08:00", "otherVehicles"],
  ["50 @ (Mo-Fr AND 07:00-09:00)", "Tu 08:00", "50"],
  ["50 @ (Mo-Fr and 07:00-09:00)", "Tu 08:00", "50"],
  ["50 @ ((Mo-Fr 07:00-09:00) AND (weight>1))", "Tu 08:00", "50"],
  ["no @ (Mo-Fr 07:00-09:00; PH off)", "Tu 08:00", "no"],
  ["no @ (Mo-Fr 07:00-09:00; Tu off); yes @ (Sa)", "Tu 08:00", "otherHours"],
  ["no @ (10:00-18:00 AND length>5)", "Tu 12:00", "otherVehicles"],
  ["no @ (weight>3.5)", "Tu 08:00", "otherVehicles"],
  ["no @ (weight >= 7.5 t)", "Tu 08:00", "otherVehicles"],
  ["no @ weight<3.5", "Tu 08:00", "no"],
  ["no @ (weight<3500 kg)", "Tu 08:00", "no"],
  ["no @ (weight>3300 lbs)", "Tu 08:00", "no"],
  ["no @ (length>12 m)", "Tu 08:00", "otherVehicles"],
  ["no @ (width>5'6\")", "Tu 08:00", "no"],
  ["no @ (width>5'11\")", "Tu 08:00", "otherVehicles"],
  ["no @ (height<2)", "Tu 08:00", "no"],
  ["no @ (axles>=3)", "Tu 08:00", "otherVehicles"],
  ["yes @ (occupants>=2)", "Tu 08:00", "otherVehicles"],
  ["80 @ (trailer)", "Tu 08:00", "otherVehicles"],
  ["80 @ hgv", "Tu 08:00", "otherVehicles"],
  ["80 @ wet", "Tu 08:00", "otherVehicles"],
  ["no @ snow", "Tu 08:00", "otherVehicles"],
  ["no @ winter", "Tu 08:00", "otherVehicles"],
  ["no @ (Nov-Mar)", "Tu 08:00", "undated"],
  ["no @ (Nov-Mar)", "2026-11-24T08:00", "no"],
  ["no @ (PH)", "Tu 08:00", "holidays"],
  ["none @ (destination)", "Tu 08:00", "someDrivers"],
  ["no @ (sunset-sunrise)", "Tu 08:00", "unknown"],
  ["no @ (weight>heavy)", "Tu 08:00", "unknown"],
  ["no @ (magic>3)", "Tu 08:00", "unknown"],
  ["no @ (length>5 kg)", "Tu 08:00", "unknown"],
])("%s at %s", (text, at, expected) => expect(held(text, at)).toBe(expected));

// Who has business in a street drives there, as with access=destination; who has none is what the rule is for.
test.each([
  ["yes @ (destination)", "destination"],
  ["yes @ (delivery AND Mo-Fr 06:00-10:00)", "delivery"],
  ["yes @ (delivery AND Mo-Fr 10:00-12:00)", "otherHours"],
  ["no @ (Mo-Fr 06:00-10:00); permissive @ residents", "residents"],
  ["destination @ (Mo-Fr 06:00-10:00)", "destination"],
  ["no @ (delivery)", "someDrivers"],
])("access for some: %s", (text, expected) => expect(held(text, "Tu 08:00", access)).toBe(expected));

test("what is not understood is not met and told, unless a later entry settles it", () => {
  const of = (text: string) => readConditional(text, anyWord, usualMoment);
  expect(of("30 @ (Mo-Fr 07:00-09:00); 20 @ (sunset-sunrise)")).toMatchObject({
    value: "30",
    undecided: new Set(["unknown"]),
  });
  expect(of("20 @ (sunset-sunrise); 30 @ (Mo-Fr 07:00-09:00)")).toMatchObject({ value: "30", undecided: new Set() });
  // What else it says does not matter on a Tuesday.
  expect(of("20 @ (Su AND magic)")).toMatchObject({ value: null, notHeld: "otherHours", undecided: new Set() });
});

test.each([
  "",
  ";",
  ";;;",
  "no",
  "@",
  "no @",
  "@ (Mo)",
  "no @ (Mo) @ (Tu)",
  "no @ (Mo-Fr",
  "no @ Mo-Fr)",
  "no ((Mo-Fr))",
])("what has not the form of a condition is not understood: '%s'", (text) => {
  expect(held(text)).toBe("unknown");
});

const pieces = [
  ...[
    "no",
    "yes",
    "30",
    "@",
    "(",
    ")",
    ";",
    ",",
    "AND",
    " AND ",
    "and",
    "-",
    ":",
    ">",
    "<=",
    " ",
    "\n",
    "\u0000",
    "'",
    '"',
  ],
  ...[
    "Mo",
    "Fr",
    "PH",
    "SH",
    "07:00",
    "-09:00",
    "24/7",
    "off",
    "Nov",
    "Dec 15",
    "2026",
    "sunset",
    "weight>3.5",
    "wet",
    "😀",
  ],
];

test("garbage is read without an exception, and the same each time", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (value) => {
      const once = readConditional(value, access, usualMoment);
      expect(readConditional(value, access, usualMoment)).toEqual(once);
      if (once.value === null) expect(once.undecided.size > 0 || once.notHeld !== null).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

/** What makes careless readers slow: each repeated to a megabyte. */
const repeated = [
  ...["(", ")", " ", "@", ";", ",", ":", "-", "0", "x", "AND", " AND ", "Mo,", "Mo-", "(Mo) AND "],
  ...[
    "no @ (Mo-Fr 07:00-09:00); ",
    "no @ (magic); ",
    "no @ (sunset); ",
    "07:00-09:00,",
    "Jan-",
    "Jan 1,",
    "\t\n",
    "1.",
  ],
];

test.each(repeated)("a megabyte of it takes time in proportion to its length: '%s'", (piece) => {
  for (const [before, after] of [
    ["", ""],
    ["no @ (", ")"],
  ]) {
    const text = before + piece.repeat(Math.ceil(1_000_000 / piece.length)) + after;
    const begun = process.cpuUsage();
    readConditional(text, access, usualMoment);
    // A reader that goes back over a megabyte takes hours; this one takes some tenths of a second.
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(5);
  }
});
