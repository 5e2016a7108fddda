import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";
import { buildTrees, TreeSet, weighByPresentTimes } from "./routing";
import { tripUnderWay } from "./whereabouts";

// Routes in use follow the traffic. To build all their trees at once would hold a large city up for seconds, so that each
// destination has its turn once a period, and every turn takes a slice of them.

/** How often a route in use is brought up to date, s of simulated time. */
const refreshPeriodS = 300;
const slices = 30;

const sliceTicksOf = ({ header }: Arena): number => Math.max(1, Math.round(refreshPeriodS / slices / header.dtS));

export const isRefreshTick = (arena: Arena): boolean => arena.header.tick % sliceTicksOf(arena) === 0;

export function nextRefreshTick(arena: Arena): number {
  const sliceTicks = sliceTicksOf(arena);
  return (Math.floor(arena.header.tick / sliceTicks) + 1) * sliceTicks;
}

/**
 * Brings the weights of all sets in use but the usual ones up to date, and those of their trees whose turn it is. An
 * instruction that nobody follows any more is over.
 */
export function refreshRoutes(arena: Arena): void {
  const { columns, counts, header } = arena;
  const slice = Math.floor(header.tick / sliceTicksOf(arena)) % slices;
  if (slice === 0) endInstructions(arena);
  for (let set = TreeSet.closures; set < counts.treeSets; set++) {
    if (columns.treeSetActive[set] === 0) continue;
    weighByPresentTimes(arena, set);
    const due = neededSoon(arena, set);
    const turn: number[] = [];
    for (let destination = slice; destination < counts.destinations; destination += slices) {
      // Anybody may come upon a closure: who does needs a way around it.
      const isMissing =
        set === TreeSet.closures && columns.treeOfDestination[set * counts.destinations + destination] < 0;
      if (due[destination] === 1 || isMissing) turn.push(destination);
    }
    buildTrees(arena, set, Uint32Array.from(turn));
  }
}

/** Brings the weights of a set up to date, and all trees of it by which somebody travels or is about to. */
export function refreshSet(arena: Arena, set: number): void {
  weighByPresentTimes(arena, set);
  buildTrees(arena, set, Uint32Array.from(destinationsSoon(arena, set)));
}

/** Destinations to which somebody travels by a set, or departs before their turn has come round again. */
export function destinationsSoon(arena: Arena, set: number): number[] {
  const found: number[] = [];
  neededSoon(arena, set).forEach((isNeeded, destination) => {
    if (isNeeded === 1) found.push(destination);
  });
  return found;
}

/** The tick by which the turn of every tree has come round. */
export function refreshHorizon(arena: Arena): number {
  return arena.header.tick + slices * sliceTicksOf(arena);
}

function neededSoon(arena: Arena, set: number): Uint8Array {
  const { columns, counts } = arena;
  const needed = new Uint8Array(counts.destinations);
  const horizon = refreshHorizon(arena);
  const { personTreeSet, tripDepartTick, tripDestination, tripVia, itineraryVia } = columns;
  for (let person = 0; person < counts.people; person++) {
    if (personTreeSet[person] !== set) continue;
    const trip = tripUnderWay(arena, person);
    if (trip === none || tripDepartTick[trip] > horizon) continue;
    needed[tripDestination[trip]] = 1;
    for (let row = tripVia[trip]; itineraryVia[row] !== none; row++) needed[itineraryVia[row]] = 1;
  }
  return needed;
}

function endInstructions({ columns, header }: Arena): void {
  const used = new Set([...columns.personTreeSet, ...columns.pendingTreeSet.subarray(0, header.pendingCount)]);
  for (let set = TreeSet.instructed; set < TreeSet.navigated; set++) {
    if (!used.has(set)) columns.treeSetActive[set] = 0;
  }
}
