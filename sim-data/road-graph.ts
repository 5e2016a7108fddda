import { kmhToMps } from "../workers/city/roads/road-classes";
import type { Carriageway, KerbParking, NodeControl, RoadGraph, RoadWay } from "../workers/city/roads/road-graph";
import type { Point } from "../workers/city/geometry/polyline";
import { RoadClass } from "../common/city";
import { length } from "../workers/kernel/maths";
import type { TownRoad } from "./main-roads";
import type { JoinedRoads } from "./road-joining";
import { nameRoads } from "./street-names";
import { bankDistanceM, type TownPlan } from "./town-plan";
import { widen, type GrowingGraph, type WidenedRoad } from "./turn-lanes";

/** A bridge begins so far from the water, m. */
const abutmentM = 12;

/** How the roads of a place are built. */
export interface RoadBuilding {
  /** Lanes for those who turn left, before signals on roads that have room for them. */
  readonly hasTurnLanes: boolean;
  /** A collector gets signals at a road of several lanes only so far from other signals, m; 0 = everywhere. */
  readonly signalSpacingM: number;
  /** Kerb that a parked car takes along a local street, m. */
  readonly kerbSpaceM: (road: TownRoad, place: Point) => number;
}

/** The road graph of joined roads: bridges where they cross the river, names, signals where main roads meet. */
export function townRoadGraph(plan: TownPlan, joined: JoinedRoads, building: RoadBuilding): RoadGraph {
  const names = nameRoads(
    plan.seed,
    joined.roads.map(({ road }) => road),
  );
  const controls = signalsOf(joined, building.signalSpacingM);
  const signals = new Set(building.hasTurnLanes ? controls.map(({ node }) => node) : []);
  const graph: GrowingGraph = { nodeX: [...joined.nodeX], nodeY: [...joined.nodeY] };
  const ways = joined.roads.flatMap(({ road, nodes }, row) => {
    if (nodes.length < 2) return [];
    const widened = widen(graph, joined, road, nodes, signals);
    return waysOf(plan, graph, road, widened, row, names.ofRoad[row]).map((way) => {
      const kerb = kerbOf(graph, road, way, building);
      return { ...way, leftKerb: kerb, rightKerb: kerb };
    });
  });
  return {
    nodeX: Float64Array.from(graph.nodeX),
    nodeY: Float64Array.from(graph.nodeY),
    controls,
    ways,
    restrictions: [],
    pathRestrictions: [],
    restrictionCount: 0,
    names: names.list,
  };
}

type BareWay = Omit<RoadWay, "leftKerb" | "rightKerb">;

/** Cars stand on both sides of local streets and collectors, not on bridges. */
function kerbOf(
  { nodeX, nodeY }: GrowingGraph,
  road: TownRoad,
  { nodes, isBridge }: BareWay,
  { kerbSpaceM }: RoadBuilding,
): KerbParking | null {
  if (road.roadClass < RoadClass.tertiary || isBridge) return null;
  const middle = nodes[nodes.length >> 1];
  return { spaceM: kerbSpaceM(road, { x: nodeX[middle], y: nodeY[middle] }), capacity: null };
}

/** A road as ways, cut where a bridge begins or ends and where the number of lanes changes. */
function waysOf(
  plan: TownPlan,
  graph: GrowingGraph,
  road: TownRoad,
  { nodes, forward, backward }: WidenedRoad,
  row: number,
  name: number,
): BareWay[] {
  const overWater = (index: number): boolean => {
    const [a, b] = [nodes[index - 1], nodes[index]];
    return (
      Math.min(
        bankDistanceM(plan, graph.nodeX[a], graph.nodeY[a]),
        bankDistanceM(plan, graph.nodeX[b], graph.nodeY[b]),
        bankDistanceM(plan, (graph.nodeX[a] + graph.nodeX[b]) / 2, (graph.nodeY[a] + graph.nodeY[b]) / 2),
      ) < abutmentM
    );
  };
  const carriageway = (added: number): Carriageway => ({
    laneCount: road.laneCount + added,
    speedMps: kmhToMps(road.speedKmh),
    turnMarks: null,
  });
  const isAlike = (index: number) =>
    overWater(index) === overWater(index + 1) &&
    forward[index - 1] === forward[index] &&
    backward[index - 1] === backward[index];
  const ways: BareWay[] = [];
  let from = 0;
  for (let index = 1; index < nodes.length; index++) {
    const isLast = index === nodes.length - 1;
    if (!isLast && isAlike(index)) continue;
    ways.push({
      id: ways.length === 0 ? `road-${row + 1}` : `road-${row + 1}.${ways.length}`,
      nodes: Uint32Array.from(nodes.slice(from, index + 1)),
      roadClass: road.roadClass,
      isLink: false,
      isRoundabout: false,
      isBridge: overWater(index),
      name,
      forward: carriageway(forward[index - 1]),
      backward: carriageway(backward[index - 1]),
    });
    from = index;
  }
  return ways;
}

/**
 * Signals where two roads of at least secondary class meet, and where a collector meets a road of several lanes: there
 * only so far from other signals.
 */
function signalsOf(joined: JoinedRoads, spacingM: number): NodeControl[] {
  const rowsAt = new Map<number, Set<number>>();
  joined.roads.forEach(({ nodes }, row) => {
    for (const node of nodes) rowsAt.set(node, (rowsAt.get(node) ?? new Set()).add(row));
  });
  const chosen: number[] = [];
  const waiting: number[] = [];
  for (const [node, rows] of rowsAt) {
    const roads = [...rows].map((row) => joined.roads[row].road);
    if (joined.degree[node] < 3) continue;
    const main = roads.filter(({ roadClass }) => roadClass <= RoadClass.secondary).length;
    const busy =
      roads.some(({ laneCount }) => laneCount > 1) && roads.some(({ roadClass }) => roadClass === RoadClass.tertiary);
    if (main >= 2) chosen.push(node);
    else if (busy) waiting.push(node);
  }
  for (const node of waiting) {
    const isNear = (other: number) =>
      length(joined.nodeX[other] - joined.nodeX[node], joined.nodeY[other] - joined.nodeY[node]) < spacingM;
    if (!chosen.some(isNear)) chosen.push(node);
  }
  return chosen.map((node) => ({ node, kind: "signals", faces: "both" }));
}
