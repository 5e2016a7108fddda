import {
  connectionToLane,
  courtesyMps,
  courtesyRearM,
  courtesyUntilTick,
  edgeLaneStart,
  entrant,
  header,
  laneClosedFromM,
  laneEdge,
  laneFirst,
  laneHeadwayFactor,
  laneLengthM,
  laneSpeedMps,
  laneVehicles,
  laneConnectionStart,
  typeAccelerationMps2,
  typeHeadwayS,
  typeInteraction,
  typeLengthM,
  typeMinGapM,
} from "../../../dist/kernel/sections";
import { VehicleColumn } from "./columns";
import { current } from "./buffer";
import { factorOf } from "./drive";
import { freeTerm, interactionTerm, isSafeBehind } from "./following";
import { dropAhead, hasRoomBeyond } from "./junctions";
import { leadsAstray, mayDrive, mustLeave, nextOfVehicle } from "./fixed-routes";
import { chooseConnection, endsOn, leadsTo, nextEdge, plan, reaches } from "./routes";
import { stands } from "./stops";
import { publishTail } from "./settle";
import { isSafeFromUpstream } from "./upstream";
import {
  CHANGED,
  CLAIMED,
  CLEARING,
  copyVehicle,
  COURTEOUS,
  FAR,
  has,
  lower,
  NONE,
  raise,
  slotOf,
  TRAILING,
  typeOf,
  Vehicle,
} from "./vehicle";

// Lane changes. The lanes of an edge lie side by side in the buffer, so that a change only turns the records between
// the old and the new place by one. Edges are taken in order, and each sees what the one before it changed.

/** Advantage that a change for speed must bring, m/s² (Kesting, Treiber, Helbing 2007: threshold of MOBIL). */
const THRESHOLD: f32 = 0.3;
/** How much what the followers gain or lose counts beside one's own gain (politeness of MOBIL). */
const POLITENESS: f32 = 0.3;
/** The hardest braking that a change for speed may ask of the new follower, m/s². */
const SAFE_BRAKING: f32 = 3;
/** A driver who has stood this long before the end of a lane that leads elsewhere goes where it leads, s. */
const GIVES_UP_S: u8 = 8;
/** A driver who has stood this long before a junction with no room beyond it turns off to where there is room, s. */
const TURNS_OFF_S: u8 = 90;
/** A driver who must leave the lane merges like a zipper from this far before its end, m. */
const ASKS_FROM_M: f32 = 100;

export function changeLanes(): void {
  const edges = header.edges;
  for (let edge: u32 = 0; edge < edges; edge++) {
    const firstLane = edgeLaneStart[edge];
    const lanes = edgeLaneStart[edge + 1] - firstLane;
    let vehicles: u32 = 0;
    for (let i: u32 = 0; i < lanes; i++) vehicles += laneVehicles[firstLane + i];
    if (vehicles == 0) continue;
    if (lanes > 1) changeOnEdge(edge, firstLane, firstLane + lanes);
    else giveUpWhereStuck(firstLane);
  }
}

/** Every vehicle thinks of its lane once a second, and changes it once: whichever side the lane lies on that it came to. */
function changeOnEdge(edge: u32, from: u32, to: u32): void {
  const vehicles = current();
  const turn = header.tick % header.secondTicks;
  // Roads of SUMO are cut into edges shorter than vehicles, on which whoever waited for its rear would never change.
  const settled = header.routeNodes == 0 ? CLAIMED | CLEARING | TRAILING : CLAIMED;
  for (let lane = from; lane < to; lane++) {
    for (let i: u32 = 0; i < laneVehicles[lane]; i++) {
      const vehicle = vehicles[laneFirst[lane] + i];
      if (slotOf(vehicle) % header.secondTicks != turn) continue;
      if (has(vehicle, CHANGED)) {
        lower(vehicle, CHANGED);
        continue;
      }
      if (has(vehicle, settled) || stands(vehicle)) continue;
      const target = wantedLane(vehicle, lane, from, to, edge);
      if (target == NONE) continue;
      // Lanes further on are still to be looked at in this tick.
      if (target > lane) raise(vehicle, CHANGED);
      move(lane, i, target, vehicle);
      // The next vehicle of the lane has come to this one's place.
      i--;
    }
  }
  giveUpWhereStuck(from);
}

