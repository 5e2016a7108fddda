import { FrameVehicle, VehicleMark, frameVehicleBytes, type FrameView } from "../../common/frame";

/**
 * How long each vehicle of a twin has been standing. A frame says only that a vehicle stands *now*, which is normal at a
 * red light; what an operator must see is who has stood for longer than a signal's cycle.
 */
export interface StandingMemory {
  /** Simulated time since when slot i stands, NaN while it moves. */
  sinceS: Float64Array;
}

export function createStandingMemory(): StandingMemory {
  return { sinceS: new Float64Array(0) };
}

/** Units of what `annotateStanding` writes: 255 stands for 510 s or more. */
export const standingUnitS = 2;

/**
 * Overwrites the speed ratio of each standing vehicle's record, which says nothing there, with how long it has been
 * standing, in units of `standingUnitS`. Hot: one pass over the records, allocates only when the slots grow.
 */
export function annotateStanding(memory: StandingMemory, frame: FrameView): void {
  const { vehicles, vehicleSlotCount, timeS } = frame;
  if (memory.sinceS.length < vehicleSlotCount) {
    const grown = new Float64Array(Math.ceil(vehicleSlotCount * 1.25)).fill(NaN);
    grown.set(memory.sinceS);
    memory.sinceS = grown;
  }
  const { sinceS } = memory;
  for (let slot = 0, at = 0; slot < vehicleSlotCount; slot++, at += frameVehicleBytes) {
    if (((vehicles[at + FrameVehicle.marks] ?? 0) & VehicleMark.standing) === 0) {
      sinceS[slot] = NaN;
      continue;
    }
    let since = sinceS[slot] ?? NaN;
    // NaN, or a time after now: the session was set back.
    if (!(since <= timeS)) sinceS[slot] = since = timeS;
    vehicles[at + FrameVehicle.speedRatio] = Math.min(255, (timeS - since) / standingUnitS);
  }
}
