import { frameByteLength } from "../../common/frame";
import { viaMax } from "../../common/itinerary";

/**
 * What lies in the arena, column by column: the one list from which the memory layout, the views of TypeScript and the
 * accessors of the kernel (build/kernel.mjs) are made.
 *
 * Regions: `state` decides what happens next; it is saved, forked and hashed. `display` is kept with a save but never
 * read by the simulation, so it is not hashed. `scratch` is empty between ticks; it is neither saved nor hashed.
 */
export type ColumnType = "u8" | "u16" | "u32" | "i32" | "f32" | "f64" | "vehicle";
export type Region = "state" | "display" | "scratch";

/** Bytes of one element. */
export const elementBytes = { u8: 1, u16: 2, u32: 4, i32: 4, f32: 4, f64: 8, vehicle: 32 } as const;

/** The sizes of a city and its population, from which all lengths follow. */
export interface ArenaCounts {
  readonly edges: number;
  /** Lanes of edges; internal lanes of connections follow them. */
  readonly edgeLanes: number;
  readonly connections: number;
  readonly conflicts: number;
  /** Pairs of an edge and an edge that can follow it. */
  readonly successors: number;
  readonly programs: number;
  readonly phases: number;
  readonly phaseLetters: number;
  /** Places where signals see vehicles. */
  readonly detectors: number;
  /** Detectors of all phases that demand stretches. */
  readonly phaseDetectors: number;
  /** Programs stretched by the time that drivers lose. */
  readonly delayPrograms: number;
  /** Letters of all programs' current phases. */
  readonly signalLinks: number;
  readonly shapePoints: number;
  readonly terminals: number;
  readonly vehicleTypes: number;
  readonly people: number;
  readonly trips: number;
  readonly destinations: number;
  readonly departureBuckets: number;
  /** Vehicles on the road at once. */
  readonly vehicleCapacity: number;
  /** Sets of destination trees, each with its own edge weights. */
  readonly treeSets: number;
  /** Trees that can be held, of all sets together. */
  readonly treeCapacity: number;
  readonly eventCapacity: number;
  /** Of a city whose vehicles have routes of their own; absent where people choose their ways. */
  readonly routed?: RoutedCounts;
}

export interface RoutedCounts {
  readonly routeNodes: number;
  /** Lanes of the edges of all nodes. */
  readonly routeLanes: number;
  /** Stops, each list of them with the `none` that ends it. */
  readonly stops: number;
}

export interface Section<Type extends ColumnType = ColumnType> {
  readonly type: Type;
  readonly region: Region;
  readonly length: (counts: ArenaCounts) => number;
}

const state = <Type extends ColumnType>(type: Type, length: Section["length"]): Section<Type> => ({
  type,
  region: "state",
  length,
});
const display = <Type extends ColumnType>(type: Type, length: Section["length"]): Section<Type> => ({
  type,
  region: "display",
  length,
});
const scratch = <Type extends ColumnType>(type: Type, length: Section["length"]): Section<Type> => ({
  type,
  region: "scratch",
  length,
});
/** Vehicles have routes of their own, and the kernel for them drives. */
export const isRouted = ({ routed }: ArenaCounts): boolean => (routed?.routeNodes ?? 0) !== 0;
const routedTrips = (counts: ArenaCounts) => (counts.routed === undefined ? 0 : counts.trips);
const allLanes = (counts: ArenaCounts) => counts.edgeLanes + counts.connections;

/** Rings of counts: so many periods of `linkSpeedPeriodS`, the last of which is under way. */
export const flowPeriods = 10;

/** Values of tripDepartLane beside lanes: one that leads on longest by the route; any that is emptiest. */
export const DepartLane = { best: 255, free: 254 } as const;

/** Rows of itineraryVia that a tree set has: its list and the `none` that ends it. Those of the usual ways stay empty. */
export const itineraryRows = viaMax + 1;

/** Crossings that a vehicle can hold with its rear, beside the one it came by last: lanes and connections are some metres long. */
const crossingsHeldMax = 2;

