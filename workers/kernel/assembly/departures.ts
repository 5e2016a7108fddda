import {
  bucketFirstTrip,
  edgeEntered,
  edgeLaneStart,
  edgeQueueFirst,
  edgeQueueLast,
  entrant,
  header,
  laneClosedFromM,
  laneFirst,
  laneLengthM,
  laneSpeedMps,
  laneVehicles,
  personHoldsContract,
  personSpeedFactor,
  personTreeSet,
  personVehicleType,
  queuedEdge,
  ROUTED,
  tripArrivalTick,
  tripDepartM,
  tripDepartMps,
  tripDepartTick,
  tripLengthM,
  tripNext,
  tripOriginEdge,
  tripOriginPosition,
  tripStartTick,
  typeLengthM,
  typeMinGapM,
  typeSpeedMaxMps,
} from "../../../dist/kernel/sections";
import { forgetBehind } from "./behind";
import { departsOn, keepNode, noteLane } from "./fixed-routes";
import { current } from "./buffer";
import { enter, hasEntrants } from "./entrants";
import { DEPARTED, report } from "./events";
import { greatest, isSafeBehind, least, safeSpeed } from "./following";
import { chooseConnection, nextEdge } from "./routes";
import { takeSlot } from "./slots";
import { isSafeFromUpstream } from "./upstream";
import { FAR, GONE, has, NONE, REPORTED, slotOf, typeOf, Vehicle } from "./vehicle";

/** A way home that cannot begin yet is looked at again after this long, s. */
const PATIENCE_S: u32 = 300;

/** Trips whose time has come queue at the kerb of their origin edge; the first of each queue departs into a safe gap. */
export function depart(): void {
  queueDueTrips();
  let row: u32 = 0;
  while (row < header.queuedEdgeCount) {
    const edge = queuedEdge[row];
    const trip = edgeQueueFirst[edge];
    if (insert(edge, trip)) {
      const next = tripNext[trip];
      tripNext[trip] = NONE;
      edgeQueueFirst[edge] = next;
      header.waitingCount -= 1;
      if (next == NONE) {
        edgeQueueLast[edge] = NONE;
        const last = header.queuedEdgeCount - 1;
        queuedEdge[row] = queuedEdge[last];
        header.queuedEdgeCount = last;
        continue;
      }
      // Others may find room on other lanes.
      if (ROUTED) continue;
    }
    row++;
  }
  header.kerbDelayS += <f64>header.waitingCount * <f64>header.dtS;
}

function queueDueTrips(): void {
  const tick = header.tick;
  // The bucket of now, and, when a bucket ends, what is left in the one before.
  const bucket = tick / header.bucketTicks;
  while (header.nextBucket < bucket && header.nextBucket < header.departureBuckets) {
    takeDue(header.nextBucket, tick);
    header.nextBucket += 1;
  }
  if (bucket < header.departureBuckets) takeDue(bucket, tick);
}

function takeDue(bucket: u32, tick: u32): void {
  let before = NONE;
  let trip = bucketFirstTrip[bucket];
  while (trip != NONE) {
    const next = tripNext[trip];
    if (tripDepartTick[trip] <= tick) {
      if (before == NONE) bucketFirstTrip[bucket] = next;
      else tripNext[before] = next;
      // Nobody drives home before having arrived at work.
      if ((trip & 1) == 0 || tripArrivalTick[trip - 1] != NONE) queueTrip(trip);
      else postpone(trip, tick + PATIENCE_S * header.secondTicks);
    } else before = trip;
    trip = next;
  }
}

function postpone(trip: u32, tick: u32): void {
  const bucket = tick / header.bucketTicks;
  if (bucket >= header.departureBuckets) return;
  tripDepartTick[trip] = tick;
  tripNext[trip] = bucketFirstTrip[bucket];
  bucketFirstTrip[bucket] = trip;
}

function queueTrip(trip: u32): void {
  const edge = tripOriginEdge[trip];
  tripNext[trip] = NONE;
  if (edgeQueueFirst[edge] == NONE) {
    edgeQueueFirst[edge] = trip;
    queuedEdge[header.queuedEdgeCount] = edge;
    header.queuedEdgeCount += 1;
  } else tripNext[edgeQueueLast[edge]] = trip;
  edgeQueueLast[edge] = trip;
  header.waitingCount += 1;
}

