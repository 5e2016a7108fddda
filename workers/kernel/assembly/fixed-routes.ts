import {
  connectionToLane,
  edgeLaneStart,
  header,
  laneClasses,
  laneClosedFromM,
  laneConnectionStart,
  laneEdge,
  laneSpeedMps,
  laneVehicles,
  personVehicleType,
  ROUTED,
  routeLaneM,
  routeLaneOffset,
  routeMergeLane,
  routeNode,
  slotRoute,
  stopLane,
  tripDepartLane,
  tripNode,
  tripStop,
  typeClasses,
  typeLengthM,
  typeMinGapM,
} from "../../../dist/kernel/sections";
import { greatest } from "./following";
import { FAR, NONE, noteLeadsOn, slotOf, typeOf, Vehicle } from "./vehicle";

// Vehicles with a route of their own: a chain of nodes, each an edge and what follows it. Where such vehicles drive, all of
// them have one (ROUTED). A vehicle knows its lanes as far as its route goes: column routeLaneOffset.

/** As `DepartLane` in workers/arena/sections.ts. */
const BEST_LANE: u32 = 255;
const FREE_LANE: u32 = 254;
/** What routeLaneOffset has for a lane that need not be left. */
const NO_OFFSET: i32 = 128;

/** A node of a route, `routeNodeWords` of workers/arena/sections.ts. */
@unmanaged
class RouteNode {
  edge: u32;
  next: u32;
  row: u32;
  nextEdge: u32;
  offsets: u64;
  firstLane: u32;
  spare: u32;
}

/** What a vehicle's look at its route needs each second, `slotRouteWords`. */
@unmanaged
class SlotRoute {
  edge: u32;
  nextEdge: u32;
  offsets: u64;
  /** routeLaneM of the first `NEAR_LANES` lanes, and routeMergeLane. */
  laneM: u64;
  laneMoreM: u64;
  merge: u64;
  mergeMore: u64;
  spare: u64;
  spareMore: u64;
}

/** Lanes whose routeLaneM and routeMergeLane a slot has itself, and where in its record. */
const NEAR_LANES: u32 = 4;
const NEAR_M: usize = 16;
const NEAR_MERGE: usize = 32;

function slotRouteOf(slot: u32): SlotRoute {
  return changetype<SlotRoute>(changetype<usize>(slotRoute) + ((<usize>slot) << 6));
}

/** Lanes whose offsets a node has itself. */
const PACKED_LANES: u32 = 8;

function nodeAt(row: u32): RouteNode {
  return changetype<RouteNode>(changetype<usize>(routeNode) + ((<usize>row) << 5));
}

/** May the trip's vehicle drive on the lane? Commuters may where it is not closed from before its start (a bus lane). */
export function mayDrive(lane: u32, trip: u32): bool {
  if (!ROUTED) return laneClosedFromM[lane] >= 0;
  return (laneClasses[lane] & typeClasses[personVehicleType[trip >> 1]]) != 0;
}

/** The first node of the rest of the route that is on the edge; NONE where the route does not lead there any more. */
function nodeOn(edge: u32, trip: u32): u32 {
  let node = tripNode[trip];
  while (node != NONE && nodeAt(node).edge != edge) node = nodeAt(node).next;
  return node;
}

export function nextOnRoute(edge: u32, trip: u32): u32 {
  const node = nodeOn(edge, trip);
  return node == NONE ? NONE : nodeAt(node).nextEdge;
}

export function routeEndsOn(edge: u32, trip: u32): bool {
  const node = nodeOn(edge, trip);
  return node != NONE && nodeAt(node).next == NONE;
}

/** As `nextOnRoute`, for an edge that the vehicle mostly is on. */
export function nextOfVehicle(edge: u32, vehicle: Vehicle): u32 {
  const route = slotRouteOf(slotOf(vehicle));
  return route.edge == edge ? route.nextEdge : nextOnRoute(edge, vehicle.trip);
}

/** The vehicle's slot knows the node that its trip has come to. */
export function keepNode(vehicle: Vehicle): void {
  const node = nodeAt(tripNode[vehicle.trip]);
  const route = slotRouteOf(slotOf(vehicle));
  route.edge = node.edge;
  route.nextEdge = node.nextEdge;
  route.offsets = node.offsets;
  const lanes = min<u32>(NEAR_LANES, edgeLaneStart[node.edge + 1] - node.firstLane);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const at = changetype<usize>(route) + ((<usize>lane) << 2);
    store<f32>(at, routeLaneM[node.row + lane], NEAR_M);
    store<u32>(at, routeMergeLane[node.row + lane], NEAR_MERGE);
  }
}