/** Approaches of delay-based signals that one vehicle is in reach of at once. The kernel's REACHES. */
const reachesMost = 4;

/** Edges that a vehicle's front has left and its rear has not which are kept, at most. */
const edgesBehindMax = 4;

/** Dial's buckets of the shortest-path trees; arcs must cost less than this, in tenths of a second. */
export const dialBuckets = 16384;

/** Trees that are built at once. */
export const treeBatch = 8;

/**
 * Words of a node of a route: its edge; the node after it, `none` = the route ends; the row of the edge's lane 0 in
 * routeLaneOffset and routeLaneM; the edge after it, or `none`; the offsets of the first eight lanes, a byte each; the edge's
 * first lane; nothing. The kernel's RouteNode.
 */
export const routeNodeWords = 8;

/**
 * Words of slotRoute: as words 0, 3, 4 and 5 of the node, then routeLaneM and routeMergeLane of its first four lanes, and nothing up to a line
 * of the cache. The kernel's SlotRoute.
 */
const slotRouteWords = 16;

export const sections = {
  // Network: constant but for the limits and closures that commands set.
  edgeLaneStart: state("u32", (c) => c.edges + 1),
  edgeLengthM: state("f32", (c) => c.edges),
  edgeSuccessorStart: state("u32", (c) => c.edges + 1),
  successorEdge: state("u32", (c) => c.successors),
  edgePredecessorStart: state("u32", (c) => c.edges + 1),
  predecessorEdge: state("u32", (c) => c.successors),
  /** Which successor of its predecessor an edge is: the byte that a tree stores. */
  predecessorOrdinal: state("u8", (c) => c.successors),
  /** Tenths of a second that the turn costs, by predecessor pair. */
  predecessorTurnDs: state("u16", (c) => c.successors),
  laneEdge: state("u32", (c) => c.edgeLanes),
  laneLengthM: state("f32", allLanes),
  /** Speed limit now. */
  laneSpeedMps: state("f32", allLanes),
  /** Speed limit as signed: what time is lost against. */
  laneSignedSpeedMps: state("f32", (c) => c.edgeLanes),
  /** Time gaps kept here, as a multiple of the usual: 1 / what is left of the capacity. */
  laneHeadwayFactor: state("f32", (c) => c.edgeLanes),
  laneConnectionStart: state("u32", (c) => c.edgeLanes + 1),
  laneIncomingStart: state("u32", (c) => c.edgeLanes + 1),
  incomingConnection: state("u32", (c) => c.connections),
  /** Where a beacon sees vehicles pass, m from the lane's start; infinite where there is none. */
  laneTerminalAtM: state("f32", (c) => c.edgeLanes),
  laneTerminal: state("i32", (c) => c.edgeLanes),
  /** From here to the lane's end nobody may drive; infinite when open. */
  laneClosedFromM: state("f32", (c) => c.edgeLanes),
  /** 1 where all lanes of the edge are closed. */
  edgeClosed: state("u8", (c) => c.edges),
  connectionFromLane: state("u32", (c) => c.connections),
  connectionToLane: state("u32", (c) => c.connections),
  /** Row of signalLetter, -1 = no signal. */
  connectionSignal: state("i32", (c) => c.connections),
  /** Not 0 where a vehicle needs a claim to enter: the connection has a signal or a conflict. Bits: 2 = a stop sign, 4 = one for all, 8 = lanes zip. */
  connectionRestricted: state("u8", (c) => c.connections),
  conflictStart: state("u32", (c) => c.connections + 1),
  conflictWith: state("u32", (c) => c.conflicts),
  conflictYields: state("u8", (c) => c.conflicts),

  // Signals.
  programPhaseStart: state("u32", (c) => c.programs + 1),
  programLinkStart: state("u32", (c) => c.programs + 1),
  programPhase: state("u32", (c) => c.programs),
  /** 1 while the signal is out of order: an all-way stop. */
  programDark: state("u8", (c) => c.programs),
  /** A `ProgramKind` of the city form. */
  programKind: state("u8", (c) => c.programs),
  /** When the present phase began. */
  programBeganS: state("f64", (c) => c.programs),
  /** When it ends, or is asked again whether it does. */
  programSwitchS: state("f64", (c) => c.programs),
  programMaxGapS: state("f32", (c) => c.programs),
  programDetectorS: state("f32", (c) => c.programs),
  programLeastLossS: state("f32", (c) => c.programs),
  programDetectorStart: state("u32", (c) => c.programs + 1),
  /** As planned. */
  phaseDurationS: state("f32", (c) => c.phases),
  /** What it lasts at least where demand stretches it; elsewhere its duration. */
  phaseLeastS: state("f32", (c) => c.phases),
  /** What it lasts at most there; elsewhere its duration. */
  phaseMostS: state("f32", (c) => c.phases),
  /** CSR over phaseDetector, phaseServes. */
  phaseDetectorStart: state("u32", (c) => c.phases + 1),
  phaseDetector: state("u32", (c) => c.phaseDetectors),
  /** Bits: 1 = those seen there have green, 2 = some of those seen there wait. */
  phaseServes: state("u8", (c) => c.phaseDetectors),
  /** A lane, or an internal one. */
  detectorLane: state("u32", (c) => c.detectors),
  /** Front bumpers from here on are in the detector's reach, m from the lane's start. */
  detectorAtM: state("f32", (c) => c.detectors),
  /** From the lane's end to the line, m. */
  detectorRestM: state("f32", (c) => c.detectors),
  /** Limit of the lane that ends at the line. */
  detectorLimitMps: state("f32", (c) => c.detectors),
  /** Number of the approach, from 1: a detector may reach over several lanes, each a row. */
  detectorApproach: state("u32", (c) => c.detectors),
  /** When a vehicle was last over it. */
  detectorSeenS: state("f64", (c) => c.detectors),
  /** Approaches in whose reach a vehicle is, `reachesMost` to a slot, where a program asks for it; 0 = none. */
  slotApproach: state("u32", (c) => (c.delayPrograms > 0 ? c.vehicleCapacity * reachesMost : 0)),
  /** What it had lost when it came there, s. */
  slotApproachLossS: state("f32", (c) => (c.delayPrograms > 0 ? c.vehicleCapacity * reachesMost : 0)),
  /** The tick in which it was last seen there. */
  slotApproachTick: state("u32", (c) => (c.delayPrograms > 0 ? c.vehicleCapacity * reachesMost : 0)),
  phaseLetterStart: state("u32", (c) => c.phases),
  phaseLetter: state("u8", (c) => c.phaseLetters),
  signalLetter: state("u8", (c) => c.signalLinks),
  /** When each of them turned green last; commuters' drivers take time to see it. */
  signalGreenTick: state("u32", (c) => (isRouted(c) ? 0 : c.signalLinks)),

  // Vehicle types: driver and vehicle together.
  typeLengthM: state("f32", (c) => c.vehicleTypes),
  typeMinGapM: state("f32", (c) => c.vehicleTypes),
  typeHeadwayS: state("f32", (c) => c.vehicleTypes),
  typeAccelerationMps2: state("f32", (c) => c.vehicleTypes),
  typeComfortableBrakingMps2: state("f32", (c) => c.vehicleTypes),
  /** 1 / (2 √(a b)), the interaction term of the Intelligent Driver Model. */
  typeInteraction: state("f32", (c) => c.vehicleTypes),

  /** No faster whatever the limit; infinite (as FAR) where only the limit counts. */
  typeSpeedMaxMps: state("f32", (c) => c.vehicleTypes),
  /** So much slower than they want to they drive in the mean, m/s; commuters: 0. */
  typeDawdlingMps: state("f32", (c) => c.vehicleTypes),
  /** Bits of `VehicleClass`; only lanes of cities with fixed routes ask for them. */
  typeClasses: state("u32", (c) => c.vehicleTypes),

  // People and trips. Person p makes trips 2 p (to work) and 2 p + 1 (home).
  personSpeedFactor: state("u8", (c) => c.people),
  personTreeSet: state("u8", (c) => c.people),
  /** The set that the person goes by while nothing is heard. */
  personUsualSet: state("u8", (c) => c.people),
  personHoldsContract: state("u8", (c) => c.people),
  personVehicleType: state("u8", (c) => c.people),
  /** Departure to work as agreed or usual today, s after midnight. */
  personDepartS: state("f32", (c) => c.people),
  /** What was agreed for today, tenths of a euro; 0 = nothing. */
  personReward: state("u8", (c) => c.people),
  /** Trust in the authority's messages, 0 … 1. */
  personTrust: state("f32", (c) => c.people),
  /** Trips whose person has yet to hear what will change their way, each once; header.pendingCount of them. */
  pendingTrip: state("u32", (c) => c.people),
  pendingTick: state("u32", (c) => c.people),
  pendingTreeSet: state("u8", (c) => c.people),
  tripOriginEdge: state("u32", (c) => c.trips),
  tripDestination: state("u32", (c) => c.trips),
  /** Row of itineraryVia: what the trip passes next, and after it the rows that follow; a row of `none`: nothing more. */
  tripVia: state("u8", (c) => c.trips),
  /** The same of what its person was asked and has yet to hear. */
  tripAskedVia: state("u8", (c) => c.trips),
  /** By when whoever complied would have arrived by the usual way, as things stood when told; `none` = nothing to learn from. */
  tripExpectedTick: state("u32", (c) => c.trips),
  tripDepartTick: state("u32", (c) => c.trips),
  /** When the person leaves while no instruction moves it. */
  tripUsualTick: state("u32", (c) => c.trips),
  /** The instruction that moved the departure; 0 = none did. */
  tripMovedBy: state("u32", (c) => c.trips),
  /** Where on the origin edge, in 1/256 of its length. */
  tripOriginPosition: state("u8", (c) => c.trips),
  /** Tick of entering the road, `never` until then. */
  tripStartTick: state("u32", (c) => c.trips),
  /** Tick of arriving, `never` until then. */
  tripArrivalTick: state("u32", (c) => c.trips),
  tripLossS: state("f32", (c) => c.trips),
  /** Metres driven up to the start of the present lane; from origin to arrival once arrived. */
  tripLengthM: state("f32", (c) => c.trips),
  /** The next trip of the bucket or kerb queue that this one is in. */
  tripNext: state("u32", (c) => c.trips),
  bucketFirstTrip: state("u32", (c) => c.departureBuckets),
  edgeQueueFirst: state("u32", (c) => c.edges),
  edgeQueueLast: state("u32", (c) => c.edges),
  /** Edges whose queue is not empty; header.queuedEdgeCount of them. */
  queuedEdge: state("u32", (c) => c.edges),

  // Routing.
  destinationEdge: state("u32", (c) => c.destinations),
  /** Weight of an edge in a set, tenths of a second: set-major. */
  edgeWeightDs: state("u16", (c) => c.treeSets * c.edges),
  /** How the set's drivers see an edge: 0 open, 1 barred, 2 avoided where there is another way. Set-major. */
  edgeBarred: state("u8", (c) => c.treeSets * c.edges),
  /** 1 where a set is in use, so that its weights are kept up to date. */
  treeSetActive: state("u8", (c) => c.treeSets),
  /** The instruction whose ways a set of an instruction holds. */
  treeSetInstruction: state("u32", (c) => c.treeSets),
  /** Destination rows of the edges that the set's instruction leads over, in order, then `none`: `itineraryRows` of a set. */
  itineraryVia: state("u32", (c) => itineraryRows * c.treeSets),
  /** Which tree serves (set, destination), -1 = not built yet, -2 - row = the tree in this row is out of date: set-major. */
  treeOfDestination: state("i32", (c) => c.treeSets * c.destinations),
  /** Of each edge, which successor leads to the destination; 255 = none does. */
  tree: state("u8", (c) => c.treeCapacity * c.edges),

  // Fixed routes; empty in a city of commuters. A node is an edge and what follows it: equal ends of routes are one row.
  // One record of 32 bytes, `routeNodeWords`, so that a driver's look at the route touches one line of the cache.
  routeNode: state("u32", (c) => routeNodeWords * (c.routed?.routeNodes ?? 0)),
  /** Of each lane, 128 + how many lanes to the left the nearest one lies that the route can be driven on longest. */
  routeLaneOffset: state("u8", (c) => c.routed?.routeLanes ?? 0),
  /** How far from the edge's start one comes without leaving the lane, m; 0 = it is not for this class. */
  routeLaneM: state("f32", (c) => c.routed?.routeLanes ?? 0),
  /** The lane to be on where this lane leaves the route; `none` = it does not. */
  routeMergeLane: state("u32", (c) => c.routed?.routeLanes ?? 0),
  /** Where the trip is on its route. */
  tripNode: state("u32", routedTrips),
  /** Front bumper, m from the lane's start. */
  tripDepartM: state("f32", routedTrips),
  /** As fast as is safe up to this, m/s. */
  tripDepartMps: state("f32", routedTrips),
  /** Lane of the edge from the right, or `DepartLane`. */
  tripDepartLane: state("u8", routedTrips),
  /** Row of stopLane that comes next. */
  tripStop: state("u32", routedTrips),
  /** When a vehicle at its stop goes on; 0 = it drives. */
  tripStandsUntil: state("u32", routedTrips),
  stopLane: state("u32", (c) => c.routed?.stops ?? 0),
  /** Where the front stands, m. */
  stopM: state("f32", (c) => c.routed?.stops ?? 0),
  stopTicks: state("u32", (c) => c.routed?.stops ?? 0),
  stopUntilTick: state("u32", (c) => c.routed?.stops ?? 0),
  /** Vehicles that may cross the connection and whose front has not come to its end. */
  connectionEntering: state("u16", (c) => (c.routed === undefined ? 0 : c.connections)),
  /** Where, from its start, who gives way waits on the connection, m; 0 = at the line. */
  connectionWaitM: state("f32", (c) => (c.routed === undefined ? 0 : c.connections)),
  /** So far on the connection, m, bodies touch those on another connection from its lane; 0 = there is none. */
  connectionApartM: state("f32", (c) => (c.routed === undefined ? 0 : c.connections)),
  /** Vehicles on the connection, or about to enter it, that may come as far as their waiting place only. */
  connectionWaiting: state("u16", (c) => (c.routed === undefined ? 0 : c.connections)),
  /** By slot: 1 + the connection after the next that the vehicle holds a claim on already, as the lane before it is short; 0 = none. */
  aheadClaim: state("u32", (c) => (c.routed === undefined ? 0 : c.vehicleCapacity)),
  /** By slot: what a vehicle's look at its route needs each second, so that it stays near. */
  slotRoute: state("u32", (c) => (c.routed === undefined ? 0 : slotRouteWords * c.vehicleCapacity)),
  /** How far from the other connection's start a rear has to be to leave this one free, m; infinite where ways merge. */
  conflictClearM: state("f32", (c) => (c.routed === undefined ? 0 : c.conflicts)),
  /** Bits: 1 = this connection's vehicles wait inside the junction for the other's, 2 = the other's for this one's. */
  conflictWaits: state("u8", (c) => (c.routed === undefined ? 0 : c.conflicts)),
  /** Who may drive on a lane: bits of `VehicleClass`. */
  laneClasses: state("u32", (c) => (c.routed === undefined ? 0 : allLanes(c))),

  // Traffic. Records of a lane lie leader first; two buffers, one of which is current.
  laneFirst: state("u32", allLanes),
  laneVehicles: state("u32", allLanes),
  /** A bit for each lane that somebody is on, the lowest of a word first. */
  laneOccupied: state("u32", (c) => Math.ceil(allLanes(c) / 32)),
  /** Rear bumper of the lane's last vehicle at the last tick, m; infinite when the lane is empty. */
  laneTailRearM: state("f32", allLanes),
  laneTailSpeedMps: state("f32", allLanes),
  /** Vehicles that hold a claim and have not yet entered the lane. */
  laneExpected: state("u16", (c) => c.edgeLanes),
  /** Vehicles that may cross, or have not yet left, the connection. */
  connectionClaims: state("u16", (c) => c.connections),
  /** Of each lane, the first vehicle without a claim: where it wants to go, when it must decide, what kept it. Two buffers. */
  approachConnection: state("u32", (c) => 2 * c.edgeLanes),
  approachS: state("f32", (c) => 2 * c.edgeLanes),
  approachHindrance: state("u8", (c) => 2 * c.edgeLanes),
  vehiclesA: state("vehicle", (c) => c.vehicleCapacity),
  vehiclesB: state("vehicle", (c) => c.vehicleCapacity),
  /** By slot, of those who are courteous: rear and speed of the vehicle on the next lane that they keep behind, until a tick. */
  courtesyUntilTick: state("u32", (c) => c.vehicleCapacity),
  courtesyRearM: state("f32", (c) => c.vehicleCapacity),
  courtesyMps: state("f32", (c) => c.vehicleCapacity),
  /**
   * By slot, `crossingsHeldMax` each: connections behind the one it came by last on which the vehicle's rear may still
   * stand, and how far the trip has come when it has left them, m; 0 = none.
   */
  heldConnection: state("u32", (c) => crossingsHeldMax * c.vehicleCapacity),
  heldUntilM: state("f32", (c) => crossingsHeldMax * c.vehicleCapacity),
  /** Slots that are free, a stack; header.freeSlotCount of them. */
  freeSlot: state("u32", (c) => c.vehicleCapacity),

  /** Vehicle-seconds and metres on each edge since the last look at link speeds. */
  edgeRecentS: state("f32", (c) => c.edges),
  edgeRecentM: state("f32", (c) => c.edges),
  /** Mean speed over the limit at the last look, in 1/250; 255 = nobody was there. */
  edgeSpeedByte: state("u8", (c) => c.edges),
  /** The same over the last minutes, as a part of the limit: exponentially smoothed; 1 where nobody is. */
  edgeSpeedPart: state("f32", (c) => c.edges),

  // Counts of what happened, since whoever reads them last set them to zero; nothing is decided by them.
  edgeEntered: display("u32", (c) => c.edges),
  edgeLeft: display("u32", (c) => c.edges),
  edgeSampledS: display("f64", (c) => c.edges),
  edgeTravelledM: display("f64", (c) => c.edges),
  /** By slot, `edgesBehindMax` each: edges on which the vehicle's rear still is, and how far the trip has come when it has left them, m; 0 = none. */
  behindEdge: display("u32", (c) => (c.routed === undefined ? 0 : edgesBehindMax * c.vehicleCapacity)),
  behindUntilM: display("f32", (c) => (c.routed === undefined ? 0 : edgesBehindMax * c.vehicleCapacity)),

  /** Vehicles that drove over an edge's end in each of the last `flowPeriods`: period-major. */
  edgePassed: display("u16", (c) => flowPeriods * c.edges),
  /** Reported passages at each terminal, the same way. */
  terminalPassed: display("u16", (c) => flowPeriods * c.terminals),
  /** Reported passages at each terminal so far, modulo 65536. */
  terminalTotal: display("u16", (c) => c.terminals),

  /** Bits of `VehicleMark` by person. */
  personMarks: display("u8", (c) => c.people),
  laneShapeStart: display("u32", (c) => allLanes(c) + 1),
  shapeX: display("f32", (c) => c.shapePoints),
  shapeY: display("f32", (c) => c.shapePoints),
  /** Distance from the lane's start, m, scaled so that the last point lies at the lane's length. */
  shapeAtM: display("f32", (c) => c.shapePoints),
  /** Direction from this point to the next, radians. */
  shapeHeading: display("f32", (c) => c.shapePoints),

  /** Vehicles that enter a lane this tick: a list by lane. The last row is where a departing vehicle is put together. */
  entrant: scratch("vehicle", (c) => c.vehicleCapacity + 1),
  entrantNext: scratch("u32", (c) => c.vehicleCapacity),
  laneFirstEntrant: scratch("u32", allLanes),
  /** Four words an event: kind, trip, what, tick. */
  event: scratch("u32", (c) => 4 * c.eventCapacity),
  dialFirst: scratch("u32", () => dialBuckets),
  dialNext: scratch("u32", (c) => c.edges),
  dialCost: scratch("u32", (c) => c.edges),
  /** Of the trees that are built several at once: destinations; where each edge lies among the others, and the edge of a place. */
  batchDestination: scratch("u32", () => treeBatch),
  batchPlace: scratch("u32", (c) => c.edges),
  batchEdge: scratch("u32", (c) => c.edges),
  /** By place, the cost and the way of each tree. */
  batchCost: scratch("u16", (c) => treeBatch * c.edges),
  batchWay: scratch("u8", (c) => treeBatch * c.edges),
  /** By place, the first arc from an edge before; two words an arc: the place of that edge; what going on costs + 65536 × which successor it is. */
  batchStart: scratch("u32", (c) => c.edges + 1),
  batchArc: scratch("u32", (c) => 2 * c.successors),
  /** Ends of the queue's buckets, and a list of edges or places. */
  batchLast: scratch("u32", () => dialBuckets),
  batchList: scratch("u32", (c) => c.edges),
  /** A packed frame (common/frame.ts), its header of 64 bytes first. */
  frame: scratch("u8", (c) => frameByteLength(c.vehicleCapacity, c.edges, c.terminals)),
  /** Results of `measure`. */
  measured: scratch("f64", () => 16),
} satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;

