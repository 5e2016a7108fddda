import type { City } from "../../common/city";
import { FrameVehicle, frameVehicleBytes, riderPersonMask } from "../../common/frame";
import type { Playback } from "../state/playback";

/** What lies under a place of the city's plane, m: a vehicle as it is drawn now, or a building. A scan for each click. */

/** A vehicle that moved farther between two frames jumped: it is drawn where it is, not in between. */
const jumpM = 50;

/** The person in the nearest vehicle within reach; null when there is none. @param reachM m */
export function driverAt({ previous, next, mix }: Playback, x: number, y: number, reachM: number): number | null {
  if (next === null) return null;
  const to = new DataView(next.vehicles.buffer, next.vehicles.byteOffset, next.vehicles.byteLength);
  const before = previous ?? next;
  const from = new DataView(before.vehicles.buffer, before.vehicles.byteOffset, before.vehicles.byteLength);
  const slots = Math.min(next.vehicleSlotCount, before.vehicleSlotCount);
  let nearest: number | null = null;
  let least = reachM;
  for (let slot = 0; slot < slots; slot++) {
    const at = slot * frameVehicleBytes;
    const [toX, toY] = [to.getFloat32(at + FrameVehicle.x, true), to.getFloat32(at + FrameVehicle.y, true)];
    const [fromX, fromY] = [from.getFloat32(at + FrameVehicle.x, true), from.getFloat32(at + FrameVehicle.y, true)];
    const share = Math.hypot(toX - fromX, toY - fromY) < jumpM ? mix : 1;
    const distance = Math.hypot(fromX + share * (toX - fromX) - x, fromY + share * (toY - fromY) - y);
    // An empty slot has no place: its distance is not a number, and not less.
    if (!(distance < least)) continue;
    least = distance;
    nearest = to.getUint32(at + FrameVehicle.rider, true) & riderPersonMask;
  }
  return nearest;
}

/** Whether a building stands there: its footprint holds the point. */
export function hasBuildingAt({ columns }: City, x: number, y: number): boolean {
  const { buildingStart, buildingX, buildingY } = columns;
  for (let building = 0; building + 1 < buildingStart.length; building++) {
    if (isInside(buildingX, buildingY, buildingStart[building], buildingStart[building + 1], x, y)) return true;
  }
  return false;
}

/** Even–odd rule over a ring that is closed implicitly. */
function isInside(ringX: Float32Array, ringY: Float32Array, start: number, end: number, x: number, y: number): boolean {
  let inside = false;
  for (let at = start, before = end - 1; at < end; before = at++) {
    if (ringY[at] > y === ringY[before] > y) continue;
    const crossing = ringX[at] + ((y - ringY[at]) * (ringX[before] - ringX[at])) / (ringY[before] - ringY[at]);
    if (x < crossing) inside = !inside;
  }
  return inside;
}