/** How far one comes along the route without leaving a lane of the vehicle's edge, m from the edge's start. */
function reachM(route: SlotRoute, number: u32, trip: u32): f32 {
  if (number < NEAR_LANES) return load<f32>(changetype<usize>(route) + ((<usize>number) << 2), NEAR_M);
  return routeLaneM[nodeAt(tripNode[trip]).row + number];
}

/** The vehicle comes onto the edge. */
export function passNode(edge: u32, vehicle: Vehicle): void {
  const trip = vehicle.trip;
  let node = nodeAt(tripNode[trip]).next;
  while (node != NONE && nodeAt(node).edge != edge) node = nodeAt(node).next;
  if (node == NONE) return;
  tripNode[trip] = node;
  keepNode(vehicle);
}

function packedOffset(offsets: u64, number: u32): i32 {
  return <i32>((offsets >> (number << 3)) & 0xff) - NO_OFFSET;
}

/** How many lanes to the left it is to the nearest lane that the route can be driven on longest; negative: to the right. */
function offsetOf(node: RouteNode, lane: u32): i32 {
  const number = lane - node.firstLane;
  return number < PACKED_LANES
    ? packedOffset(node.offsets, number)
    : <i32>routeLaneOffset[node.row + number] - NO_OFFSET;
}

/** A lane that the route leaves no sooner than after this, m, for each lane to cross then, serves as well as one that it keeps to. */
const FAR_ENOUGH_M: f32 = 226;

/** As `chooseConnection` (routes.ts): to a lane that the route can be kept to for long, of such to the emptiest. */
export function chooseOnRoute(lane: u32, edge: u32, trip: u32): u32 {
  const here = nodeOn(laneEdge[lane], trip);
  const node = here == NONE ? nodeOn(edge, trip) : nodeAt(here).next;
  if (node == NONE || !mayDrive(lane, trip)) return NONE;
  const end = laneConnectionStart[lane + 1];
  let best = NONE;
  let bestScore: u32 = 0xffffffff;
  for (let connection = laneConnectionStart[lane]; connection < end; connection++) {
    const target = connectionToLane[connection];
    if (laneEdge[target] != edge || !mayDrive(target, trip)) continue;
    if (!mayDrive(header.edgeLanes + connection, trip)) continue;
    const away = <u32>abs<i32>(offsetOf(nodeAt(node), target));
    let score = laneVehicles[target];
    if (away != 0) {
      const reachM = routeLaneM[nodeAt(node).row + target - nodeAt(node).firstLane];
      score += reachM < FAR_ENOUGH_M * <f32>away ? away * 0x10000 : 1;
    }
    if (laneClosedFromM[target] < FAR) score += 0x1000000;
    if (score < bestScore) {
      bestScore = score;
      best = connection;
    }
  }
  return best;
}

/** The vehicle has come to the lane: notes whether it ever has to leave it for its route. */
export function noteLane(vehicle: Vehicle, lane: u32): void {
  const route = slotRouteOf(slotOf(vehicle));
  noteLeadsOn(vehicle, route.edge == laneEdge[lane] && laneOffset(route, lane, vehicle.trip) == 0);
}

/** `offsetOf` of a lane of the edge that the vehicle is on. */
function laneOffset(route: SlotRoute, lane: u32, trip: u32): i32 {
  const number = lane - edgeLaneStart[route.edge];
  return number < PACKED_LANES ? packedOffset(route.offsets, number) : offsetOf(nodeAt(tripNode[trip]), lane);
}

/** -1 or 1: to which side the vehicle has to leave the lane now, for its route or its next stop; 0: to none. */
export function mustLeave(vehicle: Vehicle, lane: u32, edge: u32, lost: bool): i32 {
  if (!ROUTED) return 0;
  const stop = header.stops == 0 ? NONE : stopLane[tripStop[vehicle.trip]];
  if (stop != NONE && laneEdge[stop] == edge) return stop == lane ? 0 : stop > lane ? 1 : -1;
  const route = slotRouteOf(slotOf(vehicle));
  if (route.edge != edge) return 0;
  const offset = laneOffset(route, lane, vehicle.trip);
  if (offset == 0) return 0;
  const number = lane - edgeLaneStart[edge];
  if (!lost && !isNear(vehicle, route, number, offset)) return 0;
  return offset > 0 ? 1 : -1;
}

