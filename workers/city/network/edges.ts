import { everyVehicleClass } from "../../../common/city";
import { assert } from "../../../common/result";
import { cut, lengthOf, offsetRight, type Polyline } from "../geometry/polyline";
import type { Carriageway, RoadWay } from "../roads/road-graph";
import { Reach } from "./components";
import { carriagewayOf, endNodeOf, lineOf, sectionOf, startNodeOf } from "./directed-sections";
import type { Clusters } from "./junction-clusters";
import { priorityOf } from "../roads/road-classes";
import { halfWidthM, laneWidthM } from "./lane-widths";
import type { MovementsFrom } from "./movement";
import type { Section } from "./sections";
import type { Trims } from "./trims";

/** One direction of a section, as cars drive it. */
export interface NetworkEdge {
  readonly id: string;
  readonly directed: number;
  readonly fromJunction: number;
  readonly toJunction: number;
  readonly way: RoadWay;
  /** Rows of the road graph's nodes, in driving order. */
  readonly nodes: readonly number[];
  readonly carriageway: Carriageway;
  readonly hasBridge: boolean;
  /** False where it only leads into the network, or only out of it. */
  readonly isInCore: boolean;
  /** From junction centre to junction centre, m. */
  readonly lengthM: number;
  /** Between the stop lines, of its shortest lane, m. */
  readonly drivenM: number;
  /** Right of way at unsignalled junctions: larger goes first; 0 … 255. */
  readonly priority: number;
  /** Middle of its own lanes, from node to node. */
  readonly shape: Polyline;
  /** Middle of each lane between the stop lines, rightmost first. */
  readonly lanes: readonly Polyline[];
  /** What else is known of each lane. */
  readonly laneDetails: readonly LaneDetail[];
}

export interface LaneDetail {
  /** In the input, from the right. */
  readonly number: number;
  readonly lengthM: number;
  readonly speedMps: number;
  readonly widthM: number;
  /** Bits of `VehicleClass`. */
  readonly classes: number;
}

export interface KeptNetwork {
  readonly sections: readonly Section[];
  readonly clusters: Clusters;
  readonly movements: MovementsFrom;
  /** A `Reach` of each directed section; what has one becomes an edge. */
  readonly reach: Uint8Array;
  readonly trims: Trims;
}

/** The edges of the network in the order of their directed sections. */
export function buildEdges(network: KeptNetwork): NetworkEdge[] {
  const { sections, reach } = network;
  const insideM = halfMeanInsideM(network);
  const edges: NetworkEdge[] = [];
  for (let directed = 0; directed < sections.length * 2; directed++) {
    if (reach[directed] !== Reach.none) edges.push(buildEdge(network, directed, insideM));
  }
  return edges;
}

function buildEdge(
  { sections, clusters, reach, trims }: KeptNetwork,
  directed: number,
  insideM: InsideLengths,
): NetworkEdge {
  const row = sectionOf(directed);
  const section = sections[row];
  const carriageway = carriagewayOf(sections, directed);
  assert(section !== undefined && carriageway !== null, "a kept directed section has its carriageway");
  const isForward = (directed & 1) === 0;
  const trimStartM = (isForward ? trims.startM : trims.endM)[row];
  const trimEndM = (isForward ? trims.endM : trims.startM)[row];
  const line = lineOf(sections, directed);
  const driven = cut(line, trimStartM, section.lengthM - trimEndM);
  // The map's line is the middle of the whole road; lanes are counted from the right kerb.
  const kerbM = halfWidthM(section);
  const middleM = kerbM - (carriageway.laneCount * laneWidthM) / 2;
  const lanes = Array.from({ length: carriageway.laneCount }, (_, lane) =>
    offsetRight(driven, kerbM - (lane + 0.5) * laneWidthM),
  );
  const drivenM = lengthOf(offsetRight(driven, middleM));
  const { way } = section;
  return {
    id: isForward ? section.id : `-${section.id}`,
    directed,
    fromJunction: clusters.junctionOf[startNodeOf(sections, directed)],
    toJunction: clusters.junctionOf[endNodeOf(sections, directed)],
    way,
    nodes: isForward ? section.nodes : [...section.nodes].reverse(),
    carriageway,
    hasBridge: section.hasBridge,
    isInCore: reach[directed] === Reach.core,
    lengthM: section.lengthM + (insideM.before.get(directed) ?? 0) + (insideM.after.get(directed) ?? 0),
    drivenM,
    priority: priorityOf(way.roadClass, way.isLink, way.isRoundabout),
    shape: offsetRight(line, middleM),
    lanes,
    laneDetails: lanes.map((_, number) => ({
      number,
      lengthM: drivenM,
      speedMps: carriageway.speedMps,
      widthM: laneWidthM,
      classes: everyVehicleClass,
    })),
  };
}

/** Half of the mean way through the junctions before and after a directed section, m. */
interface InsideLengths {
  readonly before: ReadonlyMap<number, number>;
  readonly after: ReadonlyMap<number, number>;
}

/** Joined junctions have an extent; each of the two edges of a movement bears half of the way through. */
function halfMeanInsideM({ movements, reach }: KeptNetwork): InsideLengths {
  const sums = { before: new Map<number, [number, number]>(), after: new Map<number, [number, number]>() };
  const add = (map: Map<number, [number, number]>, key: number, value: number) => {
    const [sum, count] = map.get(key) ?? [0, 0];
    map.set(key, [sum + value, count + 1]);
  };
  for (const list of movements.values()) {
    for (const { from, to, insideM, isUTurn } of list) {
      if (isUTurn || reach[from] === Reach.none || reach[to] === Reach.none) continue;
      add(sums.after, from, insideM);
      add(sums.before, to, insideM);
    }
  }
  const halved = (map: Map<number, [number, number]>) =>
    new Map([...map].map(([key, [sum, count]]) => [key, sum / count / 2] as const));
  return { before: halved(sums.before), after: halved(sums.after) };
}