/** Scalars at the arena's start, in order. f64 first, so that all are aligned. */
export const headerFields = {
  /** Σ (1 − v / v_free) dt over vehicles on the road, s. */
  roadDelayS: "f64",
  /** Time spent waiting at the kerb to depart, s, over all people. */
  kerbDelayS: "f64",
  travelledM: "f64",
  vehicleUpdates: "f64",
  /** Seconds since midnight at tick 0. */
  startS: "f64",
  dtS: "f32",
  linkSpeedPeriodS: "f32",
  /** Where on the last edge a trip ends, as a part of its length. */
  arrivalPart: "f32",
  tick: "u32",
  seed: "u32",
  vehicleCount: "u32",
  /** 0 when vehiclesA is current, else 1. */
  currentBuffer: "u32",
  waitingCount: "u32",
  departedCount: "u32",
  arrivedCount: "u32",
  /** Slots ever used: the length of a frame. */
  slotCount: "u32",
  freeSlotCount: "u32",
  queuedEdgeCount: "u32",
  pendingCount: "u32",
  /** Tick at which routes in use were last brought up to date; `none` before the first time. */
  refreshedTick: "u32",
  /** Sets of trees for instructions that there is room for. */
  instructionSets: "u32",
  treeCount: "u32",
  nextBucket: "u32",
  bucketTicks: "u32",
  /** Ticks a second, at least 1: how often waits are counted and lanes reconsidered. */
  secondTicks: "u32",
  /** Departures put off because vehicleCapacity was reached. */
  capacityHits: "u32",
  /** Stops that somebody has on a route. */
  stops: "u32",
  edges: "u32",
  edgeLanes: "u32",
  connections: "u32",
  programs: "u32",
  detectors: "u32",
  terminals: "u32",
  people: "u32",
  trips: "u32",
  destinations: "u32",
  departureBuckets: "u32",
  vehicleCapacity: "u32",
  treeSets: "u32",
  treeCapacity: "u32",
  eventCapacity: "u32",
  /** Events written since they were last taken: not part of what happens next, always 0 between ticks that are saved. */
  eventCount: "u32",
} as const satisfies Record<string, "f64" | "f32" | "u32">;

export type HeaderField = keyof typeof headerFields;

/** The row that means "none" in columns of rows and ticks. */
export const none = 0xffffffff;
