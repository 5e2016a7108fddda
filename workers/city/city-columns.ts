import { JunctionKind, type CityColumns } from "../../common/city";
import { appendShape, endShapes, growShapes } from "./geometry/ragged-shapes";
import type { Ground } from "./ground";
import { laneWidthM } from "./network/lane-widths";
import type { Network, NetworkJunction } from "./network/network";
import type { SignalPlan, SignalProgram } from "./network/signals";
import type { Parking } from "./parking/parking-columns";
import { SignalLetter } from "../../common/city";
import { priorityOf } from "./roads/road-classes";

/** What synthesis adds to network and ground. */
export interface Population {
  readonly edgeDistrict: Uint16Array<ArrayBuffer>;
  readonly edgeHomes: Float32Array<ArrayBuffer>;
  readonly edgeJobs: Float32Array<ArrayBuffer>;
  readonly terminalEdge: Uint32Array<ArrayBuffer>;
  readonly terminalPositionM: Float32Array<ArrayBuffer>;
}

/** Network, signals, ground, population and parking in the columns of the city form. */
export function cityColumns(
  network: Network,
  signals: SignalPlan,
  ground: Ground,
  population: Population,
  parking: Parking,
): CityColumns {
  return {
    ...junctionColumns(network, signals),
    ...edgeColumns(network),
    ...laneColumns(network),
    ...connectionColumns(network, signals),
    ...conflictColumns(network, signals),
    ...programColumns(signals),
    ...groundColumns(ground),
    ...population,
    ...parking.columns,
  };
}

function junctionColumns(network: Network, { programOf }: SignalPlan) {
  const { junctions } = network;
  return {
    junctionX: Float32Array.from(junctions, ({ x }) => x),
    junctionY: Float32Array.from(junctions, ({ y }) => y),
    junctionKind: Uint8Array.from(junctions, (junction, row) => kindOf(network, junction, programOf[row])),
    junctionProgram: programOf,
  };
}

function kindOf(
  { connections, rightOfWay }: Network,
  { armCount, conflicts }: NetworkJunction,
  program: number,
): JunctionKind {
  if (program >= 0) return JunctionKind.signal;
  if (armCount === 1) return JunctionKind.deadEnd;
  const between = conflicts.filter(
    ({ first, second }) => connections[first]?.fromEdge !== connections[second]?.fromEdge,
  );
  if (armCount === 2 && between.length === 0) return JunctionKind.continuation;
  const byHand = between.some(({ first, second }) => rightOfWay(first, second).reason === "left");
  return byHand ? JunctionKind.rightBeforeLeft : JunctionKind.priority;
}

function edgeColumns({ edges }: Network) {
  const shapes = growShapes();
  for (const { shape } of edges) appendShape(shapes, shape.x, shape.y);
  const { start, x, y } = endShapes(shapes);
  const edgeLaneStart = new Uint32Array(edges.length + 1);
  edges.forEach(({ carriageway }, row) => (edgeLaneStart[row + 1] = edgeLaneStart[row] + carriageway.laneCount));
  return {
    edgeFrom: Uint32Array.from(edges, ({ fromJunction }) => fromJunction),
    edgeTo: Uint32Array.from(edges, ({ toJunction }) => toJunction),
    edgeLaneStart,
    edgeLengthM: Float32Array.from(edges, ({ lengthM }) => lengthM),
    edgeSpeedMps: Float32Array.from(edges, ({ carriageway }) => carriageway.speedMps),
    edgeClass: Uint8Array.from(edges, ({ way }) => way.roadClass),
    edgeName: Int32Array.from(edges, ({ way }) => way.name),
    edgePriority: Uint8Array.from(edges, ({ way }) => priorityOf(way.roadClass, way.isLink, way.isRoundabout)),
    edgeShapeStart: start,
    edgeShapeX: x,
    edgeShapeY: y,
  };
}

/** Lanes of edges, then the internal lane of each connection. */
function laneColumns({ edges, connections }: Network) {
  const shapes = growShapes();
  const lengthsM: number[] = [];
  const speedsMps: number[] = [];
  for (const { lanes, drivenM, carriageway } of edges) {
    for (const { x, y } of lanes) {
      appendShape(shapes, x, y);
      lengthsM.push(drivenM);
      speedsMps.push(carriageway.speedMps);
    }
  }
  for (const { curve, fromEdge, toEdge } of connections) {
    appendShape(shapes, curve.line.x, curve.line.y);
    lengthsM.push(curve.lengthM);
    const [before, after] = [edges[fromEdge].carriageway.speedMps, edges[toEdge].carriageway.speedMps];
    speedsMps.push(Math.min(curve.comfortableMps, before, after));
  }
  const { start, x, y } = endShapes(shapes);
  return {
    laneLengthM: Float32Array.from(lengthsM),
    laneSpeedMps: Float32Array.from(speedsMps),
    laneWidthM: new Float32Array(lengthsM.length).fill(laneWidthM),
    laneShapeStart: start,
    laneShapeX: x,
    laneShapeY: y,
  };
}

