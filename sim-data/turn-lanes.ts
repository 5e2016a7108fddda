import { RoadClass } from "../common/city";
import { length } from "../workers/kernel/maths";
import type { TownRoad } from "./main-roads";
import type { JoinedRoads } from "./road-joining";

/** Nodes of a road graph that still gets more of them. */
export interface GrowingGraph {
  readonly nodeX: number[];
  readonly nodeY: number[];
}

/** Nodes of a road and, for each stretch between two of them, lanes beyond the road's own. */
export interface WidenedRoad {
  readonly nodes: readonly number[];
  /** By the stretch's first node's position. */
  readonly forward: readonly number[];
  readonly backward: readonly number[];
}

/** A lane for those who turn left is so long at most, and takes this share of the way from the crossing before at most. */
const turnLaneM = 70;
const turnLaneShare = 0.45;
const shortestTurnLaneM = 32;

interface TurnLane {
  /** Metres from the road's first node. */
  readonly fromM: number;
  readonly toM: number;
  readonly isForward: boolean;
}

/** Adds a lane before each signal of a main road, for whoever comes from there. */
export function widen(
  graph: GrowingGraph,
  { degree }: JoinedRoads,
  { roadClass }: TownRoad,
  nodes: readonly number[],
  signals: ReadonlySet<number>,
): WidenedRoad {
  const atM = [0];
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    atM.push(atM[index - 1] + length(graph.nodeX[b] - graph.nodeX[a], graph.nodeY[b] - graph.nodeY[a]));
  }
  const crossings = nodes.flatMap((node, index) =>
    degree[node] > 2 || index === 0 || index === nodes.length - 1 ? [index] : [],
  );
  const lanes: TurnLane[] = [];
  crossings.forEach((index, row) => {
    if (!signals.has(nodes[index]) || roadClass > RoadClass.secondary) return;
    for (const [other, isForward] of [
      [crossings[row - 1], true],
      [crossings[row + 1], false],
    ] as const) {
      if (other === undefined) continue;
      const laneM = Math.min(turnLaneM, turnLaneShare * Math.abs(atM[index] - atM[other]));
      if (laneM < shortestTurnLaneM) continue;
      const endM = isForward ? atM[index] - laneM : atM[index] + laneM;
      lanes.push({ fromM: Math.min(endM, atM[index]), toM: Math.max(endM, atM[index]), isForward });
    }
  });
  return splitAtEnds(graph, nodes, atM, lanes);
}

/** A node where a lane begins, unless one is there. */
function splitAtEnds(
  graph: GrowingGraph,
  nodes: readonly number[],
  atM: readonly number[],
  lanes: readonly TurnLane[],
): WidenedRoad {
  const ends = [...new Set(lanes.flatMap(({ fromM, toM }) => [fromM, toM]))].sort((a, b) => a - b);
  const places = nodes.map((node, index) => ({ node, atM: atM[index] }));
  for (const endM of ends) {
    if (places.some((place) => Math.abs(place.atM - endM) < 1e-6)) continue;
    const next = places.findIndex((place) => place.atM > endM);
    const [before, after] = [places[next - 1], places[next]];
    const share = (endM - before.atM) / (after.atM - before.atM);
    const between = (values: readonly number[]) =>
      values[before.node] + share * (values[after.node] - values[before.node]);
    const [x, y] = [between(graph.nodeX), between(graph.nodeY)];
    graph.nodeX.push(x);
    places.splice(next, 0, { node: graph.nodeY.push(y) - 1, atM: endM });
  }
  const lanesOn = (isForward: boolean) =>
    places.slice(1).map((place, index) => {
      const middleM = (place.atM + places[index].atM) / 2;
      return lanes.some((lane) => lane.isForward === isForward && lane.fromM < middleM && middleM < lane.toM) ? 1 : 0;
    });
  return { nodes: places.map(({ node }) => node), forward: lanesOn(true), backward: lanesOn(false) };
}
