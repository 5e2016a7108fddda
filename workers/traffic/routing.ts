import type { Arena } from "../arena/arena";
import { dialBuckets, treeBatch } from "../arena/sections";

/** Instructions whose followers can be on the road at once. */
export const instructionSets = 6;

/** Sets of destination trees. Every driver goes by one of them. */
export const TreeSet = {
  /** The usual way by free-flow times: the first of `usualSets`, and the one that has a tree to every destination. */
  usual: 0,
  /** Knows what is closed. */
  closures: 1,
  /** Follows instruction `instructed + k`, k = 0, 1, … */
  instructed: 2,
  /** Goes by present times, as a navigation device does. */
  navigated: 2 + instructionSets,
  /** The usual ways that avoid each other's traffic (assignment.ts). */
  assigned: 3 + instructionSets,
} as const;

/** What people who have heard of nothing go by, each by one of them (column personUsualSet), but for those with navigation. */
export const usualSets = [TreeSet.usual, TreeSet.assigned, TreeSet.assigned + 1, TreeSet.assigned + 2] as const;
export const treeSetCount = TreeSet.assigned + usualSets.length - 1;

/** Kept below Dial's ring together with the dearest turn, tenths of a second. */
export const heaviestDs = dialBuckets - 1000;

/** Free-flow time along the edge, tenths of a second, at least 1. */
export function freeFlowDs(arena: Arena, edge: number): number {
  const { columns } = arena;
  const lane = columns.edgeLaneStart[edge];
  const seconds = columns.laneLengthM[lane] / Math.max(columns.laneSpeedMps[lane], 0.5);
  return Math.min(heaviestDs, Math.max(1, Math.round(seconds * 10)));
}

/** Sets the weights of a set to free-flow times. */
export function weighFreely(arena: Arena, set: number): void {
  const base = set * arena.counts.edges;
  for (let edge = 0; edge < arena.counts.edges; edge++)
    arena.columns.edgeWeightDs[base + edge] = freeFlowDs(arena, edge);
}

/** Values of the column edgeBarred. */
export const Barred = { open: 0, closed: 1, avoided: 2 } as const;

/** To be avoided by a set, once it is weighed anew. */
export function markAvoided({ columns, counts }: Arena, set: number, edges: Iterable<number>): void {
  for (const edge of edges) columns.edgeBarred[set * counts.edges + edge] = Barred.avoided;
}

/** What passing an avoided edge counts on top, so that it is passed only where there is no other way, tenths of a second. */
const avoidedDs = 9000;

/**
 * Sets the weights of a set to present travel times. Closed edges are barred; avoided ones stay avoided.
 */
export function weighByPresentTimes(arena: Arena, set: number): void {
  const { columns, counts } = arena;
  const base = set * counts.edges;
  for (let edge = 0; edge < counts.edges; edge++) {
    const avoided = columns.edgeBarred[base + edge] === Barred.avoided;
    const weight = presentDs(arena, edge) + (avoided ? avoidedDs : 0);
    columns.edgeWeightDs[base + edge] = Math.min(heaviestDs, weight);
    if (!avoided) columns.edgeBarred[base + edge] = columns.edgeClosed[edge] === 1 ? Barred.closed : Barred.open;
  }
}

/** No traffic counts as slower than this part of the limit. */
const slowestPart = 0.05;

/** Present travel time along the edge, tenths of a second: by the mean speed of late, at least a twentieth of the limit. */
export function presentDs(arena: Arena, edge: number): number {
  const part = Math.max(slowestPart, Math.min(1, arena.columns.edgeSpeedPart[edge]));
  return Math.min(heaviestDs, Math.round(freeFlowDs(arena, edge) / part));
}

/** Travel time along the edge where traffic stands: the most that `presentDs` gives. */
export function standingDs(arena: Arena, edge: number): number {
  return Math.min(heaviestDs, Math.round(freeFlowDs(arena, edge) / slowestPart));
}

/** Builds the trees of a set to all destinations. @returns false when the arena can hold no more trees */
export function buildAllTrees(arena: Arena, set: number): boolean {
  return buildTrees(
    arena,
    set,
    Uint32Array.from({ length: arena.counts.destinations }, (_, row) => row),
  );
}

