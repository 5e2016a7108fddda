import { none, type Arena } from "../../workers/arena";
import type { InstructedAction } from "../../workers/messages";

// How far a look into the future must go for what is put off to be seen: a trip that leaves after its end costs nothing there.

/** Who left last arrives, and what they were part of clears, within so long, s. An assumption. */
export const clearingS = 2700;
/** No look is longer than that, s. What moves departures further is refused, and its reason said. */
export const horizonMaxS = 4 * 3600;

/**
 * When the last of those leaves on the way to work whose departure the action would move, s after midnight; -Infinity when
 * it moves none. Whoever left by `sentTick` goes on as before.
 */
export function lastDepartureS(
  { columns, header }: Pick<Arena, "columns" | "header">,
  people: readonly number[],
  action: InstructedAction,
  sentTick = header.tick,
): number {
  if (action.kind === "avoid" || action.kind === "itinerary") return -Infinity;
  let last = -Infinity;
  for (const person of people) {
    const trip = 2 * person;
    const dueTick = columns.tripDepartTick[trip];
    if (columns.tripStartTick[trip] !== none || dueTick <= sentTick) continue;
    const usualTick = columns.tripUsualTick[trip];
    const moved =
      action.kind === "hold" ? Math.max(usualTick, action.untilTick) : usualTick + action.shiftS / header.dtS;
    if (moved !== dueTick) last = Math.max(last, moved, dueTick);
  }
  return header.startS + last * header.dtS;
}
