import { event, header } from "../../../dist/kernel/sections";
import { countTerminal } from "./flows";

export const PASSED_TERMINAL: u32 = 1;
export const DEPARTED: u32 = 2;
export const ARRIVED: u32 = 3;

/** Reports something about a person whose contract wants to know. Past `eventCapacity` the caller must have taken them. */
export function report(kind: u32, trip: u32, what: u32): void {
  if (kind == PASSED_TERMINAL) countTerminal(what);
  const row = header.eventCount;
  if (row >= header.eventCapacity) return;
  event[4 * row] = kind;
  event[4 * row + 1] = trip;
  event[4 * row + 2] = what;
  event[4 * row + 3] = header.tick;
  header.eventCount = row + 1;
}
