import {
  approachConnection,
  connectionApartM,
  connectionRestricted,
  connectionToLane,
  connectionWaiting,
  connectionWaitM,
  edgeEntered,
  edgeLeft,
  edgeRecentM,
  edgeRecentS,
  edgeSampledS,
  edgeTravelledM,
  header,
  laneClosedFromM,
  laneConnectionStart,
  laneEdge,
  laneFirst,
  laneHeadwayFactor,
  laneLengthM,
  laneSignedSpeedMps,
  laneSpeedMps,
  laneTailRearM,
  laneTailSpeedMps,
  laneTerminal,
  laneTerminalAtM,
  laneVehicles,
  personTreeSet,
  personUsualSet,
  ROUTED,
  tripArrivalTick,
  tripLengthM,
  tripLossS,
  typeComfortableBrakingMps2,
  typeLengthM,
  typeMinGapM,
} from "../../../dist/kernel/sections";
import { countBehind, countEntered, leaveBehind } from "./behind";
import { current } from "./buffer";
import { enter } from "./entrants";
import { ARRIVED, PASSED_TERMINAL, report } from "./events";
import { countPassed } from "./flows";
import { noteLane } from "./fixed-routes";
import { approachSpeedSquared, greatest, least, stoppingM } from "./following";
import {
  beginClearing,
  claim,
  claimPlaceInside,
  claimsAhead,
  CLEAR,
  clearsJunction,
  decideM,
  dropAhead,
  endClearing,
  endWaiting,
  giveUp,
  HELD,
  heldAhead,
  hindrance,
  holdCrossing,
  isEnteredAcross,
  mayCross,
  mayWaitInside,
  mustGiveUp,
  OCCUPIED,
  releaseCrossings,
  showApproach,
  takeAhead,
  waited,
  YIELDS,
} from "./junctions";
import { nextOccupied } from "./occupied";
import { chooseConnection, endsOn, nextEdge, passVia, plan } from "./routes";
import { releaseSlot } from "./slots";
import { beginSteps, keepStanding, Step } from "./step";
import { hasStop, stand, stopAhead } from "./stops";
import {
  CLAIMED,
  CLEARING,
  COURTEOUS,
  factorOf,
  FAR,
  GONE,
  has,
  lower,
  NONE,
  raise,
  REPORTED,
  TRAILING,
  typeOf,
  Vehicle,
  WAITS,
} from "./vehicle";
import { acrossGapM, acrossMps, beginZipping, lookAcross, makeRoom, zips } from "./zipper";

// Every vehicle takes one step. Within its lane a vehicle reads its leader's values of before the step (they travel
// down the lane in registers); of other lanes it reads only what they published at the last tick (tails, approaches).
// Claims are the exception: they are given one after the other, in the order of lanes.

/** Lanes beyond a junction that a driver looks at, at most. */
const LOOKAHEAD_LANES: u32 = 6;

/** First row of the approach columns that are read (`old`) or written in this tick. */
function approachRow(old: bool): u32 {
  return ((header.tick & 1) == 0) == old ? 0 : header.edgeLanes;
}

// What lies ahead of the vehicle that is looked at: the nearest obstacle across the junctions.
let aheadGap: f32 = FAR;
let aheadSpeed: f32 = 0;
/** Where it must be able to stop because a claim, or a change of lanes, will be needed there. */
let aheadLine: f32 = FAR;

// Who is before it in a queue that zips, on whose connection it holds a claim ahead.
let zipGap: f32 = FAR;
let zipSpeed: f32 = 0;

