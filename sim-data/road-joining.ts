import { addBox, rowsAround, someAround, startGrid, type Grid } from "../workers/city/geometry/grid";
import { rootOf, startSets, unite } from "../workers/city/geometry/disjoint-sets";
import { length } from "../workers/kernel/maths";
import { RoadClass } from "../common/city";
import type { Point } from "../workers/city/geometry/polyline";
import type { TownRoad } from "./main-roads";

/**
 * Roads being joined to a network: where one crosses or meets another, both share a node. Coordinates are metres.
 */
export interface JoinedRoads {
  readonly nodeX: number[];
  readonly nodeY: number[];
  /** Nodes of each road, in order; a road that was cut away has fewer than two. */
  readonly roads: { readonly road: TownRoad; nodes: number[] }[];
  /** How many roads pass through each node, an end counting once and a passage twice. */
  readonly degree: number[];
}

interface Joining extends JoinedRoads {
  readonly grid: Grid;
  /** Segments by row: road and its nodes. Split ones stay listed and are dead. */
  readonly segments: { readonly road: number; readonly a: number; readonly b: number; alive: boolean }[];
  /** Pairs of nodes that a live segment joins. */
  readonly joined: Set<number>;
}

/** One number for both directions of a segment; no town has more nodes. */
const pairOf = (a: number, b: number): number => Math.min(a, b) * 1_000_000 + Math.max(a, b);

/** Crossings nearer to a node than this use the node. */
const snapM = 16;
/** A street that ends nearer to a road than this reaches it. */
const reachM = 80;
/** A dead end shorter than this is none. */
const shortestStubM = 55;
/** An estate farther from the town than this stays apart. */
const farthestM = 260;

/** What roads may do to each other and to the ground. */
export interface JoiningRules {
  /** Whether streets may open onto a road. */
  readonly mayOpenOnto: (road: TownRoad) => boolean;
  /** Whether a new street may lead straight from one place to another. */
  readonly mayLead: (from: Point, to: Point) => boolean;
}

/** Joins roads in their order: later ones adapt to earlier ones. */
export function joinRoads(roads: readonly TownRoad[], rules: JoiningRules): JoinedRoads {
  const joining: Joining = {
    nodeX: [],
    nodeY: [],
    roads: [],
    degree: [],
    grid: startGrid(80),
    segments: [],
    joined: new Set(),
  };
  for (const road of roads) addRoad(joining, road, rules);
  connectSeparate(joining, rules);
  dropSeparate(joining);
  countDegrees(joining);
  for (let row = 0; row < joining.roads.length; row++) cutStubs(joining, row);
  countDegrees(joining);
  return joining;
}

/** Roads by the part of the network that they hang together in: a number for each, that of the first road being the town's. */
function partsOf({ nodeX, roads }: Joining): number[] {
  const sets = startSets(nodeX.length);
  for (const { nodes } of roads) for (const node of nodes) unite(sets, nodes[0], node);
  return roads.map(({ nodes }) => (nodes.length === 0 ? -1 : rootOf(sets, nodes[0])));
}

/** Estates that the streets left apart get one street to the nearest road of the town. */
function connectSeparate(joining: Joining, rules: JoiningRules): void {
  for (let attempt = joining.roads.length; attempt > 0; attempt--) {
    const parts = partsOf(joining);
    const inTown = (road: number) => parts[road] === parts[0] && rules.mayOpenOnto(joining.roads[road].road);
    let best: { readonly line: TownRoad["line"]; readonly lengthM: number } | null = null;
    joining.roads.forEach(({ nodes }, row) => {
      if (parts[row] === parts[0]) return;
      for (const node of nodes) {
        const [x, y] = [joining.nodeX[node], joining.nodeY[node]];
        const reached = nearestOnRoads(joining, x, y, best?.lengthM ?? farthestM, inTown);
        if (reached === null || !rules.mayLead({ x, y }, reached)) continue;
        best = { line: { x: [x, reached.x], y: [y, reached.y] }, lengthM: length(reached.x - x, reached.y - y) };
      }
    });
    if (best === null) return;
    const { line } = best as { readonly line: TownRoad["line"] };
    addRoad(joining, { line, roadClass: RoadClass.residential, laneCount: 1, speedKmh: 30, naming: "street" }, rules);
  }
}

/** Streets that hang together with no main road go: nobody would get there. */
function dropSeparate(joining: Joining): void {
  const parts = partsOf(joining);
  joining.roads.forEach((entry, row) => {
    if (parts[row] !== parts[0]) entry.nodes = [];
  });
}

