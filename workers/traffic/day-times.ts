import type { Arena } from "../arena/arena";
import { periodOf } from "./day-loading";
import { freeFlowDs } from "./routing";
import type { UsualWays } from "./usual-ways";

/** Expected time along a way to work after its first edge, s, by the hour of departure: the assignment's times, free ones at other hours. */
export function timesAt(
  arena: Arena,
  { periods, periodDs }: UsualWays,
): (route: readonly number[], departS: number) => number {
  const free = Uint16Array.from({ length: arena.counts.edges }, (_, edge) => freeFlowDs(arena, edge));
  return (route, departS) => {
    const hour = periodOf(periods[0], departS);
    // Rows after those of the way to work are of the way home.
    const ofHour = hour < periods[0].length ? periodDs[hour] : free;
    let sum = 0;
    for (let step = 1; step < route.length; step++) sum += ofHour[route[step]];
    return sum / 10;
  };
}
