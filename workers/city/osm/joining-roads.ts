import { length } from "../../kernel/maths";
import { rootOf, startSets, unite } from "../geometry/disjoint-sets";
import { pop, push, startQueue } from "../geometry/priority-queue";
import type { HighwayKind } from "./access";
import { missingNode, type OsmElements } from "./elements";
import type { SelectedWay } from "./road-selection";
import type { Tags } from "./tag-access";

/** A way that is taken only where it joins parts of the network. */
export interface MinorWay {
  readonly way: number;
  readonly tags: Tags;
  readonly kind: HighwayKind;
  /** Its metres count as many, ≥ 1. */
  readonly penalty: number;
}

/** Longer joins than this are none, penalised metres. */
const longestJoinM = 5000;
const metresPerDegreeE7 = 0.011_13;

/**
 * Stretches of minor ways over which parts of the network that are apart hang together: the shortest from the largest
 * part to each of the others, grown from part to part (Prim's algorithm over shortest paths).
 */
export function findJoiningStretches(
  elements: OsmElements,
  roads: readonly SelectedWay[],
  minor: readonly MinorWay[],
): SelectedWay[] {
  const parts = partsOf(elements, roads);
  if (parts.nodes.size < 2 || minor.length === 0) return [];
  const links = linksOf(elements, minor);
  const costs = new Map<number, number>();
  const cameBy = new Map<number, Link>();
  const joined = new Set<number>();
  const queue = startQueue();
  const used: Link[] = [];
  const join = (part: number): void => {
    joined.add(part);
    for (const node of parts.nodes.get(part) ?? []) {
      if (!links.has(node)) continue;
      costs.set(node, 0);
      cameBy.delete(node);
      push(queue, node, 0);
    }
  };
  join(parts.largest);
  for (let next = pop(queue); next !== undefined && next.cost <= longestJoinM; next = pop(queue)) {
    if (next.cost > (costs.get(next.row) ?? Infinity)) continue;
    const part = parts.partOf(next.row);
    if (part !== -1 && !joined.has(part)) {
      for (let link = cameBy.get(next.row); link !== undefined; link = cameBy.get(link.from)) used.push(link);
      join(part);
      continue;
    }
    for (const link of links.get(next.row) ?? []) {
      const cost = next.cost + link.cost;
      if (cost >= (costs.get(link.to) ?? Infinity)) continue;
      costs.set(link.to, cost);
      cameBy.set(link.to, link);
      push(queue, link.to, cost);
    }
  }
  return stretchesOf(minor, used);
}

interface Parts {
  /** Nodes of each part, by its root. */
  readonly nodes: ReadonlyMap<number, readonly number[]>;
  readonly largest: number;
  /** The part of a node, -1 when no road runs there. */
  readonly partOf: (node: number) => number;
}

function partsOf(elements: OsmElements, roads: readonly SelectedWay[]): Parts {
  const sets = startSets(elements.nodeIds.length);
  const isRoad = new Uint8Array(elements.nodeIds.length);
  for (const { way } of roads) {
    let before = missingNode;
    for (const node of nodesOf(elements, way)) {
      if (node !== missingNode) isRoad[node] = 1;
      if (node !== missingNode && before !== missingNode) unite(sets, before, node);
      before = node;
    }
  }
  const nodes = new Map<number, number[]>();
  isRoad.forEach((used, node) => {
    if (used === 0) return;
    const root = rootOf(sets, node);
    const part = nodes.get(root);
    if (part === undefined) nodes.set(root, [node]);
    else part.push(node);
  });
  let [largest, largestCount] = [-1, 0];
  for (const [root, part] of nodes) if (part.length > largestCount) [largest, largestCount] = [root, part.length];
  return { nodes, largest, partOf: (node) => (isRoad[node] === 1 ? rootOf(sets, node) : -1) };
}

const nodesOf = (elements: OsmElements, way: number): Uint32Array =>
  elements.wayNodes.subarray(elements.wayNodeStart[way], elements.wayNodeStart[way + 1]);

/** One step along a minor way, between neighbouring nodes. */
interface Link {
  readonly from: number;
  readonly to: number;
  /** Penalised metres. */
  readonly cost: number;
  /** Position in the list of minor ways, and of the step's first node in the way. */
  readonly minor: number;
  readonly index: number;
}

function linksOf(elements: OsmElements, minor: readonly MinorWay[]): ReadonlyMap<number, readonly Link[]> {
  const links = new Map<number, Link[]>();
  const add = (link: Link): void => {
    const there = links.get(link.from);
    if (there === undefined) links.set(link.from, [link]);
    else there.push(link);
  };
  minor.forEach(({ way, penalty }, row) => {
    const nodes = nodesOf(elements, way);
    for (let index = 0; index + 1 < nodes.length; index++) {
      const [from, to] = [nodes[index], nodes[index + 1]];
      if (from === missingNode || to === missingNode) continue;
      // Degrees of longitude count in full: a path is chosen, nothing is measured.
      const [dx, dy] = [elements.nodeLongitudeE7, elements.nodeLatitudeE7].map((e7) => e7[to] - e7[from]);
      const cost = penalty * length(dx, dy) * metresPerDegreeE7;
      add({ from, to, cost, minor: row, index });
      add({ from: to, to: from, cost, minor: row, index });
    }
  });
  return links;
}

/** Used steps of a way that follow each other make one stretch. */
function stretchesOf(minor: readonly MinorWay[], used: readonly Link[]): SelectedWay[] {
  const steps = new Map<number, Set<number>>();
  for (const { minor: row, index } of used) steps.set(row, (steps.get(row) ?? new Set()).add(index));
  return [...steps].flatMap(([row, indices]) => {
    const found = minor[row];
    if (found === undefined) return [];
    const { way, tags, kind } = found;
    const sorted = [...indices].sort((a, b) => a - b);
    const firsts = sorted.filter((index) => !indices.has(index - 1));
    const lasts = sorted.filter((index) => !indices.has(index + 1));
    return firsts.map((firstNode, stretch) => ({
      way,
      tags,
      kind,
      firstNode,
      lastNode: (lasts[stretch] ?? firstNode) + 1,
    }));
  });
}
