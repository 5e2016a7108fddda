import { expect, test } from "vitest";
import { parseMoment } from "../moment";
import { findHours, parseHours } from "./hours";

function found(text: string, at: string) {
  const moment = parseMoment(at);
  if (!moment.ok) throw new Error(at);
  const rules = parseHours(text);
  return rules === null ? "not understood" : findHours(rules, moment.value);
}

const [on, off] = ["holds", "otherHours"];

// Each by the grammar of opening hours, read by hand.
test.each([
  ["24/7", "Su 03:00", on],
  ["07:00-09:00", "Tu 07:00", on],
  ["07:00-09:00", "Tu 08:59", on],
  ["07:00-09:00", "Tu 09:00", off],
  ["7:00-9:00", "Tu 08:00", on],
  ["07:00 - 09:00", "Tu 08:00", on],
  ["Mo-Fr 07:00-09:00,15:00-18:00", "Fr 17:00", on],
  ["Mo-Fr 07:00-09:00,15:00-18:00", "Fr 12:00", off],
  ["Mo-Fr 07:00-09:00, 15:00-18:00", "Fr 17:00", on],
  ["Mo-Fr 07:00-09:00", "Sa 08:00", off],
  ["Mo-Fr: 07:00-09:00", "Mo 08:00", on],
  ["Mo,We,Fr 07:00-09:00", "We 08:00", on],
  ["Mo,We,Fr 07:00-09:00", "Tu 08:00", off],
  ["mo-fr 07:00-09:00", "Tu 08:00", on],
  ["Sa,Su", "Su 23:59", on],
  ["Fr-Mo", "Sa 12:00", on],
  ["Fr-Mo", "Mo 12:00", on],
  ["Fr-Mo", "Tu 12:00", off],
  ["Sa-Mo,We", "We 12:00", on],
])("weekdays and times: %s at %s", (text, at, expected) => expect(found(text, at)).toBe(expected));

test.each([
  ["22:00-06:00", "Tu 23:00", on],
  ["22:00-06:00", "Tu 05:59", on],
  ["22:00-06:00", "Tu 06:00", off],
  // The night belongs to the day on which it begins.
  ["Fr,Sa 22:00-06:00", "Su 05:00", on],
  ["Fr,Sa 22:00-06:00", "Fr 05:00", off],
  ["Su 22:00-06:00", "Mo 05:00", on],
  ["Fr 20:00-26:00", "Sa 01:59", on],
  ["Fr 20:00-26:00", "Sa 02:00", off],
  ["Fr 00:00-24:00", "Sa 00:00", off],
])("over midnight: %s at %s", (text, at, expected) => expect(found(text, at)).toBe(expected));

test.each([
  ["Mo-Su 08:00-20:00; Tu off", "Tu 09:00", off],
  ["Mo-Su 08:00-20:00; Tu closed", "We 09:00", on],
  ["Mo-Sa 08:00-20:00; 12:00-14:00 off", "Mo 13:00", off],
  ["Mo-Sa 08:00-20:00; 12:00-14:00 off", "Mo 14:00", on],
  // On its days a later rule stands in place of the earlier ones …
  ["Mo-Fr 07:00-19:00; We 08:00-10:00", "We 12:00", off],
  ["Mo-Fr 07:00-19:00; We 08:00-10:00", "Th 12:00", on],
  // … but for one after a comma.
  ["Mo-Fr 07:00-09:00, We 12:00-13:00", "We 08:00", on],
  ["Mo-Fr 07:00-09:00, We 12:00-13:00", "We 12:30", on],
  ["Mo-Fr 07:00-09:00, We 12:00-13:00", "Th 12:30", off],
  ["Mo-Fr 07:00-09:00; ", "Tu 08:00", on],
  ["24/7; Su off", "Su 08:00", off],
  ["off", "Tu 08:00", off],
])("several rules: %s at %s", (text, at, expected) => expect(found(text, at)).toBe(expected));

