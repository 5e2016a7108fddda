import { none, type Arena } from "../../workers/arena";
import { routeNodeWords } from "../../workers/arena/sections";

/** One vehicle's record, read from the arena's bytes (workers/kernel/assembly/vehicle.ts). */
export interface VehicleRecord {
  readonly lane: number;
  readonly positionM: number;
  readonly speedMps: number;
  readonly trip: number;
  readonly connection: number;
  readonly slot: number;
  readonly claimed: boolean;
  /** Its route asks for no other lane. */
  readonly leadsOn: boolean;
  /** Connection on which its rear still stands; `none` when it is off. */
  readonly clears: number;
}

const claimedBit = 1;
const clearingBit = 2;
const leadsOnBit = 0x800000;

export function recordsOf(arena: Arena): VehicleRecord[] {
  const { columns, counts, header } = arena;
  const bytes = header.currentBuffer === 0 ? columns.vehiclesA : columns.vehiclesB;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: VehicleRecord[] = [];
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const first = columns.laneFirst[lane] ?? 0;
    for (let row = first; row < first + (columns.laneVehicles[lane] ?? 0); row++) {
      const at = row * 32;
      records.push({
        lane,
        positionM: view.getFloat32(at, true),
        speedMps: view.getFloat32(at + 4, true),
        trip: view.getUint32(at + 8, true),
        connection: view.getUint32(at + 12, true),
        slot: view.getUint32(at + 20, true) & 0x7fffff,
        leadsOn: (view.getUint32(at + 20, true) & leadsOnBit) !== 0,
        claimed: (view.getUint8(at + 28) & claimedBit) !== 0,
        clears: (view.getUint8(at + 28) & clearingBit) !== 0 ? view.getUint32(at + 24, true) : none,
      });
    }
  }
  return records;
}

/**
 * What must hold between any two ticks, by looking at every vehicle; returns what does not, in words.
 * @param before the records one tick earlier, for what a step may not do
 */
export function violations(arena: Arena, before: readonly VehicleRecord[]): string[] {
  return [...violationsOfRouted(arena, before), ...conflicts(arena, recordsOf(arena))];
}

/** As `violations`, for vehicles with routes: these may wait within a junction, where only their bodies must be apart. */
export function violationsOfRouted(arena: Arena, before: readonly VehicleRecord[]): string[] {
  const records = recordsOf(arena);
  return [
    ...conservation(arena, records),
    ...wrongNotes(arena, records),
    ...overlaps(arena, records),
    ...lights(arena, before, records),
  ];
}

/** What is kept beside the records to find things faster, where it is wrong: which lanes are occupied, whose lane leads on. */
export function wrongNotes(arena: Arena, records: readonly VehicleRecord[]): string[] {
  const { columns, counts } = arena;
  const found: string[] = [];
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const isNoted = (((columns.laneOccupied[lane >> 5] ?? 0) >>> (lane & 31)) & 1) === 1;
    if (isNoted !== (columns.laneVehicles[lane] ?? 0) > 0)
      found.push(`lane ${lane} is noted wrongly as occupied or empty`);
  }
  for (const { lane, trip, leadsOn } of records) {
    if (lane >= counts.edgeLanes) continue;
    if (leadsOn !== (counts.routed !== undefined && laneOffset(arena, trip, lane) === 0)) {
      found.push(`trip ${trip} is noted wrongly to ${leadsOn ? "stay" : "leave"} lane ${lane}`);
    }
  }
  return found;
}

/** How many lanes to the left the nearest one lies that the trip's route can be driven on longest. */
function laneOffset({ columns }: Arena, trip: number, lane: number): number {
  const node = (columns.tripNode[trip] ?? 0) * routeNodeWords;
  const edge = columns.routeNode[node] ?? none;
  if (columns.laneEdge[lane] !== edge) return NaN;
  const row = (columns.routeNode[node + 2] ?? 0) + lane - (columns.edgeLaneStart[edge] ?? 0);
  return (columns.routeLaneOffset[row] ?? 0) - 128;
}

