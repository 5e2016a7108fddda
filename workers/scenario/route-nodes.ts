import { edgeLaneCountOf, edgeOfLanes, type City } from "../../common/city";
import type { Arena } from "../arena/arena";
import { none, routeNodeWords } from "../arena/sections";
import { circleBonusM, growCircles, noCircle, type Circle } from "./roundabouts";

/**
 * Fixed routes as chains of nodes, each an edge and the node after it: routes that end alike share their end, so that memory
 * grows with what is different of them. A node knows of each lane of its edge how far it leads along the route.
 */
export interface RouteNodes {
  /** @returns the first node of the route. @param edges connected, at least one; @param classes who drives it */
  readonly add: (edges: ArrayLike<number>, classes: number) => number;
  readonly counts: () => { readonly routeNodes: number; readonly routeLanes: number };
  readonly write: (arena: Arena) => void;
}

/** As the kernel's NO_OFFSET. */
const noOffset = 128;
/** Lanes whose offsets a node has itself. The kernel's PACKED_LANES. */
const packedLanes = 8;

export function growRouteNodes(city: City): RouteNodes {
  const known = new Map<string, number>();
  const edges: number[] = [];
  const nexts: number[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  /** How many edges, and metres, one comes along the route without leaving the lane; 0 where the class may not drive. */
  const hops: number[] = [];
  const metres: number[] = [];
  /** The lane to be on where these lanes leave the route; `none` where they lead to its end. */
  const merges: number[] = [];
  const circles: Circle[] = [];
  const circleOf = growCircles(city);
  const ways = waysByLane(city);
  const { edgeLaneStart } = city.columns;

  const addNode = (edge: number, next: number, classes: number): number => {
    const node = edges.length;
    edges.push(edge);
    nexts.push(next);
    starts.push(offsets.length);
    const first = starts[node];
    const lanes = edgeLaneStart[edge + 1] - edgeLaneStart[edge];
    for (let lane = edgeLaneStart[edge]; lane < edgeLaneStart[edge + 1]; lane++) {
      const [hop, metre, merge] = reachOf(lane, next, classes);
      hops.push(hop);
      metres.push(metre);
      merges.push(merge);
    }
    const lengthM = city.columns.laneLengthM[edgeLaneStart[edge]] + acrossM(edge, next);
    circles.push(circleOf(edge, lengthM, edges[next], next === none ? noCircle : circles[next]));
    const furthest = Math.max(...hops.slice(first));
    for (let lane = 0; lane < lanes; lane++) {
      let offset = 0;
      for (let away = 0; away < lanes; away++) {
        // Of two as near the one to the right.
        if (lane >= away && hops[first + lane - away] === furthest) offset = -away;
        else if (lane + away < lanes && hops[first + lane + away] === furthest) offset = away;
        else continue;
        break;
      }
      offsets.push(noOffset + offset);
      if (hops[first + lane] <= 1 && offset !== 0)
        merges[first + lane] = edgeLaneStart[edge] + lane + Math.sign(offset);
    }
    return node;
  };

  /** Metres across the junction from one edge to the node after it. */
  const acrossM = (edge: number, next: number): number => {
    const { laneLengthM, connectionToLane } = city.columns;
    for (let lane = edgeLaneStart[edge]; next !== none && lane < edgeLaneStart[edge + 1]; lane++)
      for (const connection of ways.leaving(lane))
        if (ways.laneEdge[connectionToLane[connection]] === edges[next])
          return laneLengthM[ways.edgeLanes + connection];
    return 0;
  };

  const reachOf = (lane: number, next: number, classes: number): [number, number, number] => {
    const { laneClasses, laneLengthM, connectionToLane } = city.columns;
    if ((laneClasses[lane] & classes) === 0) return [0, 0, none];
    let [hop, metre, merge]: [number, number, number] = [1, laneLengthM[lane], none];
    if (next === none) return [hop, metre, merge];
    for (const connection of ways.leaving(lane)) {
      const target = connectionToLane[connection];
      const internal = ways.edgeLanes + connection;
      if (ways.laneEdge[target] !== edges[next] || (laneClasses[internal] & classes) === 0) continue;
      const at = starts[next] + target - edgeLaneStart[edges[next]];
      if (hops[at] === 0 || hops[at] + 1 < hop) continue;
      const beyondM = laneLengthM[lane] + laneLengthM[internal] + metres[at];
      metre = hops[at] + 1 > hop ? beyondM : Math.max(metre, beyondM);
      if (hops[at] + 1 > hop) merge = merges[at];
      hop = hops[at] + 1;
    }
    return [hop, metre, merge];
  };

  return {
    add(route, classes) {
      let node: number = none;
      for (let at = route.length - 1; at >= 0; at--) {
        const key = `${node} ${route[at]} ${classes}`;
        const there = known.get(key) ?? addNode(route[at], node, classes);
        known.set(key, there);
        node = there;
      }
      return node;
    },
    counts: () => ({ routeNodes: edges.length, routeLanes: offsets.length }),
    write({ columns }) {
      edges.forEach((edge, node) => {
        const [next, start, firstLane] = [nexts[node], starts[node], edgeLaneStart[edge]];
        const end = Math.min(start + packedLanes, starts[node + 1] ?? offsets.length);
        const packed = [0, 0];
        for (let row = start; row < end; row++) packed[(row - start) >> 2] |= offsets[row] << (8 * ((row - start) & 3));
        const words = [edge, next, start, next === none ? none : edges[next], ...packed, firstLane];
        columns.routeNode.set(words, routeNodeWords * node);
      });
      columns.routeLaneOffset.set(offsets);
      columns.routeMergeLane.set(merges);
      columns.routeLaneM.set(metres);
      circles.forEach((circle, node) => {
        for (let row = starts[node]; row < (starts[node + 1] ?? offsets.length); row++)
          if (hops[row] >= circle.edges) columns.routeLaneM[row] += circleBonusM(circle);
      });
    },
  };
}

function waysByLane(city: City) {
  const edgeLanes = edgeLaneCountOf(city);
  const start = new Uint32Array(edgeLanes + 1);
  for (const lane of city.columns.connectionFromLane) start[lane + 1]++;
  for (let lane = 0; lane < edgeLanes; lane++) start[lane + 1] += start[lane];
  return {
    edgeLanes,
    laneEdge: edgeOfLanes(city),
    // Connections are sorted by from-lane.
    leaving: (lane: number) => Array.from({ length: start[lane + 1] - start[lane] }, (_, at) => start[lane] + at),
  };
}
