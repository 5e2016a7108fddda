import { Decision, draw } from "../common/draw";
import { VehicleMark } from "../common/frame";
import { assert } from "../common/result";
import type { Arena } from "./arena/arena";
import { itineraryRows, none } from "./arena/sections";
import type { Answers, TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { respond, type Journey } from "./people/response";
import {
  Barred,
  freeFlowDs,
  markAvoided,
  presentDs,
  standingDs,
  routeOf,
  TreeSet,
  weighByPresentTimes,
} from "./traffic/routing";
import { expectArrival, learnFromTrips, settleBonuses } from "./people/experience";
import { moveDeparture, startsBeforeTerminal } from "./traffic/demand";
import { locatePeople, tripUnderWay } from "./traffic/whereabouts";
import { closeLanes, limitSpeed, openLanes, reduceCapacity, switchSignal } from "./road-commands";

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

/** What the command asks of one person, before it is known whether they will. */
interface Option extends Journey {
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
  const optionOf = optionsFor(arena, command, values);
  const changesWay = command.action.kind === "avoid" || command.action.kind === "itinerary";
  const avoided = new Set(command.avoidEdges);
  const edgeOfPerson = locatePeople(arena);
  people.forEach((person, row) => {
    const trip = tripUnderWay(arena, person);
    if (trip === none) return;
    const destination = columns.tripDestination[trip];
    const at = edgeOfPerson[person] === none ? columns.tripOriginEdge[trip] : edgeOfPerson[person];
    const usual = routeOf(arena, columns.personUsualSet[person], at, destination);
    const concerned = leadsThrough(usual, avoided);
    const usualS = timeAlong(arena, usual, avoided, freeFlowDs);
    // What the road shows by now; the message may know more than that, and is judged by it later.
    const presentS = timeAlong(arena, usual, avoided, presentDs);
    const staying = { travelS: presentS, arrivalShiftS: presentS - usualS };
    const option = concerned ? optionOf(person, trip, at, usual, usualS) : undefined;
    learnFromTrips(arena, person, values);
    const response = respond(
      {
        ...{ person, bonusEur: command.bonusEur, trust: columns.personTrust[person] },
        ...{ staying, complying: option ?? staying },
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
    if (concerned && changesWay) {
      const throughS = timeAlong(arena, usual, avoided, standingDs);
      expectArrival(arena, trip, Math.max(header.tick, columns.tripDepartTick[trip]) + throughS / header.dtS);
    }
    complies[row] = 1;
    columns.personMarks[person] |= VehicleMark.complies;
  });
  return answers;
}

function leadsThrough(route: readonly number[], edges: ReadonlySet<number>): boolean {
  return route.some((edge, step) => step > 0 && edges.has(edge));
}

/** @param usualS how long the usual way takes without what the command is about, s */
type OptionOf = (
  person: number,
  trip: number,
  at: number,
  usual: readonly number[],
  usualS: number,
) => Option | undefined;

/** How each person could do what the command asks; undefined for whom it cannot be done. */
function optionsFor(arena: Arena, command: Instruct, values: ParameterValues): OptionOf {
  const { action } = command;
  const { dtS, seed } = arena.header;
  switch (action.kind) {
    case "avoid":
      return otherWays(arena, command, []);
    case "itinerary":
      return otherWays(arena, command, action.viaEdges);
    case "shift":
      return otherDepartures(arena, command.instruction, (tick) => tick + Math.round(action.shiftS / dtS));
    case "hold":
      // Nobody waits at the door for the second that is named.
      return otherDepartures(arena, command.instruction, (tick, person) => {
        if (tick >= action.untilTick) return tick;
        const late = draw(seed, person, Decision.leavesAfterHold, command.instruction) * values.holdReleaseMaxS;
        return action.untilTick + Math.floor(late / dtS);
      });
  }
}

/** Ways around the command's edges, by trees of its own. @param viaEdges to be passed first, in order */
function otherWays(arena: Arena, command: Instruct, viaEdges: readonly number[]): OptionOf {
  const { columns, counts } = arena;
  const set = setOfInstruction(arena, command.instruction) ?? freeInstructionSet(arena);
  if (set === undefined) return () => undefined;
  columns.treeSetInstruction[set] = command.instruction;
  writeItinerary(arena, set, viaEdges);
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
  return (_person, trip, at, _usual, usualS) => {
    const viaRow = viaRowOf(arena, set, trip, pendingRow.get(trip), at);
    const way = [at];
    for (const goal of [...viasFrom(arena, viaRow), columns.tripDestination[trip]]) {
      const leg = wayTo(way[way.length - 1], goal);
      if (leg.length === 0) return undefined;
      way.push(...leg.slice(1));
    }
    if (way.length < 2 || leadsThrough(way, avoided)) return undefined;
    const travelS = timeAlong(arena, way, avoided, standingDs);
    return {
      travelS,
      arrivalShiftS: travelS - usualS,
      takeUp: (hearsAtTick) => {
        enqueueHearing(arena, pendingRow, { trip, tick: hearsAtTick, set, viaRow });
        return true;
      },
    };
  };
}

/** An instruction that is given again, amended, asks the same: whoever follows it already goes on in the same list. */
function writeItinerary({ columns }: Arena, set: number, viaEdges: readonly number[]): void {
  assert(viaEdges.length < itineraryRows, "an itinerary has at most `viaMax` edges");
  const first = set * itineraryRows;
  columns.itineraryVia.fill(none, first, first + itineraryRows);
  viaEdges.forEach((edge, row) => {
    const destination = columns.destinationEdge.indexOf(edge);
    assert(destination >= 0, "an edge to pass is one of the destinations: terminals are");
    columns.itineraryVia[first + row] = destination;
  });
}

/** Destination rows of what is to be passed from a row of the itineraries on. */
function viasFrom({ columns }: Arena, viaRow: number): Uint32Array {
  return columns.itineraryVia.subarray(viaRow, columns.itineraryVia.indexOf(none, viaRow));
}

/**
 * What a trip has yet to pass of a set's itinerary, as its row: all but what it passed since it was asked before, or, asked
 * for the first time, on the way so far, as far as that is known. The contract counts those passages, too.
 * @param pendingRow where the trip waits to hear something; undefined when it does not
 */
function viaRowOf(arena: Arena, set: number, trip: number, pendingRow: number | undefined, at: number): number {
  const { columns } = arena;
  const ownSet = columns.personTreeSet[trip >> 1];
  if (pendingRow !== undefined && columns.pendingTreeSet[pendingRow] === set) return columns.tripAskedVia[trip];
  if (ownSet === set) return columns.tripVia[trip];
  const origin = columns.tripOriginEdge[trip];
  const passed = startsBeforeTerminal(arena, trip) ? [origin] : [];
  if (at !== origin) {
    const way = routeOf(arena, ownSet, origin, columns.tripDestination[trip]);
    passed.push(...(way.includes(at) ? way.slice(1, way.indexOf(at) + 1) : [at]));
  }
  let row = set * itineraryRows;
  for (const edge of passed) if (columns.destinationEdge[columns.itineraryVia[row]] === edge) row++;
  return row;
}

/** Departures at another tick than the usual one, for those who hear of it before they leave. */
function otherDepartures(
  arena: Arena,
  instruction: number,
  moved: (usualTick: number, person: number) => number,
): OptionOf {
  const { columns, header } = arena;
  return (person, trip, _at, _usual, usualS) => {
    const dueTick = columns.tripDepartTick[trip];
    if (columns.tripStartTick[trip] !== none || dueTick <= header.tick) return undefined;
    const usualTick = columns.tripUsualTick[trip];
    const target = moved(usualTick, person);
    return {
      // At another time, so they are told, the road is as usual.
      travelS: usualS,
      arrivalShiftS: (target - usualTick) * header.dtS,
      takeUp: (hearsAtTick) => {
        if (hearsAtTick >= dueTick) return false;
        const tick = Math.max(hearsAtTick + 1, target);
        if (tick !== dueTick) moveDeparture(arena, trip, tick);
        columns.tripMovedBy[trip] = instruction;
        return true;
      },
    };
  };
}

interface Hearing {
  readonly trip: number;
  readonly tick: number;
  readonly set: number;
  /** What is to be passed from then on: a row of the itineraries. */
  readonly viaRow: number;
}

/** The last word counts: whoever waits to hear something else hears this instead. @param rows row of each trip that waits */
function enqueueHearing(arena: Arena, rows: Map<number, number>, { trip, tick, set, viaRow }: Hearing): void {
  const { columns, header } = arena;
  const row = rows.get(trip) ?? header.pendingCount;
  assert(row < arena.counts.people, "a person waits to hear about one trip at a time");
  rows.set(trip, row);
  columns.pendingTrip[row] = trip;
  columns.pendingTick[row] = tick;
  columns.pendingTreeSet[row] = set;
  columns.tripAskedVia[trip] = viaRow;
  header.pendingCount = Math.max(header.pendingCount, row + 1);
}

function pendingRows({ columns, header }: Arena): Map<number, number> {
  const rows = new Map<number, number>();
  for (let row = 0; row < header.pendingCount; row++) rows.set(columns.pendingTrip[row], row);
  return rows;
}

/** The set of an instruction that is given again, amended. */
export function setOfInstruction({ columns, header }: Arena, instruction: number): number | undefined {
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
    const isMovedByOther = columns.tripMovedBy[trip] !== 0 && columns.tripMovedBy[trip] !== instruction;
    if (!isMovedByOther) columns.personMarks[person] &= ~(VehicleMark.instructed | VehicleMark.complies);
    columns.tripExpectedTick[trip] = none;
    if (action.kind === "shift" || action.kind === "hold") {
      if (isMovedByOther) continue;
      columns.tripMovedBy[trip] = 0;
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
      columns.tripAskedVia[trip] = 0;
    }
    if (set !== undefined && columns.personTreeSet[person] === set) {
      columns.personTreeSet[person] = usual;
      columns.tripVia[trip] = 0;
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

/**
 * Expected time along a way after its first edge, s: by present times, but `specialDs` on some of its edges, those that an
 * instruction is about.
 */
function timeAlong(
  arena: Arena,
  route: readonly number[],
  special: ReadonlySet<number>,
  specialDs: (arena: Arena, edge: number) => number,
): number {
  let sum = 0;
  for (let step = 1; step < route.length; step++) {
    const edge = route[step];
    sum += special.has(edge) ? specialDs(arena, edge) : presentDs(arena, edge);
  }
  return sum / 10;
}
