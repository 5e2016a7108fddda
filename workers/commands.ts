import { VehicleMark } from "../common/frame";
import { assert } from "../common/result";
import type { Arena } from "./arena/arena";
import { none } from "./arena/sections";
import type { Answers, TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { respond, reroutesUnpaid } from "./people/response";
import { Barred, outdateTrees, presentDs, standingDs, routeOf, TreeSet, weighByPresentTimes } from "./traffic/routing";
import { headwayFactorFor } from "./traffic/capacity";
import { expectArrival, learnFromTrips, settleBonuses } from "./people/experience";
import { moveDeparture } from "./traffic/demand";
import { noCarsFromM } from "./traffic/network";
import { destinationsSoon, refreshSet } from "./traffic/refresh";
import { locatePeople, tripUnderWay } from "./traffic/whereabouts";

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
    case "limitSpeed":
      limitSpeed(arena, command.edge, command.speedMaxMps);
      return undefined;
    case "reduceCapacity":
      reduceCapacity(arena, command.edge, command.part);
      return undefined;
    case "switchSignal":
      switchSignal(arena, command.edge, command.dark);
      return undefined;
    case "instruct":
      return instruct(arena, command, values);
    case "withdraw":
      withdraw(arena, command);
      return undefined;
    case "settleBonuses":
      settleBonuses(arena, command.people, command.paid, values);
      return undefined;
  }
}

type Instruct = Extract<TwinCommand, { kind: "instruct" }>;

function limitSpeed({ columns }: Arena, edge: number, speedMaxMps: number | null): void {
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    columns.laneSpeedMps[lane] = Math.min(columns.laneSignedSpeedMps[lane], speedMaxMps ?? Infinity);
  }
}

function reduceCapacity(arena: Arena, edge: number, part: number): void {
  assert(part > 0 && part <= 1, "a part of the capacity is left");
  const { columns } = arena;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    columns.laneHeadwayFactor[lane] = headwayFactorFor(arena, columns.laneSpeedMps[lane], part);
  }
}

/** Nothing happens where the edge does not end at a signal. */
function switchSignal({ columns, counts, kernel }: Arena, edge: number, dark: boolean): void {
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

function closeLanes(
  arena: Arena,
  command: Extract<TwinCommand, { kind: "closeLanes" }>,
  values: ParameterValues,
): void {
  const { columns, header } = arena;
  const first = columns.edgeLaneStart[command.edge];
  const end = columns.edgeLaneStart[command.edge + 1];
  for (let lane = first; lane < Math.min(end, first + command.laneCount); lane++) {
    if (columns.laneClosedFromM[lane] === noCarsFromM) continue;
    columns.laneClosedFromM[lane] = Math.min(Math.max(0, command.positionM), columns.laneLengthM[lane]);
  }
  // Lanes that an earlier command closed stay closed.
  const closedPart = columns.laneClosedFromM.subarray(first, end).filter(Number.isFinite).length / (end - first);
  columns.edgeClosed[command.edge] = closedPart === 1 ? 1 : 0;
  columns.edgeBarred[TreeSet.closures * arena.counts.edges + command.edge] = Barred.open;
  columns.treeSetActive[TreeSet.closures] = 1;
  const affected = peopleComingThrough(arena, command.edge);
  weighByPresentTimes(arena, TreeSet.closures);
  // Who reroutes because of a partial closure goes around it, not through what is left of it.
  if (closedPart < 1) markAvoided(arena, TreeSet.closures, [command.edge]);
  outdateTrees(arena, TreeSet.closures);
  // Who comes here, and who goes by closures already, needs the ways around at once; the others follow slice by slice.
  const needed = new Set(affected.map((person) => columns.tripDestination[tripUnderWay(arena, person)]));
  for (const destination of destinationsSoon(arena, TreeSet.closures)) needed.add(destination);
  for (const destination of needed) arena.kernel.buildTree(TreeSet.closures, destination);
  for (const person of affected) {
    if (columns.personTreeSet[person] !== columns.personUsualSet[person]) continue;
    if (reroutesUnpaid(person, command.incident, closedPart, header.seed, values)) {
      columns.personTreeSet[person] = TreeSet.closures;
    }
  }
  arena.kernel.planAgain(1);
}

function openLanes(arena: Arena, edge: number): void {
  const { columns, counts } = arena;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    if (columns.laneClosedFromM[lane] !== noCarsFromM) columns.laneClosedFromM[lane] = Infinity;
  }
  columns.edgeClosed[edge] = 0;
  columns.edgeBarred[TreeSet.closures * counts.edges + edge] = Barred.open;
  refreshSet(arena, TreeSet.closures);
  arena.kernel.planAgain(1);
}

/** What the command asks of one person, before it is known whether they will. */
interface Option {
  readonly detourS: number;
  readonly shiftS: number;
  /** Makes it so, from the tick of hearing on. @returns false when that is too late */
  readonly takeUp: (hearsAtTick: number) => boolean;
}

