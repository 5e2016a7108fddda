type Sized = Pick<HTMLElement, "clientWidth" | "clientHeight">;

/**
 * deck.gl asks the canvas and the box around it for their size at every picture. Panels have changed since the one before,
 * so that the browser would lay out the whole page then and there, and once more afterwards. MapLibre writes the size into
 * the canvas' style: it is read from there.
 */
export function answerSizesFromStyle(
  canvas: Sized & {
    readonly style: Pick<CSSStyleDeclaration, "width" | "height">;
    readonly parentElement: Sized | null;
  },
): void {
  const pixels = (side: "width" | "height") => Math.round(Number.parseFloat(canvas.style[side]) || 0);
  const sizes = {
    clientWidth: { get: () => pixels("width"), configurable: true },
    clientHeight: { get: () => pixels("height"), configurable: true },
  };
  for (const element of [canvas, canvas.parentElement]) if (element !== null) Object.defineProperties(element, sizes);
}
