import {
  frameByteLength,
  frameHeaderBytes,
  FrameHeader,
  reportByteLength,
  twinNames,
  viewReport,
  type FrameReport,
  type TwinName,
} from "../../common/frame";
import type { Arena } from "../../workers/arena";
import type { WantedFrame } from "../../workers/messages";
import type { PackedFrame } from "./twins";

/** Roads and terminals are reported this often, ms of wall time: nobody reads their figures faster. */
const reportEveryMs = 1000;

/** Decides which frames carry the report. One for a session. */
export function createReportClock() {
  const reportedMs = new Map<TwinName, number>();
  return {
    wanted(frames: ReadonlySet<TwinName>): ReadonlyMap<TwinName, WantedFrame> {
      const nowMs = performance.now();
      const wanted = new Map<TwinName, WantedFrame>();
      for (const twin of frames) {
        const isDue = nowMs - (reportedMs.get(twin) ?? -Infinity) >= reportEveryMs;
        if (isDue) reportedMs.set(twin, nowMs);
        wanted.set(twin, isDue ? "withReport" : "vehicles");
      }
      return wanted;
    },
  };
}

/** Copies the frame that an engine packed out of its arena and writes its header: the one copy on the host's side. */
export function copyFrame(
  arena: Arena,
  { frameSlots, reportWindowS }: PackedFrame,
  about: { readonly twin: TwinName; readonly sequence: number; readonly timeS: number; readonly sinceLastS: number },
): Uint8Array<ArrayBuffer> {
  const [edges, terminals] = reportWindowS >= 0 ? [arena.counts.edges, arena.counts.terminals] : [0, 0];
  const bytes = new Uint8Array(frameByteLength(frameSlots, edges, terminals));
  bytes.set(arena.columns.frame.subarray(frameHeaderBytes, bytes.byteLength), frameHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(FrameHeader.sequence, about.sequence, true);
  view.setUint32(FrameHeader.twin, twinNames.indexOf(about.twin), true);
  view.setFloat64(FrameHeader.timeS, about.timeS, true);
  view.setUint32(FrameHeader.vehicleSlotCount, frameSlots, true);
  view.setUint32(FrameHeader.edgeCount, edges, true);
  view.setUint32(FrameHeader.terminalCount, terminals, true);
  view.setFloat32(FrameHeader.windowS, reportWindowS, true);
  view.setUint32(FrameHeader.runningCount, arena.header.vehicleCount, true);
  view.setFloat32(FrameHeader.sinceLastS, about.sinceLastS, true);
  view.setFloat64(FrameHeader.packedAtMs, performance.timeOrigin + performance.now(), true);
  return bytes;
}

/** Copies the report out of a frame that an engine packed; undefined when it carries none. */
export function copyReport(
  { columns, counts: { edges, terminals } }: Arena,
  { frameSlots, reportWindowS }: PackedFrame,
  timeS: number,
): FrameReport | undefined {
  if (reportWindowS < 0) return undefined;
  const at = frameByteLength(frameSlots, 0);
  const bytes = new Uint8Array(reportByteLength(edges, terminals));
  bytes.set(columns.frame.subarray(at, at + bytes.byteLength));
  return viewReport(bytes, edges, terminals, timeS, reportWindowS);
}
