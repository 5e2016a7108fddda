import { fail, succeed, type Result } from "../../common/result";

/** A time as blocks carry it: nanoseconds since 1970, which a JavaScript Date could not hold. */
export interface Timestamp {
  /** Whole seconds since 1970-01-01T00:00:00Z, negative before. */
  readonly seconds: number;
  /** 0 … 999,999,999, always added. */
  readonly nanos: number;
}

const nanosPerSecond = 1_000_000_000;
const secondsPerDay = 86_400;

/** 0001-01-01T00:00:00Z, the zero time of Go: what an absent vote carries. */
export const zeroTime: Timestamp = { seconds: -62_135_596_800, nanos: 0 };
/** 9999-12-31T23:59:59Z, the last second of protobuf's Timestamp. */
const secondsMax = 253_402_300_799;

/** Reads "2023-05-17T14:12:53.605374524Z": RFC 3339 in UTC, up to nine decimals. */
export function parseTimestamp(text: string): Result<Timestamp> {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/.exec(text);
  if (!match) return fail("not a time in RFC 3339 form in UTC", text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!inRange || hour > 23 || minute > 59 || second > 59 || year === 0) return fail("no such time", text);
  const seconds = daysFromCivil(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second;
  return succeed({ seconds, nanos: Number((match[7] ?? "").padEnd(9, "0")) });
}

/** As Go prints it: decimals without trailing zeros. */
export function formatTimestamp({ seconds, nanos }: Timestamp): string {
  const days = Math.floor(seconds / secondsPerDay);
  const rest = seconds - days * secondsPerDay;
  const { year, month, day } = civilFromDays(days);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  const decimals = String(nanos).padStart(9, "0").replace(/0+$/, "");
  return `${date}T${clock}${decimals === "" ? "" : `.${decimals}`}Z`;
}

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.seconds === b.seconds ? a.nanos - b.nanos : a.seconds - b.seconds;
}

/** @param nanos any whole number, negative too */
export function addNanos(time: Timestamp, nanos: number): Timestamp {
  const sum = time.nanos + (nanos % nanosPerSecond);
  const carry = Math.floor(sum / nanosPerSecond);
  return {
    seconds: time.seconds + Math.trunc(nanos / nanosPerSecond) + carry,
    nanos: sum - carry * nanosPerSecond,
  };
}

export function addSeconds(time: Timestamp, seconds: number): Timestamp {
  return { seconds: time.seconds + seconds, nanos: time.nanos };
}

/** Whether both parts are whole and in the range of protobuf's Timestamp. */
export function isTimestamp({ seconds, nanos }: Timestamp): boolean {
  const isInYears = Number.isSafeInteger(seconds) && seconds >= zeroTime.seconds && seconds <= secondsMax;
  return isInYears && Number.isSafeInteger(nanos) && nanos >= 0 && nanos < nanosPerSecond;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. @see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" */
function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The reverse of `daysFromCivil`, same source. */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
