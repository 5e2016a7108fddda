import type { Map as MapLibreMap } from "maplibre-gl";
import type { TwinName } from "../../common/frame";
import type { FrameStore } from "../state/frames";
import { advance, type Playback } from "../state/playback";
import { createSamples, type Samples } from "../state/samples";
import { drawsInSoftware } from "./software-drawing";

/** While only a sign pulses, so many ms between pictures are enough. */
const pulsePeriodMs = 50;
/** After a slow picture frames are asked for so long before the next one, ms. */
const framesAheadMs = 50;
/** Where pictures are slow, the first one waits for so long to have vehicles in it, ms. */
const firstFrameWithinMs = 250;

export interface DrawingLoop {
  showTwin(twin: TwinName): void;
  /** What a picture cost on this thread, ms: everything from the playhead to the last call of the graphics interface. */
  readonly scriptMs: Samples;
  /** Pictures that were done and showed the vehicles at another instant than the one done before. */
  movedPictures(): number;
  close(): void;
}

export interface DrawingParts {
  readonly map: MapLibreMap;
  readonly frames: FrameStore;
  readonly playback: Playback;
  /** Runs before each picture that may be drawn. @returns whether it changed what is drawn */
  readonly prepare: (twin: TwinName, hasMoved: boolean) => boolean;
  readonly isPulsing: () => boolean;
  /** A picture was done so long after its calls, ms. */
  readonly pictureTook: (ms: number) => void;
  /** Runs once, when the first of `movedPictures` is done. */
  readonly moved: () => void;
}

/**
 * Between frames the map is only drawn again: no React, no layer is touched. Nothing is drawn while nothing moves, and no
 * picture is begun before the last one is on the screen.
 * The map asks for pictures too, while its tiles come and while it is moved: `redraw` draws those as well, no sooner.
 */
export function startDrawing({
  map,
  frames,
  playback,
  prepare,
  isPulsing,
  pictureTook,
  moved,
}: DrawingParts): DrawingLoop {
  const scriptMs = createSamples();
  const gl = map.getCanvas().getContext("webgl2");
  let fence: WebGLSync | null = null;
  let twin: TwinName = "live";
  let drawnAtMs = 0;
  let restUntilMs = 0;
  let isSlow = false;
  let shownS = NaN;
  let movedPictures = 0;
  let isAskedFor = false;
  let heldUntilMs = drawsInSoftware() ? undefined : 0;
  map.triggerRepaint = () => void (isAskedFor = true);
  let request = requestAnimationFrame(tick);

  /** Somebody moves the map, or waits for the first vehicles to move. */
  const isWaitedFor = () => movedPictures === 0 || map.isMoving();

  function tick(nowMs: number) {
    request = requestAnimationFrame(tick);
    // A graphics card that is behind would make the calls wait, and this thread with them: frames could not come in.
    if (gl !== null && fence !== null) {
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return;
      gl.deleteSync(fence);
      fence = null;
      const restMs = isWaitedFor() ? 0 : restAfterMs(nowMs - drawnAtMs);
      restUntilMs = nowMs + restMs;
      isSlow = restMs > 0;
      pictureTook(nowMs - drawnAtMs);
      // NaN, as long as there are no vehicles, is neither more nor less.
      if ((playback.drawnS > shownS || playback.drawnS < shownS) && movedPictures++ === 0) moved();
      shownS = playback.drawnS;
    }
    frames.holdBack(nowMs < restUntilMs - framesAheadMs);
    if (nowMs < restUntilMs) return;
    const begunMs = performance.now();
    const hasMoved = advance(playback, frames.kept(twin), frames.pace(twin), nowMs);
    const hasChanged = prepare(twin, hasMoved);
    const hasPulse = isPulsing() && nowMs - drawnAtMs >= pulsePeriodMs;
    if (!hasMoved && !hasChanged && !isAskedFor && !hasPulse) return;
    if (frames.kept(twin).length === 0 && nowMs < (heldUntilMs ??= nowMs + firstFrameWithinMs)) {
      isAskedFor = true;
      return;
    }
    drawnAtMs = nowMs;
    isAskedFor = false;
    frames.holdBack(isSlow);
    map.redraw();
    // Not flushed: the browser sends all calls on when this turn of drawing ends.
    fence = gl?.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0) ?? null;
    scriptMs.add(performance.now() - begunMs);
  }

  return {
    scriptMs,
    movedPictures: () => movedPictures,
    showTwin(next) {
      twin = next;
    },
    close: () => {
      cancelAnimationFrame(request);
      frames.holdBack(false);
    },
  };
}

/** A picture that is on the screen within so much is drawn by a graphics card that keeps up, ms. */
const swiftPictureMs = 40;
const longestRestMs = 2000;

/**
 * How long to wait before the next picture: where the processor draws, half of the time is left to everything else, or the
 * engine would starve for the sake of pictures. @param pictureMs from the calls to the picture
 */
export function restAfterMs(pictureMs: number): number {
  return pictureMs <= swiftPictureMs ? 0 : Math.min(longestRestMs, pictureMs);
}
