import {
  connectionCountOf,
  ConnectionRule,
  edgeCountOf,
  edgeLaneCountOf,
  edgeOfLanes,
  isOpenToCars,
  ProgramKind,
  SignalLetter,
  terminalCountOf,
  Turn,
  type City,
} from "../../common/city";
import type { Arena } from "../arena/arena";
import type { ArenaCounts } from "../arena/sections";
import { atan2, length } from "../kernel/maths";
import { followsDemand, placeDetectors } from "./signal-detectors";

/** Which edges cars can follow with which: from the lanes' connections, each pair once, in the order of the connections. */
export interface EdgeGraph {
  readonly successorStart: Uint32Array;
  readonly successorEdge: Uint32Array;
  /** The turn of the first connection of each pair. */
  readonly successorTurn: Uint8Array;
  /** 1 where that connection gives way or has a signal. */
  readonly successorHinders: Uint8Array;
}

export function edgeGraphOf(city: City): EdgeGraph {
  const { columns } = city;
  const edges = edgeCountOf(city);
  const laneEdge = edgeOfLanes(city);
  const successors: number[][] = Array.from({ length: edges }, () => []);
  const firstConnection: number[][] = Array.from({ length: edges }, () => []);
  for (let connection = 0; connection < connectionCountOf(city); connection++) {
    const from = laneEdge[columns.connectionFromLane[connection]];
    const to = laneEdge[columns.connectionToLane[connection]];
    const known = successors[from];
    if (known.includes(to) || !isForCars(city, connection)) continue;
    known.push(to);
    firstConnection[from]?.push(connection);
  }
  const successorStart = new Uint32Array(edges + 1);
  successors.forEach((list, edge) => (successorStart[edge + 1] = successorStart[edge] + list.length));
  const connections = firstConnection.flat();
  return {
    successorStart,
    successorEdge: Uint32Array.from(successors.flat()),
    successorTurn: Uint8Array.from(connections, (connection) => columns.connectionTurn[connection]),
    successorHinders: Uint8Array.from(connections, (connection) => (isRestricted(city, connection) ? 1 : 0)),
  };
}

/** Is a connection open to cars, with the lanes that it joins? */
function isForCars(city: City, connection: number): boolean {
  const { connectionFromLane, connectionToLane } = city.columns;
  const lanes = [connectionFromLane[connection], connectionToLane[connection], edgeLaneCountOf(city) + connection];
  return lanes.every((lane) => isOpenToCars(city, lane));
}

/** Does a vehicle need a claim to enter this connection: has it a signal or a conflict? */
function isRestricted(city: City, connection: number): boolean {
  const { connectionSignal, conflictStart } = city.columns;
  return connectionSignal[connection] >= 0 || conflictStart[connection + 1] > conflictStart[connection];
}

/** The counts of the network's part of an arena. */
export function networkCounts(city: City, graph: EdgeGraph) {
  const { columns } = city;
  const detectors = placeDetectors(city);
  return {
    edges: edgeCountOf(city),
    edgeLanes: edgeLaneCountOf(city),
    connections: connectionCountOf(city),
    conflicts: columns.conflictWith.length,
    successors: graph.successorEdge.length,
    programs: columns.programLinkCount.length,
    phases: columns.phaseDurationS.length,
    phaseLetters: columns.phaseLetters.length,
    detectors: detectors.rows.length,
    phaseDetectors: detectors.ofPhases.length,
    delayPrograms: columns.programKind.reduce((sum, kind, row) => {
      const hasRows = detectors.programStart[row + 1] > detectors.programStart[row];
      return sum + Number(kind === ProgramKind.delayBased && hasRows);
    }, 0),
    signalLinks: columns.programLinkCount.reduce((sum, count) => sum + count, 0),
    shapePoints: columns.laneShapeX.length,
    terminals: terminalCountOf(city),
  } satisfies Partial<ArenaCounts>;
}

/** Seconds that a turn costs a driver on average, as routes are chosen: an assumption of ours, not of the moving traffic. */
const turnCostS = { [Turn.straight]: 0, [Turn.right]: 1, [Turn.left]: 3, [Turn.uTurn]: 15 } as const;
/** Seconds lost on average where a driver gives way or may find a red light. */
const hindranceCostS = 4;

/** Writes the city's network into an arena of zeros. */
export function writeNetwork(arena: Arena, city: City, graph: EdgeGraph): void {
  writeEdges(arena, city, graph);
  writeLanes(arena, city);
  writeConnections(arena, city);
  writeSignals(arena, city);
  writeShapes(arena, city);
}

function writeEdges(arena: Arena, city: City, graph: EdgeGraph): void {
  const { columns: to } = arena;
  const { columns: from } = city;
  to.edgeLaneStart.set(from.edgeLaneStart);
  to.edgeLengthM.set(from.edgeLengthM);
  writeSuccessors(arena, graph, turnCostDs);
}

