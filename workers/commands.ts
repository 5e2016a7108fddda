import { VehicleMark } from "../common/frame";
import { assert } from "../common/result";
import type { Arena } from "./arena/arena";
import { none } from "./arena/sections";
import type { Answers, TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { respond, reroutesUnpaid } from "./people/response";
import {
  Barred,
  buildAllTrees,
  instructionSets,
  presentDs,
  routeOf,
  TreeSet,
  weighByPresentTimes,
} from "./traffic/routing";
import { locatePeople } from "./traffic/whereabouts";

/** Makes a command true in the arena, between two ticks. @returns how people answered, for an instruction */
export function applyCommand(arena: Arena, command: TwinCommand, values: ParameterValues): Answers | undefined {
  assert(command.tick === arena.header.tick, "a command takes effect at its tick");
  switch (command.kind) {
    case "closeLanes":
      closeLanes(arena, command, values);
      return undefined;
    case "openLanes":
      openLanes(arena, command.edge);
      return undefined;
    case "instruct":
      return instruct(arena, command, values);
  }
}

function closeLanes(
  arena: Arena,
  command: Extract<TwinCommand, { kind: "closeLanes" }>,
  values: ParameterValues,
): void {
  const { columns, header } = arena;
  const first = columns.edgeLaneStart[command.edge];
  const lanes = columns.edgeLaneStart[command.edge + 1] - first;
  const closed = Math.min(lanes, command.laneCount);
  for (let lane = first; lane < first + closed; lane++) {
    columns.laneClosedFromM[lane] = Math.min(Math.max(0, command.positionM), columns.laneLengthM[lane]);
  }
  columns.edgeClosed[command.edge] = closed === lanes ? 1 : 0;
  columns.treeSetActive[TreeSet.closures] = 1;
  const affected = peopleComingThrough(arena, command.edge);
  refreshSet(arena, TreeSet.closures);
  if (columns.edgeClosed[command.edge] === 0) {
    // Who reroutes because of a partial closure goes around it, not through what is left of it.
    markAvoided(arena, TreeSet.closures, [command.edge]);
  }
  buildAllTrees(arena, TreeSet.closures);
  for (const person of affected) {
    if (columns.personTreeSet[person] !== columns.personUsualSet[person]) continue;
    if (reroutesUnpaid(person, command.incident, closed / lanes, header.seed, values)) {
      columns.personTreeSet[person] = TreeSet.closures;
    }
  }
  arena.kernel.planAgain(1);
}

function openLanes(arena: Arena, edge: number): void {
  const { columns, counts } = arena;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    columns.laneClosedFromM[lane] = Infinity;
  }
  columns.edgeClosed[edge] = 0;
  columns.edgeBarred[TreeSet.closures * counts.edges + edge] = Barred.open;
  refreshSet(arena, TreeSet.closures);
  arena.kernel.planAgain(1);
}

/**
 * Asks people to avoid edges. Those who hear and comply go by the instruction's own trees from the tick of hearing on.
 * Nobody asked, nothing changes: not a bit.
 */
