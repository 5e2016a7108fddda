import { FrameVehicle, VehicleMark, frameVehicleBytes, type FrameView } from "../../common/frame";

/**
 * How long each vehicle of a twin has been standing. A frame says only that a vehicle stands *now*, which is normal at a
 * red light; what an operator must see is who has stood for longer than a signal's cycle.
 */
export interface StandingMemory {
  /** Simulated time since when slot i stands, NaN while it moves. */
  sinceS: Float64Array;
  /** Whose vehicle that is: the record's rider. */
  rider: Uint32Array;
  /** On which way: the record's marks, of which one bit counts. */
  way: Uint8Array;
}

export function createStandingMemory(): StandingMemory {
  return { sinceS: new Float64Array(0), rider: new Uint32Array(0), way: new Uint8Array(0) };
}

/** Units of what `annotateStanding` writes: 255 stands for 510 s or more. */
export const standingUnitS = 2;

/**
 * Overwrites the speed ratio of each standing vehicle's record, which says nothing there, with how long it has been
 * standing, in units of `standingUnitS`. Hot: one pass over the records, allocates only when the slots grow.
 */
export function annotateStanding(memory: StandingMemory, frame: FrameView): void {
  const { vehicles, vehicleSlotCount, timeS } = frame;
  if (memory.sinceS.length < vehicleSlotCount) grow(memory, Math.ceil(vehicleSlotCount * 1.25));
  const { sinceS, rider, way } = memory;
  const view = new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
  for (let slot = 0, at = 0; slot < vehicleSlotCount; slot++, at += frameVehicleBytes) {
    const marks = vehicles[at + FrameVehicle.marks];
    if ((marks & VehicleMark.standing) === 0) {
      sinceS[slot] = NaN;
      continue;
    }
    const who = view.getUint32(at + FrameVehicle.rider, true);
    const isOther = who !== rider[slot] || ((marks ^ way[slot]) & VehicleMark.returning) !== 0;
    // NaN, or a time after now: the session was set back.
    if (isOther || !(sinceS[slot] <= timeS)) {
      sinceS[slot] = timeS;
      rider[slot] = who;
      way[slot] = marks;
    }
    vehicles[at + FrameVehicle.speedRatio] = Math.min(255, (timeS - sinceS[slot]) / standingUnitS);
  }
}

function grow(memory: StandingMemory, slots: number): void {
  const sinceS = new Float64Array(slots).fill(NaN);
  const rider = new Uint32Array(slots);
  const way = new Uint8Array(slots);
  sinceS.set(memory.sinceS);
  rider.set(memory.rider);
  way.set(memory.way);
  Object.assign(memory, { sinceS, rider, way });
}
