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
export const BARRED: u8 = 1;
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
  const target = destinationEdge[destination];
  // Plain addresses: this loop is most of what a large city's start and its navigation cost.
  const way = changetype<usize>(tree) + <usize>row * edges;
  const costs = changetype<usize>(dialCost);
  const nexts = changetype<usize>(dialNext);
  const firsts = changetype<usize>(dialFirst);
  const starts = changetype<usize>(edgePredecessorStart);
  const befores = changetype<usize>(predecessorEdge);
  const turns = changetype<usize>(predecessorTurnDs);
  const ordinals = changetype<usize>(predecessorOrdinal);
  const weights = changetype<usize>(edgeWeightDs) + ((<usize>set * edges) << 1);
  const barred = changetype<usize>(edgeBarred) + <usize>set * edges;
  memory.fill(way, 255, edges);
  memory.fill(costs, 0xff, (<usize>edges) << 2);
  memory.fill(firsts, 0xff, (<usize>RING) << 2);
  store<u32>(costs + ((<usize>target) << 2), 0);
  store<u32>(nexts + ((<usize>target) << 2), NONE);
  store<u32>(firsts, target);
  let left: u32 = 1;
  for (let cost: u32 = 0; left != 0; cost++) {
    const bucket = firsts + ((<usize>(cost & (RING - 1))) << 2);
    // No arc is free: nothing enters the bucket that is being emptied.
    for (let edge = load<u32>(bucket); edge != NONE; edge = load<u32>(nexts + ((<usize>edge) << 2))) {
      left--;
      if (edge != target && load<u8>(barred + edge) == BARRED) continue;
      const onward = cost + <u32>load<u16>(weights + ((<usize>edge) << 1));
      const end = load<u32>(starts + ((<usize>edge) << 2), 4);
      for (let at = load<u32>(starts + ((<usize>edge) << 2)); at < end; at++) {
        const before = load<u32>(befores + ((<usize>at) << 2));
        if (before == target) continue;
        const offered = onward + <u32>load<u16>(turns + ((<usize>at) << 1));
        const known = load<u32>(costs + ((<usize>before) << 2));
        if (offered >= known) continue;
        if (known != UNREACHED) remove(before, known);
        else left++;
        store<u32>(costs + ((<usize>before) << 2), offered);
        store<u8>(way + before, load<u8>(ordinals + at));
        const head = firsts + ((<usize>(offered & (RING - 1))) << 2);
        store<u32>(nexts + ((<usize>before) << 2), load<u32>(head));
        store<u32>(head, before);
      }
    }
    store<u32>(bucket, NONE);
  }
  return true;
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
