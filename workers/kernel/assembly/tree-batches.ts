import {
  batchArc,
  batchCost,
  batchDestination,
  batchDirty,
  batchKey,
  batchOrder,
  batchRank,
  batchTie,
  batchWay,
  destinationEdge,
  dialCost,
  edgeBarred,
  edgePredecessorStart,
  edgeSuccessorStart,
  edgeWeightDs,
  header,
  predecessorEdge,
  predecessorOrdinal,
  predecessorTurnDs,
  successorEdge,
  tree,
  treeOfDestination,
} from "../../../dist/kernel/sections";
import { BARRED, buildTree } from "./trees";

// Eight destination trees at once, one in each lane of a vector: costs by label correction (Ford 1956) in sweeps over the
// edges, in the order of what they cost last time, which is nearly right already; then the ways from the costs. The trees are
// the same to the byte as those of trees.ts, ties included, in a fraction of the time.

const LANES: u32 = 8;
/** Costs of a lane are 16 bits wide; this is unreachable, or too far for them. */
const FAR: u16 = 0xffff;
/** Of a way that several successors offer at one cost, until one is chosen. */
const TIE: u8 = 254;
const NOWHERE: u8 = 255;

/** Whether the weights that were taken last can be used here: no edge with too many successors. */
let isPlain: bool = false;
let weighedSet: u32 = 0;

/** Takes the weights of a set for the trees that `buildTrees` builds next: for each successor, its edge and what going there costs. */
export function weighTrees(set: u32): void {
  const edges = header.edges;
  weighedSet = set;
  isPlain = true;
  for (let edge: u32 = 0; edge < edges; edge++) {
    // Nobody goes onto a barred edge; whose way ends there is looked after by `buildTrees`.
    const isBarred = edgeBarred[set * edges + edge] == BARRED;
    const weight = isBarred ? <u32>FAR : <u32>edgeWeightDs[set * edges + edge];
    const end = edgePredecessorStart[edge + 1];
    for (let at = edgePredecessorStart[edge]; at < end; at++) {
      const ordinal = predecessorOrdinal[at];
      if (ordinal >= TIE) isPlain = false;
      const arc = edgeSuccessorStart[predecessorEdge[at]] + ordinal;
      batchArc[2 * arc] = edge;
      batchArc[2 * arc + 1] = min<u32>(FAR, weight + predecessorTurnDs[at]);
    }
  }
}

/**
 * Builds, or builds anew, the trees to the destinations in `batchDestination`, at most eight, by the weights taken last.
 * Their costs are left in `batchCost`, and the edges in the order of these in `batchOrder`.
 * @param isOrdered whether `batchOrder` holds an order that may do: of the same destinations, or of others near them
 * @returns false when no further tree can be held
 */
export function buildTrees(count: u32, isOrdered: bool): bool {
  const edges = header.edges;
  const base = weighedSet * header.destinations;
  for (let lane: u32 = 0; lane < count; lane++) {
    const at = base + batchDestination[lane];
    if (treeOfDestination[at] <= -2) treeOfDestination[at] = -2 - treeOfDestination[at];
    if (treeOfDestination[at] >= 0) continue;
    if (header.treeCount >= header.treeCapacity) return false;
    treeOfDestination[at] = <i32>header.treeCount;
    header.treeCount += 1;
  }
  let alone: u32 = isPlain ? 0 : (1 << count) - 1;
  if (isPlain) {
    if (!isOrdered) {
      buildTree(weighedSet, batchDestination[0]);
      orderByDial();
    }
    findCosts(count);
    const ties = findWays();
    alone = (tooFar | barredAmong(count)) & ((1 << count) - 1);
    writeTrees(count);
    chooseTies(ties, count);
    orderByCosts();
  }
  for (let lane: u32 = 0; lane < count; lane++) {
    if (((alone >> lane) & 1) == 0) continue;
    buildTree(weighedSet, batchDestination[lane]);
    for (let edge: u32 = 0; edge < edges; edge++) {
      batchCost[LANES * edge + lane] = <u16>min<u32>(FAR, dialCost[edge]);
    }
  }
  return true;
}

/** Lanes whose destination lies on a barred edge, as bits: a way may end there. */
function barredAmong(count: u32): u32 {
  let lanes: u32 = 0;
  for (let lane: u32 = 0; lane < count; lane++) {
    const edge = destinationEdge[batchDestination[lane]];
    if (edgeBarred[weighedSet * header.edges + edge] == BARRED) lanes |= 1 << lane;
  }
  return lanes;
}