/** What going on to a successor costs as drivers choose their ways, tenths of a second. */
export function turnCostDs(graph: EdgeGraph, row: number): number {
  return (turnCostS[graph.successorTurn[row] as Turn] + graph.successorHinders[row] * hindranceCostS) * 10;
}

/** Writes which edges follow which, from both sides, and what going on costs, by rows of the graph. */
export function writeSuccessors(
  { columns: to }: Arena,
  graph: EdgeGraph,
  costOf: (graph: EdgeGraph, row: number) => number,
): void {
  const edges = graph.successorStart.length - 1;
  const successors = graph.successorEdge.length;
  to.edgeSuccessorStart.set(graph.successorStart);
  to.successorEdge.set(graph.successorEdge);
  const counts = new Uint32Array(edges);
  for (let row = 0; row < successors; row++) counts[graph.successorEdge[row]]++;
  for (let edge = 0; edge < edges; edge++) {
    to.edgePredecessorStart[edge + 1] = to.edgePredecessorStart[edge] + counts[edge];
  }
  const next = to.edgePredecessorStart.slice();
  for (let edge = 0; edge < edges; edge++) {
    const start = graph.successorStart[edge];
    for (let row = start; row < graph.successorStart[edge + 1]; row++) {
      const place = next[graph.successorEdge[row]]++;
      to.predecessorEdge[place] = edge;
      to.predecessorOrdinal[place] = row - start;
      to.predecessorTurnDs[place] = costOf(graph, row);
    }
  }
}

function writeLanes(arena: Arena, city: City): void {
  const { columns: to } = arena;
  const { columns: from } = city;
  const { edgeLanes } = arena.counts;
  to.laneEdge.set(edgeOfLanes(city));
  to.laneLengthM.set(from.laneLengthM);
  to.laneSpeedMps.set(from.laneSpeedMps);
  to.laneSignedSpeedMps.set(from.laneSpeedMps.subarray(0, edgeLanes));
  to.laneHeadwayFactor.fill(1);
  to.laneTerminalAtM.fill(Infinity);
  to.laneTerminal.fill(-1);
  for (let lane = 0; lane < edgeLanes; lane++)
    to.laneClosedFromM[lane] = isOpenToCars(city, lane) ? Infinity : noCarsFromM;
  to.laneTailRearM.fill(farM);
  for (let terminal = 0; terminal < from.terminalEdge.length; terminal++) {
    const edge = from.terminalEdge[terminal];
    for (let lane = from.edgeLaneStart[edge]; lane < from.edgeLaneStart[edge + 1]; lane++) {
      to.laneTerminal[lane] = terminal;
      to.laneTerminalAtM[lane] = Math.min(from.terminalPositionM[terminal], from.laneLengthM[lane]);
    }
  }
  // Connections are sorted by from-lane; the incoming ones of a lane are listed in connection order.
  for (const lane of from.connectionFromLane) to.laneConnectionStart[lane + 1]++;
  for (const lane of from.connectionToLane) to.laneIncomingStart[lane + 1]++;
  for (let lane = 0; lane < edgeLanes; lane++) {
    to.laneConnectionStart[lane + 1] += to.laneConnectionStart[lane];
    to.laneIncomingStart[lane + 1] += to.laneIncomingStart[lane];
  }
  const next = to.laneIncomingStart.slice();
  from.connectionToLane.forEach((lane, connection) => (to.incomingConnection[next[lane]++] = connection));
}

/** Where a lane that is no lane for cars is closed from: before its start, which no command can open. */
export const noCarsFromM = -1;

/** The kernel's "no obstacle" (vehicle.ts, FAR). */
const farM = 1e9;

function writeConnections(arena: Arena, city: City): void {
  const { columns: to } = arena;
  const { columns: from } = city;
  const linkStart = linkStarts(city);
  to.connectionFromLane.set(from.connectionFromLane);
  to.connectionToLane.set(from.connectionToLane);
  to.conflictStart.set(from.conflictStart);
  to.conflictWith.set(from.conflictWith);
  to.conflictYields.set(from.conflictYields);
  for (let connection = 0; connection < arena.counts.connections; connection++) {
    const link = from.connectionSignal[connection];
    const program = from.junctionProgram[from.connectionJunction[connection]];
    to.connectionSignal[connection] = link < 0 || program < 0 ? -1 : linkStart[program] + link;
    if (!isRestricted(city, connection)) continue;
    to.connectionRestricted[connection] = Needs.claim | (needsOfRule[from.connectionRule[connection]] ?? 0);
  }
}

/** Bits of the column connectionRestricted: STOP_SIGN and ALL_STOP of the kernel's junctions.ts, ZIPS of its zipper.ts. */
const Needs = { claim: 1, stop: 2, allWayStop: 4, zipper: 8 } as const;

const needsOfRule: Readonly<Record<number, number>> = {
  [ConnectionRule.stop]: Needs.stop,
  [ConnectionRule.allWayStop]: Needs.allWayStop,
  [ConnectionRule.zipper]: Needs.zipper,
};