export function drive(): void {
  beginSteps();
  const edgeLanes = header.edgeLanes;
  const lanes = edgeLanes + header.connections;
  const next = approachRow(false);
  memory.fill(changetype<usize>(approachConnection) + ((<usize>next) << 2), 0xff, (<usize>edgeLanes) << 2);
  let updates: u32 = 0;
  let lane = nextOccupied(0, lanes);
  for (; lane < edgeLanes; lane = nextOccupied(lane + 1, lanes)) {
    const count = laneVehicles[lane];
    if (count != 0) driveLane(lane, count, next);
    updates += count;
  }
  for (; lane < lanes; lane = nextOccupied(lane + 1, lanes)) {
    const count = laneVehicles[lane];
    if (count != 0) driveInternal(lane, count);
    updates += count;
  }
  header.vehicleUpdates += <f64>updates;
}

function driveLane(lane: u32, count: u32, faceRow: u32): void {
  if (ROUTED) beginZipping(lane);
  const dt = header.dtS;
  const vehicles = current();
  const first = laneFirst[lane];
  const length = laneLengthM[lane];
  const limit = laneSpeedMps[lane];
  const signed = laneSignedSpeedMps[lane];
  const gapFactor = laneHeadwayFactor[lane];
  const edge = laneEdge[lane];
  const closedAt = laneClosedFromM[lane];
  const terminalAt = laneTerminalAtM[lane];
  const old = approachRow(true);
  let leaderRear: f32 = 0;
  let leaderSpeed: f32 = 0;
  // Everybody ahead on this lane may leave it.
  let passing = true;
  let sampledM: f32 = 0;
  // Of steps that end further on than the rear is off the edge.
  let elsewhereS: f32 = 0;

  for (let i: u32 = 0; i < count; i++) {
    const vehicle = vehicles[first + i];
    const type = typeOf(vehicle);
    const position = vehicle.positionM;
    const speed = vehicle.speedMps;
    if (speed == 0 && !passing && vehicle.connection != NONE && isKeptStanding(vehicle, leaderRear - position)) {
      keepStanding(vehicle);
      leaderRear = position - typeLengthM[type];
      leaderSpeed = 0;
      continue;
    }
    const distance = length - position;
    if (vehicle.connection == NONE && !endsOn(edge, vehicle.trip, vehicle.treeSet)) plan(vehicle, lane);
    let connection = vehicle.connection;
    let stopAt: f32 = FAR;
    let keepLine: f32 = FAR;
    // Whoever has to stop on the lane, and those behind, do not leave it yet.
    const stopM = header.stops == 0 ? FAR : stopAhead(vehicle, lane);
    if (stopM < FAR) passing = false;

    if (connection == NONE) {
      if (!endsOn(edge, vehicle.trip, vehicle.treeSet)) stopAt = distance;
      passing = false;
    } else if (connectionRestricted[connection]) {
      const decide = decideM(speed, type);
      let kept = CLEAR;
      if (has(vehicle, CLAIMED)) {
        if (!passing || mustGiveUp(vehicle, connection, distance)) {
          giveUp(vehicle, connection);
          kept = HELD;
        } else if (has(vehicle, WAITS)) stopAt = waitInside(vehicle, connection, distance, old);
      } else if (passing && (distance <= decide || clearsJunction(vehicle, connection, distance))) {
        kept = i == 0 && isEnteredAcross(connection) ? OCCUPIED : hindrance(vehicle, connection, distance, old);
        if (kept == CLEAR) claim(vehicle, connection);
        else if (kept >= YIELDS && mayWaitInside(vehicle, connection, distance, old)) {
          claimPlaceInside(vehicle, connection);
          stopAt = distance + connectionWaitM[connection];
        }
      }
      if (!has(vehicle, CLAIMED)) {
        if (passing) {
          const last = stoppingM(speed) + speed * dt;
          const early = distance <= last ? waited(vehicle, connection) : (distance - last) / greatest(speed, 0.1);
          showApproach(faceRow + lane, connection, early, kept);
        }
        passing = false;
        // Who waits for others to clear the junction keeps going until the last point at which a stop is possible.
        if (kept == OCCUPIED) keepLine = distance;
        else if (distance <= decide) stopAt = distance;
      }
    } else if (laneClosedFromM[connectionToLane[connection]] <= 0) {
      passing = false;
      stopAt = distance;
    }
    stopAt = least(stopAt, stopM);
    if (position <= closedAt) stopAt = least(stopAt, closedAt - position);

    let gap: f32 = leaderRear - position;
    let gapSpeed = leaderSpeed;
    let line = keepLine;
    const isZipping = connection != NONE && zips(connection);
    if (isZipping && !has(vehicle, CLAIMED)) makeRoom(vehicle, connection, distance, old);
    if (i == 0) {
      lookAhead(vehicle, connection, distance, stopM < FAR);
      if (ROUTED && distance < DIVERGES_M) lookAside(lane, connection, distance);
      gap = aheadGap;
      gapSpeed = aheadSpeed;
      line = least(line, aheadLine);
    }
    if (isZipping && has(vehicle, CLAIMED)) {
      lookAcross(vehicle, connection, distance, old);
      if (acrossGapM < gap) {
        gap = acrossGapM;
        gapSpeed = acrossMps;
      }
    }
    let capSquared: f32 = FAR;
    if (connection != NONE && distance < 80) {
      const turn = laneSpeedMps[header.edgeLanes + connection] * factorOf(vehicle);
      capSquared = approachSpeedSquared(distance - speed * dt, turn, typeComfortableBrakingMps2[type]);
    }
    leaderRear = position - typeLengthM[type];
    leaderSpeed = speed;
    const moved =
      stopM < 0
        ? stand(vehicle)
        : Step.advance(vehicle, type, limit, signed, gapFactor, gap, gapSpeed, stopAt, line, capSquared, dt);
    sampledM += moved;
    if (position < typeLengthM[type] && ROUTED) {
      countBehind(vehicle, tripLengthM[vehicle.trip] + position, moved, dt);
    }

    const now = vehicle.positionM;
    if (now > length + typeLengthM[type] && ROUTED) {
      const beyondM = now - length - typeLengthM[type];
      sampledM -= beyondM;
      elsewhereS += (dt * beyondM) / moved;
    }
    if (position < terminalAt && now >= terminalAt && has(vehicle, REPORTED)) {
      report(PASSED_TERMINAL, vehicle.trip, laneTerminal[lane]);
    }
    if (has(vehicle, CLEARING) && now >= typeLengthM[type]) endClearing(vehicle);
    if (has(vehicle, TRAILING)) releaseCrossings(vehicle, tripLengthM[vehicle.trip] + now);
    if (connection == NONE && now >= length * header.arrivalPart && endsOn(edge, vehicle.trip, vehicle.treeSet))
      arrive(vehicle, edge);
    else if (now >= length) leaveLane(vehicle, lane, edge, now - length);
  }
  const sampledS = <f32>count * dt - elsewhereS;
  edgeSampledS[edge] = edgeSampledS[edge] + <f64>sampledS;
  edgeTravelledM[edge] = edgeTravelledM[edge] + <f64>sampledM;
  edgeRecentS[edge] = edgeRecentS[edge] + sampledS;
  edgeRecentM[edge] = edgeRecentM[edge] + sampledM;
}

