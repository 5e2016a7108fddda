import { ConnectionRule } from "../../../common/city";
import { fail, succeed, type Result } from "../../../common/result";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { RoadGraph } from "../roads/road-graph";
import { findReach, Reach } from "./components";
import { findConflicts, type Conflict } from "./conflicts";
import { buildConnections, type Connection } from "./connections";
import { locateControls, type Controls } from "./controls";
import { armCounts, oppositeOf, sectionOf } from "./directed-sections";
import { buildEdges, type NetworkEdge } from "./edges";
import { clusterWithRoom } from "./crossings";
import type { Clusters } from "./junction-clusters";
import type { Movement, MovementsFrom } from "./movement";
import { findMovements, turnaround } from "./movements";
import { rightOfWay, type RightOfWay } from "./right-of-way";
import { splitIntoSections, type Section } from "./sections";
import { findTrims } from "./trims";
import { turnAngles } from "./turn-angles";

/** Everything that cars drive on, with rows still as objects. */
export interface Network {
  readonly edges: readonly NetworkEdge[];
  /** Sorted by edge and lane. */
  readonly connections: readonly Connection[];
  readonly junctions: readonly NetworkJunction[];
}

/** A network of our own making, whose right of way follows general rules. */
export interface BuiltNetwork extends Network {
  readonly rightOfWay: (first: number, second: number) => RightOfWay;
  /** Restrictions of the graph that are not kept; the notes say why. */
  readonly unmetRules: number;
}

export interface NetworkJunction {
  readonly x: number;
  readonly y: number;
  /** Rows of the connections across it, ascending. */
  readonly links: readonly number[];
  readonly conflicts: readonly Conflict[];
  readonly hasSignals: boolean;
  /** Roads that meet there, both directions of one counting once. */
  readonly armCount: number;
}

/** More roads than meet anywhere: each way across such a point is compared with every other. */
const armsMost = 60;

const overSharedWay = "they lead over a way that others drive too, or end within a junction: not supported";

/** Builds the network of a road graph: the same for every source of roads. */
export function buildNetwork(graph: RoadGraph, notes: ImportNotes): Result<BuiltNetwork> {
  const sections = splitIntoSections(graph);
  const crowded = [...armCounts(sections)].find(([, arms]) => arms > armsMost);
  if (crowded !== undefined) {
    const way = sections.find((section) => section.nodes.includes(crowded[0]))?.way.id ?? "";
    return fail(`${crowded[1]} roads meet at one point of way ${way}; at most ${armsMost} are joined`);
  }
  const controls = locateControls(graph, sections, notes);
  const clusters = clusterWithRoom(graph, sections, controls.signalNodes);
  const { movements, unmetRules } = findMovements(graph, sections, clusters);
  noteDropped(notes, "turn restrictions", overSharedWay, unmetRules);
  const kept = keepReached(sections, movements, notes);
  const isKept = Uint8Array.from(sections, (_, row) =>
    kept.reach[2 * row] === Reach.none && kept.reach[2 * row + 1] === Reach.none ? 0 : 1,
  );
  const trims = findTrims(sections, clusters, isKept);
  const edges = buildEdges({ sections, clusters, trims, ...kept });
  if (!edges.some(({ isInCore }) => isInCore)) return fail("no roads for cars that lead back to where they began");
  return succeed({ ...connectEdges(sections, clusters, controls, edges, kept.movements), unmetRules });
}

interface Kept {
  readonly movements: MovementsFrom;
  /** A `Reach` of each directed section. */
  readonly reach: Uint8Array;
}

/**
 * Keeps the largest part in which every edge is reached from every other, its core, and the one-way roads that only lead
 * into or out of it: they are on the ground, though nobody lives along them. A two-way road whose far end only leads out
 * (the file's border) gets a turnaround there, so that people can.
 */
function keepReached(sections: readonly Section[], found: MovementsFrom, notes: ImportNotes): Kept {
  const lengthM = (directed: number) => sections[sectionOf(directed)].lengthM;
  const first = findReach(sections.length * 2, found, lengthM);
  const movements = new Map(found);
  for (const [from, list] of found) {
    const [there, back] = [first[from], first[oppositeOf(from)]];
    if (there !== Reach.exit || back !== Reach.entry) continue;
    movements.set(from, [...list.filter(({ to }) => to !== oppositeOf(from)), ...turnaround({ sections }, from)]);
  }
  const reach = findReach(sections.length * 2, movements, lengthM);
  const leftOut = [...movements.keys()].filter((directed) => reach[directed] === Reach.none);
  const km = leftOut.reduce((sum, directed) => sum + lengthM(directed), 0) / 1000;
  const why = `not connected with the largest part of the network (${km.toFixed(1)} km)`;
  noteDropped(notes, "directed road sections", why, leftOut.length);
  return { movements, reach };
}