/** Lanes of the last batch whose costs are wider than theirs, as bits. */
let tooFar: u32 = 0;

function orderByDial(): void {
  const edges = header.edges;
  for (let edge: u32 = 0; edge < edges; edge++) {
    const cost = i16x8.splat(<i16>min<u32>(FAR, dialCost[edge]));
    v128.store(changetype<usize>(batchCost) + ((<usize>edge) << 4), cost);
  }
  orderByCosts();
}

/** Orders the edges by the mean of their costs (counting sort). */
function orderByCosts(): void {
  const edges = header.edges;
  const ranks = changetype<usize>(batchRank);
  const costs = changetype<usize>(batchCost);
  let last: u32 = 0;
  for (let edge: u32 = 0; edge < edges; edge++) {
    let sum = v128.load(costs + ((<usize>edge) << 4));
    sum = i16x8.avgr_u(sum, i8x16.swizzle(sum, i8x16(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)));
    sum = i16x8.avgr_u(sum, i8x16.swizzle(sum, i8x16(4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7)));
    sum = i16x8.avgr_u(sum, i8x16.swizzle(sum, i8x16(2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3)));
    batchKey[edge] = i16x8.extract_lane_u(sum, 0);
  }
  for (let edge: u32 = 0; edge < edges; edge++) last = max<u32>(last, batchKey[edge]);
  memory.fill(ranks, 0, (<usize>last + 2) << 2);
  for (let edge: u32 = 0; edge < edges; edge++) batchRank[<u32>batchKey[edge] + 1] += 1;
  for (let cost: u32 = 1; cost <= last; cost++) batchRank[cost] += batchRank[cost - 1];
  for (let edge: u32 = 0; edge < edges; edge++) {
    const cost = <u32>batchKey[edge];
    batchOrder[batchRank[cost]] = edge;
    batchRank[cost] += 1;
  }
}

/** Sweeps until no cost falls any more; after the first sweep only edges before what fell are looked at. */
function findCosts(count: u32): void {
  const edges = header.edges;
  const costs = changetype<usize>(batchCost);
  const arcs = changetype<usize>(batchArc);
  const starts = changetype<usize>(edgeSuccessorStart);
  const dirty = changetype<usize>(batchDirty);
  const order = changetype<usize>(batchOrder);
  memory.fill(costs, 0xff, (<usize>edges) << 4);
  memory.fill(dirty, 1, edges);
  for (let lane: u32 = 0; lane < count; lane++) {
    batchCost[LANES * destinationEdge[batchDestination[lane]] + lane] = 0;
  }
  for (let fell = true; fell;) {
    fell = false;
    for (let row: u32 = 0; row < edges; row++) {
      const edge = load<u32>(order + ((<usize>row) << 2));
      if (load<u8>(dirty + edge) == 0) continue;
      store<u8>(dirty + edge, 0);
      const known = v128.load(costs + ((<usize>edge) << 4));
      let least = known;
      const end = arcs + ((<usize>load<u32>(starts + ((<usize>edge) << 2), 4)) << 3);
      for (let arc = arcs + ((<usize>load<u32>(starts + ((<usize>edge) << 2))) << 3); arc < end; arc += 8) {
        const onward = v128.load(costs + ((<usize>load<u32>(arc)) << 4));
        least = i16x8.min_u(least, i16x8.add_sat_u(onward, v128.load16_splat(arc, 4)));
      }
      if (!v128.any_true(v128.xor(least, known))) continue;
      store<v128>(costs + ((<usize>edge) << 4), least);
      fell = true;
      const last = edgePredecessorStart[edge + 1];
      for (let at = edgePredecessorStart[edge]; at < last; at++) store<u8>(dirty + predecessorEdge[at], 1);
    }
  }
}

