import { toggleLayer, type LayerId } from "../state/layers";
import type { ConsoleParts } from "./parts";

/** What keys do to the map from anywhere in the window. */
export interface MapCommand {
  /** `KeyboardEvent.key`. */
  readonly key: string;
  readonly run: (parts: ConsoleParts) => void;
}

export const layerKeys: Readonly<Record<LayerId, string>> = {
  speed: "s",
  queues: "q",
  flows: "f",
  difference: "d",
  compliance: "c",
  passages: "p",
  vehicles: "v",
  buildings: "b",
  names: "n",
};

/** One press of a key: levels of zoom, degrees. */
const steps = { zoom: 0.7, bearing: 15, pitch: 10 } as const;

const cameraCommands: readonly MapCommand[] = [
  { key: "h", run: ({ scene }) => scene.current?.frameCity() },
  { key: "g", run: ({ scene }) => scene.current?.toggleFollow() },
  { key: "+", run: ({ scene }) => scene.current?.zoomBy(steps.zoom) },
  { key: "-", run: ({ scene }) => scene.current?.zoomBy(-steps.zoom) },
  { key: "[", run: ({ scene }) => scene.current?.turnBy(-steps.bearing) },
  { key: "]", run: ({ scene }) => scene.current?.turnBy(steps.bearing) },
  { key: "PageUp", run: ({ scene }) => scene.current?.pitchBy(steps.pitch) },
  { key: "PageDown", run: ({ scene }) => scene.current?.pitchBy(-steps.pitch) },
];

export const mapCommands: readonly MapCommand[] = [
  ...Object.entries(layerKeys).map(([layer, key]) => ({
    key,
    run: ({ layers }: ConsoleParts) => toggleLayer(layers, layer as LayerId),
  })),
  ...cameraCommands,
];
