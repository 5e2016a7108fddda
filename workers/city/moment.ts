import { fail, succeed, type Result } from "../../common/result";

/** The instant at which an import asks what holds: of any week, or of one day. */
export interface Moment {
  /** 0 = Monday … 6 = Sunday. */
  readonly weekday: number;
  /** 0 … 1439. */
  readonly minute: number;
  /** Null: no day of the year is stated, so what depends on the season is not decided. */
  readonly date: CalendarDate | null;
}

export interface CalendarDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
}

/** The busy hour of an ordinary weekday: what most rules by the hour are made for. */
export const usualMoment: Moment = { weekday: 1, minute: 8 * 60, date: null };

/** As OpenStreetMap writes them, from Monday. */
export const weekdayNames = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

const expected = 'a weekday and a time such as "Tu 08:00", or a date and a time such as 2026-11-24T08:00';

/** "Tu 08:00" or "2026-11-24T08:00"; local time of the city. */
export function parseMoment(text: string): Result<Moment> {
  const weekly = /^([A-Za-z]{2}) (\d{1,2}):(\d{2})$/.exec(text);
  if (weekly !== null) {
    const weekday = weekdayNames.findIndex((name) => name.toLowerCase() === weekly[1]?.toLowerCase());
    const minute = minuteOf(weekly[2], weekly[3]);
    return weekday < 0 || minute === null ? fail(expected, text) : succeed({ weekday, minute, date: null });
  }
  const dated = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})$/.exec(text);
  if (dated === null) return fail(expected, text);
  const [year, month, day] = dated.slice(1, 4).map(Number);
  const minute = minuteOf(dated[4], dated[5]);
  if (minute === null || month < 1 || month > 12) return fail(expected, text);
  if (day < 1 || day > daysIn(year, month)) return fail("there is no such day", text);
  const date = { year, month, day };
  return succeed({ weekday: weekdayOf(date), minute, date });
}

function minuteOf(hours: string | undefined, minutes: string | undefined): number | null {
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/** As it is typed: `parseMoment` gives it back. */
export function describeMoment({ weekday, minute, date }: Moment): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  if (date === null) return `${weekdayNames[weekday] ?? ""} ${time}`;
  return `${String(date.year).padStart(4, "0")}-${two(date.month)}-${two(date.day)}T${time}`;
}

/** The same time a day earlier. */
export function dayBefore({ weekday, minute, date }: Moment): Moment {
  return { weekday: (weekday + 6) % 7, minute, date: date === null ? null : dateBefore(date) };
}

function dateBefore({ year, month, day }: CalendarDate): CalendarDate {
  if (day > 1) return { year, month, day: day - 1 };
  const before = month > 1 ? { year, month: month - 1 } : { year: year - 1, month: 12 };
  return { ...before, day: daysIn(before.year, before.month) };
}

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Gregorian. @see Sakamoto 1992, comp.lang.c: days since Sunday by month, with the year beginning in March */
function weekdayOf({ year, month, day }: CalendarDate): number {
  const shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] ?? 0;
  const marchYear = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const sinceSunday = (marchYear + leapDays + shift + day) % 7;
  return (sinceSunday + 6) % 7;
}
