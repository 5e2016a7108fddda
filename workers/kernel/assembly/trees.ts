import {
  destinationEdge,
  dialCost,
  dialFirst,
  dialNext,
  edgeBarred,
  edgePredecessorStart,
  edgeWeightDs,
  header,
  predecessorEdge,
  predecessorOrdinal,
  predecessorTurnDs,
  tree,
  treeOfDestination,
} from "../../../dist/kernel/sections";
import { NONE } from "./vehicle";

// Destination trees by Dial's algorithm (Dial 1969, CACM 12, algorithm 360f): a bucket for every tenth of a second, used
// as a ring, because no arc costs as much as the ring is long.

const RING: u32 = 16384;
/** An edge that the set's drivers must not enter (column edgeBarred). */
const BARRED: u8 = 1;
const UNREACHED: u32 = 0xffffffff;

/**
 * Builds, or builds anew, the tree of all edges towards a destination by the weights of a set. Ties go to the edge that
 * was found first, whose order is fixed.
 * @returns false when no further tree can be held
 */
export function buildTree(set: u32, destination: u32): bool {
  const edges = header.edges;
  const slotAt = set * header.destinations + destination;
  let row = treeOfDestination[slotAt];
  if (row <= -2) {
    row = -2 - row;
    treeOfDestination[slotAt] = row;
  }
  if (row < 0) {
    if (header.treeCount >= header.treeCapacity) return false;
    row = <i32>header.treeCount;
    header.treeCount += 1;
    treeOfDestination[slotAt] = row;
  }
  const base = <u32>row * edges;
  memory.fill(changetype<usize>(tree) + base, 255, edges);
  memory.fill(changetype<usize>(dialCost), 0xff, (<usize>edges) << 2);
  memory.fill(changetype<usize>(dialFirst), 0xff, (<usize>RING) << 2);
  const target = destinationEdge[destination];
  dialCost[target] = 0;
  dialNext[target] = NONE;
  dialFirst[0] = target;
  let left: u32 = 1;
  for (let cost: u32 = 0; left != 0; cost++) {
    const bucket = cost & (RING - 1);
    while (dialFirst[bucket] != NONE) {
      const edge = dialFirst[bucket];
      dialFirst[bucket] = dialNext[edge];
      left--;
      left += relax(edge, cost, set, base, target);
    }
  }
  return true;
}

/** Offers the edge as the way on to all that lead to it. Returns how many entered a bucket. */
function relax(edge: u32, cost: u32, set: u32, base: u32, target: u32): u32 {
  let added: u32 = 0;
  const weights = set * header.edges;
  const end = edgePredecessorStart[edge + 1];
  for (let row = edgePredecessorStart[edge]; row < end; row++) {
    const before = predecessorEdge[row];
    if (before == target) continue;
    const offered = cost + <u32>edgeWeightDs[weights + edge] + <u32>predecessorTurnDs[row];
    const known = dialCost[before];
    if (offered >= known) continue;
    if (edgeBarred[weights + edge] == BARRED && edge != target) continue;
    if (known != UNREACHED) remove(before, known);
    else added++;
    dialCost[before] = offered;
    tree[base + before] = predecessorOrdinal[row];
    const bucket = offered & (RING - 1);
    dialNext[before] = dialFirst[bucket];
    dialFirst[bucket] = before;
  }
  return added;
}

/** Takes an edge out of the bucket of its old cost. */
function remove(edge: u32, cost: u32): void {
  const bucket = cost & (RING - 1);
  let before = NONE;
  for (let at = dialFirst[bucket]; at != edge; at = dialNext[at]) before = at;
  if (before == NONE) dialFirst[bucket] = dialNext[edge];
  else dialNext[before] = dialNext[edge];
}

/** Cost of the tree that was built last, from the end of the edge to the destination, tenths of a second; NONE = unreachable. */
export function costOf(edge: u32): u32 {
  return dialCost[edge];
}
