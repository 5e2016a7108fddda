import { VehicleClass } from "../../../common/city";
import { adjacencyBy, strongParts } from "../geometry/directed-graph";
import { direction, offsetRight, polylineOf, type Polyline } from "../geometry/polyline";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { NetworkEdge } from "../network/edges";
import type { Connection } from "../network/connections";
import type { SumoEdge, SumoLane, SumoNet } from "./net-elements";
import { isRoad } from "./net-references";
import type { Placement } from "./placement";
import { roadTypeOf } from "./road-types";
import { motorClasses } from "./vehicle-classes";

/** Edges with a lane for motor vehicles, in the order of the file, before it is known how they hang together. */
export interface SumoRoads {
  readonly edges: readonly NetworkEdge[];
  readonly rowOfEdge: ReadonlyMap<string, number>;
  /** Rows of the file's lanes among those of their edge here, by id. */
  readonly laneRow: ReadonlyMap<string, number>;
  readonly junctionIds: readonly string[];
  /** Street names, each once. */
  readonly names: readonly string[];
  readonly leftOutEdgeIds: readonly string[];
  /** Whether the file states the class of every road. */
  readonly hasClasses: boolean;
}

export function readRoads(net: SumoNet, placement: Placement, notes: ImportNotes): SumoRoads {
  const kept = [...net.edges.values()].filter((edge) => isRoad(edge) && edge.lanes.some(isForMotors));
  const junctionRows = rowsOf(kept.flatMap(({ from, to }) => [from, to]));
  const names = rowsOf(kept.flatMap(({ streetName }) => (streetName === "" ? [] : [streetName])));
  const directed = pairDirections(kept);
  const laneRow = new Map<string, number>();
  for (const { lanes } of kept) lanes.filter(isForMotors).forEach(({ id }, row) => laneRow.set(id, row));
  const edges = kept.map((edge, row): NetworkEdge => {
    const name = names.get(edge.streetName) ?? -1;
    const [fromJunction, toJunction] = [junctionRows.get(edge.from) ?? 0, junctionRows.get(edge.to) ?? 0];
    return roadOf(net, placement, edge, { directed: directed[row], fromJunction, toJunction, name });
  });
  const leftOut = [...net.edges.values()].filter((edge) => isRoad(edge) && !edge.lanes.some(isForMotors));
  noteDropped(notes, "edges", "for pedestrians, bicycles, rails or nobody", leftOut.length);
  const lanes = kept.flatMap((edge) => edge.lanes.filter((lane) => !isForMotors(lane)));
  noteDropped(notes, "lanes beside roads", "for pedestrians, bicycles, rails or nobody", lanes.length);
  return {
    edges,
    rowOfEdge: new Map(kept.map(({ id }, row) => [id, row])),
    laneRow,
    junctionIds: [...junctionRows.keys()],
    names: [...names.keys()],
    leftOutEdgeIds: leftOut.map(({ id }) => id),
    hasClasses: kept.every((edge) => roadTypeOf(edge).isStated),
  };
}

const isForMotors = ({ classes }: SumoLane): boolean => (classes & motorClasses) !== 0;

/** Each word once, in the order of first appearance. */
function rowsOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(words)].map((word, row) => [word, row]));
}

/** Numbers as `directed` of an edge has them: the two directions between two junctions are 2 k and 2 k + 1. */
function pairDirections(edges: readonly SumoEdge[]): number[] {
  const waiting = new Map<string, number[]>();
  let roads = 0;
  return edges.map(({ from, to }) => {
    const facing = waiting.get(`${to}\n${from}`)?.shift();
    if (facing !== undefined) return facing + 1;
    const key = `${from}\n${to}`;
    const there = waiting.get(key);
    const forward = 2 * roads++;
    if (there === undefined) waiting.set(key, [forward]);
    else there.push(forward);
    return forward;
  });
}

interface Ends {
  readonly directed: number;
  readonly fromJunction: number;
  readonly toJunction: number;
  readonly name: number;
}

function roadOf(net: SumoNet, { toCity }: Placement, edge: SumoEdge, ends: Ends): NetworkEdge {
  const { directed, fromJunction, toJunction, name } = ends;
  const kept = edge.lanes.filter(isForMotors);
  const lanes = kept.map(({ shape }) => placedLine(toCity, shape.x, shape.y));
  const carriageway = {
    laneCount: kept.length,
    speedMps: Math.max(...kept.map(({ speedMps }) => speedMps)),
    turnMarks: null,
  };
  const { roadClass, isLink } = roadTypeOf(edge);
  const drivenM = Math.min(...kept.map(({ lengthM }) => lengthM));
  const junctionAt = (id: string) => {
    const { x = 0, y = 0 } = net.junctions.get(id) ?? {};
    return toCity(x, y);
  };
  return {
    id: edge.id,
    directed,
    fromJunction,
    toJunction,
    way: {
      id: edge.id,
      nodes: new Uint32Array(0),
      roadClass,
      isLink,
      isRoundabout: net.roundaboutEdges.has(edge.id),
      isBridge: false,
      name,
      forward: carriageway,
      backward: null,
      leftKerb: null,
      rightKerb: null,
    },
    nodes: [],
    carriageway,
    hasBridge: false,
    isInCore: false,
    lengthM: drivenM,
    drivenM,
    priority: Math.min(255, Math.max(0, Math.round(edge.priority))),
    shape: reachingInto(middleOf(lanes, kept), junctionAt(edge.from), junctionAt(edge.to)),
    lanes,
    laneDetails: kept.map((lane) => ({
      number: edge.lanes.indexOf(lane),
      lengthM: lane.lengthM,
      speedMps: lane.speedMps,
      widthM: lane.widthM,
      classes: lane.classes,
    })),
  };
}

