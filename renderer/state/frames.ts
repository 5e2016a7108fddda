import { FrameVehicle, frameVehicleBytes, type FrameReport, type FrameView, type TwinName } from "../../common/frame";
import { createSamples, type Samples } from "./samples";

/**
 * The newest frames of both twins. Not React: the scene reads it before each drawn frame, nothing subscribes.
 */
export interface FrameStore {
  /**
   * @param arrivedMs when it came, on this page's clock
   * @param skipped frames of its twin that came since the one before and were dropped
   */
  take(frame: FrameView, arrivedMs: number, skipped?: number): void;
  /** How old frames were when they came, also those that were dropped, ms. @param lastMs when the last of them came, ms since the epoch */
  arrived(agesMs: readonly number[], lastMs: number): void;
  /** Frames of both twins that came, and when the last of them did, ms since the epoch. */
  arrivals(): { readonly count: number; readonly lastMs: number };
  /** Asks for the next frames by `ask`: at once, or once they are not held back any more. */
  askForMore(ask: () => void): void;
  /**
   * Nobody will look at frames until further notice: those that come wait, or are dropped, on the line's thread. On this
   * one each is memory that only a collection gives back, and frequent collections throw away what was compiled.
   */
  holdBack(isHeld: boolean): void;
  /** Newest last, at most `keptFrames`. The same array until the next frame. */
  kept(twin: TwinName): readonly FrameView[];
  /** The last report of a twin on its roads, and the one before; newest last. The same array until the next. */
  reports(twin: TwinName): readonly FrameReport[];
  pace(twin: TwinName): Pace;
  /** Frames taken of both twins since the start. */
  takenCount(): number;
  /** How old frames were when they came to this process, ms: both clocks are this machine's, in ms since the epoch. */
  readonly agesMs: Samples;
  /** How old frames were when this thread took them, ms. */
  readonly takenAgesMs: Samples;
  /** Forgets all frames: another city. */
  clear(): void;
}

/** How fast frames of a twin really arrive. */
export interface Pace {
  /** Wall time of the last arrival. */
  arrivedMs: number;
  /** Wall time between arrivals, smoothed. */
  periodMs: number;
  /** Simulated seconds a wall millisecond, smoothed. */
  simulatedSPerMs: number;
}

/** Previous, next, and one that came early. */
export const keptFrames = 3;
const keptReports = 2;
/** A longer gap between arrivals is a pause, not the pace. */
const pauseMs = 2000;
const smoothing = 0.25;

interface TwinFrames {
  kept: readonly FrameView[];
  reports: readonly FrameReport[];
  pace: Pace;
}

export function createFrameStore(): FrameStore {
  let twins = emptyTwins();
  let taken = 0;
  let lastArrivedMs = NaN;
  let isHeld = false;
  /** Several: before a turn of the session frames are handed over unasked. */
  const asked: (() => void)[] = [];
  const agesMs = createSamples();
  const takenAgesMs = createSamples();
  return {
    take(frame, arrivedMs, skipped = 0) {
      const twin = twins[frame.twin];
      const last = twin.kept.at(-1);
      taken++;
      takenAgesMs.add(performance.timeOrigin + performance.now() - frame.packedAtMs);
      if (frame.report !== null) twin.reports = reportsAfter(twin.reports, frame.report);
      // A city that stands still is sent again and again; there is nothing new to move towards.
      if (last?.timeS === frame.timeS && last.vehicleSlotCount === frame.vehicleSlotCount) return;
      // Set back in time or started again: what is kept belongs to another past.
      const follows = last !== undefined && frame.timeS >= last.timeS && frame.sequence > last.sequence;
      twin.pace = follows
        ? paceAfter(twin.pace, frame.timeS - last.timeS, arrivedMs, skipped + 1)
        : { ...twin.pace, arrivedMs };
      twin.kept = follows ? [...twin.kept, frame].slice(-keptFrames) : [frame];
    },
    kept: (twin) => twins[twin].kept,
    reports: (twin) => twins[twin].reports,
    pace: (twin) => twins[twin].pace,
    takenCount: () => taken,
    arrived(ages, lastMs) {
      for (const ageMs of ages) agesMs.add(ageMs);
      lastArrivedMs = lastMs;
    },
    arrivals: () => ({ count: agesMs.count(), lastMs: lastArrivedMs }),
    askForMore(ask) {
      if (isHeld) asked.push(ask);
      else ask();
    },
    holdBack(next) {
      isHeld = next;
      if (isHeld) return;
      for (const ask of asked.splice(0)) ask();
    },
    agesMs,
    takenAgesMs,
    clear() {
      twins = emptyTwins();
    },
  };
}

function emptyTwins(): Record<TwinName, TwinFrames> {
  const empty = (): TwinFrames => ({
    kept: [],
    reports: [],
    pace: { arrivedMs: 0, periodMs: 100, simulatedSPerMs: 0.001 },
  });
  return { live: empty(), doNothing: empty() };
}

/** Of another past only the newest counts. */
function reportsAfter(reports: readonly FrameReport[], report: FrameReport): readonly FrameReport[] {
  const follows = (reports.at(-1)?.timeS ?? -Infinity) <= report.timeS;
  return follows ? [...reports, report].slice(-keptReports) : [report];
}

/** @param frames that came within that time */
function paceAfter(pace: Pace, simulatedS: number, arrivedMs: number, frames: number): Pace {
  const elapsedMs = arrivedMs - pace.arrivedMs;
  const periodMs = elapsedMs / frames;
  if (periodMs > pauseMs || periodMs <= 0) return { ...pace, arrivedMs };
  const rate = simulatedS / elapsedMs;
  return {
    arrivedMs,
    periodMs: pace.periodMs + smoothing * (periodMs - pace.periodMs),
    simulatedSPerMs: pace.simulatedSPerMs + smoothing * (rate - pace.simulatedSPerMs),
  };
}

/** Vehicles of a frame that have a place. */
export function countVehicles(frame: FrameView): number {
  const view = viewOf(frame);
  let count = 0;
  for (let at = 0; at < frame.vehicles.byteLength; at += frameVehicleBytes) {
    if (Number.isFinite(view.getFloat32(at + FrameVehicle.x, true))) count++;
  }
  return count;
}

/** Mean distance, m, that vehicles present in both frames moved; 0 when there is none. */
export function meanMovedM(before: FrameView, after: FrameView): number {
  const [from, to] = [viewOf(before), viewOf(after)];
  const bytes = Math.min(before.vehicles.byteLength, after.vehicles.byteLength);
  let sum = 0;
  let count = 0;
  for (let at = 0; at < bytes; at += frameVehicleBytes) {
    const x = to.getFloat32(at + FrameVehicle.x, true) - from.getFloat32(at + FrameVehicle.x, true);
    const y = to.getFloat32(at + FrameVehicle.y, true) - from.getFloat32(at + FrameVehicle.y, true);
    const movedM = Math.hypot(x, y);
    if (!Number.isFinite(movedM)) continue;
    sum += movedM;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function viewOf({ vehicles }: FrameView): DataView {
  return new DataView(vehicles.buffer, vehicles.byteOffset, vehicles.byteLength);
}
