import { expect, test } from "vitest";
import { fc } from "../../test/support/properties";
import { dayBefore, describeMoment, parseMoment } from "./moment";

const momentOf = (text: string) => {
  const moment = parseMoment(text);
  if (!moment.ok) throw new Error(moment.error.message);
  return moment.value;
};

test("a weekday and a time are of any week, in either case and with one digit of the hour", () => {
  expect(momentOf("Tu 08:00")).toEqual({ weekday: 1, minute: 480, date: null });
  expect(momentOf("su 23:59")).toEqual({ weekday: 6, minute: 1439, date: null });
  expect(momentOf("Mo 7:05")).toEqual({ weekday: 0, minute: 425, date: null });
});

// Weekdays as calendars print them.
test.each([
  ["2026-11-24T08:00", 1],
  ["2000-02-29T00:00", 1],
  ["1999-12-31T12:00", 4],
  ["2024-03-01T06:30", 4],
  ["2023-01-01T00:00", 6],
])("a date has its weekday: %s", (text, weekday) => {
  expect(momentOf(text).weekday).toBe(weekday);
});

test.each([
  ...["", "Tu", "08:00", "Tu 24:00", "Tu 08:60", "Xx 08:00", "Tu08:00", "Tuesday 08:00", "Tu 08:00 "],
  ...["2026-11-24", "2026-13-01T08:00", "2026-11-31T08:00", "2023-02-29T08:00", "2026-11-24T25:00", "26-11-24T08:00"],
])("what is no moment is refused: '%s'", (text) => {
  expect(parseMoment(text).ok).toBe(false);
});

test("a moment is described as it is typed", () => {
  for (const text of ["Tu 08:00", "2026-11-24T08:00", "Su 00:00"]) expect(describeMoment(momentOf(text))).toBe(text);
});

test("days go back over months, leap days and years, as the calendar's clock does", () => {
  const days = fc.integer({ min: -100_000, max: 100_000 });
  fc.assert(
    fc.property(days, (day) => {
      const iso = (since: number) => new Date(since * 86_400_000).toISOString().slice(0, 10);
      expect(dayBefore(momentOf(`${iso(day)}T10:00`))).toEqual(momentOf(`${iso(day - 1)}T10:00`));
      // ISO counts Sunday as 0.
      expect(momentOf(`${iso(day)}T10:00`).weekday).toBe((new Date(day * 86_400_000).getUTCDay() + 6) % 7);
    }),
  );
});
