import type { FrameView } from "../../common/frame";
import type { Pace } from "./frames";

/**
 * Where the drawing stands between two frames. The playhead runs in simulated time at the pace at which frames really
 * arrive, one frame behind, so that there is always a next frame to move towards. It stops at the newest frame: nothing
 * is ever drawn that the engine has not computed.
 */
export interface Playback {
  previous: FrameView | null;
  next: FrameView | null;
  /** Simulated seconds. */
  playheadS: number;
  /** Wall time of the last advance. */
  advancedMs: number;
  /** Share of the way from previous to next, 0 … 1. */
  mix: number;
  /** The playhead when vehicles were last drawn, simulated seconds; NaN: they never were. */
  drawnS: number;
}

export function createPlayback(): Playback {
  return { previous: null, next: null, playheadS: 0, advancedMs: 0, mix: 1, drawnS: NaN };
}

/** Beyond so many frames behind the playhead jumps instead of catching up. */
const snapFrames = 3;
/** Time in which a deviation from the wanted place is made good. */
const correctionMs = 400;
/** A little more than one frame behind, so that a frame that comes late does not stop the motion. */
const lagFrames = 1.15;

/**
 * Moves the playhead to now and adopts the frames around it. Mutates `playback`; allocates nothing.
 * @param kept frames of one twin, newest last
 * @returns whether anything that is drawn has changed
 */
export function advance(playback: Playback, kept: readonly FrameView[], pace: Pace, nowMs: number): boolean {
  const newest = kept[kept.length - 1];
  if (newest === undefined) return false;
  const elapsedMs = Math.max(0, nowMs - playback.advancedMs);
  playback.advancedMs = nowMs;
  if (playback.next === null || !kept.includes(playback.next)) return restart(playback, kept, newest);

  const before = playback.playheadS;
  playback.playheadS = movedPlayhead(playback.playheadS, newest, pace, nowMs, elapsedMs);
  const adopted = adopt(playback, kept);
  const { previous, next } = playback;
  if (previous !== null) {
    const spanS = next.timeS - previous.timeS;
    playback.mix = spanS > 0 ? Math.min(1, Math.max(0, (playback.playheadS - previous.timeS) / spanS)) : 1;
  }
  return adopted || playback.playheadS !== before;
}

/** Stands on the frame before the newest, so that there is one to move towards. One frame alone: a picture uploads no other. */
function restart(playback: Playback, kept: readonly FrameView[], newest: FrameView): boolean {
  playback.previous = null;
  playback.next = kept[kept.length - 2] ?? newest;
  playback.playheadS = playback.next.timeS;
  playback.mix = 1;
  return true;
}

function movedPlayhead(playheadS: number, newest: FrameView, pace: Pace, nowMs: number, elapsedMs: number): number {
  const rate = Math.max(0, pace.simulatedSPerMs);
  const frameS = rate * pace.periodMs;
  const wantedS = Math.min(newest.timeS, newest.timeS - lagFrames * frameS + rate * (nowMs - pace.arrivedMs));
  // Never backwards: a vehicle that reverses for a frame is worse than one that waits.
  if (wantedS - playheadS > snapFrames * frameS) return wantedS;
  const correction = (wantedS - playheadS) * Math.min(1, elapsedMs / correctionMs);
  return Math.min(newest.timeS, playheadS + Math.max(0, rate * elapsedMs + correction));
}

function adopt(playback: Playback, kept: readonly FrameView[]): boolean {
  let adopted = false;
  for (let index = 0; index + 1 < kept.length; index++) {
    if (kept[index] !== playback.next || playback.playheadS < kept[index].timeS) continue;
    playback.previous = playback.next;
    playback.next = kept[index + 1] ?? null;
    adopted = true;
  }
  return adopted;
}