/** Where the vehicle has to stop within the junction, m ahead; FAR once it may cross. @param distance to the line, negative beyond it */
function waitInside(vehicle: Vehicle, connection: u32, distance: f32, old: u32): f32 {
  const place = distance + connectionWaitM[connection];
  // Before the line, somebody else may wait inside already.
  if (distance >= 0 && connectionWaiting[connection] > 1) return place;
  if (!mayCross(vehicle, connection, place, old)) return place;
  endWaiting(vehicle, connection);
  return FAR;
}

function driveInternal(lane: u32, count: u32): void {
  if (ROUTED) beginZipping(lane);
  const dt = header.dtS;
  const vehicles = current();
  const first = laneFirst[lane];
  const length = laneLengthM[lane];
  const limit = laneSpeedMps[lane];
  const connection = lane - header.edgeLanes;
  const old = approachRow(true);
  let leaderRear: f32 = 0;
  let leaderSpeed: f32 = 0;
  // Nobody ahead waits within the junction.
  let passing = true;
  for (let i: u32 = 0; i < count; i++) {
    const vehicle = vehicles[first + i];
    const type = typeOf(vehicle);
    const position = vehicle.positionM;
    const speed = vehicle.speedMps;
    let gap: f32 = leaderRear - position;
    let gapSpeed = leaderSpeed;
    let line: f32 = FAR;
    if (i == 0) {
      lookBeyond(vehicle, connectionToLane[connection], length - position, !has(vehicle, WAITS));
      gap = aheadGap;
      gapSpeed = aheadSpeed;
      line = aheadLine;
    }
    if (zips(connection)) {
      lookAcross(vehicle, connection, -position, old);
      if (acrossGapM < gap) {
        gap = acrossGapM;
        gapSpeed = acrossMps;
      }
    }
    leaderRear = position - typeLengthM[type];
    leaderSpeed = speed;
    let stopAt: f32 = FAR;
    if (has(vehicle, WAITS)) {
      stopAt = passing
        ? waitInside(vehicle, connection, -position, old)
        : greatest(0, connectionWaitM[connection] - position);
      if (has(vehicle, WAITS)) passing = false;
    }
    const moved = Step.advance(vehicle, type, limit, limit, 1, gap, gapSpeed, stopAt, line, FAR, dt);
    if (ROUTED) countBehind(vehicle, tripLengthM[vehicle.trip] + position, moved, dt);
    if (has(vehicle, TRAILING)) releaseCrossings(vehicle, tripLengthM[vehicle.trip] + vehicle.positionM);
    if (vehicle.positionM >= length) enterTarget(vehicle, connection, vehicle.positionM - length);
  }
}