test.each([
  ["Nov-Mar", "2026-11-24T08:00", on],
  ["Nov-Mar", "2026-03-31T08:00", on],
  ["Nov-Mar", "2026-04-01T08:00", off],
  ["Dec 15-Mar 15", "2026-12-14T08:00", off],
  ["Dec 15-Mar 15", "2027-03-15T08:00", on],
  ["Jan15-Aug15", "2026-08-16T08:00", off],
  ["Jan15-Aug15", "2026-08-15T08:00", on],
  ["Dec 24-26", "2026-12-26T08:00", on],
  ["Dec 24-26", "2026-12-27T08:00", off],
  ["Dec 24,Dec 31 18:00-24:00", "2026-12-31T19:00", on],
  ["May 1", "2026-05-01T08:00", on],
  ["Jun-Aug,Dec", "2026-12-01T08:00", on],
  ["Nov-Mar 07:00-19:00", "2026-12-01T20:00", off],
  ["Nov-Mar Mo-Fr 07:00-19:00", "2026-11-24T08:00", on],
  ["Nov-Mar: Sa,Su", "2026-11-24T08:00", off],
  ["2026 Nov 1-2027 Jan 10", "2027-01-10T08:00", on],
  ["2026 Nov 1-2027 Jan 10", "2026-10-31T08:00", off],
  ["2026 Nov 1-Jan 10", "2027-01-11T08:00", off],
  ["2025 Nov", "2026-11-24T08:00", off],
  // The night of New Year's Eve is of the old year.
  ["Dec 31 22:00-06:00", "2027-01-01T05:00", on],
  ["Jan 1 22:00-06:00", "2027-01-01T05:00", off],
])("dates: %s at %s", (text, at, expected) => expect(found(text, at)).toBe(expected));

test.each([
  ["Nov-Mar", "Tu 08:00", "undated"],
  ["Nov-Mar Mo-Fr 07:00-19:00", "Tu 08:00", "undated"],
  // Neither the date nor the holiday matters where the hour or the weekday does not fit.
  ["Nov-Mar Mo-Fr 07:00-19:00", "Tu 20:00", off],
  ["Nov-Mar Mo-Fr 07:00-19:00", "Sa 12:00", off],
  ["Nov-Mar; Tu 08:00-09:00", "Tu 08:00", on],
  ["Mo-Fr 07:00-19:00; Jul-Aug off", "Tu 08:00", "undated"],
  ["Sa,Su,PH 10:00-18:00", "Su 12:00", on],
  ["Sa,Su,PH 10:00-18:00", "Tu 12:00", off],
  ["Mo-Fr 07:00-09:00; PH off", "Tu 08:00", on],
  ["PH", "Tu 08:00", "holidays"],
  ["PH 10:00-18:00", "Tu 08:00", off],
  ["SH 07:00-16:00", "Tu 08:00", "holidays"],
  ["Mo-Fr 07:00-16:00; SH off", "Tu 08:00", "holidays"],
  ["Mo-Fr 07:00-16:00; SH off", "Tu 17:00", off],
  ["Tu,SH 07:00-16:00", "Tu 08:00", on],
])("what is not known is not guessed where it matters: %s at %s", (text, at, expected) =>
  expect(found(text, at)).toBe(expected),
);

test.each([
  ...[
    "",
    ";",
    ",",
    "sunset-sunrise",
    "sunrise-22:00",
    "Mo[1] 08:00-10:00",
    "week 10-20",
    "easter",
    "Monday 08:00-10:00",
  ],
  ...[
    "08:00+",
    "08:00-",
    "-09:00",
    "25:00-49:00",
    "08:60-09:00",
    "0700-0900",
    "7-9",
    "08:00-09:00,",
    "Mo-",
    "Mo-Xx",
    "Mo Tu",
  ],
  ...["Mo, 07:00-09:00", "Mo-Fr 08:00-10:00 Sa", "Jan 32", "Jan 10-5", "Jan-", "2026", "Nov-2027 Mar", "PH -1 day"],
  ...[
    '08:00-10:00 "by appointment"',
    "Mo-Fr 07:00-09:00 || Sa",
    "08:00-20:00/02:00",
    "10:00-40:00",
    "Mo–Fr 07:00-09:00",
  ],
])("what is none of it is not understood: %s", (text) => {
  expect(found(text, "Tu 08:00")).toBe("not understood");
});
