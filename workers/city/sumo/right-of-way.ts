import { findConflicts, type Conflict } from "../network/conflicts";
import type { Connection } from "../network/connections";
import type { Waits } from "../network/crossing-rules";
import type { NetworkEdge } from "../network/edges";
import { rightOfWay } from "../network/right-of-way";
import { ElementProblem } from "./element-reading";
import type { SumoConnection, SumoJunction, SumoNet, SumoRequest } from "./net-elements";
import type { WaysAcross } from "./ways-across";

/** The request of each of the file's connections that has one. */
export type Requests = ReadonlyMap<SumoConnection, SumoRequest>;

/**
 * Finds which row of its junction's matrices stands for each connection: lanes as the junction lists them, of each lane its
 * connections in the order of the file, without those to and within walking areas.
 * @see MSRightOfWayJunction::postloadInit of SUMO
 * @throws ElementProblem where a junction has another number of rows
 */
export function findRequests(net: SumoNet): Requests {
  const leaving = new Map<string, SumoConnection[]>();
  for (const connection of net.connections) {
    const lane = net.edges.get(connection.from)?.lanes[connection.fromLane]?.id ?? "";
    const there = leaving.get(lane);
    if (there === undefined) leaving.set(lane, [connection]);
    else there.push(connection);
  }
  const requests = new Map<SumoConnection, SumoRequest>();
  for (const junction of net.junctions.values()) {
    if (junction.type === "internal" || junction.requests.length === 0) continue;
    const links = junction.incomingLanes.flatMap((lane) => leaving.get(lane) ?? []).filter(hasRequest(net));
    if (links.length !== junction.requests.length) {
      const message = `${junction.requests.length} requests for ${links.length} connections`;
      throw new ElementProblem(`${junction.label}: ${message}`, junction.line);
    }
    links.forEach((link, row) => requests.set(link, junction.requests[row]));
  }
  return requests;
}

function hasRequest({ edges }: SumoNet): (connection: SumoConnection) => boolean {
  return ({ from, to }) => {
    const target = edges.get(to)?.function;
    return target !== "walkingarea" && (edges.get(from)?.function !== "walkingarea" || target === "crossing");
  };
}

export interface SumoRightOfWay {
  /** By junction. */
  readonly conflicts: readonly (readonly Conflict[])[];
  readonly waits: (first: number, second: number) => Waits;
  /** Junctions without matrices, whose conflicts are seen from how their ways lie. */
  readonly seenCount: number;
}

/** Conflicts and who waits, by the junctions' own matrices; by geometry and general rules where a junction has none. */
export function readRightOfWay(
  { connections, sources }: WaysAcross,
  edges: readonly NetworkEdge[],
  junctions: readonly SumoJunction[],
  requests: Requests,
): SumoRightOfWay {
  const links: number[][] = junctions.map(() => []);
  connections.forEach(({ junction }, row) => links[junction].push(row));
  const lacks = junctions.map(({ requests: rows }, row) => rows.length === 0 && links[row].length > 1);
  const seen = lacks.some(Boolean) ? findConflicts(connections, armsOf(edges, junctions.length)) : [];
  const general = rightOfWay(edges, connections, () => false);
  const requestOf = (row: number): SumoRequest | undefined => {
    const source = sources[row];
    return source === null ? undefined : requests.get(source);
  };
  const conflicts = links.map((rows, junction) =>
    lacks[junction] && junctions[junction].type !== "unregulated"
      ? seen[junction]
      : pairsOf(rows).filter(({ first, second }) => doConflict(connections, requestOf, first, second)),
  );
  return {
    conflicts,
    seenCount: lacks.filter(Boolean).length,
    waits(first, second) {
      const [a, b] = [requestOf(first), requestOf(second)];
      if (a === undefined || b === undefined) return general(first, second).waits === 0 ? "first" : "second";
      const [firstWaits, secondWaits] = [bitAt(a.response, b.index), bitAt(b.response, a.index)];
      if (firstWaits) return secondWaits ? "both" : "first";
      return secondWaits ? "second" : "neither";
    },
  };
}

const pairsOf = (rows: readonly number[]): Conflict[] =>
  rows.flatMap((first, index) => rows.slice(index + 1).map((second) => ({ first, second })));

/** Foes by the matrices; and what ends on one lane, which the matrices of unregulated junctions leave out. */
function doConflict(
  connections: readonly Connection[],
  requestOf: (row: number) => SumoRequest | undefined,
  first: number,
  second: number,
): boolean {
  const [a, b] = [connections[first], connections[second]];
  if (a.fromEdge === b.fromEdge && a.fromLane === b.fromLane) return false;
  if (a.toEdge === b.toEdge && a.toLane === b.toLane) return true;
  const [requestA, requestB] = [requestOf(first), requestOf(second)];
  if (requestA === undefined || requestB === undefined) return false;
  return bitAt(requestA.foes, requestB.index) || bitAt(requestB.foes, requestA.index);
}

/** Rows are written with link 0 last. */
const bitAt = (row: string, link: number): boolean => row[row.length - 1 - link] === "1";

function armsOf(edges: readonly NetworkEdge[], junctionCount: number): Uint32Array {
  const roads: Set<number>[] = Array.from({ length: junctionCount }, () => new Set());
  for (const { fromJunction, toJunction, directed } of edges) {
    roads[fromJunction].add(directed >> 1);
    roads[toJunction].add(directed >> 1);
  }
  return Uint32Array.from(roads, ({ size }) => size);
}
