import {
  aheadClaim,
  approachConnection,
  conflictStart,
  conflictWith,
  connectionEntering,
  connectionFromLane,
  connectionRestricted,
  connectionToLane,
  entrant,
  entrantNext,
  header,
  incomingConnection,
  laneFirst,
  laneFirstEntrant,
  laneIncomingStart,
  laneLengthM,
  laneVehicles,
  ROUTED,
  typeLengthM,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { keepBehind } from "./courtesy";
import { isSafeBehind } from "./following";
import { CLAIMED, FAR, GONE, has, NONE, slotOf, typeOf, Vehicle } from "./vehicle";

// Lanes that merge like a zipper, of vehicles with fixed routes. Before the merge they are one queue, in the order of their ways to it: each
// keeps behind the one before it, whichever lane that is on. A claim is given to whoever fits between those who have one. Decision 46.
// As with claims, and unlike elsewhere, vehicles of other lanes are looked at themselves; those of lanes that have made their step are
// taken back by what they go in one, so that the order of lanes makes no difference to who is first.

/** Bit of connectionRestricted: who comes by it zips in with those who come by others to the same lane. */
const ZIPS: u8 = 8;
/** From so far before the line a driver makes room for the one on the other lane, m. */
const ZIPS_FROM_M: f32 = 250;
/** Lanes before the last that a claim held ahead is sought on. */
const LANES_BEFORE: u32 = 6;

export function zips(connection: u32): bool {
  return ROUTED && (connectionRestricted[connection] & ZIPS) != 0;
}

/** Do two connections zip into one lane? */
export function zipWith(connection: u32, other: u32): bool {
  return zips(connection) && zips(other) && connectionToLane[connection] == connectionToLane[other];
}

// The nearest of those before it in the queue, from `lookAcross`.
export let acrossGapM: f32 = FAR;
export let acrossMps: f32 = 0;

/** The lane that makes its step: those before it, and all entrants, have made theirs. */
let drivenLane: u32 = 0;

export function beginZipping(lane: u32): void {
  drivenLane = lane;
}

// Of the vehicle that is looked for: the way of its front to the merge, its length and speed, and where it comes from.
let ownM: f32 = 0;
let ownLengthM: f32 = 0;
let ownMps: f32 = 0;
let ownConnection: u32 = 0;
/** All that were met fit before it or behind it. */
let fits = true;
/** Those with a claim on the other connection that were met. */
let claimants: u32 = 0;

/** Another vehicle of the queue, whose front is `leftM` from the merge. @returns whether it is before the one that is looked for */
function meet(other: Vehicle, leftM: f32, hasMoved: bool, connection: u32): bool {
  const otherM = hasMoved ? leftM + other.speedMps * header.dtS : leftM;
  const isAhead = otherM < ownM || (otherM == ownM && connection < ownConnection);
  const gap = isAhead ? ownM - otherM - typeLengthM[typeOf(other)] : otherM - ownM - ownLengthM;
  const isSafe = isAhead
    ? isSafeBehind(gap, ownMps, other.speedMps, header.dtS)
    : isSafeBehind(gap, other.speedMps, ownMps, header.dtS);
  if (!isSafe) fits = false;
  if (isAhead && gap < acrossGapM) {
    acrossGapM = gap;
    acrossMps = other.speedMps;
  }
  return isAhead;
}

function holds(vehicle: Vehicle, connection: u32): bool {
  if (vehicle.connection == connection && has(vehicle, CLAIMED)) return true;
  return aheadClaim[slotOf(vehicle)] == connection + 1;
}

/** Those on the lane, and those who have come to it in this tick, who may cross by the connection. @param leftM from the lane's end to the merge */
function meetClaimants(lane: u32, leftM: f32, connection: u32): void {
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  for (let row = first; row < end; row++) {
    const each = vehicles[row];
    if (!has(each, GONE)) meetIfClaimant(each, lane, leftM, lane < drivenLane, connection);
  }
  meetEntrants(lane, leftM, connection);
}

function meetEntrants(lane: u32, leftM: f32, connection: u32): void {
  for (let row = laneFirstEntrant[lane]; row != NONE; row = entrantNext[row])
    meetIfClaimant(entrant[row], lane, leftM, true, connection);
}

function meetIfClaimant(other: Vehicle, lane: u32, leftM: f32, hasMoved: bool, connection: u32): void {
  if (!holds(other, connection)) return;
  claimants++;
  meet(other, laneLengthM[lane] - other.positionM + leftM, hasMoved, connection);
}

/** Those on the other connection, and those before it who may enter it; `all`: also who is next to ask, with those behind it. */
function meetAcross(other: u32, all: bool, old: u32): void {
  claimants = 0;
  const vehicles = current();
  const internal = header.edgeLanes + other;
  const lane = connectionFromLane[other];
  meetClaimants(internal, 0, other);
  meetEntrants(lane, laneLengthM[internal], other);
  const asks = all && approachConnection[old + lane] == other;
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  for (let row = first; row < end; row++) {
    const each = vehicles[row];
    // Whoever leaves the lane by another connection is in nobody's way here.
    if (has(each, GONE) || each.connection != other) continue;
    const claims = holds(each, other);
    if (!(claims || asks)) break;
    if (claims) claimants++;
    const leftM = laneLengthM[lane] - each.positionM + laneLengthM[internal];
    // Whoever follows is further behind.
    if (!meet(each, leftM, lane < drivenLane, other) && connectionEntering[other] <= claimants) return;
  }
  if (<u32>connectionEntering[other] > claimants) meetBefore(lane, laneLengthM[internal], other, 0);
  if (<u32>connectionEntering[other] > claimants) fits = false;
}

/** Those on lanes that lead to `lane`, and on the ways there, who hold a claim on the connection ahead. @param leftM from the lane's end to the merge */
function meetBefore(lane: u32, leftM: f32, other: u32, depth: u32): void {
  const startM = leftM + laneLengthM[lane];
  const end = laneIncomingStart[lane + 1];
  for (let row = laneIncomingStart[lane]; row < end; row++) {
    const connection = incomingConnection[row];
    const internal = header.edgeLanes + connection;
    const before = connectionFromLane[connection];
    meetClaimants(internal, startM, other);
    // A ring: those there were met.
    if (before == connectionFromLane[other]) continue;
    const endM = startM + laneLengthM[internal];
    meetClaimants(before, endM, other);
    if (<u32>connectionEntering[other] <= claimants) return;
    if (depth + 1 < LANES_BEFORE) meetBefore(before, endM, other, depth + 1);
  }
}

function meetAll(vehicle: Vehicle, connection: u32, distance: f32, all: bool, old: u32): void {
  ownM = distance + laneLengthM[header.edgeLanes + connection];
  ownLengthM = typeLengthM[typeOf(vehicle)];
  ownMps = vehicle.speedMps;
  ownConnection = connection;
  acrossGapM = FAR;
  acrossMps = 0;
  fits = true;
  const end = conflictStart[connection + 1];
  for (let row = conflictStart[connection]; row < end; row++) {
    const other = conflictWith[row];
    if (zipWith(connection, other)) meetAcross(other, all, old);
  }
  // Who has come to the lane beyond in this tick is seen there from the next one on.
  const beyond = connectionToLane[connection];
  for (let row = laneFirstEntrant[beyond]; row != NONE; row = entrantNext[row])
    meet(entrant[row], -entrant[row].positionM, true, NONE);
}

/**
 * Finds who may cross and is before the vehicle. @param distance to the line, m; negative beyond it
 * @returns whether there is a place for the vehicle between all who may
 */
export function lookAcross(vehicle: Vehicle, connection: u32, distance: f32, old: u32): bool {
  meetAll(vehicle, connection, distance, false, old);
  return fits;
}

/** A driver who may not cross yet keeps behind the one before it in the queue. */
export function makeRoom(vehicle: Vehicle, connection: u32, distance: f32, old: u32): void {
  if (distance > ZIPS_FROM_M) return;
  meetAll(vehicle, connection, distance, true, old);
  if (acrossGapM < FAR) keepBehind(vehicle, vehicle.positionM + acrossGapM, acrossMps);
}
