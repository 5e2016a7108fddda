import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";

/** What lies on the ground is still so long after its last change, ms: colours and dashes take less to fade over. */
const settleMs = 1000;

type Matrix = CustomRenderMethodInput["modelViewProjectionMatrix"];

/** A picture of so many pixels in the graphics card's memory. */
interface Kept {
  readonly framebuffer: WebGLFramebuffer;
  readonly pixels: WebGLRenderbuffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Areas, waters and roads, drawn once and kept while the camera stands: a picture then copies them. Where the processor
 * draws they are most of its calls and of its pixels. Their layers are hidden from the painter alone, between this layer's
 * two turns in a picture, so that the map unloads nothing.
 * @param above what lies below this layer now is kept
 */
export function keepGround(map: MapLibreMap, above: string): void {
  const order = map.getLayersOrder();
  let kept: Kept | null = null;
  let isTaken = false;
  let isPutBack = false;
  let changedAtMs = -Infinity;
  const seenFrom = new Float64Array(16);

  function changed() {
    isTaken = false;
    changedAtMs = performance.now();
  }
  const sources = new Set<string>();
  for (const id of order.slice(0, order.indexOf(above))) {
    const layer = map.getLayer(id);
    if (layer === undefined) continue;
    if (layer.source !== undefined) sources.add(layer.source);
    const isHidden = layer.isHidden.bind(layer);
    layer.isHidden = (zoom, roundMinZoom) => isPutBack || isHidden(zoom, roundMinZoom);
  }
  map.on("styledata", changed);
  map.on("sourcedata", ({ sourceId }) => {
    if (sources.has(sourceId)) changed();
  });

  const layer: CustomLayerInterface = {
    id: "kept-ground",
    type: "custom",
    prerender(gl, { modelViewProjectionMatrix }) {
      const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
      if (kept?.width !== width || kept.height !== height) {
        release(gl, kept);
        kept = makeRoom(gl, width, height);
        changed();
      }
      if (!isSame(seenFrom, modelViewProjectionMatrix)) {
        seenFrom.set(modelViewProjectionMatrix);
        changed();
      }
      isPutBack = isTaken;
    },
    render(gl) {
      if (kept === null) return;
      if (isPutBack) {
        copy(gl, kept.framebuffer, null, kept);
        isPutBack = false;
      } else if (performance.now() - changedAtMs >= settleMs) {
        copy(gl, null, kept.framebuffer, kept);
        isTaken = true;
      }
    },
    onRemove: (_map, gl) => release(gl, kept),
  };
  map.addLayer(layer, above);
}

function isSame(seen: Float64Array, matrix: Matrix): boolean {
  for (let at = 0; at < seen.length; at++) if (seen[at] !== matrix[at]) return false;
  return true;
}

function makeRoom(gl: WebGL2RenderingContext, width: number, height: number): Kept {
  const framebuffer = gl.createFramebuffer();
  const pixels = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, pixels);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, pixels);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  return { framebuffer, pixels, width, height };
}

function release(gl: WebGL2RenderingContext, kept: Kept | null): void {
  gl.deleteFramebuffer(kept?.framebuffer ?? null);
  gl.deleteRenderbuffer(kept?.pixels ?? null);
}

/** Colours alone: depths of the ground are behind all that follows. */
function copy(
  gl: WebGL2RenderingContext,
  from: WebGLFramebuffer | null,
  to: WebGLFramebuffer | null,
  { width, height }: Kept,
): void {
  gl.disable(gl.SCISSOR_TEST);
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from);
  gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to);
  gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
}
