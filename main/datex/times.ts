import { assert } from "../../common/result";
import { formatTimestamp, parseTimestamp } from "../../ledger/wire/timestamp";

/** Session times (seconds since midnight of a day, which is taken as UTC) and the model's `DateTime`. */
export interface DayClock {
  readonly midnightS: number;
}

/** @param date "2026-03-02" */
export function dayClock(date: string): DayClock {
  const midnight = parseTimestamp(`${date}T00:00:00Z`);
  assert(midnight.ok, `a session has a day, not ${date}`);
  return { midnightS: midnight.value.seconds };
}

/** To the millisecond. */
export function dateTimeOf({ midnightS }: DayClock, timeS: number): string {
  const ms = Math.round(timeS * 1000);
  const seconds = Math.floor(ms / 1000);
  return formatTimestamp({ seconds: midnightS + seconds, nanos: (ms - seconds * 1000) * 1_000_000 });
}

/**
 * Reads an `xs:dateTime`; one without an offset is taken as UTC.
 * @returns session time, s, of any day; null where the text is no such time
 */
export function timeOfDateTime({ midnightS }: DayClock, text: string): number | null {
  const match = /^(.*T\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))?$/.exec(text.trim());
  if (match === null) return null;
  const [, civil, decimals = "", sign, hours = "0", minutes = "0"] = match as (string | undefined)[];
  const read = parseTimestamp(`${civil ?? ""}${decimals.slice(0, 10)}Z`);
  if (!read.ok) return null;
  const offsetS = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  return read.value.seconds + read.value.nanos / 1e9 - offsetS - midnightS;
}