function instruct(arena: Arena, command: Extract<TwinCommand, { kind: "instruct" }>, values: ParameterValues): Answers {
  const { people } = command;
  const hearsAtTick = new Int32Array(people.length).fill(-1);
  const complies = new Uint8Array(people.length);
  const answers: Answers = { instruction: command.instruction, hearsAtTick, complies };
  if (people.length === 0) return answers;
  const { columns, counts, header } = arena;
  const set = TreeSet.instructed + ((command.instruction - 1) % instructionSets);
  columns.edgeBarred.fill(Barred.open, set * counts.edges, (set + 1) * counts.edges);
  markAvoided(arena, set, command.avoidEdges);
  columns.treeSetActive[set] = 1;
  weighByPresentTimes(arena, set);
  const avoided = new Set(command.avoidEdges);
  const edgeOfPerson = locatePeople(arena);
  const built = new Set<number>();
  people.forEach((person, row) => {
    const trip = tripUnderWay(arena, person);
    if (trip === none) return;
    const destination = columns.tripDestination[trip];
    const at = edgeOfPerson[person] === none ? columns.tripOriginEdge[trip] : edgeOfPerson[person];
    const usual = routeOf(arena, columns.personUsualSet[person], at, destination);
    const leadsThrough = (route: readonly number[]) => route.some((edge, step) => step > 0 && avoided.has(edge));
    const concerned = leadsThrough(usual);
    if (!built.has(destination)) {
      arena.kernel.buildTree(set, destination);
      built.add(destination);
    }
    const other = concerned ? routeOf(arena, set, at, destination) : usual;
    const detourDs = concerned ? presentTimeAlong(arena, other) - presentTimeAlong(arena, usual) : 0;
    const response = respond(
      { person, bonusEur: command.bonusEur, detourS: detourDs / 10 },
      command.instruction,
      header.seed,
      values,
    );
    columns.personMarks[person] |= VehicleMark.instructed;
    if (!response.hears) return;
    hearsAtTick[row] = header.tick + Math.ceil(response.delayS / header.dtS);
    // Whose way does not lead there anyway complies without changing it; who cannot get around it does not comply.
    if (concerned && (!response.complies || leadsThrough(other))) return;
    complies[row] = 1;
    columns.personMarks[person] |= VehicleMark.complies;
    if (concerned) enqueueHearing(arena, person, hearsAtTick[row], set);
  });
  return answers;
}

/** The trip that the person is on or will make next; `none` when the day's trips are done. */
function tripUnderWay(arena: Arena, person: number): number {
  const { tripArrivalTick } = arena.columns;
  if (tripArrivalTick[2 * person] === none) return 2 * person;
  return tripArrivalTick[2 * person + 1] === none ? 2 * person + 1 : none;
}

function enqueueHearing(arena: Arena, person: number, tick: number, set: number): void {
  const { columns, header } = arena;
  assert(header.pendingCount < arena.counts.people, "nobody waits to hear two instructions at once");
  const row = header.pendingCount;
  columns.pendingPerson[row] = person;
  columns.pendingTick[row] = tick;
  columns.pendingTreeSet[row] = set;
  header.pendingCount = row + 1;
}

/** Present travel time along a way after its first edge, 0.1 s. */
function presentTimeAlong(arena: Arena, route: readonly number[]): number {
  let sum = 0;
  for (let step = 1; step < route.length; step++) sum += presentDs(arena, route[step]);
  return sum;
}

function markAvoided(arena: Arena, set: number, edges: Iterable<number>): void {
  for (const edge of edges) arena.columns.edgeBarred[set * arena.counts.edges + edge] = Barred.avoided;
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

/** Brings the weights of a set up to date, and the trees of it by which somebody still travels. */
export function refreshSet(arena: Arena, set: number): void {
  weighByPresentTimes(arena, set);
  for (const destination of destinationsInUse(arena, set)) arena.kernel.buildTree(set, destination);
}

/** Every set in use but the usual one, at the fixed ticks of `refreshPeriodS`. */
export function refreshActiveSets(arena: Arena): void {
  for (let set = TreeSet.closures; set < arena.counts.treeSets; set++) {
    if (arena.columns.treeSetActive[set] === 1) refreshSet(arena, set);
  }
}

function destinationsInUse(arena: Arena, set: number): number[] {
  const { columns, counts } = arena;
  const used = new Set<number>();
  for (let person = 0; person < counts.people; person++) {
    if (columns.personTreeSet[person] !== set) continue;
    const trip = tripUnderWay(arena, person);
    if (trip !== none) used.add(columns.tripDestination[trip]);
  }
  return [...used].filter((destination) => columns.treeOfDestination[set * counts.destinations + destination] >= 0);
}