/** Tries the edge's lanes, those that lead on by the route first. */
function insert(edge: u32, trip: u32): bool {
  if (header.vehicleCount >= header.vehicleCapacity) {
    header.capacityHits += 1;
    return false;
  }
  if (ROUTED) return insertOnRoute(edge, trip);
  const person = trip >> 1;
  const treeSet = <u32>personTreeSet[person];
  const next = nextEdge(edge, trip, treeSet);
  const end = edgeLaneStart[edge + 1];
  for (let lane = edgeLaneStart[edge]; lane < end; lane++) {
    const connection = chooseConnection(lane, next, trip, treeSet);
    if (connection == NONE && next != NONE) continue;
    if (insertOnLane(edge, lane, trip, connection)) return true;
  }
  for (let lane = edgeLaneStart[edge]; lane < end; lane++) {
    if (next == NONE || chooseConnection(lane, next, trip, treeSet) != NONE) continue;
    if (insertOnLane(edge, lane, trip, NONE)) return true;
  }
  return false;
}

/** On the lane that the trip's own rule names. */
function insertOnRoute(edge: u32, trip: u32): bool {
  const lane = departsOn(edge, trip);
  return insertOnLane(edge, lane, trip, chooseConnection(lane, nextEdge(edge, trip, 0), trip, 0));
}

function insertOnLane(edge: u32, lane: u32, trip: u32, connection: u32): bool {
  if (hasEntrants(lane)) return false;
  const person = trip >> 1;
  const type = <u32>personVehicleType[person];
  const length = typeLengthM[type];
  const dt = header.dtS;
  const laneLength = laneLengthM[lane];
  const part = <f32>tripOriginPosition[trip] * <f32>(1.0 / 256.0);
  const position = least(laneLength * <f32>0.98, greatest(length + 1, !ROUTED ? laneLength * part : tripDepartM[trip]));
  if (position >= laneClosedFromM[lane]) return false;

  // Neighbours: records of the lane have moved already in this tick.
  const vehicles = current();
  const first = laneFirst[lane];
  const count = laneVehicles[lane];
  let gapAhead: f32 = FAR;
  let speedAhead: f32 = 0;
  let gapBehind: f32 = FAR;
  let speedBehind: f32 = 0;
  let follower = false;
  for (let i: u32 = 0; i < count; i++) {
    const other = vehicles[first + i];
    if (has(other, GONE)) continue;
    if (other.positionM >= position) {
      gapAhead = other.positionM - typeLengthM[typeOf(other)] - position;
      speedAhead = other.speedMps;
    } else {
      gapBehind = position - length - other.positionM;
      speedBehind = other.speedMps;
      follower = true;
      break;
    }
  }
  if (gapAhead < typeMinGapM[type]) return false;
  const factor = personSpeedFactor[person];
  let speed = laneSpeedMps[lane] * <f32>factor * <f32>(1.0 / 128.0);
  if (ROUTED) speed = least(least(speed, typeSpeedMaxMps[type]), tripDepartMps[trip]);
  if (gapAhead < FAR) speed = least(speed, greatest(0, safeSpeed(speedAhead, gapAhead - 1, speedAhead, dt)));
  // A driver who departs can stop at the line.
  speed = least(speed, safeSpeed(0, laneLength - position - 1, 0, dt));
  if (follower) {
    if (gapBehind < typeMinGapM[type] || !isSafeBehind(gapBehind, speedBehind, speed, dt)) return false;
  } else if (!isSafeFromUpstream(lane, position - length, speed)) return false;

  write(edge, lane, trip, connection, position, speed, type);
  return true;
}

function write(edge: u32, lane: u32, trip: u32, connection: u32, position: f32, speed: f32, type: u32): void {
  const person = trip >> 1;
  const vehicle: Vehicle = entrant[header.vehicleCapacity];
  vehicle.positionM = position;
  vehicle.speedMps = speed;
  vehicle.trip = trip;
  vehicle.connection = connection;
  vehicle.lossS = 0;
  vehicle.slotAndType = takeSlot() | (type << 24);
  vehicle.from = NONE;
  vehicle.flags = <u8>(personHoldsContract[person] != 0 ? REPORTED : 0);
  vehicle.treeSet = personTreeSet[person];
  vehicle.speedFactor = personSpeedFactor[person];
  vehicle.standingS = 0;
  if (ROUTED) {
    keepNode(vehicle);
    noteLane(vehicle, lane);
    forgetBehind(vehicle);
  }
  enter(lane, vehicle);
  tripStartTick[trip] = header.tick;
  tripLengthM[trip] = -position;
  edgeEntered[edge] = edgeEntered[edge] + 1;
  header.departedCount += 1;
  header.vehicleCount += 1;
  if (personHoldsContract[person] != 0) report(DEPARTED, trip, edge);
}
