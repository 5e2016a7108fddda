import { edgeCountOf, Turn, type City } from "../../common/city";
import { succeed, type Result } from "../../common/result";
import { createArena, type Arena } from "../arena/arena";
import type { ArenaCounts } from "../arena/sections";
import { edgeGraphOf, turnCostDs, writeSuccessors, type EdgeGraph } from "./network";
import { buildTrees, freeFlowDs, heaviestDs, routeOf, TreeSet, weighFreely } from "./routing";

/** What a way is to have least of: metres, or seconds on empty roads with what turns cost. */
export type RouteMeasure = "length" | "time";

/** Edges of which one is the first of the way, and edges of which one is the last. */
export interface RouteEnds {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

export interface FoundRoute {
  readonly edges: readonly number[];
  /** Of the edges between their stop lines, as networks are measured; what lies within junctions is not counted. */
  readonly lengthM: number;
  /** At the limits of empty roads, and what the turns cost as drivers choose by them. */
  readonly timeS: number;
}

/** Trees that are held at once: so many bytes for each edge of the city. */
const treesAtOnce = 64;

/**
 * The best way of each query by the destination trees that drivers go by, restrictions included; null where there is none.
 * Queries with equal last edges share one tree. Turning around costs time; as it costs no length, the shortest way does so
 * only where there is no other.
 * @param onProgress is told how many queries of how many are answered
 * @returns a failure where the city is too large for an arena
 */
export function findRoutes(
  city: City,
  queries: readonly RouteEnds[],
  measure: RouteMeasure,
  onProgress?: (done: number, total: number) => void,
): Result<(FoundRoute | null)[]> {
  const graph = edgeGraphOf(city);
  if (measure === "time") return findOn(city, graph, queries, measure, onProgress);
  const found = findOn(city, withoutTurningAround(city, graph), queries, measure, onProgress);
  if (!found.ok) return found;
  const left = [...found.value.keys()].filter((row) => found.value[row] === null);
  if (left.length === 0) return found;
  const others = findOn(
    city,
    graph,
    left.map((row) => queries[row]),
    measure,
  );
  if (!others.ok) return others;
  left.forEach((row, at) => (found.value[row] = others.value[at]));
  return found;
}

function findOn(
  city: City,
  graph: EdgeGraph,
  queries: readonly RouteEnds[],
  measure: RouteMeasure,
  onProgress?: (done: number, total: number) => void,
): Result<(FoundRoute | null)[]> {
  const groups = groupByLast(queries);
  const created = createArena(countsOf(city, graph, groups));
  if (!created.ok) return created;
  const search = { arena: created.value, graph, measure, freeFlowS: writeEdges(created.value, city, measure) };
  const found = new Array<FoundRoute | null>(queries.length).fill(null);
  let done = 0;
  for (let first = 0; first < groups.length; first += treesAtOnce) {
    const together = groups.slice(first, first + treesAtOnce);
    buildTreesTo(search, together);
    together.forEach(({ rows }, destination) => {
      for (const row of rows) found[row] = bestRoute(search, queries[row].first, destination);
      done += rows.length;
    });
    onProgress?.(done, queries.length);
  }
  return succeed(found);
}

/** Queries with the same last edges. */
interface Group {
  readonly last: readonly number[];
  readonly rows: number[];
}

function groupByLast(queries: readonly RouteEnds[]): readonly Group[] {
  const groups = new Map<string, Group>();
  queries.forEach(({ last }, row) => {
    const key = last.join(" ");
    const group = groups.get(key) ?? { last, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** One lane for each edge, and behind the city's edges one for each destination, which follows on its last edges. */
function countsOf(city: City, graph: EdgeGraph, groups: readonly Group[]): ArenaCounts {
  const destinations = Math.min(treesAtOnce, groups.length);
  const edges = edgeCountOf(city) + destinations;
  const lastMost = groups.reduce((most, { last }) => Math.max(most, last.length), 0);
  return {
    ...{
      edges,
      edgeLanes: edges,
      shapePoints: edges,
      successors: graph.successorEdge.length + lastMost * destinations,
    },
    ...{ destinations, treeCapacity: destinations, treeSets: 1 },
    ...{
      connections: 0,
      conflicts: 0,
      programs: 0,
      phases: 0,
      phaseLetters: 0,
      signalLinks: 0,
      detectors: 0,
      phaseDetectors: 0,
      delayPrograms: 0,
      terminals: 0,
    },
    ...{ people: 0, trips: 0, vehicleTypes: 0, vehicleCapacity: 0, departureBuckets: 0, eventCapacity: 0 },
  };
}

/** Lanes and weights, which all trees have in common. @returns free-flow times of the edges, s */
function writeEdges(arena: Arena, city: City, measure: RouteMeasure): Float64Array {
  const { columns: to, counts } = arena;
  const { columns: from } = city;
  for (let edge = 0; edge <= counts.edges; edge++) to.edgeLaneStart[edge] = edge;
  for (let edge = 0; edge <= counts.edgeLanes; edge++) to.laneShapeStart[edge] = edge;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const lane = from.edgeLaneStart[edge];
    to.laneLengthM[edge] = from.laneLengthM[lane];
    to.laneSpeedMps[edge] = from.laneSpeedMps[lane];
    to.shapeX[edge] = from.laneShapeX[from.laneShapeStart[lane]];
    to.shapeY[edge] = from.laneShapeY[from.laneShapeStart[lane]];
  }
  weighFreely(arena, TreeSet.usual);
  const freeFlowS = Float64Array.from({ length: counts.edges }, (_, edge) => freeFlowDs(arena, edge) / 10);
  if (measure === "length") weighByLength(arena);
  return freeFlowS;
}

/** Decimetres, or what else the longest edge can be told in. */
function weighByLength({ columns, counts }: Arena): void {
  let longestM = 0;
  for (let edge = 0; edge < counts.edges; edge++) longestM = Math.max(longestM, columns.laneLengthM[edge]);
  const unitM = Math.max(0.1, longestM / heaviestDs);
  for (let edge = 0; edge < counts.edges; edge++)
    columns.edgeWeightDs[edge] = Math.max(1, Math.round(columns.laneLengthM[edge] / unitM));
}

interface Search {
  readonly arena: Arena;
  readonly graph: EdgeGraph;
  readonly measure: RouteMeasure;
  readonly freeFlowS: Float64Array;
}

function buildTreesTo({ arena, graph, measure }: Search, groups: readonly Group[]): void {
  const { columns, counts, header } = arena;
  const cityEdges = counts.edges - counts.destinations;
  const onwards = new Map<number, number[]>();
  groups.forEach(({ last }, destination) => {
    for (const edge of last) onwards.set(edge, [...(onwards.get(edge) ?? []), cityEdges + destination]);
    columns.destinationEdge[destination] = cityEdges + destination;
    columns.shapeX[cityEdges + destination] = columns.shapeX[last[0]];
    columns.shapeY[cityEdges + destination] = columns.shapeY[last[0]];
  });
  writeSuccessors(arena, withOnwards(graph, onwards, counts.edges), measure === "time" ? turnCostDs : () => 0);
  columns.treeOfDestination.fill(-1);
  header.treeCount = 0;
  buildTrees(
    arena,
    TreeSet.usual,
    Uint32Array.from(groups, (_, destination) => destination),
  );
}

/** The graph with further successors behind those of some edges, at no cost; `edges` in all, those beyond the city's lead nowhere. */
function withOnwards(graph: EdgeGraph, onwards: ReadonlyMap<number, readonly number[]>, edges: number): EdgeGraph {
  return rewritten(graph, edges, () => true, onwards);
}

/** The graph without what leads back to the junction that an edge came from; sharp turns into other roads stay. */
function withoutTurningAround({ columns }: City, graph: EdgeGraph): EdgeGraph {
  const { successorStart, successorEdge, successorTurn } = graph;
  const isBack = new Uint8Array(successorEdge.length);
  for (let edge = 0; edge < successorStart.length - 1; edge++) {
    for (let row = successorStart[edge]; row < successorStart[edge + 1]; row++) {
      const leadsBack = columns.edgeTo[successorEdge[row]] === columns.edgeFrom[edge];
      if (leadsBack && successorTurn[row] === Turn.uTurn) isBack[row] = 1;
    }
  }
  return rewritten(graph, successorStart.length - 1, (row) => isBack[row] === 0, new Map());
}

function rewritten(
  graph: EdgeGraph,
  edges: number,
  isKept: (row: number) => boolean,
  onwards: ReadonlyMap<number, readonly number[]>,
): EdgeGraph {
  const successorStart = new Uint32Array(edges + 1);
  const [successorEdge, successorTurn, successorHinders]: [number[], number[], number[]] = [[], [], []];
  for (let edge = 0; edge < edges; edge++) {
    for (let row = graph.successorStart[edge]; row < (graph.successorStart[edge + 1] ?? 0); row++) {
      if (!isKept(row)) continue;
      successorEdge.push(graph.successorEdge[row]);
      successorTurn.push(graph.successorTurn[row]);
      successorHinders.push(graph.successorHinders[row]);
    }
    for (const onward of onwards.get(edge) ?? []) {
      successorEdge.push(onward);
      successorTurn.push(Turn.straight);
      successorHinders.push(0);
    }
    successorStart[edge + 1] = successorEdge.length;
  }
  return {
    successorStart,
    successorEdge: Uint32Array.from(successorEdge),
    successorTurn: Uint8Array.from(successorTurn),
    successorHinders: Uint8Array.from(successorHinders),
  };
}

function bestRoute(search: Search, first: readonly number[], destination: number): FoundRoute | null {
  let best: FoundRoute | null = null;
  for (const edge of first) {
    // What the tree leads to is the edge behind the last one.
    const edges = routeOf(search.arena, TreeSet.usual, edge, destination).slice(0, -1);
    if (edges.length === 0) continue;
    const route = { edges, lengthM: lengthOf(search, edges), timeS: timeOf(search, edges) };
    const isBetter =
      search.measure === "length"
        ? route.lengthM < (best?.lengthM ?? Infinity)
        : route.timeS < (best?.timeS ?? Infinity);
    if (isBetter) best = route;
  }
  return best;
}

const lengthOf = ({ arena }: Search, edges: readonly number[]): number =>
  edges.reduce((sum, edge) => sum + arena.columns.laneLengthM[edge], 0);

function timeOf({ graph, freeFlowS }: Search, edges: readonly number[]): number {
  let timeS = 0;
  edges.forEach((edge, at) => {
    timeS += freeFlowS[edge];
    if (at === 0) return;
    let row = graph.successorStart[edges[at - 1]];
    while (graph.successorEdge[row] !== edge) row++;
    timeS += turnCostDs(graph, row) / 10;
  });
  return timeS;
}
