import { kmhToMps } from "../workers/city/roads/road-classes";
import type { Carriageway, NodeControl, RoadGraph, RoadWay } from "../workers/city/roads/road-graph";
import { RoadClass } from "../common/city";
import type { TownRoad } from "./main-roads";
import type { JoinedRoads } from "./road-joining";
import { nameRoads } from "./street-names";
import { bankDistanceM, type TownPlan } from "./town-plan";

/** A bridge begins so far from the water, m. */
const abutmentM = 12;

/** The road graph of joined roads: bridges where they cross the river, names, signals where main roads meet. */
export function townRoadGraph(plan: TownPlan, joined: JoinedRoads): RoadGraph {
  const names = nameRoads(
    plan.seed,
    joined.roads.map(({ road }) => road),
  );
  const ways = joined.roads.flatMap(({ road, nodes }, row) =>
    nodes.length < 2 ? [] : waysOf(plan, joined, road, nodes, row, names.ofRoad[row]),
  );
  return {
    nodeX: Float64Array.from(joined.nodeX),
    nodeY: Float64Array.from(joined.nodeY),
    controls: signalsOf(joined),
    ways,
    restrictions: [],
    restrictionCount: 0,
    names: names.list,
  };
}

/** A road as ways, cut where a bridge begins or ends. */
function waysOf(
  plan: TownPlan,
  joined: JoinedRoads,
  road: TownRoad,
  nodes: readonly number[],
  row: number,
  name: number,
): RoadWay[] {
  const overWater = (index: number): boolean => {
    const [a, b] = [nodes[index - 1], nodes[index]];
    return (
      Math.min(
        bankDistanceM(plan, joined.nodeX[a], joined.nodeY[a]),
        bankDistanceM(plan, joined.nodeX[b], joined.nodeY[b]),
        bankDistanceM(plan, (joined.nodeX[a] + joined.nodeX[b]) / 2, (joined.nodeY[a] + joined.nodeY[b]) / 2),
      ) < abutmentM
    );
  };
  const carriageway: Carriageway = {
    laneCount: road.laneCount,
    speedMps: kmhToMps(road.speedKmh),
    turnMarks: null,
  };
  const ways: RoadWay[] = [];
  let from = 0;
  for (let index = 1; index < nodes.length; index++) {
    const isLast = index === nodes.length - 1;
    if (!isLast && overWater(index) === overWater(index + 1)) continue;
    ways.push({
      id: ways.length === 0 ? `road-${row + 1}` : `road-${row + 1}.${ways.length}`,
      nodes: Uint32Array.from(nodes.slice(from, index + 1)),
      roadClass: road.roadClass,
      isLink: false,
      isRoundabout: false,
      isBridge: overWater(index),
      name,
      forward: carriageway,
      backward: carriageway,
    });
    from = index;
  }
  return ways;
}

/** Signals where two roads of at least secondary class meet, and where a collector meets an arterial of two lanes. */
function signalsOf(joined: JoinedRoads): NodeControl[] {
  const classesAt = new Map<number, Set<number>>();
  joined.roads.forEach(({ nodes }, row) => {
    for (const node of nodes) classesAt.set(node, (classesAt.get(node) ?? new Set()).add(row));
  });
  const controls: NodeControl[] = [];
  for (const [node, rows] of classesAt) {
    const roads = [...rows].map((row) => joined.roads[row].road);
    if (joined.degree[node] < 3) continue;
    const main = roads.filter(({ roadClass }) => roadClass <= RoadClass.secondary).length;
    const busy =
      roads.some(({ laneCount }) => laneCount > 1) && roads.some(({ roadClass }) => roadClass === RoadClass.tertiary);
    if (main >= 2 || busy) controls.push({ node, kind: "signals", faces: "both" });
  }
  return controls;
}
