import { ConnectionRule, everyVehicleClass, Turn } from "../../../common/city";
import { endDirection, lengthOf, polylineOf, startDirection, type Polyline } from "../geometry/polyline";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { Connection } from "../network/connections";
import { curveBetween } from "../network/curves";
import type { NetworkEdge } from "../network/edges";
import { ElementProblem } from "./element-reading";
import type { SumoConnection, SumoLane, SumoNet } from "./net-elements";
import { isRoad, laneAt } from "./net-references";
import type { Placement } from "./placement";
import { placedLine, type SumoRoads } from "./roads";

/** The network's connections, sorted by edge and lane, each with the element that it was; null where it is made up. */
export interface WaysAcross {
  readonly connections: readonly Connection[];
  readonly sources: readonly (SumoConnection | null)[];
  /** Ways without an internal lane in the file. */
  readonly drawnCount: number;
  /** Ways back that the file does not have. */
  readonly turnaroundCount: number;
}

/** @param waitsInside whether the junction lets who gives way wait within it */
export function readWaysAcross(
  net: SumoNet,
  roads: SumoRoads,
  placement: Placement,
  waitsInside: (connection: SumoConnection) => boolean,
  notes: ImportNotes,
): WaysAcross {
  const inner = innerLanes(net);
  const found: { readonly connection: Connection; readonly source: SumoConnection | null }[] = [];
  let [leftOut, drawnCount] = [0, 0];
  for (const source of net.connections) {
    const [fromEdge, toEdge] = [roads.rowOfEdge.get(source.from), roads.rowOfEdge.get(source.to)];
    const [fromLane, toLane] = [
      roads.laneRow.get(laneAt(net, source, "from").id),
      roads.laneRow.get(laneAt(net, source, "to").id),
    ];
    if (fromEdge === undefined || toEdge === undefined || fromLane === undefined || toLane === undefined) {
      const edge = net.edges.get(source.from);
      if (edge !== undefined && isRoad(edge)) leftOut++;
      continue;
    }
    const edges = roads.edges;
    if (edges[fromEdge].toJunction !== edges[toEdge].fromJunction)
      throw new ElementProblem(`${source.label}: one edge does not start where the other ends`, source.line);
    const ends = { edges, fromEdge, fromLane, toEdge, toLane };
    if (source.via === "") drawnCount++;
    found.push({ connection: wayOf(net, inner, placement, source, ends, waitsInside(source)), source });
  }
  noteDropped(notes, "connections", "from or to what is left out", leftOut);
  const turnarounds = borderTurnarounds(roads.edges, new Set(found.map(({ connection }) => connection.junction)));
  for (const connection of turnarounds) found.push({ connection, source: null });
  // Stable: connections of one lane keep the file's order, by which junctions number them.
  found.sort((a, b) => a.connection.fromEdge - b.connection.fromEdge || a.connection.fromLane - b.connection.fromLane);
  return {
    connections: found.map(({ connection }) => connection),
    sources: found.map(({ source }) => source),
    drawnCount,
    turnaroundCount: turnarounds.length,
  };
}

interface InnerLanes {
  readonly lane: ReadonlyMap<string, SumoLane>;
  /** The internal lane that follows one, "" at the end. */
  readonly next: ReadonlyMap<string, string>;
}

function innerLanes(net: SumoNet): InnerLanes {
  const lane = new Map<string, SumoLane>();
  for (const edge of net.edges.values()) {
    if (edge.function === "internal") for (const inner of edge.lanes) lane.set(inner.id, inner);
  }
  const next = new Map<string, string>();
  for (const connection of net.connections) {
    const from = laneAt(net, connection, "from").id;
    if (lane.has(from)) next.set(from, connection.via);
  }
  return { lane, next };
}

/** Internal junctions cut a way into parts; more than so many are a loop of the file. */
const partsMax = 16;

function partsOf({ lane, next }: InnerLanes, source: SumoConnection): SumoLane[] {
  const parts: SumoLane[] = [];
  for (let id = source.via; id !== ""; id = next.get(id) ?? "") {
    const part = lane.get(id);
    if (part === undefined) break;
    parts.push(part);
    if (parts.length > partsMax)
      throw new ElementProblem(`${source.label}: its internal lanes lead to no end`, source.line);
  }
  return parts;
}

interface LaneEnds {
  readonly edges: readonly NetworkEdge[];
  readonly fromEdge: number;
  readonly fromLane: number;
  readonly toEdge: number;
  readonly toLane: number;
}

