import {
  approachConnection,
  connectionApartM,
  connectionRestricted,
  connectionToLane,
  connectionWaiting,
  connectionWaitM,
  courtesyMps,
  courtesyRearM,
  courtesyUntilTick,
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
  tripArrivalTick,
  tripLengthM,
  tripLossS,
  typeAccelerationMps2,
  typeComfortableBrakingMps2,
  typeDawdlingMps,
  typeHeadwayS,
  typeInteraction,
  typeLengthM,
  typeMinGapM,
  typeSpeedMaxMps,
} from "../../../dist/kernel/sections";
import { countBehind, countEntered, leaveBehind } from "./behind";
import { current } from "./buffer";
import { enter } from "./entrants";
import { ARRIVED, PASSED_TERMINAL, report } from "./events";
import { countPassed } from "./flows";
import { approachSpeed, BRAKING, freeTerm, interactionTerm, safeSpeed, stoppingM } from "./following";
import {
  beginClearing,
  claim,
  claimPlaceInside,
  claimsAhead,
  CLEAR,
  clearsJunction,
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
import { chooseConnection, endsOn, nextEdge, passVia, plan } from "./routes";
import { releaseSlot } from "./slots";
import { hasStop, stand, stopAhead } from "./stops";
import {
  CLAIMED,
  CLEARING,
  COURTEOUS,
  FAR,
  GONE,
  has,
  lower,
  NONE,
  raise,
  REPORTED,
  slotOf,
  TRAILING,
  typeOf,
  Vehicle,
  WAITS,
} from "./vehicle";

// Every vehicle takes one step. Within its lane a vehicle reads its leader's values of before the step (they travel
// down the lane in registers); of other lanes it reads only what they published at the last tick (tails, approaches).
// Claims are the exception: they are given one after the other, in the order of lanes.

/** Lanes beyond a junction that a driver looks at, at most. */
const LOOKAHEAD_LANES: u32 = 6;
/** The interaction term that courtesy reaches at most: it brakes no harder than the comfortable 2 m/s². */
const POLITE_TERM: f32 = 2;
/** How far short of a line a driver stops, m. */
const LINE_GAP: f32 = 0.5;

/** First row of the approach columns that are read (`old`) or written in this tick. */
function approachRow(old: bool): u32 {
  return ((header.tick & 1) == 0) == old ? 0 : header.edgeLanes;
}

// What lies ahead of the vehicle that is looked at: the nearest obstacle across the junctions.
let aheadGap: f32 = FAR;
let aheadSpeed: f32 = 0;
/** Where it must be able to stop because a claim, or a change of lanes, will be needed there. */
let aheadLine: f32 = FAR;

export function drive(): void {
  const edgeLanes = header.edgeLanes;
  const lanes = edgeLanes + header.connections;
  const next = approachRow(false);
  memory.fill(changetype<usize>(approachConnection) + ((<usize>next) << 2), 0xff, (<usize>edgeLanes) << 2);
  let updates: u32 = 0;
  for (let lane: u32 = 0; lane < edgeLanes; lane++) {
    const count = laneVehicles[lane];
    if (count != 0) {
      driveLane(lane, count, next);
      updates += count;
    }
  }
  for (let lane = edgeLanes; lane < lanes; lane++) {
    const count = laneVehicles[lane];
    if (count != 0) {
      driveInternal(lane, count);
      updates += count;
    }
  }
  header.vehicleUpdates += <f64>updates;
}

function driveLane(lane: u32, count: u32, faceRow: u32): void {
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
      const decide = speed * speed * <f32>(1.0 / 6.0) + speed * dt + 2;
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
          const early = distance <= last ? waited(vehicle, connection) : (distance - last) / max<f32>(speed, 0.1);
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
    stopAt = min<f32>(stopAt, stopM);
    if (position <= closedAt) stopAt = min<f32>(stopAt, closedAt - position);

    let gap: f32 = leaderRear - position;
    let gapSpeed = leaderSpeed;
    let line = keepLine;
    if (i == 0) {
      lookAhead(vehicle, connection, distance);
      if (header.routeNodes != 0 && distance < DIVERGES_M) lookAside(lane, connection, distance);
      gap = aheadGap;
      gapSpeed = aheadSpeed;
      line = min<f32>(line, aheadLine);
    }
    let cap: f32 = FAR;
    if (connection != NONE && distance < 80) {
      const turn = laneSpeedMps[header.edgeLanes + connection] * factorOf(vehicle);
      cap = approachSpeed(distance - speed * dt, turn, typeComfortableBrakingMps2[type]);
    }
    leaderRear = position - typeLengthM[type];
    leaderSpeed = speed;
    const moved =
      stopM < 0
        ? stand(vehicle)
        : advance(vehicle, type, limit, signed, gapFactor, gap, gapSpeed, stopAt, line, cap, dt);
    sampledM += moved;
    if (position < typeLengthM[type] && header.routeNodes != 0) {
      countBehind(vehicle, tripLengthM[vehicle.trip] + position, moved, dt);
    }

    const now = vehicle.positionM;
    if (now > length + typeLengthM[type] && header.routeNodes != 0) {
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
    leaderRear = position - typeLengthM[type];
    leaderSpeed = speed;
    let stopAt: f32 = FAR;
    if (has(vehicle, WAITS)) {
      stopAt = passing
        ? waitInside(vehicle, connection, -position, old)
        : max<f32>(0, connectionWaitM[connection] - position);
      if (has(vehicle, WAITS)) passing = false;
    }
    const moved = advance(vehicle, type, limit, limit, 1, gap, gapSpeed, stopAt, line, FAR, dt);
    if (header.routeNodes != 0) countBehind(vehicle, tripLengthM[vehicle.trip] + position, moved, dt);
    if (has(vehicle, TRAILING)) releaseCrossings(vehicle, tripLengthM[vehicle.trip] + vehicle.positionM);
    if (vehicle.positionM >= length) enterTarget(vehicle, connection, vehicle.positionM - length);
  }
}

/** One step of the vehicle's own: chooses the speed, moves, keeps its accounts. Returns the metres moved. */
function advance(
  vehicle: Vehicle,
  type: u32,
  limit: f32,
  signed: f32,
  gapFactor: f32,
  gap: f32,
  gapSpeed: f32,
  stopAt: f32,
  line: f32,
  cap: f32,
  dt: f32,
): f32 {
  const speed = vehicle.speedMps;
  const highest = min<f32>(limit * factorOf(vehicle), typeSpeedMaxMps[type]);
  const wanted = highest - min<f32>(typeDawdlingMps[type], highest * 0.5);
  const minGap = typeMinGapM[type];
  const headway = typeHeadwayS[type] * gapFactor;
  const interaction = typeInteraction[type];
  let term: f32 = 0;
  if (gap < FAR) {
    term = interactionTerm(speed, max<f32>(gap, 0.01), speed - gapSpeed, minGap, headway, interaction);
  }
  if (has(vehicle, COURTEOUS)) {
    const slot = slotOf(vehicle);
    const until = courtesyUntilTick[slot];
    if (header.tick >= until) lower(vehicle, COURTEOUS);
    // Where the other one will have come to since.
    const sinceS = <f32>(header.tick + header.secondTicks - until) * dt;
    const room = max<f32>(courtesyRearM[slot] + courtesyMps[slot] * sinceS - vehicle.positionM, 0.01);
    const polite = interactionTerm(speed, room, speed - courtesyMps[slot], minGap, headway, interaction);
    term = max<f32>(term, min<f32>(polite, POLITE_TERM));
  }
  if (stopAt < FAR) {
    const line = max<f32>(stopAt + minGap - LINE_GAP, 0.01);
    term = max<f32>(term, interactionTerm(speed, line, speed, minGap, headway, interaction));
  }
  let acceleration = typeAccelerationMps2[type] * (freeTerm(speed, wanted) - term);
  acceleration = max<f32>(acceleration, -BRAKING);
  let next = speed + acceleration * dt;
  if (gap < FAR) next = min<f32>(next, safeSpeed(speed, gap - 0.5, gapSpeed, dt));
  if (stopAt < FAR) next = min<f32>(next, safeSpeed(speed, stopAt - 0.1, 0, dt));
  if (line < FAR) next = min<f32>(next, safeSpeed(speed, line - 0.1, 0, dt));
  if (next > cap) next = max<f32>(cap, speed - BRAKING * dt);
  next = max<f32>(0, next);
  // Whatever the model says, the bumper ahead and the line are not crossed.
  const most = max<f32>(0, min<f32>(gap, min<f32>(stopAt, line)) - 0.1);
  let moved = (speed + next) * dt * 0.5;
  if (moved > most) {
    moved = most;
    next = min<f32>(next, max<f32>(0, (2 * most) / dt - speed));
  }
  vehicle.positionM = vehicle.positionM + moved;
  vehicle.speedMps = next;
  const lost = max<f32>(0, dt - moved / min<f32>(signed * factorOf(vehicle), typeSpeedMaxMps[type]));
  vehicle.lossS = vehicle.lossS + lost;
  header.roadDelayS += <f64>lost;
  header.travelledM += <f64>moved;
  if (next > 1) vehicle.standingS = 0;
  else if (header.tick % header.secondTicks == 0 && vehicle.standingS < 255) vehicle.standingS += 1;
  return moved;
}

export function factorOf(vehicle: Vehicle): f32 {
  return <f32>vehicle.speedFactor * <f32>(1.0 / 128.0);
}

/** Finds the nearest obstacle beyond the end of the lane for its first vehicle: sets the three above. */
function lookAhead(vehicle: Vehicle, connection: u32, distance: f32): void {
  aheadGap = FAR;
  aheadSpeed = 0;
  aheadLine = FAR;
  if (connection == NONE) return;
  const internal = header.edgeLanes + connection;
  if (laneVehicles[internal] != 0) {
    if (header.routeNodes != 0) dropAhead(vehicle);
    aheadGap = distance + laneTailRearM[internal];
    aheadSpeed = laneTailSpeedMps[internal];
    return;
  }
  const goes = !connectionRestricted[connection] || (has(vehicle, CLAIMED) && !has(vehicle, WAITS));
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
  aheadGap = FAR;
  aheadSpeed = 0;
  aheadLine = FAR;
  const speed = vehicle.speedMps;
  const horizon = speed * speed * <f32>(1.0 / 6.0) + speed * 3 + 10;
  let claims = goes && header.routeNodes != 0;
  for (let hop: u32 = 0; hop < LOOKAHEAD_LANES && way < horizon; hop++) {
    if (laneVehicles[lane] != 0) {
      if (claims) dropAhead(vehicle);
      aheadGap = way + laneTailRearM[lane];
      aheadSpeed = laneTailSpeedMps[lane];
      return;
    }
    if (laneClosedFromM[lane] < FAR) {
      aheadLine = way + laneClosedFromM[lane];
      return;
    }
    way += laneLengthM[lane];
    const edge = laneEdge[lane];
    const after = nextEdge(edge, vehicle.trip, vehicle.treeSet);
    const held = claims ? heldAhead(vehicle, lane) : NONE;
    const connection = held == NONE ? chooseConnection(lane, after, vehicle.trip, vehicle.treeSet) : held;
    if (connection == NONE) {
      if (!endsOn(edge, vehicle.trip, vehicle.treeSet)) aheadLine = way;
      return;
    }
    if (connectionRestricted[connection]) {
      if (!claims || !claimsAhead(vehicle, connection, way, approachRow(true))) {
        aheadLine = way;
        return;
      }
      // One is held ahead at most.
      claims = false;
    }
    const internal = header.edgeLanes + connection;
    if (laneVehicles[internal] != 0) {
      aheadGap = way + laneTailRearM[internal];
      aheadSpeed = laneTailSpeedMps[internal];
      return;
    }
    way += laneLengthM[internal];
    lane = connectionToLane[connection];
  }
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
  if (header.routeNodes != 0) leaveBehind(vehicle, edge);
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
  vehicle.positionM = min<f32>(over, laneLengthM[lane] * <f32>0.999);
  const internal = header.edgeLanes + connection;
  tripLengthM[vehicle.trip] = tripLengthM[vehicle.trip] + laneLengthM[internal];
  if (connectionRestricted[connection]) beginClearing(vehicle, connection);
  passVia(edge, vehicle);
  plan(vehicle, lane);
  if (header.routeNodes != 0) takeAhead(vehicle, lane);
  edgeEntered[edge] = edgeEntered[edge] + 1;
  if (vehicle.positionM >= laneTerminalAtM[lane] && has(vehicle, REPORTED)) {
    report(PASSED_TERMINAL, vehicle.trip, laneTerminal[lane]);
  }
  if (header.routeNodes != 0)
    countEntered(vehicle, edge, min<f32>(over, laneLengthM[lane] + typeLengthM[typeOf(vehicle)]));
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
  if (header.routeNodes == 0 || hasStop(vehicle, lane)) return false;
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
