import {
  aheadClaim,
  approachConnection,
  approachHindrance,
  approachS,
  conflictClearM,
  conflictStart,
  conflictWaits,
  conflictWith,
  conflictYields,
  connectionClaims,
  connectionEntering,
  connectionFromLane,
  connectionRestricted,
  connectionSignal,
  connectionToLane,
  connectionWaiting,
  connectionWaitM,
  header,
  heldConnection,
  heldUntilM,
  laneClosedFromM,
  laneConnectionStart,
  laneEdge,
  laneExpected,
  laneFirst,
  laneLengthM,
  laneSpeedMps,
  laneTailRearM,
  laneTailSpeedMps,
  laneVehicles,
  ROUTED,
  signalGreenTick,
  signalLetter,
  tripLengthM,
  typeAccelerationMps2,
  typeLengthM,
  typeMinGapM,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { hasEntrants } from "./entrants";
import { chooseConnection, nextEdge } from "./routes";
import { greatest, least, stoppingM, travelTime } from "./following";
import { DARK, GREEN, GREEN_YIELD, isGreen, STOP_YIELD, YELLOW } from "./signals";
import {
  CLAIMED,
  CLEARING,
  FAR,
  GONE,
  has,
  lower,
  NONE,
  raise,
  slotOf,
  TRAILING,
  typeOf,
  Vehicle,
  WAITS,
} from "./vehicle";
import { lookAcross, zips, zipWith } from "./zipper";

// Right of way by claims. A vehicle enters a restricted connection only with a claim on it; a claim is given only while
// no conflicting connection is claimed, and it ends when the vehicle's rear has left the connection. So no two vehicles
// are ever on conflicting connections, whatever the rules of priority say; those only decide who gets the claim. Vehicles with
// fixed routes may also be on a part of a connection that no other touches: see docs/decisions/0027.

/** Why an approaching vehicle did not get its claim. */
export const CLEAR: u32 = 0;
/** A red light, a closed lane, or no room beyond: it does not compete. */
export const HELD: u32 = 1;
/** It gives way to somebody who is still approaching. */
export const YIELDS: u32 = 2;
/** Somebody is on, or may enter, a conflicting connection. */
export const OCCUPIED: u32 = 3;
/** A red light, in front of a vehicle with a fixed route, or a green one that the driver is about to see: it competes from the moment when the light changes. */
const STOPPED: u32 = 4;

/** After this long at the line a driver no longer waits for those who themselves give way, s. */
const PATIENCE_S: u8 = 3;

/**
 * From so far before a line a driver has to know whether it may be crossed, m: the way to stop by 3 m/s², and what is driven before the next look. Who picks up
 * speed fast comes further in a step than 2 m beyond that, and has to stop from there (6 m/s²).
 */
export function decideM(speed: f32, type: u32): f32 {
  const dt = header.dtS;
  const gain = typeAccelerationMps2[type] * dt;
  return speed * speed * <f32>(1.0 / 6.0) + speed * dt + greatest(2, gain * (dt * 0.5 + gain * <f32>(1.0 / 12.0)));
}

/** May the vehicle enter `connection`, `distance` m ahead of it? Returns CLEAR or what hinders it. */
export function hindrance(vehicle: Vehicle, connection: u32, distance: f32, old: u32): u32 {
  let letter = letterOf(connection);
  if (letter <= YELLOW && !clearsJunction(vehicle, connection, distance)) {
    return !ROUTED ? HELD : STOPPED;
  }
  if (vehicle.standingS == 0 && mustStop(connection, letter)) return YIELDS;
  if (letter == STOP_YIELD) letter = GREEN_YIELD;
  if (!ROUTED && isGreen(letter) && vehicle.standingS != 0 && hasJustTurned(connection)) return STOPPED;
  if (!hasRoomBeyond(vehicle, connection) && !isInRing(vehicle, connection)) return HELD;
  // Nobody overtakes those who wait within the junction.
  if (ROUTED && connectionWaiting[connection] != 0) return OCCUPIED;
  if (zips(connection) && !lookAcross(vehicle, connection, distance, old)) return OCCUPIED;
  return conflictHindrance(vehicle, connection, distance, letter, old, ALL);
}

/** Bits of connectionRestricted beside the lowest: a stop sign, and one for all. */
const STOP_SIGN: u8 = 2;
const ALL_STOP: u8 = 4;

function mustStop(connection: u32, letter: u32): bool {
  return letter == DARK || letter == STOP_YIELD || (connectionRestricted[connection] & STOP_SIGN) != 0;
}

/**
 * Is somebody about to enter the connection who is not on this lane, of which the vehicle looked at is the first? One who turns
 * off across it has a claim on the same connection.
 */
export function isEnteredAcross(connection: u32): bool {
  return ROUTED && <u32>connectionEntering[connection] > laneVehicles[header.edgeLanes + connection];
}

/** Of which conflicts the hindrance is looked for: of all, of those that cannot be waited for inside, of those that can. */
const ALL: u32 = 0;
const BEFORE: u32 = 1;
const INSIDE: u32 = 2;

/** Bits of conflictWaits. */
const WAITS_FOR: u8 = 1;
const WAITED_FOR: u8 = 2;

/**
 * May the vehicle, which may not cross yet, enter the junction and wait at its place there? Those who give way to oncoming
 * traffic do: on green, behind nobody who has yet to enter, and where they leave the road behind them free.
 */
export function mayWaitInside(vehicle: Vehicle, connection: u32, distance: f32, old: u32): bool {
  if (!ROUTED) return false;
  const letter = letterOf(connection);
  if (letter != GREEN_YIELD && letter != NONE) return false;
  if (vehicle.standingS == 0 && mustStop(connection, letter)) return false;
  const internal = header.edgeLanes + connection;
  const type = typeOf(vehicle);
  let place = connectionWaitM[connection];
  if (place < typeLengthM[type] - OUTSIDE_M) return false;
  if (<u32>connectionEntering[connection] > laneVehicles[internal] || hasEntrants(internal)) return false;
  if (laneVehicles[internal] != 0) place = least(place, laneTailRearM[internal] - typeMinGapM[type]);
  if (place < typeLengthM[type] - OUTSIDE_M || !hasRoomBeyond(vehicle, connection)) return false;
  return conflictHindrance(vehicle, connection, distance, letter, old, BEFORE) == CLEAR;
}

/** So much of a vehicle that waits within the junction may stand out of it, m. */
const OUTSIDE_M: f32 = 1;

/** May the vehicle leave its waiting place within the junction, `distance` m ahead? The light no longer matters to it. */
export function mayCross(vehicle: Vehicle, connection: u32, distance: f32, old: u32): bool {
  if (!hasRoomBeyond(vehicle, connection)) return false;
  return conflictHindrance(vehicle, connection, distance, GREEN_YIELD, old, INSIDE) == CLEAR;
}

export function claimPlaceInside(vehicle: Vehicle, connection: u32): void {
  claim(vehicle, connection);
  raise(vehicle, WAITS);
  connectionWaiting[connection] = connectionWaiting[connection] + 1;
}

/** The vehicle need not wait inside any more. */
export function endWaiting(vehicle: Vehicle, connection: u32): void {
  lower(vehicle, WAITS);
  connectionWaiting[connection] = connectionWaiting[connection] - 1;
}

/**
 * The signal's letter; NONE, which is none of them, where there is no signal and priorities rule. Where a sign has all stop, it is as
 * at a signal that is out of order.
 */
function letterOf(connection: u32): u32 {
  const signal = connectionSignal[connection];
  if (signal >= 0) return <u32>signalLetter[<u32>signal];
  return (connectionRestricted[connection] & ALL_STOP) != 0 ? DARK : NONE;
}

/**
 * A commuter who stands at the line sets out so long after the light has turned green, s: with what speeding up costs the first four of a queue,
 * they lose the 2 s of the Highway Capacity Manual 2000, chapter 16. Drivers of SUMO, beside which vehicles with fixed routes are measured, set out at once.
 */
const REACTS_S: f32 = 1.2;

function hasJustTurned(connection: u32): bool {
  const sinceS = <f32>(header.tick - signalGreenTick[<u32>connectionSignal[connection]]) * header.dtS;
  return sinceS + header.dtS * 0.5 < REACTS_S;
}

/**
 * Would the vehicle have waited within the junction by now? Who gives way there goes when the light turns yellow and those who
 * have the way stop. Here it waits at the line, and sets out as if it stood at its place inside.
 */
export function clearsJunction(vehicle: Vehicle, connection: u32, distance: f32): bool {
  return vehicle.standingS > 0 && letterOf(connection) == YELLOW && isInside(vehicle, connection, distance);
}

/** Is there a place for the vehicle within the junction, with those before it, where who gives way waits? */
function isInside(vehicle: Vehicle, connection: u32, distance: f32): bool {
  if (!ROUTED || connectionWaitM[connection] <= 0) return false;
  const type = typeOf(vehicle);
  // Where there is room for it, it does wait inside.
  if (connectionWaitM[connection] >= typeLengthM[type] - OUTSIDE_M) return false;
  return distance < INSIDE_M + greatest(0, connectionWaitM[connection] - typeLengthM[type] - typeMinGapM[type]);
}

/** So near to the line a vehicle stands first there, m. */
const INSIDE_M: f32 = 4;

/** A vehicle that holds a claim and can still stop gives it up when the light or the room beyond has changed. */
export function mustGiveUp(vehicle: Vehicle, connection: u32, distance: f32): bool {
  if (stoppingM(vehicle.speedMps) + 0.5 > distance) return false;
  const letter = letterOf(connection);
  if (letter == YELLOW && isInside(vehicle, connection, distance)) return false;
  return letter <= YELLOW || !hasRoomBeyond(vehicle, connection);
}

/** Short lanes that are looked through, one after the other, at most. */
const SHORT_LANES: u32 = 3;
const SHORT_LANES_ROUTED: u32 = 8;

/** Would the vehicle, with all who come before it, find room behind the last one on the target lane if that one braked? */
export function hasRoomBeyond(vehicle: Vehicle, connection: u32): bool {
  const target = connectionToLane[connection];
  const own: u32 = holds(vehicle, connection) ? 1 : 0;
  const type = typeOf(vehicle);
  const needed = <f32>(laneExpected[target] - own + 1) * (typeLengthM[type] + typeMinGapM[type]);
  return hasRoom(vehicle, target, needed, 0);
}

/** So long a driver waits until it goes on a road shorter than the vehicle, and to a red light, s. */
const STUB_S: u8 = 20;
/** Who stands at a lane's end is so near to it, m. */
const AT_END_M: f32 = 0.6;

/**
 * Are `needed` m free from the lane's start on? Where the lane is free and shorter than that, what lies behind its end
 * counts too, if the vehicle could go on there as things stand now: so a short lane between two junctions is entered
 * only by those who can leave it, and by several of them at once.
 */
function hasRoom(vehicle: Vehicle, lane: u32, needed: f32, depth: u32): bool {
  if (laneClosedFromM[lane] <= 0) return false;
  const length = laneLengthM[lane];
  const free =
    laneVehicles[lane] == 0 ? length : least(length, laneTailRearM[lane] + stoppingM(laneTailSpeedMps[lane]));
  // Nobody leaves a lane that is closed further on.
  if (laneClosedFromM[lane] < FAR) return least(free, laneClosedFromM[lane]) >= needed;
  if (free >= needed) return true;
  // The first on it stands at its end, without a gap; whoever is on it leaves it, if it can.
  if (ROUTED && free == length && free >= needed - typeMinGapM[typeOf(vehicle)] + AT_END_M) return true;
  if (!ROUTED) {
    // Only a lane without anybody standing on it is looked through.
    if (free < length) return false;
  } else if (laneVehicles[lane] != 0) {
    const moving = movingM(lane, needed);
    if (moving < 0) return false;
    needed += moving;
    if (length >= needed) return true;
  }
  if (depth >= (!ROUTED ? SHORT_LANES : SHORT_LANES_ROUTED)) return ROUTED;
  const after = nextEdge(laneEdge[lane], vehicle.trip, vehicle.treeSet);
  const connection = chooseConnection(lane, after, vehicle.trip, vehicle.treeSet);
  if (connection == NONE) return true;
  // Who is longer than a road that ends at a red light waits for both to be green, but not for ever: they may never be.
  const isLong = ROUTED && length < typeLengthM[typeOf(vehicle)] && vehicle.standingS >= STUB_S;
  if (letterOf(connection) <= YELLOW && !isLong) return false;
  const end = conflictStart[connection + 1];
  for (let row = conflictStart[connection]; row < end; row++) {
    if (isTaken(row, connection, vehicle)) return false;
  }
  // Where nobody crosses, a vehicle may as well stand between two lanes: roads of SUMO are cut into pieces of a metre.
  const internal = header.edgeLanes + connection;
  const between: f32 = ROUTED && !connectionRestricted[connection] ? laneLengthM[internal] : 0;
  if (ROUTED && laneVehicles[internal] != 0 && movingM(internal, needed - length) < 0) return false;
  const beyond = connectionToLane[connection];
  const type = typeOf(vehicle);
  const own: u32 = holds(vehicle, connection) ? 1 : 0;
  const before = <f32>(laneExpected[beyond] - own) * (typeLengthM[type] + typeMinGapM[type]);
  return hasRoom(vehicle, beyond, needed - length - between + before, depth + 1);
}

/** After this long, s, a driver looks whether those who have no room beyond wait for each other in a ring. */
const LOCKED_S: u8 = 4;
/** Lanes of a ring, at most. */
const RING_MAX: u32 = 24;

/**
 * Do all stand one behind the other in a ring, and the last of them behind this vehicle? Then nobody would go, or not soon: it drives into the
 * junction as far as it can, which makes room behind it. Why each stands is not asked, a red light or a stop is as good. Lanes that are empty
 * and too short for it are passed along its own route.
 */
function isInRing(vehicle: Vehicle, connection: u32): bool {
  if (!ROUTED || vehicle.standingS < LOCKED_S || header.tick % header.secondTicks != 0) return false;
  const home = connectionFromLane[connection];
  const type = typeOf(vehicle);
  const place = typeLengthM[type] + typeMinGapM[type];
  let along = true;
  let lane = connectionToLane[connection];
  for (let hop: u32 = 0; hop < RING_MAX; hop++) {
    if (laneClosedFromM[lane] < FAR) return false;
    let way = NONE;
    if (laneVehicles[lane] != 0) {
      along = false;
      const first = current()[laneFirst[lane]];
      // Somebody moves, or there is room for one more.
      if (first.speedMps > STANDING_MPS || laneTailRearM[lane] >= place) return false;
      way = first.connection;
      const next = way == NONE ? lane : connectionToLane[way];
      // Where it has room beyond, it may stand behind somebody in the junction who goes another way.
      if (way == NONE || laneVehicles[next] == 0 || laneTailRearM[next] >= place) way = standingWay(lane);
    } else if (along) {
      way = chooseConnection(
        lane,
        nextEdge(laneEdge[lane], vehicle.trip, vehicle.treeSet),
        vehicle.trip,
        vehicle.treeSet,
      );
    }
    if (way == NONE) return false;
    lane = connectionToLane[way];
    if (lane == home) return true;
  }
  return false;
}

/** A way off the lane on which somebody stands within the junction; NONE where nobody does. */
function standingWay(lane: u32): u32 {
  const end = laneConnectionStart[lane + 1];
  for (let way = laneConnectionStart[lane]; way < end; way++) {
    const internal = header.edgeLanes + way;
    if (laneVehicles[internal] != 0 && laneTailSpeedMps[internal] <= STANDING_MPS) return way;
  }
  return NONE;
}

/**
 * The metres that the vehicles on a lane will take once all of them have closed up, as none stands; 0 where there is room for
 * `needed` m, and for those who move, behind the last who stands; -1 where there is not. They are going to make room, as SUMO's
 * drivers reckon (MSLane::getSpaceTillLastStanding).
 */
function movingM(lane: u32, needed: f32): f32 {
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  let moving: f32 = 0;
  for (let row = end; row > first && end - row < MOVING_MAX; row--) {
    const other = vehicles[row - 1];
    if (has(other, GONE)) continue;
    const type = typeOf(other);
    if (other.speedMps < STANDING_MPS) return other.positionM - typeLengthM[type] >= needed + moving ? 0 : -1;
    moving += typeLengthM[type] + typeMinGapM[type];
  }
  return moving;
}

/** So many vehicles are looked at, at most: who sees more than that move trusts in the rest. */
const MOVING_MAX: u32 = 12;
/** Who is slower than this stands, m/s. */
const STANDING_MPS: f32 = 0.5;

function conflictHindrance(vehicle: Vehicle, connection: u32, distance: f32, letter: u32, old: u32, which: u32): u32 {
  const end = conflictStart[connection + 1];
  let clearS: f32 = -1;
  for (let row = conflictStart[connection]; row < end; row++) {
    const other = conflictWith[row];
    if (which != ALL && ((conflictWaits[row] & WAITS_FOR) != 0) != (which == INSIDE)) continue;
    if (zipWith(connection, other)) continue;
    if (isTaken(row, connection, vehicle)) return OCCUPIED;
    // A protected green has the way; conflicting protected greens do not exist.
    if (letter == GREEN || (conflictYields[row] == 0 && letter != DARK)) continue;
    const face = old + connectionFromLane[other];
    if (approachConnection[face] != other) continue;
    const kept = <u32>approachHindrance[face];
    if (letter == DARK) {
      // An all-way stop: who has stood longer goes first.
      if (kept != HELD && approachS[face] < waited(vehicle, connection)) return YIELDS;
      continue;
    }
    // Approaches are those of the last tick: who stood at red then may have green now, and goes before who gives way.
    if (kept == STOPPED && letterOf(other) <= YELLOW) continue;
    // Without signals who is held up has the way all the same: who circulates leaves a full roundabout first.
    if (kept == HELD && (letter != NONE || !ROUTED)) continue;
    if (kept == YIELDS && vehicle.standingS >= PATIENCE_S) continue;
    if (clearS < 0) clearS = clearingTime(vehicle, connection, distance) * patience(vehicle);
    if (approachS[face] <= clearS && clearS > 0) return YIELDS;
  }
  return CLEAR;
}

/** After this long at the line a driver with a fixed route trusts in those to brake who can (SUMO's time-to-impatience), s. */
const IMPATIENT_S: f32 = 180;

/** What part of the time to clear the junction a driver wants those to be away who have the way: commuters, all of it. */
function patience(vehicle: Vehicle): f32 {
  return !ROUTED ? 1 : greatest(0, 1 - <f32>vehicle.standingS * (1 / IMPATIENT_S));
}

/**
 * Does somebody on the other connection keep the vehicle from this one? Among vehicles with fixed routes whose ways merge, one
 * follows the other as on a lane once that one's front is on it; elsewhere the rear has to be off.
 */
function isTaken(row: u32, connection: u32, vehicle: Vehicle): bool {
  const other = conflictWith[row];
  if (!ROUTED) return claimsOf(other, vehicle) != 0;
  const inside: u32 = (conflictWaits[row] & WAITED_FOR) != 0 ? connectionWaiting[other] : 0;
  if (connectionToLane[other] == connectionToLane[connection]) {
    // Who enters in this tick is seen on the lane from the next one on.
    return <u32>connectionEntering[other] > inside || hasEntrants(connectionToLane[other]);
  }
  return claimsOf(other, vehicle) > inside && !hasPassed(other, conflictClearM[row]);
}

/** Are all who hold a claim on the connection so far on it that nobody's rear is before `clearM`? */
function hasPassed(connection: u32, clearM: f32): bool {
  const internal = header.edgeLanes + connection;
  const target = connectionToLane[connection];
  if (<u32>connectionEntering[connection] > laneVehicles[internal]) return false;
  if (hasEntrants(internal) || hasEntrants(target)) return false;
  if (laneVehicles[internal] != 0) return laneTailRearM[internal] > clearM;
  if (laneVehicles[target] == 0) return false;
  // The last to come by this way, when nobody has followed it by another: all who came before it are further ahead.
  const last = current()[laneFirst[target] + laneVehicles[target] - 1];
  if (!has(last, CLEARING) || last.from != connection) return false;
  return laneLengthM[internal] + laneTailRearM[target] > clearM;
}

/** How many others are on the connection, or may enter it. On lanes shorter than itself a vehicle still blocks connections behind. */
function claimsOf(connection: u32, vehicle: Vehicle): u32 {
  let others = <u32>connectionClaims[connection];
  if (others == 0 || !has(vehicle, CLEARING | TRAILING)) return others;
  if (has(vehicle, CLEARING) && vehicle.from == connection) others--;
  const first = slotOf(vehicle) * HELD_MAX;
  for (let row = first; row < first + HELD_MAX; row++) {
    if (heldUntilM[row] != 0 && heldConnection[row] == connection) others--;
  }
  return others;
}

/** Seconds until the vehicle's rear would have left the connection. */
function clearingTime(vehicle: Vehicle, connection: u32, distance: f32): f32 {
  const type = typeOf(vehicle);
  const internal = header.edgeLanes + connection;
  const insideM: f32 = !ROUTED ? 0 : connectionWaitM[connection];
  const way = distance + laneLengthM[internal] - insideM + typeLengthM[type];
  return travelTime(way, vehicle.speedMps, laneSpeedMps[internal], typeAccelerationMps2[type]) + header.dtS * 0.5;
}

export function claim(vehicle: Vehicle, connection: u32): void {
  raise(vehicle, CLAIMED);
  count(connection);
}

function count(connection: u32): void {
  connectionClaims[connection] = connectionClaims[connection] + 1;
  if (ROUTED) connectionEntering[connection] = connectionEntering[connection] + 1;
  const target = connectionToLane[connection];
  laneExpected[target] = laneExpected[target] + 1;
}

function discount(connection: u32): void {
  connectionClaims[connection] = connectionClaims[connection] - 1;
  if (ROUTED) connectionEntering[connection] = connectionEntering[connection] - 1;
  const target = connectionToLane[connection];
  laneExpected[target] = laneExpected[target] - 1;
}

function holds(vehicle: Vehicle, connection: u32): bool {
  if (has(vehicle, CLAIMED) && vehicle.connection == connection) return true;
  return ROUTED && aheadClaim[slotOf(vehicle)] == connection + 1;
}

/**
 * Has the first vehicle before `lane`, on which nobody is, a claim on its way out of that lane, too, or does it get it now? Without,
 * it could not come onto a short lane faster than it can stop there. Only vehicles with fixed routes look so far.
 * @param way metres to the lane's end
 */
export function claimsAhead(vehicle: Vehicle, connection: u32, way: f32, old: u32): bool {
  const slot = slotOf(vehicle);
  const held = aheadClaim[slot];
  if (held != 0) {
    if (held != connection + 1) {
      // It goes another way by now: what it does not use it does not keep from others.
      dropAhead(vehicle);
      return false;
    }
    if (!mustGiveUp(vehicle, connection, way)) return true;
    dropAhead(vehicle);
    return false;
  }
  if (way > decideM(vehicle.speedMps, typeOf(vehicle))) return false;
  if (hindrance(vehicle, connection, way, old) != CLEAR) return false;
  aheadClaim[slot] = connection + 1;
  count(connection);
  return true;
}

/** The connection that the vehicle holds a claim on from the lane, without being there yet; NONE = none. */
export function heldAhead(vehicle: Vehicle, lane: u32): u32 {
  const held = aheadClaim[slotOf(vehicle)];
  return held != 0 && connectionFromLane[held - 1] == lane ? held - 1 : NONE;
}

/** The vehicle has come to the lane: what it held ahead is its claim. */
export function takeAhead(vehicle: Vehicle, lane: u32): void {
  const connection = heldAhead(vehicle, lane);
  if (connection == NONE) return;
  aheadClaim[slotOf(vehicle)] = 0;
  vehicle.connection = connection;
  raise(vehicle, CLAIMED);
}

/** Somebody else is before it now, or the vehicle goes another way. */
export function dropAhead(vehicle: Vehicle): void {
  const held = aheadClaim[slotOf(vehicle)];
  if (held == 0) return;
  aheadClaim[slotOf(vehicle)] = 0;
  discount(held - 1);
}

export function giveUp(vehicle: Vehicle, connection: u32): void {
  if (ROUTED) dropAhead(vehicle);
  if (has(vehicle, WAITS)) endWaiting(vehicle, connection);
  lower(vehicle, CLAIMED);
  discount(connection);
}

/** The vehicle's front enters the target lane; its rear still blocks the connection. */
export function beginClearing(vehicle: Vehicle, connection: u32): void {
  const target = connectionToLane[connection];
  laneExpected[target] = laneExpected[target] - 1;
  if (ROUTED) connectionEntering[connection] = connectionEntering[connection] - 1;
  lower(vehicle, CLAIMED);
  raise(vehicle, CLEARING);
  vehicle.from = connection;
}

export function endClearing(vehicle: Vehicle): void {
  lower(vehicle, CLEARING);
  connectionClaims[vehicle.from] = connectionClaims[vehicle.from] - 1;
}

/** Crossings held by slot: the kernel's side of `crossingsHeldMax`. */
const HELD_MAX: u32 = 2;

/**
 * Leaves a lane shorter than itself: the rear still blocks the connection before it, until the vehicle has come its own
 * length from the lane's start. Where more are held than there is room for, the one that is cleared first is let go.
 */
export function holdCrossing(vehicle: Vehicle): void {
  const first = slotOf(vehicle) * HELD_MAX;
  let row = first;
  for (let other = first + 1; other < first + HELD_MAX; other++) if (heldUntilM[other] < heldUntilM[row]) row = other;
  if (heldUntilM[row] != 0) connectionClaims[heldConnection[row]] = connectionClaims[heldConnection[row]] - 1;
  heldConnection[row] = vehicle.from;
  heldUntilM[row] = tripLengthM[vehicle.trip] + typeLengthM[typeOf(vehicle)];
  lower(vehicle, CLEARING);
  raise(vehicle, TRAILING);
}

/** Frees the crossings that the rear has left. @param cameM how far the trip has come, m */
export function releaseCrossings(vehicle: Vehicle, cameM: f32): void {
  const first = slotOf(vehicle) * HELD_MAX;
  let left = false;
  for (let row = first; row < first + HELD_MAX; row++) {
    if (heldUntilM[row] == 0) continue;
    if (heldUntilM[row] > cameM) {
      left = true;
      continue;
    }
    connectionClaims[heldConnection[row]] = connectionClaims[heldConnection[row]] - 1;
    heldUntilM[row] = 0;
  }
  if (!left) lower(vehicle, TRAILING);
}

/** Seconds until a vehicle at the line could go: 0, and at a dark signal minus those it has stood. */
export function waited(vehicle: Vehicle, connection: u32): f32 {
  return letterOf(connection) == DARK ? -(<f32>vehicle.standingS) : 0;
}

/** What others see of the lane's first vehicle without a claim. @param face row of the new approach columns */
export function showApproach(face: u32, connection: u32, seconds: f32, kept: u32): void {
  approachConnection[face] = connection;
  approachS[face] = least(seconds, FAR);
  approachHindrance[face] = <u8>kept;
}
