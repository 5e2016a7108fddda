import type { FrameView, TwinName } from "../../common/frame";
import { keptFrames } from "./frames";
import { annotateStanding, createStandingMemory, type StandingMemory } from "./standing";

/**
 * Where frames wait for the page's thread, which may stand in graphics calls. The newest few of each twin are kept, older
 * ones are dropped; the page is handed all that wait at once, and nothing more before it has said that it took them.
 */
export interface FrameDesk {
  /** A frame came. @param nowMs wall time, ms since the epoch */
  arrived(frame: FrameView, nowMs: number): void;
  /** What the page is to be given now; undefined: nothing waits, or the page has not taken the last. */
  next(): HandOver | undefined;
  /** The same, whether or not the page has taken the last: before a message that what waits must not overtake. */
  rest(): HandOver | undefined;
  /** The page has taken a hand-over. */
  taken(): void;
}

/** What the page is handed at once: at most `keptFrames` of each twin, those of a twin oldest first. */
export interface HandOver {
  readonly frames: readonly ArrivedFrame[];
  /** How old every frame since the last hand-over was when it came, the dropped ones too, ms; at most `agesMax`. */
  readonly agesMs: readonly number[];
}

export interface ArrivedFrame {
  readonly frame: FrameView;
  /** Wall time, ms since the epoch. */
  readonly arrivedMs: number;
  /** Frames of this twin that came after the one handed over before and were dropped. */
  readonly skipped: number;
}

/** Ages kept while the page takes nothing. */
const agesMax = 4096;

interface TwinDesk {
  waiting: ArrivedFrame[];
  readonly standing: StandingMemory;
}

export function createFrameDesk(): FrameDesk {
  const twins: Record<TwinName, TwinDesk> = {
    live: { waiting: [], standing: createStandingMemory() },
    doNothing: { waiting: [], standing: createStandingMemory() },
  };
  let agesMs: number[] = [];
  let untaken = 0;

  function rest(): HandOver | undefined {
    const frames = [...twins.live.waiting, ...twins.doNothing.waiting];
    if (frames.length === 0) return undefined;
    const given = { frames, agesMs };
    agesMs = [];
    for (const twin of Object.values(twins)) twin.waiting = [];
    untaken++;
    return given;
  }

  return {
    arrived(frame, nowMs) {
      const twin = twins[frame.twin];
      // Every frame, also one that nobody will see: who stood in it has stood since.
      annotateStanding(twin.standing, frame);
      twin.waiting.push({ frame, arrivedMs: nowMs, skipped: 0 });
      if (twin.waiting.length > keptFrames) twin.waiting = withoutOldest(twin.waiting);
      if (agesMs.length < agesMax) agesMs.push(nowMs - frame.packedAtMs);
    },
    next: () => (untaken > 0 ? undefined : rest()),
    rest,
    taken: () => void (untaken = Math.max(0, untaken - 1)),
  };
}

/** A report outlives the frame that brought it: there is one a second only. */
function withoutOldest([oldest, ...others]: readonly ArrivedFrame[]): ArrivedFrame[] {
  const [heir, ...newer] = others;
  if (oldest === undefined || heir === undefined) return [];
  const frame = heir.frame.report === null ? { ...heir.frame, report: oldest.frame.report } : heir.frame;
  return [{ frame, arrivedMs: heir.arrivedMs, skipped: oldest.skipped + 1 }, ...newer];
}