/** The neighbour lane that the vehicle may change to now and wants to; NONE when it stays. */
function wantedLane(vehicle: Vehicle, lane: u32, from: u32, to: u32, edge: u32): u32 {
  const closed = vehicle.positionM <= laneClosedFromM[lane] && laneClosedFromM[lane] < FAR;
  const next = header.routeNodes != 0 ? nextOfVehicle(edge, vehicle) : nextEdge(edge, vehicle.trip, vehicle.treeSet);
  const lost = vehicle.connection == NONE && next != NONE;
  const ordered = closed ? 0 : mustLeave(vehicle, lane, edge, lost);
  if (lost || closed || ordered != 0) {
    const direction =
      ordered != 0
        ? ordered
        : lost
          ? directionTowards(lane, from, to, next, vehicle.trip)
          : openDirection(lane, from, to);
    if (direction == 0) return NONE;
    const target = <u32>(<i32>lane + direction);
    if (vehicle.positionM >= laneClosedFromM[target] || !mayDrive(target, vehicle.trip)) return NONE;
    const end = closed ? laneClosedFromM[lane] : laneLengthM[lane];
    if (fits(vehicle, target, true, end - vehicle.positionM < ASKS_FROM_M)) return target;
    return NONE;
  }
  let best = NONE;
  let bestGain: f32 = THRESHOLD;
  let leaving: f32 = FAR;
  for (let side = -1; side <= 1; side += 2) {
    const target = <u32>(<i32>lane + side);
    if (target < from || target >= to) continue;
    if (laneClosedFromM[target] < FAR || !leadsTo(target, next, vehicle.trip)) continue;
    if (leadsAstray(vehicle, lane, target, edge)) continue;
    if (leaving == FAR) leaving = gainOfLeaving(vehicle, lane);
    const gain = leaving + gainOfComing(vehicle, target);
    if (gain > bestGain && fits(vehicle, target, false, false)) {
      bestGain = gain;
      best = target;
    }
  }
  return best;
}

/** After this long, s, a standing driver takes any gap. */
const SQUEEZES_S: u8 = 2;

/** -1 or 1: where the nearest lane lies that leads to `next`; 0 when none does. */
function directionTowards(lane: u32, from: u32, to: u32, next: u32, trip: u32): i32 {
  for (let away: u32 = 1; away < to - from; away++) {
    if (lane >= from + away && leadsTo(lane - away, next, trip)) return -1;
    if (lane + away < to && leadsTo(lane + away, next, trip)) return 1;
  }
  return 0;
}

/** -1 or 1: where the nearest lane lies that is open all along; 0 when none is. */
function openDirection(lane: u32, from: u32, to: u32): i32 {
  for (let away: u32 = 1; away < to - from; away++) {
    if (lane >= from + away && laneClosedFromM[lane - away] >= FAR) return -1;
    if (lane + away < to && laneClosedFromM[lane + away] >= FAR) return 1;
  }
  return 0;
}

// Neighbours on the lane looked at, set by `findNeighbours`.
let aheadRow: u32 = NONE;
let behindRow: u32 = NONE;

function findNeighbours(vehicles: VehicleColumn, lane: u32, position: f32): void {
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  aheadRow = NONE;
  behindRow = NONE;
  for (let row = first; row < end; row++) {
    if (vehicles[row].positionM < position) {
      behindRow = row;
      return;
    }
    aheadRow = row;
  }
}

/** Is there a gap on the target lane beside the vehicle? A forced change takes smaller ones, and may make one. */
function fits(vehicle: Vehicle, target: u32, forced: bool, asks: bool): bool {
  const vehicles = current();
  const dt = header.dtS;
  const type = typeOf(vehicle);
  const position = vehicle.positionM;
  const rear = position - typeLengthM[type];
  let room: f32 = forced ? 0.8 : typeMinGapM[type];
  let spare: f32 = 0;
  // Who stands and waits to be let in takes whatever has been left.
  if (forced && header.routeNodes != 0 && vehicle.standingS >= SQUEEZES_S) {
    room = 0.1;
    spare = 0.4;
  }
  findNeighbours(vehicles, target, position);
  let free = true;
  if (aheadRow != NONE) {
    const ahead = vehicles[aheadRow];
    const gap = ahead.positionM - typeLengthM[typeOf(ahead)] - position;
    free = gap >= room && isSafeBehind(gap + spare, vehicle.speedMps, ahead.speedMps, dt);
  }
  if (behindRow == NONE) {
    if (!free && asks) keepBehind(vehicle, vehicles[aheadRow]);
    return free && isSafeFromUpstream(target, rear, vehicle.speedMps);
  }
  const behind = vehicles[behindRow];
  const gap = rear - behind.positionM;
  free = free && gap >= room && isSafeBehind(gap + spare, behind.speedMps, vehicle.speedMps, dt);
  if (!free && asks) {
    if (aheadRow != NONE) keepBehind(vehicle, vehicles[aheadRow]);
    askToBeLetIn(vehicles, target, vehicle, rear - room);
  }
  return free;
}

