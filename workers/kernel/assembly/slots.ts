import { freeSlot, header } from "../../../dist/kernel/sections";
import { slotOf, Vehicle } from "./vehicle";

/** A free place in frames: the one given back last, else a new one. The caller has checked vehicleCapacity. */
export function takeSlot(): u32 {
  const free = header.freeSlotCount;
  if (free != 0) {
    header.freeSlotCount = free - 1;
    return freeSlot[free - 1];
  }
  const slot = header.slotCount;
  header.slotCount = slot + 1;
  return slot;
}

export function releaseSlot(vehicle: Vehicle): void {
  const free = header.freeSlotCount;
  freeSlot[free] = slotOf(vehicle);
  header.freeSlotCount = free + 1;
}
