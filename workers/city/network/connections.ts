import { atan2 } from "../../kernel/maths";
import { ConnectionRule, everyVehicleClass, Turn } from "../../../common/city";
import { priorityOf } from "../roads/road-classes";
import { chooseLanes, pairLanes, type EdgeMovement, type LaneRange } from "./lane-choice";
import { curveBetween, type Curve } from "./curves";
import type { NetworkEdge } from "./edges";
import type { Movement } from "./movement";
import { mergeRanges } from "./merges";
import type { TurnAngles } from "./turn-angles";

/** A way from lane to lane across a junction. */
export interface Connection {
  readonly junction: number;
  /** Rows of edges, and lanes of them counted from the right. */
  readonly fromEdge: number;
  readonly fromLane: number;
  readonly toEdge: number;
  readonly toLane: number;
  readonly turn: Turn;
  readonly isUTurn: boolean;
  /** Cosine and sine (positive to the left) of the angle it turns by. */
  readonly cosine: number;
  readonly sine: number;
  /** What is driven across the junction. */
  readonly curve: Pick<Curve, "line" | "lengthM">;
  readonly speedMps: number;
  readonly rule: ConnectionRule;
  /** Where within the junction who gives way waits, m from its start; 0 = at the stop line. */
  readonly waitAtM: number;
  readonly keepsClear: boolean;
  /** Bits of `VehicleClass` that may take it, if both its lanes let them. */
  readonly classes: number;
}

/** cos 40°: a turn by less is straight on. */
const straightCosine = 0.766;

/** Connections of all edges, sorted by edge, then lane, then from right to left. */
export function buildConnections(
  edges: readonly NetworkEdge[],
  movementsOf: (edge: number) => readonly Movement[],
  rowOfDirected: ReadonlyMap<number, number>,
  angles: TurnAngles,
  centre: (junction: number) => { readonly x: number; readonly y: number },
): Connection[] {
  const movements = edges.map((edge, fromEdge) =>
    movementsOf(fromEdge).flatMap(({ from, to, isUTurn }): EdgeMovement[] => {
      const toEdge = rowOfDirected.get(to);
      const target = toEdge === undefined ? undefined : edges[toEdge];
      if (toEdge === undefined || target === undefined) return [];
      return [
        {
          fromEdge,
          toEdge,
          isUTurn,
          cosine: angles.cosine(from, to),
          sine: angles.sine(from, to),
          targetCount: target.carriageway.laneCount,
          importance: importanceOf(target) + (target.way.name === edge.way.name ? 1 : 0),
        },
      ];
    }),
  );
  const targets = mergeRanges(edges, movements);
  return edges.flatMap((edge, row) => {
    const ordered = fromRightToLeft(edges, edge, movements[row] ?? [], centre(edge.toJunction));
    return connectEdge(edges, edge, ordered, targets);
  });
}

const importanceOf = ({ way }: NetworkEdge): number => 2 * priorityOf(way.roadClass, way.isLink, way.isRoundabout);

/**
 * By the bearing of their first metres as seen from the junction, counter-clockwise from the edge that arrives: right
 * comes first, straight on in the middle, left and back last.
 */
function fromRightToLeft(
  edges: readonly NetworkEdge[],
  from: NetworkEdge,
  movements: readonly EdgeMovement[],
  centre: { readonly x: number; readonly y: number },
): EdgeMovement[] {
  const arriving = from.lanes[0];
  const backX = (arriving?.x.at(-1) ?? 0) - centre.x;
  const backY = (arriving?.y.at(-1) ?? 0) - centre.y;
  const bearing = ({ toEdge, isUTurn }: EdgeMovement): number => {
    if (isUTurn) return 2 * Math.PI;
    const leaving = edges[toEdge]?.lanes.at(-1);
    const [x, y] = [(leaving?.x[0] ?? 0) - centre.x, (leaving?.y[0] ?? 0) - centre.y];
    const angle = atan2(backX * y - backY * x, backX * x + backY * y);
    return angle < 0 ? angle + 2 * Math.PI : angle;
  };
  return movements
    .map((movement) => ({ movement, bearing: bearing(movement) }))
    .sort((a, b) => a.bearing - b.bearing || a.movement.toEdge - b.movement.toEdge)
    .map(({ movement }) => movement);
}

function connectEdge(
  edges: readonly NetworkEdge[],
  edge: NetworkEdge,
  movements: readonly EdgeMovement[],
  targets: (movement: EdgeMovement) => LaneRange,
): Connection[] {
  if (movements.length === 0) return [];
  const ranges = chooseLanes(edge.carriageway.laneCount, movements, edge.carriageway.turnMarks);
  const connections = movements.flatMap((movement, rank) => {
    const range = ranges[rank] ?? { first: 0, end: 1 };
    const turn = turnOf(movement);
    const turnsLeft = turn === Turn.left || turn === Turn.uTurn;
    const pairs = pairLanes(range, targets(movement), turnsLeft);
    // Where a road only gets wider, the new lanes are reached from the lane beside them.
    if (movements.length === 1 && turn === Turn.straight) pairs.push(...widening(range, targets(movement)));
    return pairs.map(([fromLane, toLane]) => ({
      rank,
      connection: connect(edges, movement, fromLane, toLane, turn),
    }));
  });
  return connections
    .sort((a, b) => a.connection.fromLane - b.connection.fromLane || a.rank - b.rank)
    .map(({ connection }) => connection);
}

function widening(range: LaneRange, targets: LaneRange): (readonly [from: number, to: number])[] {
  const added = targets.end - targets.first - (range.end - range.first);
  return Array.from(
    { length: Math.max(0, added) },
    (_, index) => [range.end - 1, targets.end - added + index] as const,
  );
}

function connect(
  edges: readonly NetworkEdge[],
  { fromEdge, toEdge, isUTurn, cosine, sine }: EdgeMovement,
  fromLane: number,
  toLane: number,
  turn: Turn,
): Connection {
  const [from, to] = [edges[fromEdge], edges[toEdge]];
  const [before, after] = [from?.lanes[fromLane], to?.lanes[toLane]];
  if (from === undefined || before === undefined || after === undefined) {
    throw new Error("broken invariant: a connection joins lanes of edges");
  }
  const curve = curveBetween(before, after, isUTurn && from.toJunction === to?.fromJunction && cosine < -0.9);
  return {
    junction: from.toJunction,
    fromEdge,
    fromLane,
    toEdge,
    toLane,
    turn,
    isUTurn,
    cosine,
    sine,
    curve,
    speedMps: Math.min(curve.comfortableMps, from.carriageway.speedMps, to.carriageway.speedMps),
    rule: ConnectionRule.unstated,
    waitAtM: 0,
    keepsClear: true,
    classes: everyVehicleClass,
  };
}

function turnOf({ cosine, sine, isUTurn }: EdgeMovement): Turn {
  if (isUTurn) return Turn.uTurn;
  if (cosine >= straightCosine) return Turn.straight;
  return sine < 0 ? Turn.right : Turn.left;
}
