let known: boolean | undefined;

/**
 * Whether pictures are drawn by the processor: a remote desktop, a virtual machine, a test. The first to ask waits until
 * the browser has started its graphics.
 */
export function drawsInSoftware(): boolean {
  return (known ??= looksForSoftware());
}

function looksForSoftware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  const about = gl?.getExtension("WEBGL_debug_renderer_info");
  if (!gl || !about) return false;
  const renderer = String(gl.getParameter(about.UNMASKED_RENDERER_WEBGL));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}
