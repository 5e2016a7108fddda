import {
  approachConnection,
  conflictStart,
  conflictWith,
  connectionFromLane,
  connectionRestricted,
  connectionToLane,
  courtesyMps,
  courtesyRearM,
  courtesyUntilTick,
  entrant,
  entrantNext,
  header,
  laneFirst,
  laneFirstEntrant,
  laneLengthM,
  laneVehicles,
  ROUTED,
  typeLengthM,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { isSafeBehind } from "./following";
import { CLAIMED, COURTEOUS, FAR, GONE, has, NONE, raise, slotOf, typeOf, Vehicle } from "./vehicle";

// Lanes that merge like a zipper, of vehicles with fixed routes. Before the merge they are one queue, in the order of their ways to it: each
// keeps behind the one before it, whichever lane that is on. A claim is given to whoever fits between those who have one. Decision 46.

/** Bit of connectionRestricted: who comes by it zips in with those who come by others to the same lane. */
const ZIPS: u8 = 8;
/** From so far before the line a driver makes room for the one on the other lane, m. */
const ZIPS_FROM_M: f32 = 250;

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

// Of the vehicle that is looked for: the way of its front to the merge, its length and speed, and where it comes from.
let ownM: f32 = 0;
let ownLengthM: f32 = 0;
let ownMps: f32 = 0;
let ownConnection: u32 = 0;
/** All that were met fit before it or behind it. */
let fits = true;

function begin(vehicle: Vehicle, connection: u32, distance: f32): void {
  ownM = distance + laneLengthM[header.edgeLanes + connection];
  ownLengthM = typeLengthM[typeOf(vehicle)];
  ownMps = vehicle.speedMps;
  ownConnection = connection;
  acrossGapM = FAR;
  acrossMps = 0;
  fits = true;
}

/** Another vehicle of the queue, `otherM` from the merge. */
function meet(other: Vehicle, otherM: f32, connection: u32): void {
  const isAhead = otherM < ownM || (otherM == ownM && connection < ownConnection);
  const gap = isAhead ? ownM - otherM - typeLengthM[typeOf(other)] : otherM - ownM - ownLengthM;
  const isSafe = isAhead
    ? isSafeBehind(gap, ownMps, other.speedMps, header.dtS)
    : isSafeBehind(gap, other.speedMps, ownMps, header.dtS);
  if (!isSafe) fits = false;
  if (!isAhead || gap >= acrossGapM) return;
  acrossGapM = gap;
  acrossMps = other.speedMps;
}

/** All on the lane, or about to be. @param leftM from its end to the merge */
function meetLane(lane: u32, leftM: f32, connection: u32): void {
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  for (let row = first; row < end; row++) {
    const other = vehicles[row];
    if (!has(other, GONE)) meet(other, laneLengthM[lane] - other.positionM + leftM, connection);
  }
  for (let row = laneFirstEntrant[lane]; row != NONE; row = entrantNext[row])
    meet(entrant[row], laneLengthM[lane] - entrant[row].positionM + leftM, connection);
}

/** Those on the other connection, and those before it who may enter it; `all`: also who is next to ask, with those behind it. */
function meetAcross(other: u32, all: bool, old: u32): void {
  const internal = header.edgeLanes + other;
  meetLane(internal, 0, other);
  const lane = connectionFromLane[other];
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  for (let row = first; row < end; row++) {
    const each = vehicles[row];
    if (has(each, GONE)) continue;
    if (each.connection != other) return;
    if (!has(each, CLAIMED) && !(all && approachConnection[old + lane] == other)) return;
    meet(each, laneLengthM[lane] - each.positionM + laneLengthM[internal], other);
  }
}

function meetAll(vehicle: Vehicle, connection: u32, distance: f32, all: bool, old: u32): void {
  begin(vehicle, connection, distance);
  const end = conflictStart[connection + 1];
  for (let row = conflictStart[connection]; row < end; row++) {
    const other = conflictWith[row];
    if (zipWith(connection, other)) meetAcross(other, all, old);
  }
  // Who has come to the lane beyond in this tick is seen there from the next one on.
  const beyond = connectionToLane[connection];
  for (let row = laneFirstEntrant[beyond]; row != NONE; row = entrantNext[row])
    meet(entrant[row], -entrant[row].positionM, NONE);
}

/** Is there a place for the vehicle between those who may cross? @param distance to the line, m */
export function fitsIn(vehicle: Vehicle, connection: u32, distance: f32, old: u32): bool {
  meetAll(vehicle, connection, distance, false, old);
  return fits;
}

/** Finds who may cross and is before the vehicle, which may, too. @param distance to the line, m; negative beyond it */
export function lookAcross(vehicle: Vehicle, connection: u32, distance: f32, old: u32): void {
  meetAll(vehicle, connection, distance, false, old);
}

/** A driver who may not cross yet keeps behind the one before it in the queue. */
export function makeRoom(vehicle: Vehicle, connection: u32, distance: f32, old: u32): void {
  if (distance > ZIPS_FROM_M) return;
  meetAll(vehicle, connection, distance, true, old);
  if (acrossGapM >= FAR) return;
  const slot = slotOf(vehicle);
  raise(vehicle, COURTEOUS);
  courtesyUntilTick[slot] = header.tick + header.secondTicks;
  courtesyRearM[slot] = vehicle.positionM + acrossGapM;
  courtesyMps[slot] = acrossMps;
}