/**
 * Asks people to change their way or their departure. Those who hear and comply do so from the tick of hearing on.
 * Nobody asked, nothing changes: not a bit.
 */
function instruct(arena: Arena, command: Instruct, values: ParameterValues): Answers {
  const { people } = command;
  const hearsAtTick = new Int32Array(people.length).fill(-1);
  const complies = new Uint8Array(people.length);
  const answers: Answers = {
    instruction: command.instruction,
    people: Uint32Array.from(people),
    hearsAtTick,
    complies,
  };
  if (people.length === 0) return answers;
  const { columns, header } = arena;
  const optionOf = optionsFor(arena, command);
  const avoided = new Set(command.avoidEdges);
  const edgeOfPerson = locatePeople(arena);
  people.forEach((person, row) => {
    const trip = tripUnderWay(arena, person);
    if (trip === none) return;
    const destination = columns.tripDestination[trip];
    const at = edgeOfPerson[person] === none ? columns.tripOriginEdge[trip] : edgeOfPerson[person];
    const usual = routeOf(arena, columns.personUsualSet[person], at, destination);
    const concerned = leadsThrough(usual, avoided);
    const option = concerned ? optionOf(person, trip, at, usual) : undefined;
    learnFromTrips(arena, person, values);
    const response = respond(
      {
        ...{ person, bonusEur: command.bonusEur, trust: columns.personTrust[person] },
        ...{ detourS: option?.detourS ?? 0, shiftS: option?.shiftS ?? 0 },
      },
      command.instruction,
      header.seed,
      values,
    );
    columns.personMarks[person] |= VehicleMark.instructed;
    if (!response.hears) return;
    hearsAtTick[row] = header.tick + Math.ceil(response.delayS / header.dtS);
    // Whose way does not lead there anyway complies without changing it; who cannot do what is asked does not comply.
    if (concerned && (!response.complies || option?.takeUp(hearsAtTick[row]) !== true)) return;
    if (concerned && option?.shiftS === 0)
      expectArrival(arena, trip, header.tick + timeThrough(arena, usual, avoided) / 10 / header.dtS);
    complies[row] = 1;
    columns.personMarks[person] |= VehicleMark.complies;
  });
  return answers;
}

function leadsThrough(route: readonly number[], edges: ReadonlySet<number>): boolean {
  return route.some((edge, step) => step > 0 && edges.has(edge));
}

/** How each person could do what the command asks; undefined for whom it cannot be done. */
function optionsFor(
  arena: Arena,
  command: Instruct,
): (person: number, trip: number, at: number, usual: readonly number[]) => Option | undefined {
  const { action } = command;
  switch (action.kind) {
    case "avoid":
      return otherWays(arena, command, none);
    case "itinerary":
      return otherWays(arena, command, arena.columns.destinationEdge.indexOf(action.viaEdge));
    case "shift":
      return otherDepartures(arena, (tick) => tick + Math.round(action.shiftS / arena.header.dtS));
    case "hold":
      return otherDepartures(arena, (tick) => Math.max(tick, action.untilTick));
  }
}

/** Ways around the command's edges, by trees of its own. @param via destination row of an edge to pass, or `none` */
function otherWays(arena: Arena, command: Instruct, via: number): ReturnType<typeof optionsFor> {
  const { columns, counts } = arena;
  assert(via >= 0, "an edge to pass is one of the destinations: terminals are");
  const set = setOfInstruction(arena, command.instruction) ?? freeInstructionSet(arena);
  if (set === undefined) return () => undefined;
  columns.treeSetInstruction[set] = command.instruction;
  const pendingRow = pendingRows(arena);
  const avoided = new Set(command.avoidEdges);
  columns.edgeBarred.fill(Barred.open, set * counts.edges, (set + 1) * counts.edges);
  markAvoided(arena, set, avoided);
  columns.treeSetActive[set] = 1;
  weighByPresentTimes(arena, set);
  const built = new Set<number>();
  const wayTo = (from: number, destination: number) => {
    if (!built.has(destination)) arena.kernel.buildTree(set, destination);
    built.add(destination);
    return routeOf(arena, set, from, destination);
  };
  return (person, trip, at, usual) => {
    const destination = columns.tripDestination[trip];
    const first = via === none ? [at] : wayTo(at, via);
    const way = first.length === 0 ? [] : [...first, ...wayTo(first[first.length - 1], destination).slice(1)];
    if (way.length < 2 || leadsThrough(way, avoided)) return undefined;
    return {
      detourS: (presentTimeAlong(arena, way) - presentTimeAlong(arena, usual)) / 10,
      shiftS: 0,
      takeUp: (hearsAtTick) => {
        enqueueHearing(arena, pendingRow, { trip, tick: hearsAtTick, set, via });
        return true;
      },
    };
  };
}