function addRoad(joining: Joining, road: TownRoad, rules: JoiningRules): void {
  const row = joining.roads.push({ road, nodes: [] }) - 1;
  const { x, y } = extended(joining, road, rules);
  const nodes: number[] = [nodeAt(joining, row, x[0], y[0], snapM)];
  const isClosed = x[0] === x.at(-1) && y[0] === y.at(-1);
  for (let index = 1; index < x.length; index++) {
    for (const node of crossings(joining, row, x[index - 1], y[index - 1], x[index], y[index])) append(nodes, node);
    const isLast = index === x.length - 1;
    const node = isLast && isClosed ? nodes[0] : nodeAt(joining, row, x[index], y[index], isLast ? snapM : 0);
    append(nodes, node);
  }
  const [first, ...others] = partsOfItsOwn(joining, nodes);
  addNodes(joining, row, first ?? []);
  for (const part of others) addNodes(joining, joining.roads.push({ road, nodes: [] }) - 1, part);
}

function addNodes(joining: Joining, row: number, nodes: number[]): void {
  joining.roads[row].nodes = nodes;
  for (let index = 1; index < nodes.length; index++) addSegment(joining, row, nodes[index - 1], nodes[index]);
}

/** A road leaves out where it would run along another: between nodes that another road joins already. */
function partsOfItsOwn({ joined }: Joining, nodes: readonly number[]): number[][] {
  const parts: number[][] = [];
  let part: number[] = [];
  nodes.forEach((node, index) => {
    const before = nodes[index - 1];
    if (index > 0 && joined.has(pairOf(before, node))) {
      if (part.length > 1) parts.push(part);
      part = [];
    }
    part.push(node);
  });
  if (part.length > 1) parts.push(part);
  return parts;
}

/** A node is not listed twice in succession, nor gone back to. */
function append(nodes: number[], node: number): void {
  if (nodes.at(-1) === node) return;
  if (nodes.at(-2) === node) nodes.pop();
  else nodes.push(node);
}

