import { SignalLetter } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";
import type { ParameterValues } from "../people/parameters";
import { buildAllTrees, instructionSets, routeOf, TreeSet, usualSets, weighFreely, weighWithLosses } from "./routing";

// Which way people usually take. Everybody on the fastest empty road would jam a few streets and leave the rest empty:
// so the ways come from an incremental assignment (Ortúzar and Willumsen, Modelling Transport, 4th ed., section 10.4.3).
// The first part of the people chooses by free-flow times, each further part by the times that those before it make.

/** Parts of the people, one a set of trees. */
const increments = [0.4, 0.3, 0.2, 0.1] as const;

/** t = t0 (1 + α (v / c)^4), α as the Bureau of Public Roads gave it: Traffic Assignment Manual, 1964. */
const bprAlpha = 0.15;
/** Base saturation flow of a lane: Highway Capacity Manual 2010, chapter 18. */
const saturationVehPerH = 1900;
/** What is left of it where a lane gives way. An assumption: about the capacity of a minor stream beside 500 veh/h. */
const yieldingPart = 0.4;
const busyS = 3600;

/** Sets that a city cannot do without: one usual way, what is closed, and one instruction. */
const leastSets = 3;

/**
 * Draws for everybody the set of trees by which they usually travel, and builds those sets: `usualSets` of the
 * assignment, and for those with navigation the one that follows present times. A network with too many destinations for
 * all of them has everybody on the first; instructions get what is left.
 * @returns false when the arena cannot hold the least that it needs
 */
export function assignUsualWays(arena: Arena, values: ParameterValues): boolean {
  const { columns, counts, header } = arena;
  const setsThatFit = Math.floor(counts.treeCapacity / counts.destinations);
  if (setsThatFit < leastSets) return false;
  weighFreely(arena, TreeSet.usual);
  buildAllTrees(arena, TreeSet.usual);
  const assigned = usualSets.length - 1;
  const hasRoom = setsThatFit >= leastSets + assigned + 1;
  header.instructionSets = Math.min(instructionSets, setsThatFit - (hasRoom ? assigned + 3 : 2));
  if (!hasRoom) return true;
  const incrementOf = drawIncrements(arena);
  const capacity = capacities(arena);
  const half = halvesOfDestinations(arena);
  const parts = busyParts(arena);
  const flows = [new Float64Array(counts.edges), new Float64Array(counts.edges)];
  usualSets.forEach((set, increment) => {
    if (increment > 0) {
      const needed = destinationsOf(arena, incrementOf, increment);
      buildUnderLoad(arena, set, flows, capacity, (destination) =>
        needed[destination] === 0 ? -1 : half[destination],
      );
    }
    for (let person = 0; person < counts.people; person++) {
      if (incrementOf[person] !== increment) continue;
      columns.personUsualSet[person] = set;
      for (const direction of [0, 1]) addRoute(arena, set, 2 * person + direction, flows[direction], parts[direction]);
    }
  });
  // Whoever has an agreed itinerary keeps to it; of the others some go by what the traffic is like just now.
  // Until there are present times, they have no trees of their own: they go by the first set, which knows the same.
  weighFreely(arena, TreeSet.navigated);
  columns.treeSetActive[TreeSet.navigated] = 1;
  for (let person = 0; person < counts.people; person++) {
    const navigates = draw(arena.header.seed, person, Decision.navigates, 0) < values.navigatedShare;
    if (navigates && columns.personHoldsContract[person] === 0) columns.personUsualSet[person] = TreeSet.navigated;
  }
  columns.personTreeSet.set(columns.personUsualSet);
  return true;
}

function drawIncrements(arena: Arena): Uint8Array {
  const drawn = new Uint8Array(arena.counts.people);
  for (let person = 0; person < drawn.length; person++) {
    let left = draw(arena.header.seed, person, Decision.usualWay, 0);
    while (drawn[person] < increments.length - 1 && left >= increments[drawn[person]]) {
      left -= increments[drawn[person]];
      drawn[person]++;
    }
  }
  return drawn;
}

