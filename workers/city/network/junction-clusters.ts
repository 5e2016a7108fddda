import { length } from "../../kernel/maths";
import { rootOf, startSets } from "../geometry/disjoint-sets";
import { direction, endDirection, startDirection, type Point } from "../geometry/polyline";
import type { RoadGraph } from "../roads/road-graph";
import { armCounts, endNodeOf, forwardOf, lineOf, startNodeOf } from "./directed-sections";
import type { Section } from "./sections";

/**
 * Nodes of a map that are one crossing on the ground: of two carriageways with a cross street, of a signalised
 * intersection with a node per lane, of a staggered mouth shorter than a car.
 */
export interface Clusters {
  /** Junction of each node where sections end; -1 elsewhere. */
  readonly junctionOf: Int32Array;
  readonly junctionX: readonly number[];
  readonly junctionY: readonly number[];
  /** 1 for sections that lie inside a junction. */
  readonly isInner: Uint8Array;
  /** Where the map's border cuts a road: from the node where a carriageway ends to the one where the other begins. */
  readonly acrossBorder: ReadonlyMap<number, number>;
}

/** Nodes so near that no car stands between them always are one crossing, m. */
const alwaysJoinedM = 5;
/** Medians and signalised crossings: about the width of a road of four lanes and its median. */
const wideCrossingM = 22;
/** A crossing whose nodes lie farther apart than this is several, m. */
const widestClusterM = 60;
/** cos 135°: carriageways at both ends of a median run against each other. */
const againstEachOther = -0.707;

/** What is joined beside what lies close together. */
export interface JoiningHints {
  readonly signalNodes: ReadonlySet<number>;
  /** Sections too short for a car between the crossings at their ends. */
  readonly tooShort: ReadonlySet<number>;
  /** Nodes where carriageways of one road are cut off. */
  readonly borderPairs: readonly (readonly [number, number])[];
}

export function findClusters(graph: RoadGraph, sections: readonly Section[], hints: JoiningHints): Clusters {
  const { signalNodes, tooShort, borderPairs } = hints;
  const parents = startSets(graph.nodeX.length);
  const extents = new Map<number, Extent>();
  for (const [a, b] of borderPairs) joinNodes(graph, parents, extents, a, b, true);
  const isCandidate = new Uint8Array(sections.length);
  const limits = joinLimits(sections, signalNodes);
  // Shortest first, so that the core of a crossing forms before its fringe reaches for the next one.
  const order = sections
    .map((_, section) => section)
    .filter((section) => tooShort.has(section) || lengthAt(sections, section) <= limits[section])
    .sort((a, b) => lengthAt(sections, a) - lengthAt(sections, b) || a - b);
  for (const section of order) {
    const [from, to] = [startNodeOf(sections, forwardOf(section)), endNodeOf(sections, forwardOf(section))];
    const always = lengthAt(sections, section) <= alwaysJoinedM;
    if (joinNodes(graph, parents, extents, from, to, always)) isCandidate[section] = 1;
  }
  return { ...numberJunctions(graph, sections, parents, isCandidate), acrossBorder: new Map(borderPairs) };
}

const lengthAt = (sections: readonly Section[], section: number): number => sections[section].lengthM;

/** For each section the length up to which its ends are one crossing, m. */
function joinLimits(sections: readonly Section[], signalNodes: ReadonlySet<number>): number[] {
  const arms = armCounts(sections);
  const onRoundabout = new Set<number>();
  for (const { way, nodes } of sections) {
    if (way.isRoundabout) for (const node of [nodes[0], nodes.at(-1) ?? 0]) onRoundabout.add(node);
  }
  const carriageways = oneWayDirections(sections);
  return sections.map((section, row) => {
    if (section.lengthM > wideCrossingM) return 0;
    const from = startNodeOf(sections, forwardOf(row));
    const to = endNodeOf(sections, forwardOf(row));
    if (section.way.isRoundabout || onRoundabout.has(from) || onRoundabout.has(to)) return alwaysJoinedM;
    if ((arms.get(from) ?? 0) < 3 || (arms.get(to) ?? 0) < 3) return alwaysJoinedM;
    if (signalNodes.has(from) || signalNodes.has(to)) return wideCrossingM;
    const [a, b] = [carriageways.get(from), carriageways.get(to)];
    const spansMedian = a !== undefined && b !== undefined && a.x * b.x + a.y * b.y < againstEachOther;
    return spansMedian ? wideCrossingM : alwaysJoinedM;
  });
}