/**
 * Does a vehicle that stands behind somebody who does not leave the lane stay where it is? No farther off than it keeps, it does: the full model
 * finds the same at more cost, and a fifth of the rush hour's vehicles stand so. @param gap net distance to the leader, m
 */
function isKeptStanding(vehicle: Vehicle, gap: f32): bool {
  const type = typeOf(vehicle);
  // While its rear is on the edge behind, that one counts it, too.
  if (gap > typeMinGapM[type] || vehicle.positionM < typeLengthM[type] || header.stops != 0) return false;
  return !has(vehicle, CLAIMED | CLEARING | COURTEOUS | TRAILING);
}

/** Finds the nearest obstacle beyond the end of the lane for its first vehicle: sets the three above. @param stops it has a stop on the lane first */
function lookAhead(vehicle: Vehicle, connection: u32, distance: f32, stops: bool): void {
  aheadGap = FAR;
  aheadSpeed = 0;
  aheadLine = FAR;
  if (connection == NONE) {
    if (ROUTED) dropAhead(vehicle);
    return;
  }
  const internal = header.edgeLanes + connection;
  if (laneVehicles[internal] != 0) {
    if (ROUTED) dropAhead(vehicle);
    aheadGap = distance + laneTailRearM[internal];
    aheadSpeed = laneTailSpeedMps[internal];
    return;
  }
  const goes = !stops && (!connectionRestricted[connection] || (has(vehicle, CLAIMED) && !has(vehicle, WAITS)));
  if (ROUTED && !goes) dropAhead(vehicle);
  lookBeyond(vehicle, connectionToLane[connection], distance + laneLengthM[internal], goes);
}

/** From this far before a lane's end its first vehicle sees those who have just left it by another connection, m. */
const DIVERGES_M: f32 = 40;

/**
 * Who left the lane by another connection is an obstacle until its rear is out of the way. Those who wait within the junction are
 * driven past all the same: docs/decisions/0028.
 */
