import type { Arena } from "./arena/arena";
import { none } from "./arena/sections";
import type { TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { reroutesUnpaid } from "./people/response";
import { headwayFactorFor } from "./traffic/capacity";
import { noCarsFromM } from "./traffic/network";
import { destinationsSoon, refreshHorizon, refreshSet } from "./traffic/refresh";
import {
  Barred,
  buildTrees,
  markAvoided,
  outdateTrees,
  routeOf,
  TreeSet,
  weighByPresentTimes,
} from "./traffic/routing";
import { locatePeople, tripUnderWay } from "./traffic/whereabouts";
import { assert } from "../common/result";

// What happens on a road: incidents and their end.

export function limitSpeed({ columns }: Arena, edge: number, speedMaxMps: number | null): void {
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    columns.laneSpeedMps[lane] = Math.min(columns.laneSignedSpeedMps[lane], speedMaxMps ?? Infinity);
  }
}

export function reduceCapacity(arena: Arena, edge: number, part: number): void {
  assert(part > 0 && part <= 1, "a part of the capacity is left");
  const { columns } = arena;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    columns.laneHeadwayFactor[lane] = headwayFactorFor(arena, columns.laneSpeedMps[lane], part);
  }
}

/** Nothing happens where the edge does not end at a signal. */
export function switchSignal({ columns, counts, kernel }: Arena, edge: number, dark: boolean): void {
  const first = columns.laneConnectionStart[columns.edgeLaneStart[edge]];
  const end = columns.laneConnectionStart[columns.edgeLaneStart[edge + 1]];
  const links = columns.connectionSignal.subarray(first, end).filter((link) => link >= 0);
  for (let program = 0; program < counts.programs; program++) {
    const [from, to] = [columns.programLinkStart[program], columns.programLinkStart[program + 1]];
    if (!links.some((link) => link >= from && link < to)) continue;
    columns.programDark[program] = Number(dark);
  }
  kernel.showSignals();
}

export function closeLanes(
  arena: Arena,
  command: Extract<TwinCommand, { kind: "closeLanes" }>,
  values: ParameterValues,
): void {
  const { columns, header } = arena;
  const first = columns.edgeLaneStart[command.edge];
  const end = columns.edgeLaneStart[command.edge + 1];
  for (let lane = first; lane < Math.min(end, first + command.laneCount); lane++) {
    if (columns.laneClosedFromM[lane] === noCarsFromM) continue;
    // From where an earlier command closed them they stay closed.
    const fromM = Math.min(Math.max(0, command.positionM), columns.laneLengthM[lane]);
    columns.laneClosedFromM[lane] = Math.min(columns.laneClosedFromM[lane], fromM);
  }
  // Lanes that an earlier command closed stay closed.
  const closedPart = columns.laneClosedFromM.subarray(first, end).filter(Number.isFinite).length / (end - first);
  // Whoever drives around it does so for what this command closes, beside lanes that are none for cars: what another closed has had its answers.
  const isOwn = (lane: number) => lane < first + command.laneCount || columns.laneClosedFromM[lane] === noCarsFromM;
  const lanes = Array.from({ length: end - first }, (_, row) => first + row);
  const ownPart = lanes.filter(isOwn).length / lanes.length;
  columns.edgeClosed[command.edge] = closedPart === 1 ? 1 : 0;
  columns.edgeBarred[TreeSet.closures * arena.counts.edges + command.edge] = Barred.open;
  columns.treeSetActive[TreeSet.closures] = 1;
  const affected = peopleComingThrough(arena, command.edge);
  // Who reroutes because of a partial closure goes around it, not through what is left of it.
  if (closedPart < 1) markAvoided(arena, TreeSet.closures, [command.edge]);
  weighByPresentTimes(arena, TreeSet.closures);
  outdateTrees(arena, TreeSet.closures);
  // Who comes here soon, and who goes by closures already, needs the ways around at once; the others follow slice by slice.
  const needed = new Set(destinationsSoon(arena, TreeSet.closures));
  const soonUntil = refreshHorizon(arena);
  for (const person of affected) {
    const trip = tripUnderWay(arena, person);
    if (columns.tripDepartTick[trip] <= soonUntil) needed.add(columns.tripDestination[trip]);
    if (columns.personTreeSet[person] !== columns.personUsualSet[person]) continue;
    if (reroutesUnpaid(person, command.incident, ownPart, header.seed, values)) {
      columns.personTreeSet[person] = TreeSet.closures;
    }
  }
  buildTrees(arena, TreeSet.closures, Uint32Array.from(needed));
  arena.kernel.planAgain(1);
}

export function openLanes(arena: Arena, edge: number): void {
  const { columns, counts } = arena;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    if (columns.laneClosedFromM[lane] !== noCarsFromM) columns.laneClosedFromM[lane] = Infinity;
  }
  columns.edgeClosed[edge] = 0;
  columns.edgeBarred[TreeSet.closures * counts.edges + edge] = Barred.open;
  // Lanes that are none for cars are no closures.
  const isClosed = (position: number) => position !== Infinity && position !== noCarsFromM;
  if (!columns.laneClosedFromM.some(isClosed)) forgetClosures(arena);
  refreshSet(arena, TreeSet.closures);
  arena.kernel.planAgain(1);
}

/** Who has yet to depart has no closure to drive around any more. */
function forgetClosures(arena: Arena): void {
  const { columns, counts } = arena;
  for (let person = 0; person < counts.people; person++) {
    if (columns.personTreeSet[person] !== TreeSet.closures) continue;
    const trip = tripUnderWay(arena, person);
    if (trip !== none && columns.tripStartTick[trip] === none)
      columns.personTreeSet[person] = columns.personUsualSet[person];
  }
}

/** People on their way, or yet to depart on this trip, whose usual way leads over the edge. */
function peopleComingThrough(arena: Arena, edge: number): number[] {
  const { columns, counts } = arena;
  const edgeOfPerson = locatePeople(arena);
  const found: number[] = [];
  for (let person = 0; person < counts.people; person++) {
    const trip = tripUnderWay(arena, person);
    if (trip === none) continue;
    const at = edgeOfPerson[person] === none ? columns.tripOriginEdge[trip] : edgeOfPerson[person];
    const route = routeOf(arena, columns.personUsualSet[person], at, columns.tripDestination[trip]);
    if (route.indexOf(edge, 1) > 0) found.push(person);
  }
  return found;
}
