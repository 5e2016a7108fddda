import { Decision, draw } from "../../../common/draw";
import type { Network } from "../network/network";
import { edgeGraph, fastestTree, type EdgeGraph } from "./edge-graph";
import type { LandUse } from "./land-use";
import { chosenRow, cumulate } from "./weighted-choice";

/** Destinations that are sampled for each half of the day. */
const destinationCount = 24;
/** Draws of this part begin here; those of terminals come before. */
const firstDraw = 10_000;

/**
 * Trips expected on each edge in the busier half of the day, as shares of all: everybody to sampled destinations by the
 * fastest way, in proportion to who lives and works where. For what has to be sized by traffic, such as signal programs.
 */
export function expectedTraffic(network: Network, { homes, jobs }: LandUse, seed: number): Float64Array {
  const graph = edgeGraph(network);
  const [toWork, toHome] = [
    loadTrees(graph, homes, jobs, seed, firstDraw),
    loadTrees(graph, jobs, homes, seed, firstDraw + destinationCount),
  ];
  return toWork.map((load, edge) => Math.max(load, toHome[edge]));
}

function loadTrees(
  graph: EdgeGraph,
  origins: Float32Array,
  destinations: Float32Array,
  seed: number,
  who: number,
): Float64Array {
  const loads = new Float64Array(origins.length);
  const sums = cumulate(destinations);
  const total = origins.reduce((sum, weight) => sum + weight, 0) || 1;
  for (let row = 0; row < destinationCount; row++) {
    const destination = chosenRow(sums, draw(seed, who + row, Decision.terminalPlace, 0));
    if (destination < 0) continue;
    const { next, settled } = fastestTree(graph, destination);
    const passing = Float64Array.from(origins, (weight) => weight / total / destinationCount);
    // From the farthest inwards: each hands on what has come to it.
    for (let index = settled.length - 1; index >= 0; index--) {
      const edge = settled[index];
      loads[edge] += passing[edge];
      if (next[edge] >= 0) passing[next[edge]] += passing[edge];
    }
  }
  return loads;
}