/**
 * Is the lane beside its own too bad for the vehicle to change there for speed? One that the route leaves is, unless there is time
 * to change there and back (LC2013 of SUMO).
 */
export function leadsAstray(vehicle: Vehicle, lane: u32, target: u32, edge: u32): bool {
  if (!ROUTED) return false;
  const stop = header.stops == 0 ? NONE : stopLane[tripStop[vehicle.trip]];
  if (stop != NONE && laneEdge[stop] == edge) return stop != target;
  const route = slotRouteOf(slotOf(vehicle));
  if (route.edge != edge) return false;
  const first = edgeLaneStart[edge];
  const trip = vehicle.trip;
  if (laneOffset(route, target, trip) == 0) return false;
  const own = laneOffset(route, lane, trip);
  if (own != 0 && own > 0 == target > lane) return false;
  const leftM = reachM(route, target - first, trip) - vehicle.positionM - queueM(vehicle, route, target - first);
  return leftM < wantedM(vehicle, laneSpeedMps[lane], true) * <f32>(abs<i32>(own) + THERE_AND_BACK);
}

/** Changes that a vehicle has to have time for which leaves the lane of its route. */
const THERE_AND_BACK: i32 = 2;

/** Seconds of driving before a lane's end from which drivers look for the other lane (LOOK_FORWARD of SUMO's LC2013). */
const LOOKS_FORWARD_S: f32 = 10;
/** So much further ahead they look for a lane to the left (lcLookaheadLeft of SUMO's LC2013). */
const LOOKS_LEFT: f32 = 2;
/** The speed that they reckon with at least, m/s. */
const RECKONED_MPS: f32 = 5;

/** Has a lane that the route leaves come so near to its end that the vehicle wants to change, once for each lane to cross? */
function isNear(vehicle: Vehicle, route: SlotRoute, number: u32, offset: i32): bool {
  const leftM = reachM(route, number, vehicle.trip) - vehicle.positionM;
  const neededM = wantedM(vehicle, greatest(vehicle.speedMps, RECKONED_MPS), offset > 0) * <f32>abs<i32>(offset);
  // A queue only makes it nearer, and costs more to look up.
  return leftM < neededM || leftM - queueM(vehicle, route, number) < neededM;
}

/** What those take of the way who are on the lane to be on where this one leaves the route, m: the place there is behind them. */
function queueM(vehicle: Vehicle, route: SlotRoute, number: u32): f32 {
  const merge =
    number < NEAR_LANES
      ? load<u32>(changetype<usize>(route) + ((<usize>number) << 2), NEAR_MERGE)
      : routeMergeLane[nodeAt(tripNode[vehicle.trip]).row + number];
  const type = typeOf(vehicle);
  return merge == NONE ? 0 : <f32>laneVehicles[merge] * (typeLengthM[type] + typeMinGapM[type]);
}

/** How far ahead of a lane's end the vehicle, at `speed`, looks for the lane beside it, m. */
function wantedM(vehicle: Vehicle, speed: f32, isLeft: bool): f32 {
  const type = typeOf(vehicle);
  const lookS = isLeft ? LOOKS_LEFT * LOOKS_FORWARD_S : LOOKS_FORWARD_S;
  return lookS * speed + 2 * (typeLengthM[type] + typeMinGapM[type]);
}

/** The lane on which the trip departs, by its rule. */
export function departsOn(edge: u32, trip: u32): u32 {
  const from = edgeLaneStart[edge];
  const rule = <u32>tripDepartLane[trip];
  const to = edgeLaneStart[edge + 1];
  if (rule < FREE_LANE) return min<u32>(from + rule, to - 1);
  const node = nodeAt(tripNode[trip]);
  let best = from;
  let bestScore: u32 = 0xffffffff;
  for (let lane = from; lane < to; lane++) {
    if (!mayDrive(lane, trip)) continue;
    const offset = rule == BEST_LANE ? <u32>abs<i32>(offsetOf(node, lane)) : 0;
    const score = laneVehicles[lane] + offset * 0x10000;
    if (score < bestScore) {
      bestScore = score;
      best = lane;
    }
  }
  return best;
}
