import {
  connectionToLane,
  destinationEdge,
  edgeClosed,
  edgeSuccessorStart,
  header,
  itineraryVia,
  laneClosedFromM,
  laneConnectionStart,
  laneEdge,
  laneVehicles,
  personTreeSet,
  personUsualSet,
  ROUTED,
  successorEdge,
  tree,
  treeOfDestination,
  tripAskedVia,
  tripDestination,
  tripVia,
} from "../../../dist/kernel/sections";
import { chooseOnRoute, mayDrive, nextOnRoute, passNode, routeEndsOn } from "./fixed-routes";
import { NONE, Vehicle } from "./vehicle";

/** The tree set of drivers who have seen a closure with their own eyes. */
export const SEES_CLOSURES: u8 = 1;

// An itinerary is a list of edges to be passed before the destination (columns tripVia, itineraryVia). It can be missed, never
// lost over: an edge to which no way leads any more is left out, what was passed is never returned to, and a trip whose list
// is at its end goes to its destination.

/**
 * The edge after `edge` on the way by the trip's tree set to what it passes next, or to its destination; NONE when it ends
 * here or no way is known.
 */
export function nextEdge(edge: u32, trip: u32, treeSet: u32): u32 {
  if (ROUTED) return nextOnRoute(edge, trip);
  let via: u32;
  for (let row = <u32>tripVia[trip]; (via = itineraryVia[row]) != NONE; row++) {
    // Who is there already looks further.
    if (destinationEdge[via] == edge) continue;
    const next = edgeTowards(via, edge, treeSet);
    if (next != NONE) return next;
  }
  const destination = tripDestination[trip];
  return destinationEdge[destination] == edge ? NONE : edgeTowards(destination, edge, treeSet);
}

function edgeTowards(destination: u32, edge: u32, treeSet: u32): u32 {
  const known = ordinalOf(treeSet, destination, edge);
  // A set that has no tree for this destination, or no way there, leaves the driver on the usual way.
  const ordinal = known == UNKNOWN && treeSet != 0 ? ordinalOf(0, destination, edge) : known;
  return ordinal == UNKNOWN ? NONE : successorEdge[edgeSuccessorStart[edge] + ordinal];
}

/** What trees store where no way is known. */
const UNKNOWN: u32 = 255;

function ordinalOf(treeSet: u32, destination: u32, edge: u32): u32 {
  const row = treeOfDestination[treeSet * header.destinations + destination];
  return row < 0 ? UNKNOWN : <u32>tree[<u32>row * header.edges + edge];
}

/** Does the trip end on this edge, with nothing left that it can pass first? */
export function endsOn(edge: u32, trip: u32, treeSet: u32): bool {
  if (ROUTED) return routeEndsOn(edge, trip);
  if (destinationEdge[tripDestination[trip]] != edge) return false;
  return itineraryVia[tripVia[trip]] == NONE || nextEdge(edge, trip, treeSet) == NONE;
}

/** Is there a usual way from the edge to the trip's destination? Whoever has a fixed route knows no other. */
export function reaches(edge: u32, trip: u32): bool {
  if (ROUTED) return false;
  const destination = tripDestination[trip];
  return destinationEdge[destination] == edge || edgeTowards(destination, edge, 0) != NONE;
}

/**
 * The vehicle comes onto the edge. What was passed since it was asked counts, also before its person hears of it: to the
 * contract it does, too.
 */
export function passVia(edge: u32, vehicle: Vehicle): void {
  if (ROUTED) {
    passNode(edge, vehicle);
    return;
  }
  const trip = vehicle.trip;
  if (tripVia[trip] != 0) tripVia[trip] = <u8>rowAfter(tripVia[trip], edge);
  if (tripAskedVia[trip] != 0) tripAskedVia[trip] = <u8>rowAfter(tripAskedVia[trip], edge);
}

/** What is to be passed next from the edge on: after itself, and after what no way leads to. */
function rowAfter(row: u32, edge: u32): u32 {
  let via: u32;
  for (; (via = itineraryVia[row]) != NONE; row++) {
    if (destinationEdge[via] == edge) return row + 1;
    if (ordinalOf(0, via, edge) != UNKNOWN) return row;
  }
  return row;
}

/** Is there a connection from the lane to the edge? (NONE: the trip ends, any lane will do.) No lane closed to the trip's vehicle leads anywhere. */
export function leadsTo(lane: u32, edge: u32, trip: u32): bool {
  if (!mayDrive(lane, trip)) return false;
  if (edge == NONE) return true;
  const end = laneConnectionStart[lane + 1];
  for (let connection = laneConnectionStart[lane]; connection < end; connection++)
    if (entersEdge(connection, edge, trip)) return true;
  return false;
}

/** Does the connection lead to a lane of the edge that is open to the trip's vehicle? */
function entersEdge(connection: u32, edge: u32, trip: u32): bool {
  const target = connectionToLane[connection];
  return laneEdge[target] == edge && mayDrive(target, trip);
}

/**
 * The connection by which to leave the lane towards `edge`: to a lane that is open, that leads on by the route, and on
 * which fewest vehicles are, in this order. NONE when the lane does not lead there.
 */
export function chooseConnection(lane: u32, edge: u32, trip: u32, treeSet: u32): u32 {
  if (edge == NONE) return NONE;
  if (ROUTED) return chooseOnRoute(lane, edge, trip);
  const end = laneConnectionStart[lane + 1];
  let first = laneConnectionStart[lane];
  while (first < end && !entersEdge(first, edge, trip)) first++;
  if (first == end) return NONE;
  let other = first + 1;
  while (other < end && !entersEdge(other, edge, trip)) other++;
  // Mostly there is nothing to choose, and a look at a tree costs a line of the cache.
  if (other == end) return first;
  const after = nextEdge(edge, trip, treeSet);
  let best = NONE;
  let bestScore: u32 = 0xffffffff;
  for (let connection = first; connection < end; connection++) {
    if (!entersEdge(connection, edge, trip)) continue;
    const target = connectionToLane[connection];
    let score = laneVehicles[target];
    if (!leadsTo(target, after, trip)) score += 0x10000;
    if (laneClosedFromM[target] < 1e9) score += 0x20000;
    if (score < bestScore) {
      bestScore = score;
      best = connection;
    }
  }
  return best;
}

/**
 * Chooses how the vehicle leaves the lane, by its person's present tree set. Who finds the next edge closed learns of
 * the closures, and goes by the set of those who know them from then on.
 */
export function plan(vehicle: Vehicle, lane: u32): void {
  const edge = laneEdge[lane];
  const person = vehicle.trip >> 1;
  let next = nextEdge(edge, vehicle.trip, personTreeSet[person]);
  if (next != NONE && edgeClosed[next] != 0 && personTreeSet[person] == personUsualSet[person]) {
    personTreeSet[person] = SEES_CLOSURES;
    next = nextEdge(edge, vehicle.trip, SEES_CLOSURES);
  }
  vehicle.treeSet = personTreeSet[person];
  vehicle.connection = chooseConnection(lane, next, vehicle.trip, vehicle.treeSet);
}