/** The first who is wholly behind `place` opens a gap; who is alongside goes on, since standing still would open none. */
function askToBeLetIn(vehicles: VehicleColumn, target: u32, vehicle: Vehicle, place: f32): void {
  const end = laneFirst[target] + laneVehicles[target];
  for (let row = behindRow; row < end; row++) {
    if (vehicles[row].positionM > place) continue;
    keepBehind(vehicles[row], vehicle);
    return;
  }
}

/** For a second: then the other one's turn to think of lanes has come again. */
function keepBehind(follower: Vehicle, leader: Vehicle): void {
  raise(follower, COURTEOUS);
  courtesyUntilTick[slotOf(follower)] = header.tick + header.secondTicks;
  courtesyRearM[slotOf(follower)] = leader.positionM - typeLengthM[typeOf(leader)];
  courtesyMps[slotOf(follower)] = leader.speedMps;
}

// MOBIL's incentive (Kesting, Treiber, Helbing 2007, eq. 4): ã_c - a_c + p (ã_n - a_n + ã_o - a_o) > Δa. The two lanes' parts
// are apart, so that what is left behind is looked at once for both sides.

/** -a_c + p (ã_o - a_o): the vehicle does without its acceleration here, the follower left behind gets the road ahead, m/s². */
function gainOfLeaving(vehicle: Vehicle, lane: u32): f32 {
  const vehicles = current();
  const first = laneFirst[lane];
  const row = <u32>((changetype<usize>(vehicle) - changetype<usize>(vehicles)) >> 5);
  const leader = row > first ? row - 1 : NONE;
  const here = accelerationBehind(vehicles, vehicle, leader, lane);
  if (row + 1 >= first + laneVehicles[lane]) return -here;
  const follower = vehicles[row + 1];
  const relief =
    accelerationBehind(vehicles, follower, leader, lane) - accelerationBehind(vehicles, follower, row, lane);
  return POLITENESS * relief - here;
}

/** ã_c + p (ã_n - a_n), m/s²; -FAR when the new follower would have to brake hard. */
function gainOfComing(vehicle: Vehicle, target: u32): f32 {
  const vehicles = current();
  findNeighbours(vehicles, target, vehicle.positionM);
  const there = accelerationBehind(vehicles, vehicle, aheadRow, target);
  if (behindRow == NONE) return there;
  const follower = vehicles[behindRow];
  const gap = vehicle.positionM - typeLengthM[typeOf(vehicle)] - follower.positionM;
  if (gap <= 0) return -FAR;
  const after = accelerationAtGap(follower, gap, vehicle.speedMps, target);
  if (after < -SAFE_BRAKING) return -FAR;
  return there + POLITENESS * (after - accelerationBehind(vehicles, follower, aheadRow, target));
}

function accelerationBehind(vehicles: VehicleColumn, vehicle: Vehicle, leader: u32, lane: u32): f32 {
  if (leader == NONE) return accelerationAtGap(vehicle, FAR, 0, lane);
  const ahead = vehicles[leader];
  const gap = max<f32>(0.1, ahead.positionM - typeLengthM[typeOf(ahead)] - vehicle.positionM);
  return accelerationAtGap(vehicle, gap, ahead.speedMps, lane);
}

function accelerationAtGap(vehicle: Vehicle, gap: f32, leaderSpeed: f32, lane: u32): f32 {
  const type = typeOf(vehicle);
  const speed = vehicle.speedMps;
  const headway = typeHeadwayS[type] * laneHeadwayFactor[lane];
  const term =
    gap < FAR
      ? interactionTerm(speed, gap, speed - leaderSpeed, typeMinGapM[type], headway, typeInteraction[type])
      : <f32>0;
  return typeAccelerationMps2[type] * (freeTerm(speed, laneSpeedMps[lane] * factorOf(vehicle)) - term);
}

