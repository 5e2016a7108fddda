import { fail, succeed, type Result } from "../../common/result";
import { parseTimestamp, type Timestamp } from "../../ledger/wire/timestamp";

/**
 * The session's clock and the chain's: session times are seconds since midnight of a day, which is taken as UTC; block
 * times are seconds since 1970, and contracts know whole ones only.
 */
export interface SessionClock {
  /** Block time of the day's midnight, s. */
  readonly midnightS: number;
}

/** @param date "2026-03-02" */
export function createSessionClock(date: string): Result<SessionClock> {
  const midnight = parseTimestamp(`${date}T00:00:00Z`);
  if (!midnight.ok || midnight.value.seconds < 0) return fail("not a day since 1970 in the form YYYY-MM-DD", date);
  return succeed({ midnightS: midnight.value.seconds });
}

/** Whole seconds of block time; fractions are cut. */
export function blockSecondsOf(clock: SessionClock, timeS: number): number {
  return clock.midnightS + Math.floor(timeS);
}

export function sessionSecondsOf(clock: SessionClock, blockS: number): number {
  return blockS - clock.midnightS;
}

/** Block time to the millisecond. */
export function blockTimeOf(clock: SessionClock, timeS: number): Timestamp {
  const seconds = Math.floor(timeS);
  return { seconds: clock.midnightS + seconds, nanos: Math.floor((timeS - seconds) * 1000) * 1_000_000 };
}
