import type { CityColumns } from "../../common/city";
import { appendShape, endShapes, growShapes } from "./geometry/ragged-shapes";
import type { Ground } from "./ground";
import type { CrossingRules } from "./network/crossing-rules";
import type { Network } from "./network/network";
import type { Parking } from "./parking/parking-columns";

/** What synthesis adds to network and ground. */
export interface Population {
  readonly edgeDistrict: Uint16Array<ArrayBuffer>;
  readonly edgeHomes: Float32Array<ArrayBuffer>;
  readonly edgeJobs: Float32Array<ArrayBuffer>;
  readonly terminalEdge: Uint32Array<ArrayBuffer>;
  readonly terminalPositionM: Float32Array<ArrayBuffer>;
}

/** Network, its rules, ground, population and parking in the columns of the city form. */
export function cityColumns(
  network: Network,
  rules: CrossingRules,
  ground: Ground,
  population: Population,
  parking: Parking,
): CityColumns {
  return {
    ...junctionColumns(network, rules),
    ...edgeColumns(network),
    ...laneColumns(network),
    ...connectionColumns(network, rules),
    ...conflictColumns(network, rules),
    ...programColumns(rules),
    ...groundColumns(ground),
    ...population,
    ...parking.columns,
  };
}

function junctionColumns({ junctions }: Network, { kindOf, programOf }: CrossingRules) {
  return {
    junctionX: Float32Array.from(junctions, ({ x }) => x),
    junctionY: Float32Array.from(junctions, ({ y }) => y),
    junctionKind: Uint8Array.from(junctions, (_, row) => kindOf(row)),
    junctionProgram: programOf,
  };
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
    edgePriority: Uint8Array.from(edges, ({ priority }) => priority),
    edgeRoundabout: Uint8Array.from(edges, ({ way }) => (way.isRoundabout ? 1 : 0)),
    edgeShapeStart: start,
    edgeShapeX: x,
    edgeShapeY: y,
  };
}

/** Lanes of edges, then the internal lane of each connection. */
function laneColumns({ edges, connections }: Network) {
  const shapes = growShapes();
  const details = edges.flatMap(({ laneDetails }) => laneDetails);
  for (const { lanes } of edges) for (const { x, y } of lanes) appendShape(shapes, x, y);
  const inner = connections.map(({ curve, speedMps, classes, fromEdge, fromLane, toEdge, toLane }) => {
    appendShape(shapes, curve.line.x, curve.line.y);
    const [before, after] = [edges[fromEdge].laneDetails[fromLane], edges[toEdge].laneDetails[toLane]];
    return {
      lengthM: curve.lengthM,
      speedMps,
      widthM: Math.min(before.widthM, after.widthM),
      classes: classes & before.classes & after.classes,
    };
  });
  const all = [...details, ...inner];
  const { start, x, y } = endShapes(shapes);
  return {
    laneLengthM: Float32Array.from(all, ({ lengthM }) => lengthM),
    laneSpeedMps: Float32Array.from(all, ({ speedMps }) => speedMps),
    laneWidthM: Float32Array.from(all, ({ widthM }) => widthM),
    laneClasses: Uint32Array.from(all, ({ classes }) => classes),
    laneNumber: Uint8Array.from(details, ({ number }) => number),
    laneShapeStart: start,
    laneShapeX: x,
    laneShapeY: y,
  };
}

function connectionColumns({ edges, connections }: Network, { letterOf }: CrossingRules) {
  const firstLane: number[] = [];
  let lanes = 0;
  for (const { carriageway } of edges) {
    firstLane.push(lanes);
    lanes += carriageway.laneCount;
  }
  return {
    connectionFromLane: Uint32Array.from(connections, ({ fromEdge, fromLane }) => firstLane[fromEdge] + fromLane),
    connectionToLane: Uint32Array.from(connections, ({ toEdge, toLane }) => firstLane[toEdge] + toLane),
    connectionTurn: Uint8Array.from(connections, ({ turn }) => turn),
    connectionJunction: Uint32Array.from(connections, ({ junction }) => junction),
    connectionSignal: letterOf,
    connectionRule: Uint8Array.from(connections, ({ rule }) => rule),
    connectionWaitAtM: Float32Array.from(connections, ({ waitAtM }) => waitAtM),
    connectionKeepsClear: Uint8Array.from(connections, ({ keepsClear }) => Number(keepsClear)),
  };
}

function conflictColumns({ connections, junctions }: Network, { waits }: CrossingRules) {
  const conflicts: { readonly other: number; readonly yields: number }[][] = connections.map(() => []);
  for (const junction of junctions) {
    for (const { first, second } of junction.conflicts) {
      const who = waits(first, second);
      conflicts[first]?.push({ other: second, yields: Number(who === "first" || who === "both") });
      conflicts[second]?.push({ other: first, yields: Number(who === "second" || who === "both") });
    }
  }
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

function programColumns({ programs }: CrossingRules) {
  const programPhaseStart = [0];
  const phaseLetterStart = [0];
  const allPhases = programs.flatMap(({ phases }) => phases);
  const letters: number[] = [];
  let phaseCount = 0;
  for (const { phases } of programs) {
    for (const phase of phases) {
      for (const letter of phase.letters) letters.push(letter);
      phaseLetterStart.push(letters.length);
    }
    phaseCount += phases.length;
    programPhaseStart.push(phaseCount);
  }
  return {
    programPhaseStart: Uint32Array.from(programPhaseStart),
    programOffsetS: Float32Array.from(programs, ({ offsetS }) => offsetS),
    programController: Uint32Array.from(programs, ({ controller }) => controller),
    programKind: Uint8Array.from(programs, ({ kind }) => kind),
    programMaxGapS: Float32Array.from(programs, ({ sensing }) => sensing.maxGapS),
    programDetectorS: Float32Array.from(programs, ({ sensing }) => sensing.detectorS),
    programPassingS: Float32Array.from(programs, ({ sensing }) => sensing.passingS),
    programRangeM: Float32Array.from(programs, ({ sensing }) => sensing.rangeM),
    programLeastLossS: Float32Array.from(programs, ({ sensing }) => sensing.leastLossS),
    programLinkCount: Uint32Array.from(programs, ({ linkCount }) => linkCount),
    phaseDurationS: Float32Array.from(allPhases, ({ durationS }) => durationS),
    phaseLeastS: Float32Array.from(allPhases, ({ leastS }) => leastS),
    phaseMostS: Float32Array.from(allPhases, ({ mostS }) => mostS),
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
