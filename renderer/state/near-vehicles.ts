import { FrameVehicle, frameVehicleBytes, headingUnits, isSameTrip, type FrameView } from "../../common/frame";

/** From this zoom on the nearest vehicles are models. */
export const nearZoom = 17.2;
/** Models at once. */
export const nearMost = 384;
/** None is further from the middle of the map, m. */
export const nearReachM = 320;

/** The slots of the vehicles nearest to a point. Allocated once. */
export interface NearSelection {
  readonly slots: Uint32Array;
  count: number;
  /** All vehicles nearer than this are selected, and no other. */
  radiusM: number;
}

export function createNearSelection(): NearSelection {
  return { slots: new Uint32Array(nearMost), count: 0, radiusM: 0 };
}

const bins = 256;
const histogram = new Uint32Array(bins);

/**
 * Selects the vehicles of a frame that are nearest to a point: all within a radius, which shrinks until they are no more
 * than `nearMost`. Two passes over the records, allocates nothing but a view.
 */
export function selectNear({ vehicles }: FrameView, x: number, y: number, selection: NearSelection): void {
  const view = new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
  histogram.fill(0);
  const perBin = bins / (nearReachM * nearReachM);
  for (let at = 0; at < vehicles.byteLength; at += frameVehicleBytes) {
    const dx = view.getFloat32(at + FrameVehicle.x, true) - x;
    const dy = view.getFloat32(at + FrameVehicle.y, true) - y;
    const bin = (dx * dx + dy * dy) * perBin;
    // An empty slot's NaN is not smaller either.
    if (bin < bins) histogram[Math.floor(bin)]++;
  }
  let bin = 0;
  for (let sum = 0; bin < bins && sum + histogram[bin] <= nearMost; bin++) sum += histogram[bin];
  const squared = bin / perBin;
  selection.radiusM = Math.sqrt(squared);
  selection.count = 0;
  for (let at = 0, slot = 0; at < vehicles.byteLength; at += frameVehicleBytes, slot++) {
    const dx = view.getFloat32(at + FrameVehicle.x, true) - x;
    const dy = view.getFloat32(at + FrameVehicle.y, true) - y;
    if (dx * dx + dy * dy < squared && selection.count < nearMost) selection.slots[selection.count++] = slot;
  }
}

/**
 * A vehicle that is further on than this in the next frame is not moved along a straight line, which would lead it over
 * houses, m: at 120 km/h, 6 s, which lie between frames ten times a second at 60 times the speed.
 */
export const snapM = 200;

/** Where a vehicle is between two frames. */
export interface MovedPlace {
  x: number;
  y: number;
  headingRad: number;
}

/** As the graphics card does it for all others: snaps where another took the slot or one jumps, turns along the shortest arc. Writes `place`. */
export function placeBetween(
  previous: DataView | null,
  next: DataView,
  slot: number,
  mix: number,
  place: MovedPlace,
): void {
  const at = slot * frameVehicleBytes;
  const x = next.getFloat32(at + FrameVehicle.x, true);
  const y = next.getFloat32(at + FrameVehicle.y, true);
  const heading = next.getUint16(at + FrameVehicle.heading, true);
  place.x = x;
  place.y = y;
  place.headingRad = (heading * 2 * Math.PI) / headingUnits;
  if (previous === null || at >= previous.byteLength || !isSameTrip(next, at, previous, at)) return;
  const dx = x - previous.getFloat32(at + FrameVehicle.x, true);
  const dy = y - previous.getFloat32(at + FrameVehicle.y, true);
  if (!(dx * dx + dy * dy <= snapM * snapM)) return;
  const from = previous.getUint16(at + FrameVehicle.heading, true);
  const turn = ((heading - from) << 16) >> 16;
  place.x = x - dx * (1 - mix);
  place.y = y - dy * (1 - mix);
  place.headingRad = ((from + turn * mix) * 2 * Math.PI) / headingUnits;
}
