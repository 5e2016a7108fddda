import { length } from "../../kernel/maths";
import { adjacencyBy, strongParts, type Adjacency } from "../geometry/directed-graph";
import { append, endColumn, growColumn } from "../geometry/growing-column";
import { pop, push, startQueue } from "../geometry/priority-queue";
import type { HighwayKind } from "./access";
import { missingNode, type OsmElements } from "./elements";
import type { Directions } from "./lanes";

/** A way that may be part of the network. */
export interface CandidateWay {
  readonly way: number;
  readonly kind: HighwayKind;
  readonly directions: Directions;
  /** Its metres count as many where it joins parts of the network; 0 for roads that are taken anyhow. */
  readonly penalty: number;
}

/** A stretch of a way, by positions in its nodes, first and last. */
export interface Stretch {
  readonly way: number;
  readonly kind: HighwayKind;
  readonly firstNode: number;
  readonly lastNode: number;
}

/** Longer joins than this are none, penalised metres. */
const longestJoinM = 5000;
/** A road's metre on the way to a join: little, so that joins are short and not far. */
const roadPenalty = 0.01;
const metresPerDegreeE7 = 0.011_13;

/**
 * Stretches of minor ways without which parts of the network could not be reached, or not be left: on the shortest ways
 * from the network's largest strongly connected part to the rest of its roads, and back.
 * @param isBarrier 1 for nodes that no car passes
 */
export function findJoiningStretches(
  elements: OsmElements,
  candidates: readonly CandidateWay[],
  isBarrier: Uint8Array,
): Stretch[] {
  const graph = linkWays(elements, candidates, isBarrier);
  const core = findCore(graph, candidates);
  const there = shortestWays(graph, core, graph.from, graph.to);
  const back = shortestWays(graph, core, graph.to, graph.from);
  const used = new Set<number>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (core[node] === 1 || graph.isRoad[node] === 0 || there.cameBy[node] === -1 || back.cameBy[node] === -1) continue;
    collect(there.cameBy, graph.from, node, used);
    collect(back.cameBy, graph.to, node, used);
  }
  const minor = [...used].filter((link) => candidates[graph.candidate[link]].penalty > 0);
  return stretchesOf(candidates, graph, minor);
}

/** Steps along ways between neighbouring nodes, each in every direction that it may be driven. Nodes are numbered anew. */
interface LinkGraph {
  readonly nodeCount: number;
  /** 1 for nodes of roads that are taken anyhow. */
  readonly isRoad: Uint8Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Penalised metres. */
  readonly cost: Float32Array;
  /** Row of the candidate, and position of the step's earlier node in it. */
  readonly candidate: Uint32Array;
  readonly index: Uint32Array;
}

function linkWays(elements: OsmElements, candidates: readonly CandidateWay[], isBarrier: Uint8Array): LinkGraph {
  const rowOf = new Int32Array(elements.nodeIds.length).fill(-1);
  const isRoad = growColumn(Uint8Array);
  const rowOfNode = (node: number): number => {
    if (rowOf[node] === -1) {
      rowOf[node] = isRoad.length;
      append(isRoad, 0);
    }
    return rowOf[node];
  };
  const [from, to, cost] = [growColumn(Uint32Array), growColumn(Uint32Array), growColumn(Float32Array)];
  const [candidate, index] = [growColumn(Uint32Array), growColumn(Uint32Array)];
  candidates.forEach(({ way, directions, penalty }, row) => {
    const first = elements.wayNodeStart[way];
    for (let at = first; at + 1 < elements.wayNodeStart[way + 1]; at++) {
      const ends = [elements.wayNodes[at], elements.wayNodes[at + 1]];
      if (ends.some((node) => node === missingNode || isBarrier[node] === 1)) continue;
      const [a, b] = ends.map(rowOfNode);
      if (penalty === 0) isRoad.values[a] = isRoad.values[b] = 1;
      const stepCost = (penalty === 0 ? roadPenalty : penalty) * roughDistanceM(elements, ends[0], ends[1]);
      const add = (start: number, end: number): void => {
        append(from, start);
        append(to, end);
        append(cost, stepCost);
        append(candidate, row);
        append(index, at - first);
      };
      if (directions.forward) add(a, b);
      if (directions.backward) add(b, a);
    }
  });
  return {
    nodeCount: isRoad.length,
    isRoad: endColumn(isRoad),
    from: endColumn(from),
    to: endColumn(to),
    cost: endColumn(cost),
    candidate: endColumn(candidate),
    index: endColumn(index),
  };
}

