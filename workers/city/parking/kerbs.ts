import { parkingCapacityLimit, ParkingKind } from "../../../common/city";
import { direction, lengthOf, nearestAt, pointAt, type Polyline } from "../geometry/polyline";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { NetworkEdge } from "../network/edges";
import { laneWidthM } from "../network/lane-widths";
import type { KerbParking, RoadGraph, RoadWay } from "../roads/road-graph";
import type { ParkingRow } from "./parking-row";

/** Nobody may park nearer to a corner, m (Germany: StVO § 12 Abs. 3 Nr. 1; the stop line stands for the corner). */
const cornerM = 5;
/** From the border of the lane to the middle of a parked car, m. */
const kerbOutM = 1;

/** A stretch of a way's side along one edge, in the edge's driving direction. */
interface Run {
  readonly edge: number;
  readonly onRight: boolean;
  /** Rows of the graph's nodes. */
  firstNode: number;
  lastNode: number;
}

/** Cars along the kerbs of ways: a row for each side of each edge on which one fits between the corners. */
export function placeKerbs(edges: readonly NetworkEdge[], roads: RoadGraph, notes: ImportNotes): ParkingRow[] {
  if (!roads.ways.some(({ leftKerb, rightKerb }) => leftKerb !== null || rightKerb !== null)) return [];
  const edgeOf = edgesBySteps(edges, roads.nodeX.length);
  const rows: ParkingRow[] = [];
  for (const way of roads.ways) {
    for (const isRight of [true, false]) {
      const kerb = isRight ? way.rightKerb : way.leftKerb;
      if (kerb === null) continue;
      const found = runsAlong(way, isRight, edgeOf);
      const runs = found.filter(({ edge }) => edges[edge].isInCore);
      // What is shorter than two corners and a car lies within a junction: nothing is lost.
      if (found.length === 0 && lengthOfWay(way, roads) >= 2 * cornerM + kerb.spaceM) {
        noteDropped(notes, "stretches of kerb parking", kerbOffNetwork);
      }
      noteDropped(notes, "stretches of kerb parking", oneWayOut, found.length - runs.length);
      for (const row of placeRuns(edges, roads, kerb, runs)) rows.push(row);
    }
  }
  return rows;
}

const oneWayOut = "their road only leads into the network, or only out of it";
export const kerbOffNetwork = "their road is not part of the network";

function lengthOfWay({ nodes }: RoadWay, { nodeX, nodeY }: RoadGraph): number {
  return lengthOf({ x: Array.from(nodes, (node) => nodeX[node]), y: Array.from(nodes, (node) => nodeY[node]) });
}

type EdgeOfStep = (from: number, to: number) => number;

/** The edge that is driven from one node of the graph to the next, -1 where none is. */
function edgesBySteps(edges: readonly NetworkEdge[], nodeCount: number): EdgeOfStep {
  const rows = new Map<number, number>();
  edges.forEach(({ nodes }, row) => {
    for (let index = 1; index < nodes.length; index++) rows.set(nodes[index - 1] * nodeCount + nodes[index], row);
  });
  return (from, to) => rows.get(from * nodeCount + to) ?? -1;
}

/** Whoever drives with the kerb on the right parks there; on a one-way street also whoever has it on the left. */
function runsAlong({ nodes }: RoadWay, isRight: boolean, edgeOf: EdgeOfStep): Run[] {
  const runs: Run[] = [];
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    const [along, against] = [edgeOf(a, b), edgeOf(b, a)];
    const [near, far] = isRight ? [along, against] : [against, along];
    const edge = near >= 0 ? near : far;
    if (edge < 0) continue;
    const onRight = near >= 0;
    const [firstNode, lastNode] = edge === along ? [a, b] : [b, a];
    const run = runs.at(-1);
    if (run?.edge === edge && run.onRight === onRight && run.lastNode === firstNode) run.lastNode = lastNode;
    else if (run?.edge === edge && run.onRight === onRight && run.firstNode === lastNode) run.firstNode = firstNode;
    else runs.push({ edge, onRight, firstNode, lastNode });
  }
  return runs;
}

/** A run on the lane beside it: from where to where cars stand, metres along the lane's line. */
interface Stretch extends Run {
  readonly lane: Polyline;
  readonly laneM: number;
  readonly fromM: number;
  readonly toM: number;
}

function placeRuns(
  edges: readonly NetworkEdge[],
  roads: RoadGraph,
  kerb: KerbParking,
  runs: readonly Run[],
): ParkingRow[] {
  const stretches = runs.map((run) => stretchOf(edges[run.edge], roads, run));
  const capacities = capacitiesOf(kerb, stretches);
  return stretches.flatMap((stretch, row) => {
    const capacity = Math.min(parkingCapacityLimit, capacities[row]);
    if (capacity < 1) return [];
    const { edge, onRight, lane, laneM, fromM, toM } = stretch;
    const middleM = Math.min(laneM, Math.max(0, (fromM + toM) / 2));
    const place = pointAt(lane, middleM);
    const towards = direction(pointAt(lane, middleM - 1), pointAt(lane, middleM + 1));
    const rightM = (laneWidthM / 2 + kerbOutM) * (onRight ? 1 : -1);
    return [
      {
        edge,
        positionM: (middleM / laneM) * edges[edge].drivenM,
        x: place.x + rightM * towards.y,
        y: place.y - rightM * towards.x,
        capacity,
        kind: ParkingKind.kerb,
        name: "",
      },
    ];
  });
}

function stretchOf({ lanes, nodes }: NetworkEdge, { nodeX, nodeY }: RoadGraph, run: Run): Stretch {
  const lane = lanes[run.onRight ? 0 : lanes.length - 1];
  const laneM = lengthOf(lane);
  const atNode = (node: number) => nearestAt(lane, { x: nodeX[node], y: nodeY[node] });
  return {
    ...run,
    lane,
    laneM,
    fromM: run.firstNode === nodes[0] ? cornerM : atNode(run.firstNode),
    toM: run.lastNode === nodes.at(-1) ? laneM - cornerM : atNode(run.lastNode),
  };
}

/** By length; a number that was counted is shared out by length so that the sum is right. */
function capacitiesOf({ spaceM, capacity }: KerbParking, stretches: readonly Stretch[]): number[] {
  const lengthsM = stretches.map(({ fromM, toM }) => Math.max(0, toM - fromM));
  if (capacity === null) return lengthsM.map((lengthM) => Math.floor(lengthM / spaceM));
  // What was counted is there, however short the kerb looks.
  const weights = lengthsM.map((lengthM) => lengthM + 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  return weights.map((weight) => {
    const before = Math.round((capacity * passed) / total);
    passed += weight;
    return Math.round((capacity * passed) / total) - before;
  });
}
