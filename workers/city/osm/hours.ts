import { dayBefore, weekdayNames, type CalendarDate, type Moment } from "../moment";
import { both, choose, either, type Finding } from "./findings";

/**
 * The part of OSM's opening hours that tags of roads use: dates, weekdays, times of day, `off`, `24/7`, several rules. Sunrise,
 * weeks of the year, nth weekdays, open ends and comments are none of it. A day counts as no public holiday unless it is asked
 * for one alone; of school holidays nothing is known.
 *
 * Texts come from anybody: reading takes time in proportion to their length.
 * @see https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
 */
export interface HoursRule {
  /** Empty: every day of the year. */
  readonly dates: readonly DateRange[];
  /** Null: every day of the week. */
  readonly days: DaySelection | null;
  /** Empty: the whole day. */
  readonly times: readonly TimeRange[];
  readonly isOff: boolean;
  /** After a comma: it takes nothing from the rules before it, as one after a semicolon does on its days. */
  readonly isAdded: boolean;
}

interface DaySelection {
  /** Bit 0 = Monday. */
  readonly weekdays: number;
  readonly publicHolidays: boolean;
  readonly schoolHolidays: boolean;
}

/** Minutes since the beginning of the day, `from` < `until`, which is beyond 1440 where it lasts over midnight. */
interface TimeRange {
  readonly from: number;
  readonly until: number;
}

interface DateRange {
  readonly from: PartialDate;
  readonly to: PartialDate;
}