/** Departures at another tick than the usual one, for those who hear of it before they leave. */
function otherDepartures(arena: Arena, moved: (usualTick: number) => number): ReturnType<typeof optionsFor> {
  const { columns, header } = arena;
  return (_person, trip) => {
    const dueTick = columns.tripDepartTick[trip];
    if (columns.tripStartTick[trip] !== none || dueTick <= header.tick) return undefined;
    const usualTick = columns.tripUsualTick[trip];
    const target = moved(usualTick);
    return {
      detourS: 0,
      shiftS: (target - usualTick) * header.dtS,
      takeUp: (hearsAtTick) => {
        if (hearsAtTick >= dueTick) return false;
        const tick = Math.max(hearsAtTick + 1, target);
        if (tick !== dueTick) moveDeparture(arena, trip, tick);
        return true;
      },
    };
  };
}

interface Hearing {
  readonly trip: number;
  readonly tick: number;
  readonly set: number;
  /** Destination row of an edge to pass, or `none`. */
  readonly via: number;
}

/** The last word counts: whoever waits to hear something else hears this instead. @param rows row of each trip that waits */
function enqueueHearing(arena: Arena, rows: Map<number, number>, { trip, tick, set, via }: Hearing): void {
  const { columns, header } = arena;
  const row = rows.get(trip) ?? header.pendingCount;
  assert(row < arena.counts.people, "a person waits to hear about one trip at a time");
  rows.set(trip, row);
  columns.pendingTrip[row] = trip;
  columns.pendingTick[row] = tick;
  columns.pendingTreeSet[row] = set;
  columns.pendingVia[row] = via;
  header.pendingCount = Math.max(header.pendingCount, row + 1);
}

function pendingRows({ columns, header }: Arena): Map<number, number> {
  const rows = new Map<number, number>();
  for (let row = 0; row < header.pendingCount; row++) rows.set(columns.pendingTrip[row], row);
  return rows;
}

/** The set of an instruction that is given again, amended. */
function setOfInstruction({ columns, header }: Arena, instruction: number): number | undefined {
  for (let set = TreeSet.instructed; set < TreeSet.instructed + header.instructionSets; set++) {
    if (columns.treeSetActive[set] === 1 && columns.treeSetInstruction[set] === instruction) return set;
  }
  return undefined;
}

/** Who has yet to depart goes by the usual way again, and leaves when they would have, or at once when that is over. */
function withdraw(arena: Arena, { instruction, people, action }: Extract<TwinCommand, { kind: "withdraw" }>): void {
  const { columns, header } = arena;
  const rows = pendingRows(arena);
  const set = setOfInstruction(arena, instruction);
  for (const person of people) {
    const trip = tripUnderWay(arena, person);
    if (trip === none || columns.tripStartTick[trip] !== none) continue;
    columns.personMarks[person] &= ~(VehicleMark.instructed | VehicleMark.complies);
    if (action.kind === "shift" || action.kind === "hold") {
      const usualTick = Math.max(header.tick + 1, columns.tripUsualTick[trip]);
      if (columns.tripDepartTick[trip] > header.tick && columns.tripDepartTick[trip] !== usualTick) {
        moveDeparture(arena, trip, usualTick);
      }
      continue;
    }
    const usual = columns.personUsualSet[person];
    const row = rows.get(trip);
    if (row !== undefined && columns.pendingTreeSet[row] === set) {
      columns.pendingTreeSet[row] = usual;
      columns.pendingVia[row] = none;
    }
    if (set !== undefined && columns.personTreeSet[person] === set) {
      columns.personTreeSet[person] = usual;
      columns.tripVia[trip] = none;
    }
  }
}

/** A set by whose trees nobody travels or is about to; undefined while every one is in use. */
export function freeInstructionSet({ columns, header }: Arena): number | undefined {
  const used = new Set([...columns.personTreeSet, ...columns.pendingTreeSet.subarray(0, header.pendingCount)]);
  for (let row = 0; row < header.instructionSets; row++) {
    if (!used.has(TreeSet.instructed + row)) return TreeSet.instructed + row;
  }
  return undefined;
}

/** Present travel time along a way after its first edge, 0.1 s. */
function presentTimeAlong(arena: Arena, route: readonly number[]): number {
  let sum = 0;
  for (let step = 1; step < route.length; step++) sum += presentDs(arena, route[step]);
  return sum;
}

/** The same where traffic stands on some of the edges: those that an instruction is about. */
function timeThrough(arena: Arena, route: readonly number[], standing: ReadonlySet<number>): number {
  let sum = 0;
  for (let step = 1; step < route.length; step++) {
    const edge = route[step];
    sum += standing.has(edge) ? standingDs(arena, edge) : presentDs(arena, edge);
  }
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
