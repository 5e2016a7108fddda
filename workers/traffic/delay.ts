import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";
import { freeFlowDs, routeOf, TreeSet } from "./routing";
import { locatePeople } from "./whereabouts";

/**
 * How long each person's trips that were under way at or after a tick have taken beyond the fastest free way from origin
 * to destination, s: waiting at the kerb and detours count. Of a trip that is not over: so far, less the free time of
 * what is behind it. (The engine's own roadDelayS measures against the way that is driven: a detour on an empty road is no
 * delay there.) Differences between two runs of the same trips do not depend on the free times once the trips are over.
 * @param sinceTick trips that had arrived by then are left out
 * @param dueTick trips that are usually begun then or later are left out, whenever an instruction has them begin: in two
 *   runs that differ by one the same trips are counted, as long as it moves none of them beyond the runs' end
 */
export function delayOfPeople(arena: Arena, sinceTick: number, dueTick = Infinity): Float64Array {
  const { columns, counts, header } = arena;
  const delayS = new Float64Array(counts.people);
  const edgeOfPerson = locatePeople(arena);
  for (let trip = 0; trip < counts.trips; trip++) {
    const departTick = columns.tripDepartTick[trip];
    const arrivalTick = columns.tripArrivalTick[trip];
    if (departTick >= header.tick || columns.tripUsualTick[trip] >= dueTick) continue;
    if (arrivalTick !== none && arrivalTick <= sinceTick) continue;
    // Who has not come to work yet does not wait to go home.
    if (trip % 2 === 1 && columns.tripArrivalTick[trip - 1] === none) continue;
    const person = trip >>> 1;
    const destination = columns.tripDestination[trip];
    let freeS = freeTimeS(arena, columns.tripOriginEdge[trip], destination);
    if (arrivalTick === none) {
      const isWaiting = columns.tripStartTick[trip] === none || edgeOfPerson[person] === none;
      freeS -= isWaiting ? freeS : freeTimeS(arena, edgeOfPerson[person], destination);
    }
    const untilTick = arrivalTick === none ? header.tick : arrivalTick;
    delayS[person] += (untilTick - departTick) * header.dtS - freeS;
  }
  return delayS;
}

/** Free-flow time after an edge to a destination by the fastest way, s; 0 where there is none. */
function freeTimeS(arena: Arena, from: number, destination: number): number {
  const route = routeOf(arena, TreeSet.usual, from, destination);
  let sum = 0;
  for (let step = 1; step < route.length; step++) sum += freeFlowDs(arena, route[step]);
  return sum / 10;
}