export function placedLine(toCity: Placement["toCity"], x: readonly number[], y: readonly number[]): Polyline {
  const points = x.map((east, index) => toCity(east, y[index]));
  return polylineOf(
    points.map((point) => point.x),
    points.map((point) => point.y),
  );
}

/** The middle of the lanes together, as a parallel of the one that is nearest to it. */
function middleOf(lanes: readonly Polyline[], details: readonly SumoLane[]): Polyline {
  const halfM = details.reduce((sum, { widthM }) => sum + widthM, 0) / 2;
  const nearest = (lanes.length - 1) >> 1;
  const rightM = details.slice(0, nearest).reduce((sum, { widthM }) => sum + widthM, 0) + details[nearest].widthM / 2;
  return offsetRight(lanes[nearest], rightM - halfM);
}

/** Roads are drawn no farther into a junction than this, m. */
const farthestInsideM = 40;

/** Lanes end at the junction's border; the drawn road goes straight on until it is beside the junction's middle. */
function reachingInto(
  { x, y }: Polyline,
  start: { readonly x: number; readonly y: number },
  end: { readonly x: number; readonly y: number },
): Polyline {
  const beyond = (atX: number, atY: number, towards: { x: number; y: number }, middle: { x: number; y: number }) => {
    const alongM = (middle.x - atX) * towards.x + (middle.y - atY) * towards.y;
    const farM = Math.min(farthestInsideM, Math.max(0, alongM));
    return { x: atX + farM * towards.x, y: atY + farM * towards.y };
  };
  const last = x.length - 1;
  const backwards = direction({ x: x[1], y: y[1] }, { x: x[0], y: y[0] });
  const onwards = direction({ x: x[last - 1], y: y[last - 1] }, { x: x[last], y: y[last] });
  const before = beyond(x[0], y[0], backwards, start);
  const after = beyond(x[last], y[last], onwards, end);
  return polylineOf([before.x, ...x, after.x], [before.y, ...y, after.y]);
}

/** The edges with what their connections tell: which are in the core for cars, and half of the mean way through the junctions at both ends. */
export function joinRoads(edges: readonly NetworkEdge[], connections: readonly Connection[]): NetworkEdge[] {
  const insideM = [new Float64Array(edges.length), new Float64Array(edges.length)];
  const count = [new Uint32Array(edges.length), new Uint32Array(edges.length)];
  for (const { fromEdge, toEdge, isUTurn, curve } of connections) {
    if (isUTurn) continue;
    insideM[0][toEdge] += curve.lengthM;
    count[0][toEdge]++;
    insideM[1][fromEdge] += curve.lengthM;
    count[1][fromEdge]++;
  }
  const core = carCore(edges, connections);
  return edges.map((edge, row) => ({
    ...edge,
    isInCore: core[row] === 1,
    lengthM: [0, 1].reduce((sum, end) => sum + insideM[end][row] / Math.max(1, count[end][row]) / 2, edge.lengthM),
  }));
}

export const isForCars = (edges: readonly NetworkEdge[], connection: Connection): boolean =>
  (connection.classes &
    edges[connection.fromEdge].laneDetails[connection.fromLane].classes &
    edges[connection.toEdge].laneDetails[connection.toLane].classes &
    VehicleClass.passenger) !==
  0;

/** 1 for the edges of the largest part, by metres, in which cars come from each to each. */
function carCore(edges: readonly NetworkEdge[], connections: readonly Connection[]): Uint8Array {
  const ways = connections.filter((connection) => isForCars(edges, connection));
  const from = ways.map(({ fromEdge }) => fromEdge);
  const parts = strongParts(
    edges.length,
    adjacencyBy(edges.length, from),
    ways.map(({ toEdge }) => toEdge),
  );
  const [metres, members] = [new Float64Array(edges.length), new Uint32Array(edges.length)];
  parts.forEach((part, row) => {
    metres[part] += edges[row].drivenM;
    members[part]++;
  });
  let largest = -1;
  metres.forEach((sum, part) => {
    if (members[part] > 1 && (largest < 0 || sum > metres[largest])) largest = part;
  });
  return Uint8Array.from(parts, (part) => Number(part === largest));
}

/** [west, south, east, north] of all roads, in the file's metres. */
export function boundsOf(net: SumoNet): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const edge of net.edges.values()) {
    if (!isRoad(edge)) continue;
    for (const { shape } of edge.lanes) {
      shape.x.forEach((x, index) => {
        const y = shape.y[index];
        [bounds[0], bounds[2]] = [Math.min(bounds[0], x), Math.max(bounds[2], x)];
        [bounds[1], bounds[3]] = [Math.min(bounds[1], y), Math.max(bounds[3], y)];
      });
    }
  }
  return bounds;
}