function lookAside(lane: u32, connection: u32, distance: f32): void {
  const end = laneConnectionStart[lane + 1];
  for (let other = laneConnectionStart[lane]; other < end; other++) {
    const internal = header.edgeLanes + other;
    if (other == connection || laneVehicles[internal] == 0 || laneTailRearM[internal] >= connectionApartM[other])
      continue;
    if (connectionWaiting[other] != 0) continue;
    const gap = distance + laneTailRearM[internal];
    if (gap >= aheadGap) continue;
    aheadGap = gap;
    aheadSpeed = laneTailSpeedMps[internal];
  }
}

/** The same from the start of `lane`, `way` metres ahead. Where a claim is needed further on, its line is an obstacle. */
function lookBeyond(vehicle: Vehicle, lane: u32, way: f32, goes: bool): void {
  zipGap = FAR;
  lookOn(vehicle, lane, way, goes);
  if (zipGap >= aheadGap) return;
  aheadGap = zipGap;
  aheadSpeed = zipSpeed;
}

function lookOn(vehicle: Vehicle, lane: u32, way: f32, goes: bool): void {
  aheadGap = FAR;
  aheadSpeed = 0;
  aheadLine = FAR;
  const speed = vehicle.speedMps;
  const horizon = speed * speed * <f32>(1.0 / 6.0) + speed * 3 + 10;
  let claims = goes && ROUTED;
  for (let hop: u32 = 0; hop < LOOKAHEAD_LANES && way < horizon; hop++) {
    if (laneVehicles[lane] != 0) {
      if (claims) dropAhead(vehicle);
      aheadGap = way + laneTailRearM[lane];
      aheadSpeed = laneTailSpeedMps[lane];
      return;
    }
    if (laneClosedFromM[lane] < FAR) {
      if (claims) dropAhead(vehicle);
      aheadLine = way + laneClosedFromM[lane];
      return;
    }
    way += laneLengthM[lane];
    const edge = laneEdge[lane];
    // The way by the route, which a tree would have to be asked for, makes no difference.
    if (!claims && needsClaim(lane)) {
      if (!endsOn(edge, vehicle.trip, vehicle.treeSet)) aheadLine = way;
      return;
    }
    const after = nextEdge(edge, vehicle.trip, vehicle.treeSet);
    const held = claims ? heldAhead(vehicle, lane) : NONE;
    const connection = held == NONE ? chooseConnection(lane, after, vehicle.trip, vehicle.treeSet) : held;
    if (connection == NONE) {
      if (claims) dropAhead(vehicle);
      if (!endsOn(edge, vehicle.trip, vehicle.treeSet)) aheadLine = way;
      return;
    }
    if (connectionRestricted[connection]) {
      if (!claims || !claimsAhead(vehicle, connection, way, approachRow(true))) {
        aheadLine = way;
        return;
      }
      if (zips(connection)) {
        lookAcross(vehicle, connection, way, approachRow(true));
        zipGap = acrossGapM;
        zipSpeed = acrossMps;
      }
      // One is held ahead at most.
      claims = false;
    }
    const internal = header.edgeLanes + connection;
    if (laneVehicles[internal] != 0) {
      if (claims) dropAhead(vehicle);
      aheadGap = way + laneTailRearM[internal];
      aheadSpeed = laneTailSpeedMps[internal];
      return;
    }
    way += laneLengthM[internal];
    lane = connectionToLane[connection];
  }
  // Who has come to stand so far from it would keep others from crossing.
  if (claims) dropAhead(vehicle);
}

/** Does every way off the lane need a claim? Where there is none, too, one has to stop at its end. */
function needsClaim(lane: u32): bool {
  const end = laneConnectionStart[lane + 1];
  for (let connection = laneConnectionStart[lane]; connection < end; connection++)
    if (!connectionRestricted[connection]) return false;
  return true;
}