/** Degrees of longitude count in full: a path is chosen, nothing is measured. */
function roughDistanceM({ nodeLongitudeE7, nodeLatitudeE7 }: OsmElements, a: number, b: number): number {
  return length(nodeLongitudeE7[b] - nodeLongitudeE7[a], nodeLatitudeE7[b] - nodeLatitudeE7[a]) * metresPerDegreeE7;
}

/** 1 for the nodes of the largest part of the roads alone that can all be reached from each other. */
function findCore(graph: LinkGraph, candidates: readonly CandidateWay[]): Uint8Array {
  const roads = graph.candidate.map((row) => Number(candidates[row].penalty === 0));
  const from = graph.from.filter((_, link) => roads[link] === 1);
  const to = graph.to.filter((_, link) => roads[link] === 1);
  const parts = strongParts(graph.nodeCount, adjacencyBy(graph.nodeCount, from), to);
  const sizes = new Uint32Array(graph.nodeCount);
  for (const part of parts) sizes[part]++;
  const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  return Uint8Array.from(parts, (part) => Number(part === largest));
}

/** The link by which each node is reached from the core on the cheapest way, -1 in the core and beyond the longest join. */
function shortestWays(
  { nodeCount, cost }: LinkGraph,
  core: Uint8Array,
  start: Uint32Array,
  end: Uint32Array,
): { readonly cameBy: Int32Array } {
  const leaving: Adjacency = adjacencyBy(nodeCount, start);
  const costs = new Float64Array(nodeCount).fill(Infinity);
  const cameBy = new Int32Array(nodeCount).fill(-1);
  const queue = startQueue();
  core.forEach((inside, node) => {
    if (inside === 0) return;
    costs[node] = 0;
    push(queue, node, 0);
  });
  for (let at = pop(queue); at !== undefined && at.cost <= longestJoinM; at = pop(queue)) {
    if (at.cost > costs[at.row]) continue;
    for (let row = leaving.start[at.row]; row < leaving.start[at.row + 1]; row++) {
      const link = leaving.links[row];
      const next = at.cost + cost[link];
      if (next >= costs[end[link]]) continue;
      costs[end[link]] = next;
      cameBy[end[link]] = link;
      push(queue, end[link], next);
    }
  }
  return { cameBy };
}

/** Adds the links of the way from the core to a node, as far as they are not known. */
function collect(cameBy: Int32Array, start: Uint32Array, node: number, used: Set<number>): void {
  for (let link = cameBy[node]; link !== -1 && !used.has(link); link = cameBy[start[link]]) used.add(link);
}

/** Used steps of a way that follow each other make one stretch. */
function stretchesOf(candidates: readonly CandidateWay[], graph: LinkGraph, used: readonly number[]): Stretch[] {
  const steps = new Map<number, Set<number>>();
  for (const link of used) {
    const row = graph.candidate[link];
    steps.set(row, (steps.get(row) ?? new Set()).add(graph.index[link]));
  }
  return [...steps].flatMap(([row, indices]) => {
    const { way, kind } = candidates[row];
    const sorted = [...indices].sort((a, b) => a - b);
    const firsts = sorted.filter((index) => !indices.has(index - 1));
    const lasts = sorted.filter((index) => !indices.has(index + 1));
    return firsts.map((firstNode, stretch) => ({ way, kind, firstNode, lastNode: lasts[stretch] + 1 }));
  });
}
