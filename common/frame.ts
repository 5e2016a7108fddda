/**
 * A frame: where every vehicle is at one tick, as the engine packs it and the graphics card reads it.
 *
 * Header of 64 bytes, then `vehicleSlotCount` records of 16 bytes. About once a second a report on roads and terminals
 * follows: what changes slowly does not travel ten times a second. Little-endian.
 * A vehicle keeps its slot from departure to arrival. Record i of two frames is the same vehicle if `isSameTrip`;
 * otherwise the slot was empty or passed to another.
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
  /** u32, edges of the report that follows; 0 when none does. */
  edgeCount: 20,
  /** u32, vehicles on the road. */
  runningCount: 24,
  /** f32, simulated seconds since the twin's previous frame. */
  sinceLastS: 28,
  /** f64, wall time when the frame was packed, ms since the epoch. */
  packedAtMs: 32,
  /** u32, terminals of the report that follows; 0 when none does. */
  terminalCount: 40,
  /** f32, simulated seconds over which the report's passages were counted. */
  windowS: 44,
} as const;

/** Byte offsets in a vehicle's record. */
export const FrameVehicle = {
  /** f32, metres east, of the front bumper; NaN in an empty slot. */
  x: 0,
  /** f32, metres north. */
  y: 4,
  /** u16, direction counter-clockwise from east, in 1/65536 of a turn. */
  heading: 8,
  /** u8, speed over the lane's limit, 255 = at the limit or above. */
  speedRatio: 10,
  /** u8, bits of `VehicleMark`. */
  marks: 11,
  /** u32: low 24 bits the person's row, high 8 the vehicle's type. */
  rider: 12,
} as const;

/** Parts of a turn in a record's heading. */
export const headingUnits = 65536;
export const riderPersonMask = 0xffffff;

/** Bits of a vehicle's marks. */
export const VehicleMark = {
  holdsContract: 1,
  instructed: 2,
  complies: 4,
  standing: 8,
  /** On the way home: with the person, whose trip this is. */
  returning: 16,
} as const;

/**
 * Whether two records of one slot are of one trip: a person drives to work in one vehicle and home in another. The
 * vehicles' shader says the same.
 * @param at,before byte offsets of the records
 */
export function isSameTrip(now: DataView, at: number, earlier: DataView, before: number): boolean {
  const marks = now.getUint8(at + FrameVehicle.marks) ^ earlier.getUint8(before + FrameVehicle.marks);
  const rider = now.getUint32(at + FrameVehicle.rider, true) ^ earlier.getUint32(before + FrameVehicle.rider, true);
  return rider === 0 && (marks & VehicleMark.returning) === 0;
}

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
  /** vehicleSlotCount × 16 bytes, ready for the graphics card: they begin at a multiple of 4 bytes if the frame does. */
  readonly vehicles: Uint8Array;
  readonly vehicleSlotCount: number;
  /** null in most frames: see `FrameReport`. */
  readonly report: FrameReport | null;
}

/**
 * What a frame says about once a second of edges and terminals. In the frame, in this order: `passed`, `terminalPassed`,
 * `terminalTotal`, `speeds`, `queueHead`, `queueTail`.
 */
export interface FrameReport {
  readonly timeS: number;
  /** Simulated seconds over which passages were counted, up to `timeS`. */
  readonly windowS: number;
  /** Vehicles that drove over the end of each edge within the window. */
  readonly passed: Uint16Array;
  /** Contract holders whom each terminal saw within the window. */
  readonly terminalPassed: Uint16Array;
  /** The same since the twin began; low 16 bits. */
  readonly terminalTotal: Uint16Array;
  /** Mean speed over the limit of each edge, as `linkSpeedUnits`. */
  readonly speeds: Uint8Array;
  /**
   * Where the longest queue on one lane of each edge begins and ends, in 1/255 of the lane's length from its start: the
   * front bumper of its first vehicle and the rear of its last. Both 0 when nobody queues.
   */
  readonly queueHead: Uint8Array;
  readonly queueTail: Uint8Array;
}

export const queueUnits = 255;

/** Bytes of a report on so many edges and terminals. */
export function reportByteLength(edgeCount: number, terminalCount: number): number {
  return 5 * edgeCount + 4 * terminalCount;
}

/** Bytes of a frame with these counts; edges and terminals are 0 when it carries no report. */
export function frameByteLength(vehicleSlotCount: number, edgeCount: number, terminalCount = 0): number {
  return frameHeaderBytes + vehicleSlotCount * frameVehicleBytes + reportByteLength(edgeCount, terminalCount);
}

/** Views a frame; of its vehicles nothing is copied, the report is. Undefined when lengths do not agree. */
export function viewFrame(bytes: Uint8Array): FrameView | undefined {
  if (bytes.byteLength < frameHeaderBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vehicleSlotCount = view.getUint32(FrameHeader.vehicleSlotCount, true);
  const edgeCount = view.getUint32(FrameHeader.edgeCount, true);
  const terminalCount = view.getUint32(FrameHeader.terminalCount, true);
  const twin = twinNames[view.getUint32(FrameHeader.twin, true)];
  if (twin === undefined || bytes.byteLength !== frameByteLength(vehicleSlotCount, edgeCount, terminalCount)) {
    return undefined;
  }
  const reportAt = frameHeaderBytes + vehicleSlotCount * frameVehicleBytes;
  const timeS = view.getFloat64(FrameHeader.timeS, true);
  return {
    sequence: view.getUint32(FrameHeader.sequence, true),
    twin,
    timeS,
    runningCount: view.getUint32(FrameHeader.runningCount, true),
    sinceLastS: view.getFloat32(FrameHeader.sinceLastS, true),
    packedAtMs: view.getFloat64(FrameHeader.packedAtMs, true),
    vehicles: bytes.subarray(frameHeaderBytes, reportAt),
    vehicleSlotCount,
    report:
      edgeCount === 0
        ? null
        : viewReport(
            bytes.slice(reportAt),
            edgeCount,
            terminalCount,
            timeS,
            view.getFloat32(FrameHeader.windowS, true),
          ),
  };
}

/** @param bytes of the report, its own: at the start of its buffer, and kept */
export function viewReport(
  { buffer }: Uint8Array<ArrayBuffer>,
  edges: number,
  terminals: number,
  timeS: number,
  windowS: number,
): FrameReport {
  const bytesAt = 2 * edges + 4 * terminals;
  return {
    timeS,
    windowS,
    passed: new Uint16Array(buffer, 0, edges),
    terminalPassed: new Uint16Array(buffer, 2 * edges, terminals),
    terminalTotal: new Uint16Array(buffer, 2 * edges + 2 * terminals, terminals),
    speeds: new Uint8Array(buffer, bytesAt, edges),
    queueHead: new Uint8Array(buffer, bytesAt + edges, edges),
    queueTail: new Uint8Array(buffer, bytesAt + 2 * edges, edges),
  };
}
