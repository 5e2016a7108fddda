import type { Map as MapLibreMap } from "maplibre-gl";
import type { TwinName } from "../../common/frame";
import type { LinkSpeeds } from "../layers/link-speeds";
import type { FrameStore } from "../state/frames";
import { advance, type Playback } from "../state/playback";

/** Links change their colour at most this often, wall ms. */
const linkPeriodMs = 1000;
/** While only a sign pulses, so many ms between pictures are enough. */
const pulsePeriodMs = 50;

export interface DrawingLoop {
  showTwin(twin: TwinName): void;
  close(): void;
}

/**
 * Between frames the map is only asked to paint again: no React, no layer is touched. Nothing is painted while nothing
 * moves.
 */
export function startDrawing(
  map: MapLibreMap,
  frames: FrameStore,
  playback: Playback,
  speeds: LinkSpeeds,
  isPulsing: () => boolean,
): DrawingLoop {
  let twin: TwinName = "live";
  let linksAtMs = 0;
  let drawnAtMs = 0;
  let request = requestAnimationFrame(tick);

  function tick(nowMs: number) {
    request = requestAnimationFrame(tick);
    const hasMoved = advance(playback, frames.kept(twin), frames.pace(twin), nowMs);
    const { next } = playback;
    if (next !== null && next.linkSpeeds !== speeds.bytes && nowMs - linksAtMs >= linkPeriodMs) {
      speeds.bytes = next.linkSpeeds;
      speeds.version++;
      linksAtMs = nowMs;
    }
    if (!hasMoved && !(isPulsing() && nowMs - drawnAtMs >= pulsePeriodMs)) return;
    drawnAtMs = nowMs;
    map.triggerRepaint();
  }

  return {
    showTwin(next) {
      twin = next;
      linksAtMs = 0;
    },
    close: () => cancelAnimationFrame(request),
  };
}