function conservation(arena: Arena, records: readonly VehicleRecord[]): string[] {
  const { columns, counts, header } = arena;
  const found: string[] = [];
  const slots = new Set(records.map(({ slot }) => slot));
  const trips = new Set(records.map(({ trip }) => trip));
  if (slots.size !== records.length || trips.size !== records.length) found.push("a slot or a trip is there twice");
  if (records.length !== header.vehicleCount) found.push(`${records.length} records, ${header.vehicleCount} counted`);
  if (header.departedCount !== header.arrivedCount + header.vehicleCount)
    found.push("departed ≠ arrived + on the road");
  let queued = 0;
  for (let edge = 0; edge < counts.edges; edge++) {
    for (let trip = columns.edgeQueueFirst[edge]; trip !== none; trip = columns.tripNext[trip ?? 0]) queued++;
  }
  if (queued !== header.waitingCount) found.push(`${queued} queue, ${header.waitingCount} counted`);
  for (const { positionM, speedMps, lane } of records) {
    if (!(positionM >= 0 && positionM <= (columns.laneLengthM[lane] ?? 0) && speedMps >= 0 && speedMps < 70)) {
      found.push(`impossible record on lane ${lane}: ${positionM} m, ${speedMps} m/s`);
    }
  }
  return found;
}

/** Two of one lane of which the rear is behind the other's front. */
export function overlaps(arena: Arena, records: readonly VehicleRecord[]): string[] {
  const { typeLengthM, personVehicleType } = arena.columns;
  const found: string[] = [];
  records.forEach((vehicle, row) => {
    const leader = records[row - 1];
    if (leader?.lane !== vehicle.lane) return;
    const length = typeLengthM[personVehicleType[leader.trip >> 1] ?? 0] ?? 0;
    const gap = leader.positionM - length - vehicle.positionM;
    if (gap < 0) found.push(`overlap of ${-gap} m on lane ${vehicle.lane} at ${vehicle.positionM} m`);
  });
  return found;
}

/** Bodies on connections that conflict, a rear that still hangs out of the target lane's start included. */
function conflicts(arena: Arena, records: readonly VehicleRecord[]): string[] {
  const { columns, counts } = arena;
  const occupied = new Set<number>();
  for (const { lane, clears } of records) {
    if (lane >= counts.edgeLanes) occupied.add(lane - counts.edgeLanes);
    if (clears !== none) occupied.add(clears);
  }
  const found: string[] = [];
  for (const connection of occupied) {
    const end = columns.conflictStart[connection + 1] ?? 0;
    for (let row = columns.conflictStart[connection] ?? 0; row < end; row++) {
      const other = columns.conflictWith[row] ?? none;
      if (occupied.has(other)) found.push(`vehicles on the conflicting connections ${connection} and ${other}`);
    }
  }
  return found;
}

/** Nobody's front crosses the line of a connection whose light is red in this tick, nor enters a closed stretch. */
function lights(arena: Arena, before: readonly VehicleRecord[], after: readonly VehicleRecord[]): string[] {
  const { columns, counts } = arena;
  const laneNow = new Map(after.map((vehicle) => [vehicle.trip, vehicle]));
  const found: string[] = [];
  for (const vehicle of before) {
    const now = laneNow.get(vehicle.trip);
    if (now === undefined || vehicle.lane >= counts.edgeLanes) continue;
    const closedFrom = columns.laneClosedFromM[vehicle.lane] ?? Infinity;
    if (now.lane === vehicle.lane && vehicle.positionM <= closedFrom && now.positionM > closedFrom) {
      found.push(`drove onto the closed part of lane ${vehicle.lane}`);
    }
    const edgeChanged = now.lane >= counts.edgeLanes || columns.laneEdge[now.lane] !== columns.laneEdge[vehicle.lane];
    if (!edgeChanged || vehicle.connection === none) continue;
    const signal = columns.connectionSignal[vehicle.connection] ?? -1;
    if (signal >= 0 && columns.signalLetter[signal] === 0)
      found.push(`ran a red light at connection ${vehicle.connection}`);
    const target = columns.connectionToLane[vehicle.connection] ?? 0;
    if ((columns.laneClosedFromM[target] ?? Infinity) <= 0) found.push(`entered the closed lane ${target}`);
  }
  return found;
}