/** Finds by which successor each edge's cost comes about. @returns how many edges have ties, listed in `batchTie` */
function findWays(): u32 {
  const edges = header.edges;
  const costs = changetype<usize>(batchCost);
  const arcs = changetype<usize>(batchArc);
  const starts = changetype<usize>(edgeSuccessorStart);
  const ways = changetype<usize>(batchWay);
  const far = i16x8.splat(-1);
  let ties: u32 = 0;
  let doubtful = i16x8.splat(0);
  for (let edge: u32 = 0; edge < edges; edge++) {
    const cost = v128.load(costs + ((<usize>edge) << 4));
    const isFar = i16x8.eq(cost, far);
    let way = far;
    let found = i16x8.splat(0);
    let several = i16x8.splat(0);
    const end = arcs + ((<usize>load<u32>(starts + ((<usize>edge) << 2), 4)) << 3);
    let ordinal: i16 = 0;
    for (let arc = arcs + ((<usize>load<u32>(starts + ((<usize>edge) << 2))) << 3); arc < end; arc += 8) {
      const onward = v128.load(costs + ((<usize>load<u32>(arc)) << 4));
      doubtful = v128.or(doubtful, v128.andnot(isFar, i16x8.eq(onward, far)));
      const isEqual = i16x8.eq(i16x8.add_sat_u(onward, v128.load16_splat(arc, 4)), cost);
      way = v128.bitselect(i16x8.splat(ordinal++), way, isEqual);
      several = v128.or(several, v128.and(found, isEqual));
      found = v128.or(found, isEqual);
    }
    several = v128.andnot(several, isFar);
    way = v128.or(v128.bitselect(i16x8.splat(TIE), way, several), isFar);
    // The destination's own edge leads nowhere, whatever its successors cost.
    way = v128.or(way, i16x8.eq(cost, i16x8.splat(0)));
    // Bytes by saturation would do for none but small ones: the low bytes are taken.
    way = i8x16.shuffle(way, way, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14);
    store<u64>(ways + ((<usize>edge) << 3), i64x2.extract_lane(way, 0));
    if (v128.any_true(several)) batchTie[ties++] = edge;
  }
  tooFar = i16x8.bitmask(doubtful);
  return ties;
}

function writeTrees(count: u32): void {
  const edges = header.edges;
  const base = weighedSet * header.destinations;
  for (let lane: u32 = 0; lane < count; lane++) {
    const from = changetype<usize>(batchWay) + lane;
    const to = changetype<usize>(tree) + <usize>treeOfDestination[base + batchDestination[lane]] * edges;
    for (let edge: u32 = 0; edge < edges; edge++) store<u8>(to + edge, load<u8>(from + ((<usize>edge) << 3)));
  }
}

function chooseTies(ties: u32, count: u32): void {
  const base = weighedSet * header.destinations;
  for (let lane: u32 = 0; lane < count; lane++) {
    const way = changetype<usize>(tree) + <usize>treeOfDestination[base + batchDestination[lane]] * header.edges;
    for (let row: u32 = 0; row < ties; row++) {
      if (load<u8>(way + batchTie[row]) == TIE) choose(way, lane, batchTie[row]);
    }
  }
}

/** The next edge of a tree's way. */
function next(way: usize, lane: u32, edge: u32): u32 {
  if (load<u8>(way + edge) == TIE) choose(way, lane, edge);
  return successorEdge[edgeSuccessorStart[edge] + load<u8>(way + edge)];
}

/** Of the successors that offer an edge's cost, Dial's algorithm has the one that it comes by first. */
function choose(way: usize, lane: u32, edge: u32): void {
  const start = edgeSuccessorStart[edge];
  const count = edgeSuccessorStart[edge + 1] - start;
  const cost = <u32>batchCost[LANES * edge + lane];
  let first: u32 = count;
  for (let ordinal: u32 = 0; ordinal < count; ordinal++) {
    const other = successorEdge[start + ordinal];
    if (<u32>batchCost[LANES * other + lane] + batchArc[2 * (start + ordinal) + 1] != cost) continue;
    if (first == count || comesBefore(way, lane, other, successorEdge[start + first])) first = ordinal;
  }
  store<u8>(way + edge, <u8>first);
}

/**
 * Whether Dial's algorithm takes one edge out of its bucket before another: the nearer one, and within a bucket the one
 * that was put there later, from an edge that was taken later or, from the same edge, as a later one of its predecessors.
 */
function comesBefore(way: usize, lane: u32, a: u32, b: u32): bool {
  let first = a;
  let second = b;
  while (batchCost[LANES * first + lane] == batchCost[LANES * second + lane]) {
    const afterFirst = next(way, lane, first);
    const afterSecond = next(way, lane, second);
    // Predecessors are listed in ascending order.
    if (afterFirst == afterSecond) return first > second;
    first = afterSecond;
    second = afterFirst;
  }
  return batchCost[LANES * first + lane] < batchCost[LANES * second + lane];
}
