import {
  connectionToLane,
  edgeLaneStart,
  entrant,
  header,
  laneClosedFromM,
  laneConnectionStart,
  laneEdge,
  laneFirst,
  laneHeadwayFactor,
  laneLengthM,
  laneSpeedMps,
  laneVehicles,
  ROUTED,
  typeAccelerationMps2,
  typeHeadwayS,
  typeInteraction,
  typeLengthM,
  typeMinGapM,
} from "../../../dist/kernel/sections";
import { VehicleColumn } from "./columns";
import { current } from "./buffer";
import { keepBehind } from "./courtesy";
import { freeTerm, greatest, interactionTerm, isSafeBehind } from "./following";
import { dropAhead, hasRoomBeyond } from "./junctions";
import { leadsAstray, mayDrive, mustLeave, nextOfVehicle, noteLane } from "./fixed-routes";
import { nextOccupied, occupy } from "./occupied";
import { chooseConnection, endsOn, leadsTo, nextEdge, plan, reaches } from "./routes";
import { stands } from "./stops";
import { publishTail } from "./settle";
import { isSafeFromUpstream } from "./upstream";
import {
  CHANGED,
  CLAIMED,
  CLEARING,
  copyVehicle,
  factorOf,
  FAR,
  has,
  leadsOn,
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

/** Whole seconds since the first tick. */
let second: u32 = 0;

export function changeLanes(): void {
  second = header.tick / header.secondTicks;
  const lanes = header.edgeLanes;
  for (let lane = nextOccupied(0, lanes); lane < lanes;) {
    const edge = laneEdge[lane];
    const from = edgeLaneStart[edge];
    const to = edgeLaneStart[edge + 1];
    if (to - from > 1) changeOnEdge(edge, from, to);
    else giveUpWhereStuck(from);
    lane = nextOccupied(to, lanes);
  }
}

/** Every vehicle thinks of its lane once a second, and changes it once: whichever side the lane lies on that it came to. */
function changeOnEdge(edge: u32, from: u32, to: u32): void {
  const vehicles = current();
  const every = header.secondTicks;
  const turn = header.tick % every;
  // Roads of SUMO are cut into edges shorter than vehicles, on which whoever waited for its rear would never change.
  const settled = !ROUTED ? CLAIMED | CLEARING | TRAILING : CLAIMED;
  for (let lane = from; lane < to; lane++) {
    lookFromStart();
    for (let i: u32 = 0; i < laneVehicles[lane]; i++) {
      const vehicle = vehicles[laneFirst[lane] + i];
      if (every != 1 && slotOf(vehicle) % every != turn) continue;
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
      lookFromStart();
      // The next vehicle of the lane has come to this one's place.
      i--;
    }
  }
  giveUpWhereStuck(from);
}

/** The neighbour lane that the vehicle may change to now and wants to; NONE when it stays. */
function wantedLane(vehicle: Vehicle, lane: u32, from: u32, to: u32, edge: u32): u32 {
  const closedAt = laneClosedFromM[lane];
  const closed = closedAt < FAR && vehicle.positionM <= closedAt;
  const lost = vehicle.connection == NONE && nextOf(vehicle, edge) != NONE;
  // Stops apart, which come and go.
  const stays = header.stops == 0 && leadsOn(vehicle);
  const ordered = closed || stays ? 0 : mustLeave(vehicle, lane, edge, lost);
  if (!lost && !closed && ordered == 0) return thinks(vehicle) ? fasterLane(vehicle, lane, from, to, edge) : NONE;
  const direction =
    ordered != 0
      ? ordered
      : lost
        ? directionTowards(lane, from, to, nextOf(vehicle, edge), vehicle.trip)
        : openDirection(lane, from, to);
  if (direction == 0) return NONE;
  const target = <u32>(<i32>lane + direction);
  if (vehicle.positionM >= laneClosedFromM[target] || !mayDrive(target, vehicle.trip)) return NONE;
  const end = closed ? closedAt : laneLengthM[lane];
  return forcedFits(vehicle, target, end - vehicle.positionM < ASKS_FROM_M) ? target : NONE;
}

/** A driver who need not change thinks of it every other second only. */
function thinks(vehicle: Vehicle): bool {
  return ((slotOf(vehicle) ^ second) & 1) == 0;
}

function nextOf(vehicle: Vehicle, edge: u32): u32 {
  return ROUTED ? nextOfVehicle(edge, vehicle) : nextEdge(edge, vehicle.trip, vehicle.treeSet);
}

/** The neighbour lane on which there is most to gain, by MOBIL. What rules most lanes out, and costs least, is asked first. */
function fasterLane(vehicle: Vehicle, lane: u32, from: u32, to: u32, edge: u32): u32 {
  let best = NONE;
  let bestGain: f32 = THRESHOLD;
  if (lane > from) {
    rowRight = findNeighbours(lane - 1, vehicle.positionM, rowRight);
    const gain = gainOn(vehicle, lane, lane - 1, edge, bestGain);
    if (gain > bestGain) {
      bestGain = gain;
      best = lane - 1;
    }
  }
  if (lane + 1 < to) {
    rowLeft = findNeighbours(lane + 1, vehicle.positionM, rowLeft);
    if (gainOn(vehicle, lane, lane + 1, edge, bestGain) > bestGain) best = lane + 1;
  }
  return best;
}

/** What the vehicle gains on the neighbour lane whose neighbours were found, m/s²; nothing above `thresholdMps2` where it may not, or would not. */
function gainOn(vehicle: Vehicle, lane: u32, target: u32, edge: u32, thresholdMps2: f32): f32 {
  if (laneClosedFromM[target] < FAR || !hasGap(vehicle)) return -FAR;
  const gain = incentive(vehicle, lane, target, thresholdMps2);
  if (gain <= thresholdMps2 || !isSafeAtStart(vehicle, target)) return -FAR;
  if (!leadsTo(target, plannedEdge(vehicle, edge), vehicle.trip) || leadsAstray(vehicle, lane, target, edge))
    return -FAR;
  return gain;
}

/** As `nextOf`, by the connection that is chosen already: a look at a tree, or at the route, costs a line of the cache. */
function plannedEdge(vehicle: Vehicle, edge: u32): u32 {
  return vehicle.connection == NONE ? nextOf(vehicle, edge) : laneEdge[connectionToLane[vehicle.connection]];
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
// Where the vehicle before found its neighbours on the lanes to both sides: those of the next are no further ahead.
let rowRight: u32 = NONE;
let rowLeft: u32 = NONE;

function lookFromStart(): void {
  rowRight = NONE;
  rowLeft = NONE;
}

/** Returns the row behind, or the lane's end. @param from a row that nobody behind `position` lies before; NONE = the first */
function findNeighbours(lane: u32, position: f32, from: u32): u32 {
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  let row = from == NONE ? first : from;
  while (row < end && vehicles[row].positionM >= position) row++;
  aheadRow = row > first ? row - 1 : NONE;
  behindRow = row < end ? row : NONE;
  return row;
}

/** Is there a gap beside the vehicle, between the neighbours that were found? */
function hasGap(vehicle: Vehicle): bool {
  const vehicles = current();
  const dt = header.dtS;
  const type = typeOf(vehicle);
  const position = vehicle.positionM;
  const room = typeMinGapM[type];
  if (aheadRow != NONE) {
    const ahead = vehicles[aheadRow];
    const gap = ahead.positionM - typeLengthM[typeOf(ahead)] - position;
    if (gap < room || !isSafeBehind(gap, vehicle.speedMps, ahead.speedMps, dt)) return false;
  }
  if (behindRow == NONE) return true;
  const behind = vehicles[behindRow];
  const gap = position - typeLengthM[type] - behind.positionM;
  return gap >= room && isSafeBehind(gap, behind.speedMps, vehicle.speedMps, dt);
}

/** Where nobody is behind on the target lane: may the vehicle appear before those who come over the junction? */
function isSafeAtStart(vehicle: Vehicle, target: u32): bool {
  if (behindRow != NONE) return true;
  return isSafeFromUpstream(target, vehicle.positionM - typeLengthM[typeOf(vehicle)], vehicle.speedMps);
}

/** As `hasGap` for a change that must be: it takes smaller gaps, and may make one. @param asks whether it does */
function forcedFits(vehicle: Vehicle, target: u32, asks: bool): bool {
  const vehicles = current();
  const dt = header.dtS;
  const position = vehicle.positionM;
  const rear = position - typeLengthM[typeOf(vehicle)];
  let room: f32 = 0.8;
  let spare: f32 = 0;
  // Who stands and waits to be let in takes whatever has been left.
  if (ROUTED && vehicle.standingS >= SQUEEZES_S) {
    room = 0.1;
    spare = 0.4;
  }
  findNeighbours(target, position, NONE);
  let free = true;
  if (aheadRow != NONE) {
    const ahead = vehicles[aheadRow];
    const gap = ahead.positionM - typeLengthM[typeOf(ahead)] - position;
    free = gap >= room && isSafeBehind(gap + spare, vehicle.speedMps, ahead.speedMps, dt);
  }
  if (behindRow == NONE) {
    if (!free && asks) keepBehindVehicle(vehicle, vehicles[aheadRow]);
    return free && isSafeAtStart(vehicle, target);
  }
  const behind = vehicles[behindRow];
  const gap = rear - behind.positionM;
  free = free && gap >= room && isSafeBehind(gap + spare, behind.speedMps, vehicle.speedMps, dt);
  if (!free && asks) {
    if (aheadRow != NONE) keepBehindVehicle(vehicle, vehicles[aheadRow]);
    askToBeLetIn(vehicles, target, vehicle, rear - room);
  }
  return free;
}

/** The first who is wholly behind `place` opens a gap; who is alongside goes on, since standing still would open none. */
function askToBeLetIn(vehicles: VehicleColumn, target: u32, vehicle: Vehicle, place: f32): void {
  const end = laneFirst[target] + laneVehicles[target];
  for (let row = behindRow; row < end; row++) {
    if (vehicles[row].positionM > place) continue;
    keepBehindVehicle(vehicles[row], vehicle);
    return;
  }
}

function keepBehindVehicle(follower: Vehicle, leader: Vehicle): void {
  keepBehind(follower, leader.positionM - typeLengthM[typeOf(leader)], leader.speedMps);
}

/**
 * MOBIL's incentive (Kesting, Treiber, Helbing 2007, eq. 4) between the neighbours that were found, ã_c - a_c + p (ã_n - a_n + ã_o - a_o),
 * m/s²; -FAR where it is not above `thresholdMps2`, or the new follower would have to brake hard. A follower's free acceleration is the same
 * behind whomever, so that only the interactions differ.
 */
function incentive(vehicle: Vehicle, lane: u32, target: u32, thresholdMps2: f32): f32 {
  const vehicles = current();
  const first = laneFirst[lane];
  const row = <u32>((changetype<usize>(vehicle) - changetype<usize>(vehicles)) >> 5);
  const leader = row > first ? row - 1 : NONE;
  const left = row + 1 < first + laneVehicles[lane] ? row + 1 : NONE;
  let own = interactionBehind(vehicle, leader, lane) - interactionBehind(vehicle, aheadRow, target);
  if (laneSpeedMps[lane] != laneSpeedMps[target]) own += freeOn(vehicle, target) - freeOn(vehicle, lane);
  const gain = typeAccelerationMps2[typeOf(vehicle)] * own;
  // At most so much is gained by others: as if they had nobody before them afterwards.
  let others: f32 = 0;
  if (left != NONE) others += weight(left) * interactionBehind(vehicles[left], row, lane);
  if (behindRow != NONE) others += weight(behindRow) * interactionBehind(vehicles[behindRow], aheadRow, target);
  if (gain + others <= thresholdMps2) return -FAR;
  if (left != NONE) others -= weight(left) * interactionBehind(vehicles[left], leader, lane);
  if (behindRow != NONE) {
    const follower = vehicles[behindRow];
    const gap = vehicle.positionM - typeLengthM[typeOf(vehicle)] - follower.positionM;
    const after = interactionAt(follower, gap, vehicle.speedMps, target);
    if (typeAccelerationMps2[typeOf(follower)] * (freeOn(follower, target) - after) < -SAFE_BRAKING) return -FAR;
    others -= weight(behindRow) * after;
  }
  return gain + others;
}

/** What the vehicle's interactions count for in somebody else's decision, m/s². */
function weight(row: u32): f32 {
  return POLITENESS * typeAccelerationMps2[typeOf(current()[row])];
}

function interactionBehind(vehicle: Vehicle, leader: u32, lane: u32): f32 {
  if (leader == NONE) return 0;
  const ahead = current()[leader];
  const gap = greatest(0.1, ahead.positionM - typeLengthM[typeOf(ahead)] - vehicle.positionM);
  return interactionAt(vehicle, gap, ahead.speedMps, lane);
}

function interactionAt(vehicle: Vehicle, gap: f32, leaderSpeed: f32, lane: u32): f32 {
  const type = typeOf(vehicle);
  const speed = vehicle.speedMps;
  const headway = typeHeadwayS[type] * laneHeadwayFactor[lane];
  return interactionTerm(speed, gap, speed - leaderSpeed, typeMinGapM[type], headway, typeInteraction[type]);
}

function freeOn(vehicle: Vehicle, lane: u32): f32 {
  return freeTerm(vehicle.speedMps, laneSpeedMps[lane] * factorOf(vehicle));
}

/** Takes row i of the lane out and puts it at its place on the neighbour lane. */
function move(lane: u32, i: u32, target: u32, vehicle: Vehicle): void {
  const vehicles = current();
  if (ROUTED) {
    dropAhead(vehicle);
    noteLane(vehicle, target);
  }
  plan(vehicle, target);
  const row = laneFirst[lane] + i;
  if (laneVehicles[target] == 0) {
    // It lies between its neighbours, wherever that is now.
    laneFirst[target] = laneFirst[lane] + (target > lane ? laneVehicles[lane] : 0);
    occupy(target);
  }
  let place = laneFirst[target];
  const end = place + laneVehicles[target];
  while (place < end && vehicles[place].positionM >= vehicle.positionM) place++;
  // Who was first there is not any more, and holds nothing ahead.
  if (ROUTED && place == laneFirst[target] && place < end) dropAhead(vehicles[place]);
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
    if (ROUTED) {
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
