import { MapLibreOverlay } from "@deck.gl/maplibre";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { answerSizesFromStyle } from "./canvas-size";
import { drawsInSoftware } from "./software-drawing";

maplibregl.setWorkerUrl(workerUrl);

/** A map without a city, and deck.gl's place in it. */
export interface EmptyMap {
  readonly map: maplibregl.Map;
  readonly overlay: MapLibreOverlay;
}

/** Pixels of the map's side to those of the screen, where less is drawn: letters can still be read. */
const reducedPixelRatio = 0.75;

export function pixelRatioOf(isReduced: boolean): number {
  return window.devicePixelRatio * (isReduced ? reducedPixelRatio : 1);
}

/**
 * Starts the graphics and the map's worker, which takes as long as the host takes to read a city: `createScene` then puts
 * it on the map. deck.gl asks for what the graphics can do before there is anything to draw: each question waits until
 * all that was begun is drawn.
 */
export function openMap(container: HTMLElement, isReduced: boolean, failed: (cause: string) => void): EmptyMap {
  const map = new maplibregl.Map({
    container,
    style: { version: 8, sources: {}, layers: [] },
    validateStyle: false,
    attributionControl: false,
    // Where the processor draws, smooth edges cost several times the picture.
    canvasContextAttributes: { antialias: !drawsInSoftware() },
    ...(isReduced ? { pixelRatio: pixelRatioOf(isReduced) } : {}),
    renderWorldCopies: false,
    minZoom: 8,
    maxZoom: 20,
    maxPitch: 72,
    fadeDuration: 150,
  });
  answerSizesFromStyle(map.getCanvas());
  map.on("error", ({ error }) => failed(error.message));
  const overlay = new MapLibreOverlay({ interleaved: true, layers: [] });
  map.addControl(overlay);
  return { map, overlay };
}