/** Takes row i of the lane out and puts it at its place on the neighbour lane. */
function move(lane: u32, i: u32, target: u32, vehicle: Vehicle): void {
  const vehicles = current();
  if (header.routeNodes != 0) dropAhead(vehicle);
  plan(vehicle, target);
  const row = laneFirst[lane] + i;
  let place = laneFirst[target];
  const end = place + laneVehicles[target];
  while (place < end && vehicles[place].positionM >= vehicle.positionM) place++;
  const spare = entrant[header.vehicleCapacity];
  copyVehicle(spare, vehicle);
  if (place > row) {
    // Towards the end of the buffer: what lies between moves one row forward.
    for (let r = row; r + 1 < place; r++) copyVehicle(vehicles[r], vehicles[r + 1]);
    copyVehicle(vehicles[place - 1], spare);
    laneFirst[target] = laneFirst[target] - 1;
  } else {
    for (let r = row; r > place; r--) copyVehicle(vehicles[r], vehicles[r - 1]);
    copyVehicle(vehicles[place], spare);
    laneFirst[lane] = laneFirst[lane] + 1;
  }
  laneVehicles[lane] = laneVehicles[lane] - 1;
  laneVehicles[target] = laneVehicles[target] + 1;
  const inA = header.currentBuffer == 0;
  publishTail(lane, laneVehicles[lane], laneFirst[lane], inA);
  publishTail(target, laneVehicles[target], laneFirst[target], inA);
}

/**
 * Whoever stands too long at the end of a lane that does not lead to the route, or before a street that stays full, goes
 * on by another way: drivers do, and a ring of full streets would wait for itself for ever.
 */
function giveUpWhereStuck(from: u32): void {
  const edge = laneEdge[from];
  const to = edgeLaneStart[edge + 1];
  for (let lane = from; lane < to; lane++) {
    if (laneVehicles[lane] == 0) continue;
    const vehicle = current()[laneFirst[lane]];
    const wanted = vehicle.connection;
    const lost = wanted == NONE && vehicle.standingS >= GIVES_UP_S && !endsOn(edge, vehicle.trip, vehicle.treeSet);
    if (header.routeNodes != 0) {
      if (lost) cutAcross(vehicle, edge, lane, to);
      continue;
    }
    if (!lost && (wanted == NONE || vehicle.standingS < TURNS_OFF_S || !isShutOut(vehicle))) continue;
    const first = laneConnectionStart[lane];
    const count = laneConnectionStart[lane + 1] - first;
    for (let i: u32 = 0; i < count; i++) {
      const connection = first + ((slotOf(vehicle) + i) % count);
      const target = connectionToLane[connection];
      if (laneClosedFromM[target] <= 0 || !reaches(laneEdge[target], vehicle.trip)) continue;
      if (!lost && (connection == wanted || !hasRoomBeyond(vehicle, connection))) continue;
      vehicle.connection = connection;
      break;
    }
  }
}

/** A vehicle on the other lane so near to its end goes first, m. */
const GOES_FIRST_M: f32 = 12;

/**
 * Whoever has a fixed route and stands at the end of a lane that does not lead there turns off across the lane that does, when
 * nobody is on the way that it takes or about to come to it, and whoever is first there stands, too.
 */
function cutAcross(vehicle: Vehicle, edge: u32, lane: u32, to: u32): void {
  const next = nextEdge(edge, vehicle.trip, vehicle.treeSet);
  for (let away: u32 = 1; away < to - edgeLaneStart[edge]; away++) {
    for (let side: u32 = 0; side < 2; side++) {
      if (side == 0 ? lane < edgeLaneStart[edge] + away : lane + away >= to) continue;
      const other = side == 0 ? lane - away : lane + away;
      const connection = chooseConnection(other, next, vehicle.trip, vehicle.treeSet);
      if (connection == NONE || laneVehicles[header.edgeLanes + connection] != 0) continue;
      if (laneVehicles[other] != 0) {
        const first = current()[laneFirst[other]];
        const isNear = laneLengthM[other] - first.positionM < GOES_FIRST_M;
        if (has(first, CLAIMED) || (isNear && first.standingS < GIVES_UP_S)) continue;
      } else if (!isSafeFromUpstream(other, laneLengthM[other], 0)) continue;
      vehicle.connection = connection;
      return;
    }
  }
}

/** Is there no room where the vehicle wants to go on? */
function isShutOut(vehicle: Vehicle): bool {
  return !has(vehicle, CLAIMED) && !hasRoomBeyond(vehicle, vehicle.connection);
}
