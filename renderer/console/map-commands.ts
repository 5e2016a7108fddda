import type { LayerId } from "../state/layers";
import type { ConsoleParts } from "./parts";

export const layerKeys: Readonly<Record<LayerId, string>> = {
  speed: "s",
  queues: "q",
  flows: "f",
  difference: "d",
  compliance: "c",
  passages: "r",
  parking: "y",
  vehicles: "v",
  buildings: "b",
  names: "n",
};

/** One press of a key: levels of zoom, degrees. */
const steps = { zoom: 0.7, bearing: 15, pitch: 10 } as const;

/** Moves of the camera by key; names are of the catalogue. */
export const cameraKeys = [
  { name: "home", key: "H", run: ({ scene }: ConsoleParts) => scene.current?.frameCity() },
  { name: "follow", key: "G", run: ({ scene }: ConsoleParts) => scene.current?.toggleFollow() },
  { name: "zoomIn", key: "Plus", run: ({ scene }: ConsoleParts) => scene.current?.zoomBy(steps.zoom) },
  { name: "zoomOut", key: "Minus", run: ({ scene }: ConsoleParts) => scene.current?.zoomBy(-steps.zoom) },
  { name: "turnLeft", key: "[", run: ({ scene }: ConsoleParts) => scene.current?.turnBy(-steps.bearing) },
  { name: "turnRight", key: "]", run: ({ scene }: ConsoleParts) => scene.current?.turnBy(steps.bearing) },
  { name: "flatter", key: "PageUp", run: ({ scene }: ConsoleParts) => scene.current?.pitchBy(steps.pitch) },
  { name: "steeper", key: "PageDown", run: ({ scene }: ConsoleParts) => scene.current?.pitchBy(-steps.pitch) },
] as const;
