import { RoadClass, Turn } from "../../../common/city";
import { endDirection, type Point } from "../geometry/polyline";
import { priorityOf } from "../roads/road-classes";
import type { Connection } from "./connections";
import type { NetworkEdge } from "./edges";

/** Why one of two connections waits for the other; the first reason that tells them apart decides. */
type YieldReason =
  "turns around" | "sign" | "smaller road" | "lane ends" | "turns across" | "road ends" | "left" | "row";

export interface RightOfWay {
  /** The connection that waits: 0 for the first, 1 for the second. */
  readonly waits: 0 | 1;
  readonly reason: YieldReason;
}

/** Order of turns between roads that face each other: straight, right, left, around (Vienna Convention on Road Traffic, art. 16). */
const turnRank: Readonly<Record<Turn, number>> = {
  [Turn.straight]: 0,
  [Turn.right]: 1,
  [Turn.left]: 2,
  [Turn.uTurn]: 3,
};

/** cos 120°: roads that meet a junction from about opposite sides face each other. */
const facingCosine = -0.5;

/**
 * Decides any pair of connections of one junction, the same way every time:
 *
 * 1. who turns around waits; 2. who has a stop or give-way sign waits; 3. the smaller road waits (a roundabout is the
 * biggest); 4. of lanes of one edge that merge, the left one ends and waits; 5. of roads that face each other, left
 * turns wait for right turns and those for straight on; 6. on roads from tertiary up, the road that ends at the junction
 * waits for the one that goes through; 7. the one who has the other on the right waits; 8. else the later row waits.
 *
 * @see Vienna Convention on Road Traffic 1968, art. 16 and 18
 */
export function rightOfWay(
  edges: readonly NetworkEdge[],
  connections: readonly Connection[],
  givesWay: (edge: number) => boolean,
): (first: number, second: number) => RightOfWay {
  const headings = edges.map(({ lanes }) => headingAt(lanes[0]));
  const goesThrough = throughEdges(edges, connections);
  return (first, second) => {
    const [a, b] = [connections[first], connections[second]];
    const [edgeA, edgeB] = [edges[a?.fromEdge ?? -1], edges[b?.fromEdge ?? -1]];
    if (a === undefined || b === undefined || edgeA === undefined || edgeB === undefined) {
      throw new Error("broken invariant: right of way is between connections of the network");
    }
    const decide = (reason: YieldReason, burdenA: number, burdenB: number): RightOfWay | null =>
      burdenA === burdenB ? null : { waits: burdenA > burdenB ? 0 : 1, reason };
    const [headingA, headingB] = [headings[a.fromEdge], headings[b.fromEdge]];
    const facing = headingA.x * headingB.x + headingA.y * headingB.y < facingCosine;
    const isMain = edgeA.way.roadClass <= RoadClass.tertiary;
    // Positive: B drives to the left as A sees it, so it comes from the right.
    const fromRight = headingA.x * headingB.y - headingA.y * headingB.x;
    return (
      decide("turns around", Number(a.isUTurn), Number(b.isUTurn)) ??
      decide("sign", Number(givesWay(a.fromEdge)), Number(givesWay(b.fromEdge))) ??
      decide("smaller road", -priority(edgeA), -priority(edgeB)) ??
      (edgeA === edgeB ? decide("lane ends", a.fromLane, b.fromLane) : null) ??
      (facing ? decide("turns across", turnRank[a.turn], turnRank[b.turn]) : null) ??
      (isMain
        ? decide("road ends", Number(!goesThrough.has(a.fromEdge)), Number(!goesThrough.has(b.fromEdge)))
        : null) ??
      (facing ? null : decide("left", fromRight, 0)) ?? { waits: 1, reason: "row" }
    );
  };
}

const noHeading: Point = { x: 1, y: 0 };

const headingAt = (lane: NetworkEdge["lanes"][number] | undefined): Point =>
  lane === undefined ? noHeading : endDirection(lane, 12);

const priority = ({ way }: NetworkEdge): number => priorityOf(way.roadClass, way.isLink, way.isRoundabout);

/** Edges that go straight on into a road of their own size. */
function throughEdges(edges: readonly NetworkEdge[], connections: readonly Connection[]): ReadonlySet<number> {
  const through = new Set<number>();
  for (const { fromEdge, toEdge, turn } of connections) {
    const [from, to] = [edges[fromEdge], edges[toEdge]];
    if (from !== undefined && to !== undefined && turn === Turn.straight && priority(to) >= priority(from))
      through.add(fromEdge);
  }
  return through;
}
