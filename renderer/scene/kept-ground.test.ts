import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import { beforeEach, expect, it, vi } from "vitest";
import { keepGround } from "./kept-ground";

const blits: string[] = [];
let sizePx = 100;
let shift = 0;
let listeners: Map<string, (event: object) => void>;
let layer: CustomLayerInterface;
let layers: Map<string, { readonly source: string; isHidden: (zoom?: number) => boolean }>;
/** Whether each layer of the ground was drawn in the last picture: areas, and a casing that the style hides. */
let drawn: boolean[];

const constants = { READ_FRAMEBUFFER: "from", DRAW_FRAMEBUFFER: "to", FRAMEBUFFER: "both" };
const bound: Record<string, unknown> = {};
const nameOf = (from: unknown, to: unknown) =>
  from === null && to === pictures.at(-1) ? "taken" : from === pictures.at(-1) && to === null ? "put back" : "astray";
const pictures: unknown[] = [];
const gl = {
  ...constants,
  get drawingBufferWidth() {
    return sizePx;
  },
  drawingBufferHeight: 50,
  ...{
    createFramebuffer: () => pictures[pictures.push({}) - 1],
    createRenderbuffer: () => ({}),
    bindRenderbuffer: () => undefined,
  },
  ...{ renderbufferStorage: () => undefined, framebufferRenderbuffer: () => undefined, disable: () => undefined },
  ...{ deleteFramebuffer: () => undefined, deleteRenderbuffer: () => undefined },
  bindFramebuffer: (target: string, framebuffer: unknown) => {
    for (const end of target === "both" ? ["from", "to"] : [target]) bound[end] = framebuffer;
  },
  blitFramebuffer: () => blits.push(nameOf(bound["from"], bound["to"])),
} as unknown as WebGL2RenderingContext;

/** What MapLibre does for a picture: offscreen turns, the layers below, then this one. */
function picture() {
  const modelViewProjectionMatrix = Float64Array.from({ length: 16 }, (_, at) => at + shift);
  const input = { modelViewProjectionMatrix } as unknown as CustomRenderMethodInput;
  layer.prerender?.(gl, input);
  drawn = [...layers.values()].map(({ isHidden }) => !isHidden(12));
  layer.render(gl, input);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  [blits.length, sizePx, shift] = [0, 100, 0];
  listeners = new Map();
  layers = new Map(["areas", "casing"].map((id) => [id, { source: "ground", isHidden: () => id === "casing" }]));
  keepGround(
    {
      getLayersOrder: () => ["areas", "casing", "names"],
      getLayer: (id: string) => layers.get(id),
      on: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
      addLayer: (added: CustomLayerInterface) => (layer = added),
    } as unknown as MapLibreMap,
    "names",
  );
});

function settle() {
  picture();
  vi.advanceTimersByTime(1000);
  picture();
  picture();
}

it("takes a picture of ground that has not changed for a second, and puts it back instead of drawing it", () => {
  picture();
  vi.advanceTimersByTime(999);
  picture();
  expect(blits).toEqual([]);
  vi.advanceTimersByTime(1);
  picture();
  expect([blits, drawn]).toEqual([["taken"], [true, false]]);
  picture();
  expect([blits, drawn]).toEqual([
    ["taken", "put back"],
    [false, false],
  ]);
  expect([...layers.values()].map(({ isHidden }) => isHidden())).toEqual([false, true]);
});

it.each([
  ["the camera moves", () => void (shift = 1)],
  ["the window grows", () => void (sizePx = 200)],
  ["colours change", () => listeners.get("styledata")?.({})],
  ["a tile of the ground comes", () => listeners.get("sourcedata")?.({ sourceId: "ground" })],
])("draws the ground when %s, until it has been still for a second again", (_, change) => {
  settle();
  change();
  picture();
  expect([blits, drawn]).toEqual([
    ["taken", "put back"],
    [true, false],
  ]);
  vi.advanceTimersByTime(1000);
  picture();
  picture();
  expect(blits.slice(2)).toEqual(["taken", "put back"]);
});

it("keeps it while figures and names above it change", () => {
  settle();
  listeners.get("sourcedata")?.({ sourceId: "road-figures" });
  picture();
  expect(drawn).toEqual([false, false]);
});