/** Past the lane's end by `over`, m: onto the connection, or across it in one step. */
function leaveLane(vehicle: Vehicle, lane: u32, edge: u32, over: f32): void {
  const connection = vehicle.connection;
  const internal = header.edgeLanes + connection;
  if (has(vehicle, CLEARING)) holdCrossing(vehicle);
  lower(vehicle, COURTEOUS);
  edgeLeft[edge] = edgeLeft[edge] + 1;
  countPassed(edge);
  tripLengthM[vehicle.trip] = tripLengthM[vehicle.trip] + laneLengthM[lane];
  if (ROUTED) leaveBehind(vehicle, edge);
  if (over >= laneLengthM[internal]) {
    enterTarget(vehicle, connection, over - laneLengthM[internal]);
    return;
  }
  vehicle.positionM = over;
  enter(internal, vehicle);
  raise(vehicle, GONE);
}

/** Onto the lane that the connection leads to, and over it where the rest of the step is longer and the vehicle may go on. */
function enterTarget(vehicle: Vehicle, connection: u32, over: f32): void {
  const lane = connectionToLane[connection];
  const edge = laneEdge[lane];
  vehicle.positionM = least(over, laneLengthM[lane] * <f32>0.999);
  const internal = header.edgeLanes + connection;
  tripLengthM[vehicle.trip] = tripLengthM[vehicle.trip] + laneLengthM[internal];
  if (connectionRestricted[connection]) beginClearing(vehicle, connection);
  passVia(edge, vehicle);
  plan(vehicle, lane);
  if (ROUTED) {
    takeAhead(vehicle, lane);
    noteLane(vehicle, lane);
  }
  edgeEntered[edge] = edgeEntered[edge] + 1;
  if (vehicle.positionM >= laneTerminalAtM[lane] && has(vehicle, REPORTED)) {
    report(PASSED_TERMINAL, vehicle.trip, laneTerminal[lane]);
  }
  if (ROUTED) countEntered(vehicle, edge, least(over, laneLengthM[lane] + typeLengthM[typeOf(vehicle)]));
  if (over >= laneLengthM[lane] && goesOn(vehicle, lane)) {
    leaveLane(vehicle, lane, edge, over - laneLengthM[lane]);
    return;
  }
  enter(lane, vehicle);
  raise(vehicle, GONE);
}

/**
 * May a vehicle that has just come to a lane leave it in the same step? Roads of SUMO are cut into pieces of a metre; commuters' lanes,
 * which are longer, end the step.
 */
function goesOn(vehicle: Vehicle, lane: u32): bool {
  if (!ROUTED || hasStop(vehicle, lane) || laneClosedFromM[lane] < FAR) return false;
  const connection = vehicle.connection;
  return connection != NONE && (!connectionRestricted[connection] || has(vehicle, CLAIMED));
}

function arrive(vehicle: Vehicle, edge: u32): void {
  const trip = vehicle.trip;
  if (has(vehicle, CLEARING)) endClearing(vehicle);
  if (has(vehicle, TRAILING)) releaseCrossings(vehicle, FAR);
  tripArrivalTick[trip] = header.tick + 1;
  tripLossS[trip] = tripLossS[trip] + vehicle.lossS;
  tripLengthM[trip] = tripLengthM[trip] + vehicle.positionM;
  edgeLeft[edge] = edgeLeft[edge] + 1;
  header.arrivedCount += 1;
  header.vehicleCount -= 1;
  if (has(vehicle, REPORTED)) report(ARRIVED, trip, edge);
  // What was said about this trip does not hold for the next one.
  personTreeSet[trip >> 1] = personUsualSet[trip >> 1];
  releaseSlot(vehicle);
  raise(vehicle, GONE);
}

/**
 * Those on the road without a claim choose their way on anew.
 * @param all everybody, because closures changed; else those whose person goes by another tree set now
 */
export function planAgain(all: bool): void {
  const vehicles = current();
  const lanes = header.edgeLanes;
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const first = laneFirst[lane];
    const end = first + laneVehicles[lane];
    for (let row = first; row < end; row++) {
      const vehicle = vehicles[row];
      if (has(vehicle, CLAIMED)) continue;
      if (all || vehicle.treeSet != personTreeSet[vehicle.trip >> 1]) plan(vehicle, lane);
    }
  }
}