function linkStarts(city: City): Uint32Array {
  const { programLinkCount } = city.columns;
  const start = new Uint32Array(programLinkCount.length + 1);
  programLinkCount.forEach((count, program) => (start[program + 1] = start[program] + count));
  return start;
}

/** The kernel's number of a letter that it drives by beside the first four (STOP_YIELD of its signals.ts); the fourth is of signals out of order. */
const stopYield = 5;

/** What the kernel makes of the letters. */
const drivenLetter: Readonly<Record<SignalLetter, number>> = {
  [SignalLetter.red]: SignalLetter.red,
  [SignalLetter.yellow]: SignalLetter.yellow,
  [SignalLetter.greenYield]: SignalLetter.greenYield,
  [SignalLetter.green]: SignalLetter.green,
  [SignalLetter.redYellow]: SignalLetter.red,
  [SignalLetter.stopYield]: stopYield,
  [SignalLetter.blinking]: SignalLetter.greenYield,
  [SignalLetter.off]: SignalLetter.green,
};

/** Sets every program to the phase that its offset gives at the arena's start time. */
function writeSignals(arena: Arena, city: City): void {
  const { columns: to, header } = arena;
  const { columns: from } = city;
  to.programPhaseStart.set(from.programPhaseStart);
  to.programLinkStart.set(linkStarts(city));
  to.programKind.set(from.programKind);
  to.programMaxGapS.set(from.programMaxGapS);
  to.programDetectorS.set(from.programDetectorS);
  to.programLeastLossS.set(from.programLeastLossS);
  to.phaseDurationS.set(from.phaseDurationS);
  writeDetectors(arena, city);
  to.phaseLetterStart.set(from.phaseLetterStart.subarray(0, arena.counts.phases));
  from.phaseLetters.forEach((letter, row) => (to.phaseLetter[row] = drivenLetter[letter as SignalLetter]));
  for (let program = 0; program < arena.counts.programs; program++) {
    const first = from.programPhaseStart[program];
    const end = from.programPhaseStart[program + 1];
    const follows = followsDemand(from.programKind[program]);
    to.phaseLeastS.set((follows ? from.phaseLeastS : from.phaseDurationS).subarray(first, end), first);
    to.phaseMostS.set((follows ? from.phaseMostS : from.phaseDurationS).subarray(first, end), first);
    let cycleS = 0;
    for (let phase = first; phase < end; phase++) cycleS += from.phaseDurationS[phase];
    let restS = positiveRemainder(header.startS - from.programOffsetS[program], cycleS);
    let phase = first;
    while (phase < end - 1 && restS >= from.phaseDurationS[phase]) restS -= from.phaseDurationS[phase++];
    to.programPhase[program] = phase - first;
    to.programBeganS[program] = header.startS - restS;
    to.programSwitchS[program] = header.startS + from.phaseDurationS[phase] - restS;
  }
  arena.kernel.showSignals();
}

/** Nobody has been seen yet. */
const longAgoS = -1e9;

function writeDetectors({ columns: to }: Arena, city: City): void {
  const { rows, programStart, ofPhases, phaseStart } = placeDetectors(city);
  to.programDetectorStart.set(programStart);
  to.phaseDetectorStart.set(phaseStart);
  rows.forEach(({ lane, atM, restM, limitMps, approach }, row) => {
    to.detectorLane[row] = lane;
    to.detectorAtM[row] = atM;
    to.detectorRestM[row] = restM;
    to.detectorLimitMps[row] = limitMps;
    to.detectorApproach[row] = approach;
  });
  ofPhases.forEach(({ detector, serves }, place) => {
    to.phaseDetector[place] = detector;
    to.phaseServes[place] = serves;
  });
  to.detectorSeenS.fill(longAgoS);
}

function positiveRemainder(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}

/** Shapes of all lanes, with the distance of each point from the start and the heading of each stretch. */
function writeShapes(arena: Arena, city: City): void {
  const { columns: to, counts } = arena;
  const { columns: from } = city;
  to.laneShapeStart.set(from.laneShapeStart);
  to.shapeX.set(from.laneShapeX);
  to.shapeY.set(from.laneShapeY);
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const first = from.laneShapeStart[lane];
    const last = from.laneShapeStart[lane + 1] - 1;
    for (let point = first; point < last; point++) {
      const x = from.laneShapeX[point + 1] - from.laneShapeX[point];
      const y = from.laneShapeY[point + 1] - from.laneShapeY[point];
      to.shapeHeading[point] = atan2(y, x);
      to.shapeAtM[point + 1] = to.shapeAtM[point] + length(x, y);
    }
    to.shapeHeading[last] = to.shapeHeading[last - 1];
    const scale = from.laneLengthM[lane] / Math.max(to.shapeAtM[last], 0.01);
    for (let point = first; point <= last; point++) to.shapeAtM[point] *= scale;
  }
}