/**
 * Builds the trees of a set to some destinations, or builds them anew; places in the arena are given in the order of these.
 * @returns false when the arena can hold no more trees: those that it can hold are built
 */
export function buildTrees(arena: Arena, set: number, destinations: Uint32Array): boolean {
  const { columns, counts, header, kernel } = arena;
  const held = destinations.filter((destination) => {
    const at = set * counts.destinations + destination;
    if (columns.treeOfDestination[at] !== -1) return true;
    if (header.treeCount >= counts.treeCapacity) return false;
    columns.treeOfDestination[at] = header.treeCount++;
    return true;
  });
  if (held.length >= treeBatch) buildInBatches(arena, set, held);
  else for (const destination of held) kernel.buildTree(set, destination);
  return held.length === destinations.length;
}

function buildInBatches(arena: Arena, set: number, destinations: Uint32Array): void {
  const { columns, kernel } = arena;
  kernel.weighTrees(set);
  const sorted = sortByPlace(arena, destinations);
  for (let first = 0; first < sorted.length; first += treeBatch) {
    const batch = sorted.subarray(first, first + treeBatch);
    columns.batchDestination.set(batch);
    kernel.buildTrees(batch.length);
  }
}

/** Cells by which places are sorted, m, and on each side of the city's origin so many of them. */
const placeCellM = 60;
const placeCells = 1 << 14;

/** Destinations such that near ones mostly come near each other: along Hilbert's curve. */
export function sortByPlace({ columns }: Arena, destinations: Uint32Array): Uint32Array<ArrayBuffer> {
  const { destinationEdge, edgeLaneStart, laneShapeStart, shapeX, shapeY } = columns;
  const cellOf = (atM: number) => Math.min(2 * placeCells - 1, Math.max(0, Math.floor(atM / placeCellM) + placeCells));
  const key = Float64Array.from(destinations, (destination) => {
    const point = laneShapeStart[edgeLaneStart[destinationEdge[destination]]];
    return alongHilbert(cellOf(shapeX[point]), cellOf(shapeY[point]));
  });
  const order = Uint32Array.from(destinations, (_, row) => row).sort((a, b) => key[a] - key[b] || a - b);
  return order.map((row) => destinations[row]);
}

/** How far along Hilbert's curve a cell lies (Hilbert 1891), of `2 * placeCells` in each direction. */
function alongHilbert(column: number, row: number): number {
  let along = 0;
  for (let side = placeCells; side >= 1; side /= 2) {
    const [right, up] = [(column & side) > 0, (row & side) > 0];
    along += side * side * (right ? (up ? 2 : 3) : Number(up));
    if (up) continue;
    // Quarters at the curve's ends lie on their side.
    if (right) [column, row] = [side - 1 - (column & (side - 1)), side - 1 - (row & (side - 1))];
    [column, row] = [row, column];
  }
  return along;
}

/**
 * Marks the trees of a set as out of date: nobody goes by one until it is built anew, in its old place.
 * Column treeOfDestination: a row, -1 = never built, -2 - row = out of date.
 */
export function outdateTrees({ columns, counts }: Arena, set: number): void {
  const first = set * counts.destinations;
  for (let at = first; at < first + counts.destinations; at++) {
    const row = columns.treeOfDestination[at];
    if (row >= 0) columns.treeOfDestination[at] = -2 - row;
  }
}

/** The edges of the way by a set from an edge to a destination, both ends included; empty when there is none. */
export function routeOf(arena: Arena, set: number, from: number, destination: number): number[] {
  const { columns, counts } = arena;
  const target = columns.destinationEdge[destination];
  const row = columns.treeOfDestination[set * counts.destinations + destination];
  const edges = [from];
  if (row < 0) return from === target ? edges : [];
  for (let edge = from; edge !== target;) {
    const ordinal = columns.tree[row * counts.edges + edge];
    if (ordinal === 255 || edges.length > counts.edges) return [];
    edge = columns.successorEdge[columns.edgeSuccessorStart[edge] + ordinal];
    edges.push(edge);
  }
  return edges;
}
