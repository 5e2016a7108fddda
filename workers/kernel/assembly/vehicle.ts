/** "No row" in columns of rows; as a connection: none chosen. */
export const NONE: u32 = 0xffffffff;

/** Far enough to be no obstacle, small enough to square without overflow. */
export const FAR: f32 = 1e9;

/** The vehicle may enter its connection. */
export const CLAIMED: u32 = 1;
/** The vehicle's rear may still stand on the connection it came by (`from`). */
export const CLEARING: u32 = 2;
/** Left its lane in this tick: to another lane or for good. */
export const GONE: u32 = 4;
/** Keeps behind somebody on the next lane, to merge behind them or to let them in (columns courtesyRearM, courtesyMps). */
export const COURTEOUS: u32 = 8;
/** Passages of its person are reported. */
export const REPORTED: u32 = 16;
/** The vehicle's rear may still stand on connections before that: lanes in between are shorter than itself (column heldConnection). */
export const TRAILING: u32 = 32;
/** Came to its lane in this very look at the lanes, which has yet to reach it there; never set between two ticks. */
export const CHANGED: u32 = 64;
/** Its claim leads to the waiting place within the junction and no further. */
export const WAITS: u32 = 128;

/** One vehicle on a lane; records of a lane lie leader first. 32 bytes. */
@unmanaged
export class Vehicle {
  /** Front bumper, m from the lane's start. */
  positionM: f32;
  speedMps: f32;
  trip: u32;
  /** Connection to leave the lane by; NONE = its trip ends here, or it must change lanes first. */
  connection: u32;
  /** Time lost against driving freely, s. */
  lossS: f32;
  /** Low 23 bits: where frames show it, constant from departure to arrival. Bit 23: `LEADS_ON`. High 8: row of the vehicle types. */
  slotAndType: u32;
  /** Connection it entered the lane by, while CLEARING. */
  from: u32;
  flags: u8;
  treeSet: u8;
  /** Wanted speed over the limit, in 1/128. */
  speedFactor: u8;
  /** Seconds it has stood, at most 255. */
  standingS: u8;
}

export function slotOf(vehicle: Vehicle): u32 {
  return vehicle.slotAndType & 0x7fffff;
}

/** No lane leads further along the vehicle's route than the one it is on. Kept in the record, as it is asked each second. */
const LEADS_ON: u32 = 0x800000;

export function leadsOn(vehicle: Vehicle): bool {
  return (vehicle.slotAndType & LEADS_ON) != 0;
}

export function noteLeadsOn(vehicle: Vehicle, leads: bool): void {
  vehicle.slotAndType = (vehicle.slotAndType & ~LEADS_ON) | (leads ? LEADS_ON : 0);
}

export function typeOf(vehicle: Vehicle): u32 {
  return vehicle.slotAndType >> 24;
}

export function copyVehicle(to: Vehicle, from: Vehicle): void {
  const a = changetype<usize>(to);
  const b = changetype<usize>(from);
  v128.store(a, v128.load(b));
  v128.store(a, v128.load(b, 16), 16);
}

export function has(vehicle: Vehicle, flag: u32): bool {
  return ((<u32>vehicle.flags) & flag) != 0;
}

export function raise(vehicle: Vehicle, flag: u32): void {
  vehicle.flags = <u8>((<u32>vehicle.flags) | flag);
}

export function lower(vehicle: Vehicle, flag: u32): void {
  vehicle.flags = <u8>((<u32>vehicle.flags) & ~flag);
}

/** Wanted speed over the limit. */
export function factorOf(vehicle: Vehicle): f32 {
  return <f32>vehicle.speedFactor * <f32>(1.0 / 128.0);
}
