/**
 * A frame: where every vehicle is at one tick, as the engine packs it and the graphics card reads it.
 *
 * Header of 64 bytes, then `vehicleSlotCount` records of 16 bytes, then one byte an edge. Little-endian.
 * A vehicle keeps its slot from departure to arrival, so that record i of two frames is the same vehicle (or the slot
 * was empty, or passed to another: then the jump is large and the renderer snaps).
 */
export const frameHeaderBytes = 64;
export const frameVehicleBytes = 16;

/** Byte offsets in the header. */
export const FrameHeader = {
  /** u32, counts frames of one twin. */
  sequence: 0,
  /** u32 `TwinName` index. */
  twin: 4,
  /** f64, seconds since midnight. */
  timeS: 8,
  /** u32, records that follow; some may be empty. */
  vehicleSlotCount: 16,
  /** u32, edges that follow. */
  edgeCount: 20,
  /** u32, vehicles on the road. */
  runningCount: 24,
  /** f32, simulated seconds since the twin's previous frame. */
  sinceLastS: 28,
  /** f64, wall time when the frame was packed, ms since the epoch. */
  packedAtMs: 32,
} as const;

/** Byte offsets in a vehicle's record. */
export const FrameVehicle = {
  /** f32, metres east; NaN in an empty slot. */
  x: 0,
  /** f32, metres north. */
  y: 4,
  /** f32, radians, counter-clockwise from east. */
  heading: 8,
  /** u8, speed over the lane's limit, 255 = at the limit or above. */
  speedRatio: 12,
  /** u8, bits of `VehicleMark`. */
  marks: 13,
  /** u8, vehicle type. */
  type: 14,
  /** u8, a constant random byte of the vehicle, for its shade. */
  shade: 15,
} as const;

/** Bits of a vehicle's marks. */
export const VehicleMark = {
  holdsContract: 1,
  instructed: 2,
  complies: 4,
  standing: 8,
} as const;

/** A byte an edge: mean speed over the speed limit in 1/250, or 255 where no vehicle was seen lately. */
export const linkSpeedUnits = 250;
export const linkSpeedUnknown = 255;

export const twinNames = ["live", "doNothing"] as const;
export type TwinName = (typeof twinNames)[number];

export interface FrameView {
  readonly sequence: number;
  readonly twin: TwinName;
  readonly timeS: number;
  readonly runningCount: number;
  readonly sinceLastS: number;
  readonly packedAtMs: number;
  /** vehicleSlotCount × 16 bytes, ready for the graphics card. */
  readonly vehicles: Uint8Array;
  readonly vehicleSlotCount: number;
  /** One byte an edge. */
  readonly linkSpeeds: Uint8Array;
}

/** Bytes of a frame with these counts. */
export function frameByteLength(vehicleSlotCount: number, edgeCount: number): number {
  return frameHeaderBytes + vehicleSlotCount * frameVehicleBytes + edgeCount;
}

/** Views a frame without copying; undefined when lengths do not agree. */
export function viewFrame(bytes: Uint8Array): FrameView | undefined {
  if (bytes.byteLength < frameHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vehicleSlotCount = view.getUint32(FrameHeader.vehicleSlotCount, true);
  const edgeCount = view.getUint32(FrameHeader.edgeCount, true);
  const twin = twinNames[view.getUint32(FrameHeader.twin, true)];
  if (twin === undefined || bytes.byteLength !== frameByteLength(vehicleSlotCount, edgeCount)) return undefined;
  const edgesAt = frameHeaderBytes + vehicleSlotCount * frameVehicleBytes;
  return {
    sequence: view.getUint32(FrameHeader.sequence, true),
    twin,
    timeS: view.getFloat64(FrameHeader.timeS, true),
    runningCount: view.getUint32(FrameHeader.runningCount, true),
    sinceLastS: view.getFloat32(FrameHeader.sinceLastS, true),
    packedAtMs: view.getFloat64(FrameHeader.packedAtMs, true),
    vehicles: bytes.subarray(frameHeaderBytes, edgesAt),
    vehicleSlotCount,
    linkSpeeds: bytes.subarray(edgesAt),
  };
}