function connectEdges(
  sections: readonly Section[],
  clusters: Clusters,
  controls: Controls,
  edges: readonly NetworkEdge[],
  movements: MovementsFrom,
): Omit<BuiltNetwork, "unmetRules"> {
  const renumbered = renumberJunctions(edges, clusters);
  const rowOfDirected = new Map(renumbered.edges.map(({ directed }, row) => [directed, row] as const));
  const movementsOf = (edge: number): readonly Movement[] => movements.get(renumbered.edges[edge].directed) ?? [];
  const { junctionX, junctionY } = renumbered;
  const centre = (junction: number) => ({ x: junctionX[junction], y: junctionY[junction] });
  const unsigned = buildConnections(renumbered.edges, movementsOf, rowOfDirected, turnAngles(sections), centre);
  const signalised = new Set([...controls.signalNodes].map((node) => renumbered.newRow[clusters.junctionOf[node]]));
  const connections = withStops(unsigned, renumbered.edges, controls.stops, signalised);
  const arms = countArms(renumbered.edges, junctionX.length);
  const conflicts = findConflicts(connections, arms);
  const givesWay = (edge: number) => controls.givesWay.has(renumbered.edges[edge].directed);
  const decide = rightOfWay(renumbered.edges, connections, givesWay);
  const links: number[][] = junctionX.map(() => []);
  connections.forEach(({ junction }, row) => links[junction].push(row));
  const junctions = junctionX.map((x, junction): NetworkJunction => ({
    x,
    y: junctionY[junction],
    links: links[junction],
    conflicts: conflicts[junction],
    hasSignals: signalised.has(junction),
    armCount: arms[junction],
  }));
  return { edges: renumbered.edges, connections, junctions, rightOfWay: decide };
}

/** Says of connections that their drivers stop: where every road that comes to a junction has a stop sign, all do in turn. */
function withStops(
  connections: readonly Connection[],
  edges: readonly NetworkEdge[],
  stops: ReadonlySet<number>,
  signalised: ReadonlySet<number>,
): readonly Connection[] {
  if (stops.size === 0) return connections;
  const isStopped = ({ directed }: NetworkEdge) => stops.has(directed);
  const goOn = new Set(edges.filter((edge) => !isStopped(edge)).map(({ toJunction }) => toJunction));
  return connections.map((connection) => {
    const { junction, fromEdge } = connection;
    if (signalised.has(junction) || !isStopped(edges[fromEdge])) return connection;
    return { ...connection, rule: goOn.has(junction) ? ConnectionRule.stop : ConnectionRule.allWayStop };
  });
}

interface Renumbered {
  readonly edges: readonly NetworkEdge[];
  readonly junctionX: readonly number[];
  readonly junctionY: readonly number[];
  /** New row of each junction, -1 where no edge is left. */
  readonly newRow: Int32Array;
}

/** Junctions without edges go. */
function renumberJunctions(edges: readonly NetworkEdge[], clusters: Clusters): Renumbered {
  const newRow = new Int32Array(clusters.junctionX.length).fill(-1);
  for (const { fromJunction, toJunction } of edges) newRow[fromJunction] = newRow[toJunction] = 0;
  const [junctionX, junctionY]: [number[], number[]] = [[], []];
  newRow.forEach((used, junction) => {
    if (used === -1) return;
    newRow[junction] = junctionX.length;
    junctionX.push(clusters.junctionX[junction]);
    junctionY.push(clusters.junctionY[junction]);
  });
  const renumber = (edge: NetworkEdge): NetworkEdge => ({
    ...edge,
    fromJunction: newRow[edge.fromJunction],
    toJunction: newRow[edge.toJunction],
  });
  return { edges: edges.map(renumber), junctionX, junctionY, newRow };
}

function countArms(edges: readonly NetworkEdge[], junctionCount: number): Uint32Array {
  const counts = new Uint32Array(junctionCount);
  const seen = new Set<string>();
  for (const { directed, fromJunction, toJunction } of edges) {
    for (const [junction, atEnd] of [
      [fromJunction, directed & 1],
      [toJunction, 1 - (directed & 1)],
    ] as const) {
      const key = `${sectionOf(directed)}.${atEnd}`;
      if (seen.has(key)) continue;
      seen.add(key);
      counts[junction]++;
    }
  }
  return counts;
}
