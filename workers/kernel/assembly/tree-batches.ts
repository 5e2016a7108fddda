import {
  batchArc,
  batchCost,
  batchDestination,
  batchEdge,
  batchLast,
  batchList,
  batchPlace,
  batchStart,
  batchWay,
  destinationEdge,
  dialCost,
  dialFirst,
  dialNext,
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
import { NONE } from "./vehicle";

// Eight destination trees at once, one in each lane of a vector: costs by label correction (Ford 1956) out of buckets of
// rising cost, then the ways from the costs. The trees are the same to the byte as those of trees.ts, ties included, in a
// fraction of the time (docs/decisions/0036). Edges have places here: those that end at one junction lie side by side, as they
// are looked at together.

const LANES: u32 = 8;
/** Costs of a lane are 16 bits wide; this is unreachable, or too far for them. */
const FAR: u16 = 0xffff;
/** Of a way that several successors offer at one cost, until one is chosen. */
const TIE: u8 = 254;
const NOWHERE: u8 = 255;

/** Whether the weights that were taken last can be used here: no edge with too many successors. */
let isPlain: bool = false;
let weighedSet: u32 = 0;

/**
 * Takes the weights of a set for the trees that `buildTrees` builds next. Of each edge before another: its place, what going
 * on costs, and as which of its successors.
 */
export function weighTrees(set: u32): void {
  const edges = header.edges;
  weighedSet = set;
  isPlain = true;
  placeEdges();
  let row: u32 = 0;
  for (let place: u32 = 0; place < edges; place++) {
    batchStart[place] = row;
    const edge = batchEdge[place];
    // Nobody goes onto a barred edge; whose way ends there is looked after by `buildTrees`.
    const isBarred = edgeBarred[set * edges + edge] == BARRED;
    const weight = <u32>edgeWeightDs[set * edges + edge];
    const end = edgePredecessorStart[edge + 1];
    for (let at = edgePredecessorStart[edge]; at < end; at++) {
      const ordinal = <u32>predecessorOrdinal[at];
      if (ordinal >= <u32>TIE) isPlain = false;
      batchArc[2 * row] = batchPlace[predecessorEdge[at]];
      batchArc[2 * row + 1] = (isBarred ? <u32>FAR : weight + predecessorTurnDs[at]) | (ordinal << 16);
      row++;
    }
  }
  batchStart[edges] = row;
}

let placed: u32 = 0;

/** Gives every edge a place beside those that end at the same junction: that can be before what can follow it. */
function placeEdges(): void {
  const edges = header.edges;
  memory.fill(changetype<usize>(batchPlace), 0xff, (<usize>edges) << 2);
  placed = 0;
  for (let edge: u32 = 0; edge < edges; edge++) {
    if (batchPlace[edge] != NONE) continue;
    placeEdge(edge);
    const last = edgeSuccessorStart[edge + 1];
    for (let row = edgeSuccessorStart[edge]; row < last; row++) {
      const onward = successorEdge[row];
      const end = edgePredecessorStart[onward + 1];
      for (let at = edgePredecessorStart[onward]; at < end; at++) placeEdge(predecessorEdge[at]);
    }
  }
}

function placeEdge(edge: u32): void {
  if (batchPlace[edge] != NONE) return;
  batchPlace[edge] = placed;
  batchEdge[placed++] = edge;
}

/**
 * Builds, or builds anew, the trees to the destinations in `batchDestination`, at most eight, by the weights taken last.
 * Their costs are left in `batchCost`, by the place of the edge.
 * @returns false when no further tree can be held
 */
export function buildTrees(count: u32): bool {
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
  let alone: u32 = (1 << count) - 1;
  if (isPlain) {
    findCosts(count);
    alone &= findWays() | barredAmong(count);
    chooseTies(writeTrees(count), count);
  }
  for (let lane: u32 = 0; lane < count; lane++) {
    if (((alone >> lane) & 1) == 0) continue;
    buildTree(weighedSet, batchDestination[lane]);
    for (let edge: u32 = 0; edge < edges; edge++) {
      batchCost[LANES * batchPlace[edge] + lane] = <u16>min<u32>(FAR, dialCost[edge]);
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

/** Address of the costs at a place. */
function costsAt(place: u32): usize {
  return changetype<usize>(batchCost) + ((<usize>place) << 4);
}

/** Address of the costs at a lane's destination. */
function costsAtTarget(lane: u32): usize {
  return costsAt(batchPlace[destinationEdge[batchDestination[lane]]]);
}

/** A bucket of the queue is so many tenths of a second wide, as a power of two. */
const WIDTH_BITS: u32 = 6;
const BUCKETS: u32 = (<u32>FAR + 1) >> WIDTH_BITS;

/** In column dialNext, of places that are in no bucket. */
const IDLE: u32 = 0xfffffffe;
/** The same, until every destination is known to be reached from there, or all others are done. */
const PUT_OFF: u32 = 0xfffffffd;

/** Places that have been put off so far, listed in `batchList`. */
let putOffCount: u32 = 0;

/**
 * Corrects labels until no cost falls any more. Left to themselves the destinations' waves would run over the city one behind
 * the other, each with a visit of its own to every edge. So once all destinations know their ways to each other, an edge waits
 * for the turn of its farthest one: nearly everywhere its costs are final by then, and one visit does. The order of visits
 * decides how long this takes, never what comes out.
 */
function findCosts(count: u32): void {
  const edges = header.edges;
  memory.fill(changetype<usize>(batchCost), 0xff, (<usize>edges) << 4);
  memory.fill(changetype<usize>(dialFirst), 0xff, (<usize>BUCKETS) << 2);
  for (let place: u32 = 0; place < edges; place++) dialNext[place] = IDLE;
  putOffCount = 0;
  // Lanes that are left over are the last one again.
  for (let lane: u32 = 0; lane < LANES; lane++) {
    const target = batchPlace[destinationEdge[batchDestination[min<u32>(lane, count - 1)]]];
    batchCost[LANES * target + lane] = 0;
    if (dialNext[target] == IDLE) enqueue(target, 0);
  }
  passOn(count, true);
  // What has waited in vain: some destination is too far away for 16 bits.
  for (let row: u32 = 0; row < putOffCount; row++) {
    const place = batchList[row];
    if (dialNext[place] == PUT_OFF) enqueue(place, leastOf(v128.load(costsAt(place))) >> WIDTH_BITS);
  }
  if (putOffCount != 0) passOn(count, false);
}

/** Puts a place at the end of a bucket: first come, first served keeps label correction polynomial. */
function enqueue(place: u32, bucket: u32): void {
  if (dialFirst[bucket] == NONE) dialFirst[bucket] = place;
  else dialNext[batchLast[bucket]] = place;
  batchLast[bucket] = place;
  dialNext[place] = NONE;
}

function putOff(place: u32): void {
  dialNext[place] = PUT_OFF;
  batchList[putOffCount++] = place;
}

function leastOf(costs: v128): u32 {
  costs = i16x8.min_u(costs, i8x16.swizzle(costs, i8x16(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)));
  costs = i16x8.min_u(costs, i8x16.swizzle(costs, i8x16(4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7)));
  costs = i16x8.min_u(costs, i8x16.swizzle(costs, i8x16(2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3)));
  return i16x8.extract_lane_u(costs, 0);
}

function mostOf(costs: v128): u32 {
  return <u32>FAR - leastOf(v128.not(costs));
}

/** The dearest way from one destination of the batch to another as known so far. */
function dearestBetween(count: u32): u32 {
  let costs = i16x8.splat(0);
  for (let lane: u32 = 0; lane < count; lane++) costs = i16x8.max_u(costs, v128.load(costsAtTarget(lane)));
  return mostOf(costs);
}

function isFarFromSome(costs: v128): bool {
  return v128.any_true(i16x8.eq(costs, i16x8.splat(-1)));
}

/** Hot: empties the buckets. @param mayWait whether edges wait once all destinations have met */
function passOn(count: u32, mayWait: bool): void {
  const costs = changetype<usize>(batchCost);
  const arcs = changetype<usize>(batchArc);
  const starts = changetype<usize>(batchStart);
  const nexts = changetype<usize>(dialNext);
  let waits = false;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    const head = changetype<usize>(dialFirst) + ((<usize>bucket) << 2);
    if (mayWait && !waits && load<u32>(head) != NONE) waits = dearestBetween(count) <= bucket << WIDTH_BITS;
    for (let place: u32; (place = load<u32>(head)) != NONE;) {
      store<u32>(head, load<u32>(nexts + ((<usize>place) << 2)));
      const cost = v128.load(costs + ((<usize>place) << 4));
      if (waits) {
        const due = mostOf(cost) >> WIDTH_BITS;
        if (due > bucket) {
          if (isFarFromSome(cost)) putOff(place);
          else enqueue(place, due);
          continue;
        }
      }
      store<u32>(nexts + ((<usize>place) << 2), IDLE);
      const end = arcs + ((<usize>load<u32>(starts + ((<usize>place) << 2), 4)) << 3);
      for (let arc = arcs + ((<usize>load<u32>(starts + ((<usize>place) << 2))) << 3); arc < end; arc += 8) {
        const before = load<u32>(arc);
        const known = v128.load(costs + ((<usize>before) << 4));
        const least = i16x8.min_u(known, i16x8.add_sat_u(cost, v128.load16_splat(arc, 4)));
        const isSame = i16x8.eq(least, known);
        if (i16x8.all_true(isSame)) continue;
        store<v128>(costs + ((<usize>before) << 4), least);
        const state = load<u32>(nexts + ((<usize>before) << 2));
        if (state != IDLE && state != PUT_OFF) continue;
        if (!waits) enqueue(before, max<u32>(bucket, leastOf(v128.or(least, isSame)) >> WIDTH_BITS));
        else if (!isFarFromSome(least)) enqueue(before, max<u32>(bucket, mostOf(least) >> WIDTH_BITS));
        else if (state == IDLE) putOff(before);
      }
    }
  }
}

/** Finds by which successor each edge's cost comes about. @returns lanes with costs that are wider than theirs, as bits */
function findWays(): u32 {
  const edges = header.edges;
  const costs = changetype<usize>(batchCost);
  const arcs = changetype<usize>(batchArc);
  const starts = changetype<usize>(batchStart);
  const ways = changetype<usize>(batchWay);
  const far = i16x8.splat(-1);
  const nowhere = i8x16.splat(-1);
  const tie = i8x16.splat(<i8>TIE);
  let doubtful = i16x8.splat(0);
  memory.fill(ways, NOWHERE, (<usize>edges) << 3);
  for (let place: u32 = 0; place < edges; place++) {
    const cost = v128.load(costs + ((<usize>place) << 4));
    const isFar = i16x8.eq(cost, far);
    const end = arcs + ((<usize>load<u32>(starts + ((<usize>place) << 2), 4)) << 3);
    for (let arc = arcs + ((<usize>load<u32>(starts + ((<usize>place) << 2))) << 3); arc < end; arc += 8) {
      if (load<u16>(arc, 4) == FAR) continue;
      const before = load<u32>(arc);
      const known = v128.load(costs + ((<usize>before) << 4));
      const isUnknown = i16x8.eq(known, far);
      doubtful = v128.or(doubtful, v128.andnot(isUnknown, isFar));
      // The destination's own edge leads nowhere, whatever its successors cost.
      const isNot = v128.or(isUnknown, i16x8.eq(known, i16x8.splat(0)));
      const isEqual = v128.andnot(i16x8.eq(i16x8.add_sat_u(cost, v128.load16_splat(arc, 4)), known), isNot);
      const way = v128.load64_zero(ways + ((<usize>before) << 3));
      const found = v128.bitselect(v128.load8_splat(arc, 6), tie, i8x16.eq(way, nowhere));
      const next = v128.bitselect(found, way, i8x16.narrow_i16x8_s(isEqual, isEqual));
      store<u64>(ways + ((<usize>before) << 3), i64x2.extract_lane(next, 0));
    }
  }
  return i16x8.bitmask(doubtful);
}

/** @returns how many edges have ties, listed in `batchList` */
function writeTrees(count: u32): u32 {
  const edges = header.edges;
  const base = weighedSet * header.destinations;
  for (let lane: u32 = 0; lane < count; lane++) {
    const from = changetype<usize>(batchWay) + lane;
    const to = changetype<usize>(tree) + <usize>treeOfDestination[base + batchDestination[lane]] * edges;
    for (let edge: u32 = 0; edge < edges; edge++) {
      store<u8>(to + edge, load<u8>(from + ((<usize>batchPlace[edge]) << 3)));
    }
  }
  let ties: u32 = 0;
  for (let place: u32 = 0; place < edges; place++) {
    const way = v128.load64_splat(changetype<usize>(batchWay) + ((<usize>place) << 3));
    if (v128.any_true(i8x16.eq(way, i8x16.splat(<i8>TIE)))) batchList[ties++] = batchEdge[place];
  }
  return ties;
}

function chooseTies(ties: u32, count: u32): void {
  const base = weighedSet * header.destinations;
  for (let lane: u32 = 0; lane < count; lane++) {
    const way = changetype<usize>(tree) + <usize>treeOfDestination[base + batchDestination[lane]] * header.edges;
    for (let row: u32 = 0; row < ties; row++) {
      if (load<u8>(way + batchList[row]) == TIE) choose(way, lane, batchList[row]);
    }
  }
}

/** The next edge of a tree's way. */
function next(way: usize, lane: u32, edge: u32): u32 {
  if (load<u8>(way + edge) == TIE) choose(way, lane, edge);
  return successorEdge[edgeSuccessorStart[edge] + load<u8>(way + edge)];
}

function costAt(edge: u32, lane: u32): u32 {
  return batchCost[LANES * batchPlace[edge] + lane];
}

/** Of the successors that offer an edge's cost, Dial's algorithm has the one that it comes by first. */
function choose(way: usize, lane: u32, edge: u32): void {
  const start = edgeSuccessorStart[edge];
  const count = edgeSuccessorStart[edge + 1] - start;
  const cost = costAt(edge, lane);
  let first: u32 = count;
  for (let ordinal: u32 = 0; ordinal < count; ordinal++) {
    const other = successorEdge[start + ordinal];
    if (costAt(other, lane) + arcCost(edge, other) != cost) continue;
    if (first == count || comesBefore(way, lane, other, successorEdge[start + first])) first = ordinal;
  }
  store<u8>(way + edge, <u8>first);
}

/** What going on from an edge to one of its successors costs. */
function arcCost(edge: u32, onward: u32): u32 {
  let row = batchStart[batchPlace[onward]];
  while (batchArc[2 * row] != batchPlace[edge]) row++;
  return batchArc[2 * row + 1] & 0xffff;
}

/**
 * Whether Dial's algorithm takes one edge out of its bucket before another: the nearer one, and within a bucket the one
 * that was put there later, from an edge that was taken later or, from the same edge, as a later one of its predecessors.
 */
function comesBefore(way: usize, lane: u32, a: u32, b: u32): bool {
  let first = a;
  let second = b;
  while (costAt(first, lane) == costAt(second, lane)) {
    const afterFirst = next(way, lane, first);
    const afterSecond = next(way, lane, second);
    // Predecessors are listed in ascending order.
    if (afterFirst == afterSecond) return first > second;
    first = afterSecond;
    second = afterFirst;
  }
  return costAt(first, lane) < costAt(second, lane);
}
