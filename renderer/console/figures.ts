import { formatTokens } from "../../common/money";
import { formatTimeOfDay } from "../../common/time";
import { text } from "./text/language";

/**
 * Figures as the console writes them in its language: digits in groups of three, a real minus, the unit said where it is
 * shown.
 */

const groupSpace = "\u202f";
const minus = "\u2212";

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, groupSpace);
}

/** 11846 → "11 846". */
export function count(value: number): string {
  return fixed(value, 0);
}

/** 1234.56, 1 → "1 234.6". */
export function fixed(value: number, digits: number): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(digits).split(".");
  const magnitude = fraction === undefined ? grouped(whole) : `${grouped(whole)}${text.figures.decimal}${fraction}`;
  return value < 0 && Number(value.toFixed(digits)) !== 0 ? minus + magnitude : magnitude;
}

/** With the sign always: "+12", "−3", "0". */
export function signed(value: number, digits: number): string {
  return Number(value.toFixed(digits)) > 0 ? `+${fixed(value, digits)}` : fixed(value, digits);
}

/** What two figures beside each other differ by for whoever reads them: that of what `fixed` shows, not of what was rounded. */
export function differenceAsShown(value: number, other: number, digits: number): number {
  return Number(value.toFixed(digits)) - Number(other.toFixed(digits));
}

/** Micro-tokens → "1 234.5", exact. */
export function tokens(micro: number): string {
  const [whole = "", fraction] = formatTokens(BigInt(Math.abs(micro))).split(".");
  const magnitude = fraction === undefined ? grouped(whole) : `${grouped(whole)}${text.figures.decimal}${fraction}`;
  return micro < 0 ? minus + magnitude : magnitude;
}

/** Micro-tokens → whole tokens, rounded down: what there is for sure. */
export function wholeTokens(micro: number): string {
  return count(Math.floor(micro / 1_000_000));
}

/** Share of a whole → "57 %"; not "100 %" before it is the whole. A whole of nothing has no share. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return "–";
  const share = Math.round((100 * part) / whole);
  return `${fixed(part < whole ? Math.min(99, share) : share, 0)}\u00a0%`;
}

/** Two parts that are the whole → "57 %", "43 %": they add to 100, and neither is 0 or 100 % before it is none or all. */
export function percentsOfTwo(first: number, second: number): readonly [string, string] {
  const whole = first + second;
  if (whole <= 0) return ["–", "–"];
  const share = Math.round((100 * first) / whole);
  const shown = first > 0 && second > 0 ? Math.min(99, Math.max(1, share)) : share;
  return [percent(shown, 100), percent(100 - shown, 100)];
}

/** "07:05", in French "07 h 05". */
export function minuteOf(timeS: number): string {
  const [hours = "", minutes = ""] = formatTimeOfDay(timeS).split(":");
  return text.figures.minute(hours, minutes);
}

/** The day of a block time, as the ledger counts days (UTC): "2 Mar 2026". @param blockTimeS seconds since 1970 */
export function dayOf(blockTimeS: number): string {
  return new Intl.DateTimeFormat(text.figures.locale, { dateStyle: "medium", timeZone: "UTC" }).format(
    blockTimeS * 1000,
  );
}

/** When something was written, by this computer's clock: "27 Nov 2026, 01:23". @param at in ISO 8601 */
export function dayAndMinuteOf(at: string): string {
  const written = new Date(at);
  const day = new Intl.DateTimeFormat(text.figures.locale, { dateStyle: "medium" }).format(written);
  return `${day}, ${minuteOf(3600 * written.getHours() + 60 * written.getMinutes())}`;
}

/** "07:05:30". */
export const secondOf = formatTimeOfDay;

export function kmh(speedMps: number): number {
  return speedMps * 3.6;
}

/** "9F2C61D0…E3C655": enough to compare by eye; the whole is for the clipboard. */
export function shortHash(hash: string): string {
  return hash.length <= 18 ? hash : `${hash.slice(0, 8)}…${hash.slice(-6)}`;
}

/** 0.5 → "0.5", 10 → "10". */
export function factor(speed: number): string {
  return String(speed).replace(".", text.figures.decimal);
}

/** "2026-03-02T07:12:04.5Z" → "2026-03-02 07:12:04". */
export function shortTime(rfc3339: string): string {
  return rfc3339.slice(0, 19).replace("T", " ");
}