/** Direction of the one-way road that runs through a node. */
function oneWayDirections(sections: readonly Section[]): ReadonlyMap<number, Point> {
  const entering = new Map<number, Point[]>();
  const leaving = new Map<number, Point[]>();
  const add = (map: Map<number, Point[]>, node: number, towards: Point) =>
    map.set(node, [...(map.get(node) ?? []), towards]);
  sections.forEach(({ forward, backward, lengthM }, section) => {
    if ((forward === null) === (backward === null) || lengthM <= alwaysJoinedM) return;
    const directed = forwardOf(section) + (forward === null ? 1 : 0);
    const line = lineOf(sections, directed);
    add(leaving, startNodeOf(sections, directed), startDirection(line, 20));
    add(entering, endNodeOf(sections, directed), endDirection(line, 20));
  });
  const through = new Map<number, Point>();
  for (const [node, arrivals] of entering) {
    for (const arrival of arrivals) {
      const onward = leaving.get(node)?.find((towards) => towards.x * arrival.x + towards.y * arrival.y > 0.85);
      if (onward !== undefined)
        through.set(node, direction({ x: 0, y: 0 }, { x: arrival.x + onward.x, y: arrival.y + onward.y }));
    }
  }
  return through;
}

interface Extent {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Unites two clusters unless the result would be too wide. @returns whether both nodes are in one cluster now */
function joinNodes(
  graph: RoadGraph,
  parents: Uint32Array,
  extents: Map<number, Extent>,
  from: number,
  to: number,
  always: boolean,
): boolean {
  const [a, b] = [rootOf(parents, from), rootOf(parents, to)];
  if (a === b) return true;
  const [first, second] = [extentOf(graph, extents, a), extentOf(graph, extents, b)];
  const joined: Extent = {
    west: Math.min(first.west, second.west),
    south: Math.min(first.south, second.south),
    east: Math.max(first.east, second.east),
    north: Math.max(first.north, second.north),
  };
  if (!always && length(joined.east - joined.west, joined.north - joined.south) > widestClusterM) return false;
  const root = Math.min(a, b);
  parents[Math.max(a, b)] = root;
  extents.set(root, joined);
  return true;
}

function extentOf(graph: RoadGraph, extents: ReadonlyMap<number, Extent>, root: number): Extent {
  const [x, y] = [graph.nodeX[root], graph.nodeY[root]];
  return extents.get(root) ?? { west: x, south: y, east: x, north: y };
}

function numberJunctions(
  graph: RoadGraph,
  sections: readonly Section[],
  parents: Uint32Array,
  isCandidate: Uint8Array,
): Omit<Clusters, "acrossBorder"> {
  const junctionOf = new Int32Array(graph.nodeX.length).fill(-1);
  const junctionOfRoot = new Map<number, number>();
  const [sumX, sumY, members]: [number[], number[], number[]] = [[], [], []];
  for (const { nodes } of sections) {
    for (const node of [nodes[0], nodes.at(-1) ?? 0]) {
      if (junctionOf[node] >= 0) continue;
      const root = rootOf(parents, node);
      const junction = junctionOfRoot.get(root) ?? members.push(0) - 1;
      if (members[junction] === 0) [sumX[junction], sumY[junction]] = [0, 0];
      junctionOfRoot.set(root, junction);
      junctionOf[node] = junction;
      sumX[junction] += graph.nodeX[node];
      sumY[junction] += graph.nodeY[node];
      members[junction]++;
    }
  }
  const junctionX = sumX.map((sum, junction) => sum / members[junction]);
  const junctionY = sumY.map((sum, junction) => sum / members[junction]);
  const isInner = new Uint8Array(sections.length);
  sections.forEach(({ nodes, lengthM }, section) => {
    const together = junctionOf[nodes[0]] === junctionOf[nodes.at(-1) ?? 0];
    if (together && (isCandidate[section] === 1 || lengthM <= widestClusterM)) isInner[section] = 1;
  });
  return { junctionOf, junctionX, junctionY, isInner };
}