function connectionColumns({ edges, connections }: Network, { programs }: SignalPlan) {
  const firstLane: number[] = [];
  let lanes = 0;
  for (const { carriageway } of edges) {
    firstLane.push(lanes);
    lanes += carriageway.laneCount;
  }
  const signal = new Int32Array(connections.length).fill(-1);
  for (const { links } of programs) links.forEach((link, letter) => (signal[link] = letter));
  return {
    connectionFromLane: Uint32Array.from(connections, ({ fromEdge, fromLane }) => firstLane[fromEdge] + fromLane),
    connectionToLane: Uint32Array.from(connections, ({ toEdge, toLane }) => firstLane[toEdge] + toLane),
    connectionTurn: Uint8Array.from(connections, ({ turn }) => turn),
    connectionJunction: Uint32Array.from(connections, ({ junction }) => junction),
    connectionSignal: signal,
  };
}

function conflictColumns({ connections, junctions, rightOfWay }: Network, { programs, programOf }: SignalPlan) {
  const conflicts: { readonly other: number; readonly yields: number }[][] = connections.map(() => []);
  junctions.forEach((junction, row) => {
    const meet = programOf[row] < 0 ? () => true : greenTogether(programs[programOf[row]]);
    for (const { first, second } of junction.conflicts) {
      // Streams that signals keep apart have no order between them.
      const waits = meet(first, second) ? rightOfWay(first, second).waits : -1;
      conflicts[first]?.push({ other: second, yields: Number(waits === 0) });
      conflicts[second]?.push({ other: first, yields: Number(waits === 1) });
    }
  });
  const conflictStart = new Uint32Array(connections.length + 1);
  conflicts.forEach((list, row) => {
    list.sort((a, b) => a.other - b.other);
    conflictStart[row + 1] = conflictStart[row] + list.length;
  });
  const flat = conflicts.flat();
  return {
    conflictStart,
    conflictWith: Uint32Array.from(flat, ({ other }) => other),
    conflictYields: Uint8Array.from(flat, ({ yields }) => yields),
  };
}

function greenTogether({ links, phases }: SignalProgram): (first: number, second: number) => boolean {
  const letterOf = new Map(links.map((link, letter) => [link, letter] as const));
  const isGreen = (letter: SignalLetter | undefined) =>
    letter === SignalLetter.green || letter === SignalLetter.greenYield;
  return (first, second) => {
    const [a, b] = [letterOf.get(first) ?? -1, letterOf.get(second) ?? -1];
    return phases.some(({ letters }) => isGreen(letters[a]) && isGreen(letters[b]));
  };
}

function programColumns({ programs }: SignalPlan) {
  const programPhaseStart = [0];
  const phaseLetterStart = [0];
  const durationsS: number[] = [];
  const letters: number[] = [];
  for (const { phases } of programs) {
    for (const phase of phases) {
      durationsS.push(phase.durationS);
      for (const letter of phase.letters) letters.push(letter);
      phaseLetterStart.push(letters.length);
    }
    programPhaseStart.push(durationsS.length);
  }
  return {
    programPhaseStart: Uint32Array.from(programPhaseStart),
    programOffsetS: Float32Array.from(programs, ({ offsetS }) => offsetS),
    programLinkCount: Uint32Array.from(programs, ({ links }) => links.length),
    phaseDurationS: Float32Array.from(durationsS),
    phaseLetterStart: Uint32Array.from(phaseLetterStart),
    phaseLetters: Uint8Array.from(letters),
  };
}

function groundColumns({ buildings, buildingHeightM, areas, areaKind, lines, lineKind, places }: Ground) {
  return {
    buildingStart: buildings.start,
    buildingX: buildings.x,
    buildingY: buildings.y,
    buildingHeightM,
    areaStart: areas.start,
    areaX: areas.x,
    areaY: areas.y,
    areaKind,
    lineStart: lines.start,
    lineX: lines.x,
    lineY: lines.y,
    lineKind,
    placeX: Float32Array.from(places, ({ x }) => x),
    placeY: Float32Array.from(places, ({ y }) => y),
    placeRank: Uint8Array.from(places, ({ rank }) => rank),
  };
}
