/** Whether a canvas is drawn by the processor; undefined: it has no WebGL 2 to ask. Waits until the browser has started its graphics. */
export function looksLikeSoftware(canvas: HTMLCanvasElement | OffscreenCanvas): boolean | undefined {
  const gl = canvas.getContext("webgl2");
  const about = gl?.getExtension("WEBGL_debug_renderer_info");
  if (!gl || !about) return undefined;
  const renderer = String(gl.getParameter(about.UNMASKED_RENDERER_WEBGL));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}