/** Vehicles an hour that can leave each edge. */
function capacities(arena: Arena): Float64Array {
  const { columns, counts } = arena;
  const greenPart = greenParts(arena);
  const capacity = new Float64Array(counts.edges);
  for (let lane = 0; lane < counts.edgeLanes; lane++) {
    const first = columns.laneConnectionStart[lane];
    const end = columns.laneConnectionStart[lane + 1];
    let part = first === end ? 1 : 0;
    for (let connection = first; connection < end; connection++) {
      const signal = columns.connectionSignal[connection];
      const yields = columns.conflictYields
        .subarray(columns.conflictStart[connection], columns.conflictStart[connection + 1])
        .includes(1);
      part += (signal >= 0 ? greenPart[signal] : yields ? yieldingPart : 1) / (end - first);
    }
    capacity[columns.laneEdge[lane]] += saturationVehPerH * Math.max(part, 0.1);
  }
  return capacity;
}

/** Of each signal link, the part of the cycle in which it shows green. */
function greenParts({ columns, counts }: Arena): Float64Array {
  const parts = new Float64Array(counts.signalLinks);
  for (let program = 0; program < counts.programs; program++) {
    const firstLink = columns.programLinkStart[program];
    const links = columns.programLinkStart[program + 1] - firstLink;
    const phases = columns.phaseDurationS.subarray(
      columns.programPhaseStart[program],
      columns.programPhaseStart[program + 1],
    );
    const cycleS = phases.reduce((sum, durationS) => sum + durationS, 0);
    phases.forEach((durationS, row) => {
      const letters = columns.phaseLetterStart[columns.programPhaseStart[program] + row];
      for (let link = 0; link < links; link++) {
        if (columns.phaseLetter[letters + link] >= SignalLetter.greenYield)
          parts[firstLink + link] += durationS / cycleS;
      }
    });
  }
  return parts;
}

/** Of each destination, the half of the day in which most trips lead there: 0 to work, 1 home. */
function halvesOfDestinations({ columns, counts }: Arena): Uint8Array {
  const surplus = new Int32Array(counts.destinations);
  for (let trip = 0; trip < counts.trips; trip++) surplus[columns.tripDestination[trip]] += trip % 2 === 0 ? -1 : 1;
  return Uint8Array.from(surplus, (more) => (more > 0 ? 1 : 0));
}

/** Of the trips of each half of the day, the part that departs in its busiest hour. */
function busyParts({ columns, counts, header }: Arena): readonly number[] {
  const slots = 8;
  return [0, 1].map((direction) => {
    const departures = new Uint32Array((24 * 3600 * slots) / busyS);
    for (let trip = direction; trip < counts.trips; trip += 2) {
      // What had departed before the start is not known by its hour any more.
      if (columns.tripArrivalTick[trip] !== none) continue;
      const atS = columns.tripDepartTick[trip] * header.dtS;
      departures[Math.min(departures.length - 1, Math.floor((atS * slots) / busyS))]++;
    }
    let busiest = 0;
    for (let from = 0; from + slots <= departures.length; from++) {
      busiest = Math.max(
        busiest,
        departures.subarray(from, from + slots).reduce((sum, count) => sum + count, 0),
      );
    }
    return busiest / Math.max(1, counts.people);
  });
}

/** 1 for each destination of people of one increment: nobody else goes by its trees. */
function destinationsOf({ columns }: Arena, incrementOf: Uint8Array, increment: number): Uint8Array {
  const needed = new Uint8Array(columns.destinationEdge.length);
  incrementOf.forEach((of, person) => {
    if (of !== increment) return;
    needed[columns.tripDestination[2 * person]] = 1;
    needed[columns.tripDestination[2 * person + 1]] = 1;
  });
  return needed;
}

/**
 * Builds trees of a set by the times that the flows of each destination's half of the day make.
 * @param half of each destination; -1 where no tree is needed
 */
function buildUnderLoad(
  arena: Arena,
  set: number,
  flows: readonly Float64Array[],
  capacity: Float64Array,
  half: (destination: number) => number,
): void {
  for (const direction of [0, 1]) {
    weighWithLosses(arena, set, (edge) => {
      const load = flows[direction][edge] / capacity[edge];
      return bprAlpha * load * load * load * load;
    });
    for (let destination = 0; destination < arena.counts.destinations; destination++) {
      if (half(destination) === direction) arena.kernel.buildTree(set, destination);
    }
  }
}

function addRoute(arena: Arena, set: number, trip: number, flow: Float64Array, busyPart: number): void {
  const { columns } = arena;
  for (const edge of routeOf(arena, set, columns.tripOriginEdge[trip], columns.tripDestination[trip])) {
    flow[edge] += busyPart;
  }
}