function wayOf(
  net: SumoNet,
  inner: InnerLanes,
  { toCity }: Placement,
  source: SumoConnection,
  ends: LaneEnds,
  mayWaitInside: boolean,
): Connection {
  const { edges, fromEdge, fromLane, toEdge, toLane } = ends;
  const [before, after] = [edges[fromEdge].lanes[fromLane], edges[toEdge].lanes[toLane]];
  const parts = partsOf(inner, source);
  const isUTurn = source.direction === "t";
  const drawn = parts.length === 0 ? curveBetween(before, after, isUTurn) : null;
  const lengthM = drawn !== null ? drawn.lengthM : parts.reduce((sum, part) => sum + part.lengthM, 0);
  const timeS = parts.reduce((sum, part) => sum + part.lengthM / part.speedMps, 0);
  const [fromMps, toMps] = [edges[fromEdge].laneDetails[fromLane].speedMps, edges[toEdge].laneDetails[toLane].speedMps];
  const statedMps = drawn !== null ? Math.min(drawn.comfortableMps, fromMps, toMps) : lengthM / timeS;
  const insideM = parts.length > 1 && mayWaitInside ? parts[0].lengthM : 0;
  const { cosine, sine } = angleBetween(before, after);
  return {
    junction: edges[fromEdge].toJunction,
    fromEdge,
    fromLane,
    toEdge,
    toLane,
    turn: turnOf(source.direction, cosine, sine),
    isUTurn,
    cosine,
    sine,
    curve: { lengthM, line: drawn !== null ? drawn.line : joined(toCity, before, parts, after) },
    speedMps: source.speedMps > 0 ? source.speedMps : statedMps,
    rule: ruleOf(source),
    waitAtM: source.waitAtM >= 0 ? Math.min(source.waitAtM, lengthM) : insideM,
    keepsClear: source.keepsClear,
    classes: parts.reduce((classes, part) => classes & part.classes, source.classes),
  };
}

/** The parts one after the other, from the end of one lane to the start of the other. */
function joined(toCity: Placement["toCity"], before: Polyline, parts: readonly SumoLane[], after: Polyline): Polyline {
  const lines = parts.map(({ shape }) => placedLine(toCity, shape.x, shape.y));
  return polylineOf(
    [before.x.at(-1) ?? 0, ...lines.flatMap(({ x }) => x), after.x[0]],
    [before.y.at(-1) ?? 0, ...lines.flatMap(({ y }) => y), after.y[0]],
  );
}

/** Directions are taken over so many metres before and behind a junction. */
const viewM = 12;

function angleBetween(before: Polyline, after: Polyline): { readonly cosine: number; readonly sine: number } {
  const [a, b] = [endDirection(before, viewM), startDirection(after, viewM)];
  return { cosine: a.x * b.x + a.y * b.y, sine: a.x * b.y - a.y * b.x };
}

const turns: ReadonlyMap<string, Turn> = new Map([
  ["s", Turn.straight],
  ["r", Turn.right],
  ["R", Turn.right],
  ["l", Turn.left],
  ["L", Turn.left],
  ["t", Turn.uTurn],
]);

function turnOf(direction: string, cosine: number, sine: number): Turn {
  const bySense = cosine > 0.766 ? Turn.straight : sine < 0 ? Turn.right : Turn.left;
  return turns.get(direction) ?? bySense;
}

const rules: ReadonlyMap<string, ConnectionRule> = new Map([
  ["M", ConnectionRule.major],
  ["m", ConnectionRule.minor],
  ["=", ConnectionRule.equal],
  ["s", ConnectionRule.stop],
  ["w", ConnectionRule.allWayStop],
  ["Z", ConnectionRule.zipper],
]);

function ruleOf({ controllerId, state }: SumoConnection): ConnectionRule {
  return controllerId === "" ? (rules.get(state) ?? ConnectionRule.unstated) : ConnectionRule.signal;
}

/**
 * Where a network ends and no connection leads on, people who left come back by the other direction of the road: else
 * nobody could live on one side of it and work on the other.
 */
function borderTurnarounds(edges: readonly NetworkEdge[], connected: ReadonlySet<number>): Connection[] {
  const facing = new Map(edges.map(({ directed }, row) => [directed, row]));
  return edges.flatMap((edge, fromEdge): Connection[] => {
    const toEdge = facing.get(edge.directed ^ 1);
    if (toEdge === undefined || connected.has(edge.toJunction)) return [];
    const [fromLane, toLane] = [edge.lanes.length - 1, edges[toEdge].lanes.length - 1];
    const [before, after] = [edge.lanes[fromLane], edges[toEdge].lanes[toLane]];
    const curve = curveBetween(before, after, true);
    const [fromMps, toMps] = [edge.laneDetails[fromLane].speedMps, edges[toEdge].laneDetails[toLane].speedMps];
    return [
      {
        junction: edge.toJunction,
        fromEdge,
        fromLane,
        toEdge,
        toLane,
        turn: Turn.uTurn,
        isUTurn: true,
        ...angleBetween(before, after),
        curve: { line: curve.line, lengthM: lengthOf(curve.line) },
        speedMps: Math.min(curve.comfortableMps, fromMps, toMps),
        rule: ConnectionRule.madeUp,
        waitAtM: 0,
        keepsClear: true,
        classes: everyVehicleClass,
      },
    ];
  });
}