/** Without a year: of every year. */
interface PartialDate {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

/** Rules in their order; null where the text is none of this. */
export function parseHours(text: string): readonly HoursRule[] | null {
  const reading: Reading = { tokens: tokensOf(text), at: 0 };
  const rules: HoursRule[] = [];
  let isAdded = false;
  while (reading.at < reading.tokens.length) {
    if (takes(reading, ";")) {
      isAdded = false;
      continue;
    }
    const rule = readRule(reading, isAdded);
    if (rule === null) return null;
    rules.push(rule);
    // Only after times: "Mo, 07:00-09:00" is no two rules, but a slip.
    isAdded = rule.times.length > 0 && takes(reading, ",");
    if (!isAdded && reading.at < reading.tokens.length && !isNext(reading, ";")) return null;
  }
  return rules.length === 0 || isAdded ? null : rules;
}

/** Whether the hours are on at a moment; what began the day before may last until then. */
export function findHours(rules: readonly HoursRule[], moment: Moment): Finding {
  const before = dayBefore(moment);
  const isForHolidays = rules.every(
    ({ days, isOff }) => isOff || (days?.publicHolidays === true && days.weekdays === 0),
  );
  let [today, sinceBefore]: [Finding, Finding] = ["otherHours", "otherHours"];
  for (const rule of rules) {
    const [onDay, onDayBefore] = [moment, before].map((day) => findDay(rule, day, isForHolidays));
    const [now, late] = [findTime(rule, moment.minute), findTime(rule, moment.minute + minutesPerDay)];
    if (rule.isOff && rule.times.length > 0) {
      const off = either(both(onDay, now), both(onDayBefore, late));
      [today, sinceBefore] = [choose(off, "otherHours", today), choose(off, "otherHours", sinceBefore)];
    } else if (rule.isOff) {
      today = choose(onDay, "otherHours", today);
      sinceBefore = choose(onDayBefore, "otherHours", sinceBefore);
    } else if (rule.isAdded) {
      today = either(today, both(onDay, now));
      sinceBefore = either(sinceBefore, both(onDayBefore, late));
    } else {
      today = choose(onDay, now, today);
      sinceBefore = choose(onDayBefore, late, sinceBefore);
    }
  }
  return either(today, sinceBefore);
}

const minutesPerDay = 1440;

function findTime({ times }: HoursRule, minute: number): Finding {
  const isOn =
    times.length === 0 ? minute < minutesPerDay : times.some(({ from, until }) => minute >= from && minute < until);
  return isOn ? "holds" : "otherHours";
}

function findDay({ dates, days }: HoursRule, { weekday, date }: Moment, isForHolidays: boolean): Finding {
  const onWeekday = days === null ? "holds" : findWeekday(days, weekday, isForHolidays);
  if (dates.length === 0) return onWeekday;
  const onDate = date === null ? "undated" : dates.some((range) => isWithin(date, range)) ? "holds" : "otherHours";
  return both(onWeekday, onDate);
}

function findWeekday(days: DaySelection, weekday: number, isForHolidays: boolean): Finding {
  if (((days.weekdays >> weekday) & 1) === 1) return "holds";
  return days.schoolHolidays || (days.publicHolidays && isForHolidays) ? "holidays" : "otherHours";
}

function isWithin({ year, month, day }: CalendarDate, { from, to }: DateRange): boolean {
  const inYear = (date: PartialDate) => date.month * 100 + date.day;
  if (from.year === null) {
    const [at, first, last] = [month * 100 + day, inYear(from), inYear(to)];
    return first <= last ? at >= first && at <= last : at >= first || at <= last;
  }
  // "2025 Dec 15-Mar 15" ends in the year after.
  const lastYear = to.year ?? (inYear(to) < inYear(from) ? from.year + 1 : from.year);
  const at = year * 10_000 + month * 100 + day;
  return at >= from.year * 10_000 + inYear(from) && at <= lastYear * 10_000 + inYear(to);
}

/** A word in small letters, digits, or one other character. */
interface Token {
  readonly text: string;
  readonly isSpaced: boolean;
}

interface Reading {
  readonly tokens: readonly Token[];
  at: number;
}

function tokensOf(text: string): Token[] {
  const found = text.matchAll(/(\s*)([A-Za-z]+|\d+|\S)/g);
  return [...found].map(([, space = "", token = ""]) => ({ text: token.toLowerCase(), isSpaced: space !== "" }));
}

const isNext = ({ tokens, at }: Reading, text: string): boolean => tokens[at]?.text === text;

function takes(reading: Reading, text: string): boolean {
  if (!isNext(reading, text)) return false;
  reading.at++;
  return true;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = weekdayNames.map((name) => name.toLowerCase());

function readRule(reading: Reading, isAdded: boolean): HoursRule | null {
  const start = reading.at;
  if (takes(reading, "24") && takes(reading, "/") && takes(reading, "7")) {
    return { dates: [], days: null, times: [], isOff: takesOff(reading), isAdded };
  }
  reading.at = start;
  const dates = readList(reading, startsDate, readDateRange);
  // A colon after them is for readers only.
  if (dates !== null && dates.length > 0) takes(reading, ":");
  const days = readDays(reading);
  if (days !== null) takes(reading, ":");
  const times = readList(reading, startsTime, readTimeRange);
  if (dates === null || times === null || days === "none") return null;
  const isOff = takesOff(reading);
  if (!isOff) takes(reading, "open");
  return reading.at === start ? null : { dates, days, times, isOff, isAdded };
}

const takesOff = (reading: Reading): boolean => takes(reading, "off") || takes(reading, "closed");

/** Parts between commas for as long as they start alike; null where one is not understood. */
function readList<T>(
  reading: Reading,
  starts: (reading: Reading) => boolean,
  read: (reading: Reading) => T | null,
): readonly T[] | null {
  const list: T[] = [];
  while (starts(reading)) {
    const part = read(reading);
    if (part === null) return null;
    list.push(part);
    if (!takes(reading, ",")) return list;
  }
  // The comma before what is none of the list parts rules.
  if (list.length > 0) reading.at--;
  return list;
}

const numberAt = ({ tokens }: Reading, at: number): number | null =>
  /^\d{1,4}$/.test(tokens[at]?.text ?? "") ? Number(tokens[at]?.text) : null;

const monthAt = ({ tokens }: Reading, at: number): number => months.indexOf(tokens[at]?.text ?? "") + 1;

/** A year is no hour. */
const startsDate = (reading: Reading): boolean =>
  monthAt(reading, reading.at) > 0 ||
  ((numberAt(reading, reading.at) ?? 0) > 999 && monthAt(reading, reading.at + 1) > 0);

const startsTime = (reading: Reading): boolean => isTime(reading, reading.at);

/** Hours and minutes stand together: "Aug 31: 10:00" has one only. */
const isTime = (reading: Reading, at: number): boolean =>
  numberAt(reading, at) !== null &&
  reading.tokens[at + 1]?.text === ":" &&
  numberAt(reading, at + 2) !== null &&
  !reading.tokens[at + 1]?.isSpaced &&
  !reading.tokens[at + 2]?.isSpaced;

function readDateRange(reading: Reading): DateRange | null {
  const from = readDate(reading);
  if (from === null) return null;
  const first = { ...from, day: from.day ?? 1 };
  if (!takes(reading, "-")) return { from: first, to: { ...from, day: from.day ?? 31 } };
  if (startsDate(reading)) {
    const to = readDate(reading);
    // A year at the end only says nothing of when it begins.
    if (to === null || (from.year === null && to.year !== null)) return null;
    return { from: first, to: { ...to, day: to.day ?? 31 } };
  }
  const lastDay = readDay(reading);
  return from.day === null || lastDay === null || lastDay < from.day
    ? null
    : { from: first, to: { ...from, day: lastDay } };
}

function readDate(reading: Reading): { year: number | null; month: number; day: number | null } | null {
  const year = monthAt(reading, reading.at) > 0 ? null : numberAt(reading, reading.at);
  if (year !== null) reading.at++;
  const month = monthAt(reading, reading.at++);
  const isDay = numberAt(reading, reading.at) !== null && !isTime(reading, reading.at);
  const day = isDay ? readDay(reading) : null;
  return isDay && day === null ? null : { year, month, day };
}

function readDay(reading: Reading): number | null {
  const day = numberAt(reading, reading.at++);
  return day !== null && day >= 1 && day <= 31 ? day : null;
}

/** Null: none are named; "none": what is named is no selection of days. */
function readDays(reading: Reading): DaySelection | null | "none" {
  const parts = readList(reading, startsDay, readDayRange);
  if (parts === null) return "none";
  if (parts.length === 0) return null;
  return {
    weekdays: parts.reduce((bits, part) => bits | part.weekdays, 0),
    publicHolidays: parts.some(({ publicHolidays }) => publicHolidays),
    schoolHolidays: parts.some(({ schoolHolidays }) => schoolHolidays),
  };
}

const weekdayAt = ({ tokens }: Reading, at: number): number => weekdays.indexOf(tokens[at]?.text ?? "");

const startsDay = (reading: Reading): boolean =>
  weekdayAt(reading, reading.at) >= 0 || isNext(reading, "ph") || isNext(reading, "sh");

function readDayRange(reading: Reading): DaySelection | null {
  if (takes(reading, "ph")) return { weekdays: 0, publicHolidays: true, schoolHolidays: false };
  if (takes(reading, "sh")) return { weekdays: 0, publicHolidays: false, schoolHolidays: true };
  const first = weekdayAt(reading, reading.at++);
  let last = first;
  if (takes(reading, "-")) last = weekdayAt(reading, reading.at++);
  if (last < 0) return null;
  let bits = 0;
  for (let day = first; ; day = (day + 1) % 7) {
    bits |= 1 << day;
    if (day === last) break;
  }
  return { weekdays: bits, publicHolidays: false, schoolHolidays: false };
}

function readTimeRange(reading: Reading): TimeRange | null {
  const from = readTime(reading);
  if (from === null || from > minutesPerDay || !takes(reading, "-")) return null;
  const to = readTime(reading);
  if (to === null) return null;
  const until = to > from ? to : to + minutesPerDay;
  return until - from > minutesPerDay ? null : { from, until };
}

/** Up to 48:00, which is the end of the next day. */
function readTime(reading: Reading): number | null {
  if (!isTime(reading, reading.at)) return null;
  const [hours, minutes] = [numberAt(reading, reading.at) ?? 0, numberAt(reading, reading.at + 2) ?? 0];
  reading.at += 3;
  const time = hours * 60 + minutes;
  return minutes < 60 && time <= 2 * minutesPerDay ? time : null;
}
