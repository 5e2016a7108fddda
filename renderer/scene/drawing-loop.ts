import type { Map as MapLibreMap } from "maplibre-gl";
import type { TwinName } from "../../common/frame";
import type { FrameStore } from "../state/frames";
import { advance, type Playback } from "../state/playback";
import { createSamples, type Samples } from "../state/samples";

/** While only a sign pulses, so many ms between pictures are enough. */
const pulsePeriodMs = 50;

export interface DrawingLoop {
  showTwin(twin: TwinName): void;
  /** What a picture cost on this thread, ms: everything from the playhead to the last call of the graphics interface. */
  readonly scriptMs: Samples;
  close(): void;
}

export interface DrawingParts {
  readonly map: MapLibreMap;
  readonly frames: FrameStore;
  readonly playback: Playback;
  /** Runs before each picture that may be drawn. @returns whether it changed what is drawn */
  readonly prepare: (twin: TwinName, hasMoved: boolean) => boolean;
  readonly isPulsing: () => boolean;
}

/**
 * Between frames the map is only drawn again: no React, no layer is touched. Nothing is drawn while nothing moves.
 * `redraw` draws at once and takes the place of the picture that the map itself may have asked for.
 */
export function startDrawing({ map, frames, playback, prepare, isPulsing }: DrawingParts): DrawingLoop {
  const scriptMs = createSamples();
  let twin: TwinName = "live";
  let drawnAtMs = 0;
  let request = requestAnimationFrame(tick);

  function tick(nowMs: number) {
    request = requestAnimationFrame(tick);
    const begunMs = performance.now();
    const hasMoved = advance(playback, frames.kept(twin), frames.pace(twin), nowMs);
    const hasChanged = prepare(twin, hasMoved);
    if (!hasMoved && !hasChanged && !(isPulsing() && nowMs - drawnAtMs >= pulsePeriodMs)) return;
    drawnAtMs = nowMs;
    map.redraw();
    scriptMs.add(performance.now() - begunMs);
  }

  return {
    scriptMs,
    showTwin(next) {
      twin = next;
    },
    close: () => cancelAnimationFrame(request),
  };
}