function addSegment({ nodeX, nodeY, grid, segments, joined }: Joining, road: number, a: number, b: number): void {
  const [ax, ay, bx, by] = [nodeX[a], nodeY[a], nodeX[b], nodeY[b]];
  addBox(grid, segments.length, Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  segments.push({ road, a, b, alive: true });
  joined.add(pairOf(a, b));
}

/** The node of an earlier road within `withinM`, a new one on such a road, or a new one on its own. */
function nodeAt(joining: Joining, road: number, x: number, y: number, withinM: number): number {
  const near = withinM === 0 ? null : nearestOnRoads(joining, x, y, withinM, () => true);
  if (near !== null) return splitAt(joining, near.segment, near.x, near.y);
  return newNode(joining, x, y);
}

function newNode({ nodeX, nodeY }: Joining, x: number, y: number): number {
  nodeX.push(x);
  return nodeY.push(y) - 1;
}

interface OnRoad {
  readonly segment: number;
  readonly x: number;
  readonly y: number;
}

function nearestOnRoads(
  { nodeX, nodeY, grid, segments }: Joining,
  x: number,
  y: number,
  withinM: number,
  counts: (road: number) => boolean,
): OnRoad | null {
  let best: OnRoad | null = null;
  let bestM = withinM;
  for (const segment of rowsAround(grid, x, y, Math.ceil(withinM / grid.cellM))) {
    const { road, a, b, alive } = segments[segment];
    if (!alive || !counts(road)) continue;
    const ax = nodeX[a];
    const ay = nodeY[a];
    const dx = nodeX[b] - ax;
    const dy = nodeY[b] - ay;
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    const px = ax + along * dx;
    const py = ay + along * dy;
    const distanceM = length(px - x, py - y);
    // Not a number where both ends are one place: no road is there.
    if (!(distanceM < bestM)) continue;
    best = { segment, x: px, y: py };
    bestM = distanceM;
  }
  return best;
}

/** A node on a segment: one of its ends when that is near, else a new one that splits it. */
function splitAt(joining: Joining, segment: number, x: number, y: number): number {
  const { nodeX, nodeY, segments, roads } = joining;
  const { road, a, b } = segments[segment];
  for (const end of [a, b]) if (length(nodeX[end] - x, nodeY[end] - y) < snapM) return end;
  const node = newNode(joining, x, y);
  segments[segment].alive = false;
  joining.joined.delete(pairOf(a, b));
  const list = roads[road].nodes;
  const at = list.findIndex((first, index) => index + 1 < list.length && isPair(first, list[index + 1], a, b));
  list.splice(at + 1, 0, node);
  addSegment(joining, road, a, node);
  addSegment(joining, road, node, b);
  return node;
}

const isPair = (p: number, q: number, a: number, b: number): boolean => (p === a && q === b) || (p === b && q === a);

/** Nodes where a stretch crosses earlier roads, in its order. */
function crossings(joining: Joining, own: number, fromX: number, fromY: number, toX: number, toY: number): number[] {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const reach = Math.ceil(length(dx, dy) / joining.grid.cellM) + 1;
  const found = new Map<number, number>();
  // In the order in which cells list them, each once: what is split meanwhile is not looked at again.
  const crossed = new Map<number, number>();
  someAround(joining.grid, fromX, fromY, reach, (row) => {
    const along = crossingAt(joining, row, own, fromX, fromY, dx, dy);
    if (along >= 0 && !crossed.has(row)) crossed.set(row, along);
    return false;
  });
  for (const [row, along] of crossed) {
    const node = splitAt(joining, row, fromX + along * dx, fromY + along * dy);
    if (!found.has(node)) found.set(node, along);
  }
  return [...found].sort(([, a], [, b]) => a - b).map(([node]) => node);
}

/** The share of a stretch at which it crosses a segment of another road, 0 … 1; -1 where it does not. Hot: allocates nothing. */
function crossingAt(
  { segments, nodeX, nodeY }: Joining,
  row: number,
  own: number,
  fromX: number,
  fromY: number,
  dx: number,
  dy: number,
): number {
  const { road, a, b, alive } = segments[row];
  if (!alive || road === own) return -1;
  const ax = nodeX[a];
  const ay = nodeY[a];
  const ex = nodeX[b] - ax;
  const ey = nodeY[b] - ay;
  const cross = dx * ey - dy * ex;
  if (cross === 0) return -1;
  const along = ((ax - fromX) * ey - (ay - fromY) * ex) / cross;
  if (along < 0 || along > 1) return -1;
  const across = ((ax - fromX) * dy - (ay - fromY) * dx) / cross;
  return across < 0 || across > 1 ? -1 : along;
}

/** Streets that end shortly before a road go on to it. */
function extended(
  joining: Joining,
  road: TownRoad,
  { mayOpenOnto }: JoiningRules,
): { readonly x: number[]; readonly y: number[] } {
  const [x, y] = [[...road.line.x], [...road.line.y]];
  if (road.naming !== "street" && road.naming !== "lane") return { x, y };
  for (const atStart of [true, false]) {
    const end = atStart ? 0 : x.length - 1;
    const before = atStart ? 1 : x.length - 2;
    const reached = nearestOnRoads(joining, x[end], y[end], reachM, (other) => {
      const target = joining.roads[other].road;
      return target !== road && mayOpenOnto(target);
    });
    if (reached === null) continue;
    const [dx, dy] = [reached.x - x[end], reached.y - y[end]];
    const [ox, oy] = [x[end] - x[before], y[end] - y[before]];
    // Ahead, not back or sharply aside.
    if (dx * ox + dy * oy < 0.5 * length(dx, dy) * length(ox, oy)) continue;
    if (atStart) {
      x.unshift(reached.x);
      y.unshift(reached.y);
    } else {
      x.push(reached.x);
      y.push(reached.y);
    }
  }
  return { x, y };
}

function countDegrees({ nodeX, roads, degree }: Joining): void {
  degree.length = 0;
  for (let node = 0; node < nodeX.length; node++) degree.push(0);
  for (const { nodes } of roads) {
    if (nodes.length < 2) continue;
    nodes.forEach((node, index) => (degree[node] += index === 0 || index === nodes.length - 1 ? 1 : 2));
  }
}

/** Cuts short dead ends of a street back to its last crossing, and streets that meet no other road altogether. */
function cutStubs(joining: Joining, row: number): void {
  const entry = joining.roads[row];
  if (entry.road.naming !== "street" && entry.road.naming !== "lane") return;
  const isShared = (node: number, index: number) =>
    joining.degree[node] > (index === 0 || index === entry.nodes.length - 1 ? 1 : 2);
  const first = entry.nodes.findIndex(isShared);
  const last =
    entry.nodes.length -
    1 -
    [...entry.nodes].reverse().findIndex((node, index) => isShared(node, entry.nodes.length - 1 - index));
  if (first < 0) {
    entry.nodes = [];
    return;
  }
  const lengthOfNodes = (from: number, to: number) => {
    let sum = 0;
    for (let index = from + 1; index <= to; index++) {
      const [a, b] = [entry.nodes[index - 1], entry.nodes[index]];
      sum += length(joining.nodeX[b] - joining.nodeX[a], joining.nodeY[b] - joining.nodeY[a]);
    }
    return sum;
  };
  const from = lengthOfNodes(0, first) < shortestStubM ? first : 0;
  const to = lengthOfNodes(last, entry.nodes.length - 1) < shortestStubM ? last : entry.nodes.length - 1;
  entry.nodes = to > from ? entry.nodes.slice(from, to + 1) : [];
}
