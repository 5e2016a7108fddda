import { FrameVehicle, frameVehicleBytes, riderPersonMask, type FrameView } from "../../common/frame";
import { placeBetween, type MovedPlace } from "../state/near-vehicles";
import type { Playback } from "../state/playback";

/** One person's vehicle that the map keeps in its middle. */
export interface FollowedVehicle {
  /** Whom; null for nobody. */
  person: number | null;
  slot: number;
}

/** The slot in which a person drives; -1 when they do not. @param hint looked at first */
export function slotOfPerson({ vehicles, vehicleSlotCount }: FrameView, person: number, hint: number): number {
  const view = viewOf(vehicles);
  const isTheirs = (slot: number) =>
    (view.getUint32(slot * frameVehicleBytes + FrameVehicle.rider, true) & riderPersonMask) === person &&
    Number.isFinite(view.getFloat32(slot * frameVehicleBytes + FrameVehicle.x, true));
  if (hint >= 0 && hint < vehicleSlotCount && isTheirs(hint)) return hint;
  for (let slot = 0; slot < vehicleSlotCount; slot++) if (isTheirs(slot)) return slot;
  return -1;
}

/** Who drives nearest to a place; null when nobody drives. */
export function personNearest({ vehicles, vehicleSlotCount }: FrameView, x: number, y: number): number | null {
  const view = viewOf(vehicles);
  let person: number | null = null;
  let least = Infinity;
  for (let slot = 0, at = 0; slot < vehicleSlotCount; slot++, at += frameVehicleBytes) {
    const dx = view.getFloat32(at + FrameVehicle.x, true) - x;
    const dy = view.getFloat32(at + FrameVehicle.y, true) - y;
    const squared = dx * dx + dy * dy;
    if (!(squared < least)) continue;
    least = squared;
    person = view.getUint32(at + FrameVehicle.rider, true) & riderPersonMask;
  }
  return person;
}

const place: MovedPlace = { x: 0, y: 0, headingRad: 0 };

/** Where the followed vehicle is in the picture to come; null when nobody is followed, or they have arrived. */
export function placeOfFollowed(followed: FollowedVehicle, { previous, next, mix }: Playback): MovedPlace | null {
  if (followed.person === null || next === null) return null;
  followed.slot = slotOfPerson(next, followed.person, followed.slot);
  if (followed.slot < 0) return null;
  placeBetween(previous === null ? null : viewOf(previous.vehicles), viewOf(next.vehicles), followed.slot, mix, place);
  return place;
}

function viewOf(vehicles: Uint8Array): DataView {
  return new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
}
