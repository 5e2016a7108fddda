import {
  frameByteLength,
  frameHeaderBytes,
  FrameHeader,
  frameVehicleBytes,
  twinNames,
  type TwinName,
} from "../../common/frame";
import type { Arena } from "../../workers/arena";

/** Copies the frame that an engine packed out of its arena and writes its header: the one copy on the host's side. */
export function copyFrame(
  arena: Arena,
  slots: number,
  about: { readonly twin: TwinName; readonly sequence: number; readonly timeS: number; readonly sinceLastS: number },
): Uint8Array<ArrayBuffer> {
  const edges = arena.counts.edges;
  const bytes = new Uint8Array(frameByteLength(slots, edges));
  bytes.set(
    arena.columns.frame.subarray(frameHeaderBytes, frameHeaderBytes + slots * frameVehicleBytes + edges),
    frameHeaderBytes,
  );
  const view = new DataView(bytes.buffer);
  view.setUint32(FrameHeader.sequence, about.sequence, true);
  view.setUint32(FrameHeader.twin, twinNames.indexOf(about.twin), true);
  view.setFloat64(FrameHeader.timeS, about.timeS, true);
  view.setUint32(FrameHeader.vehicleSlotCount, slots, true);
  view.setUint32(FrameHeader.edgeCount, edges, true);
  view.setUint32(FrameHeader.runningCount, arena.header.vehicleCount, true);
  view.setFloat32(FrameHeader.sinceLastS, about.sinceLastS, true);
  view.setFloat64(FrameHeader.packedAtMs, Date.now(), true);
  return bytes;
}
