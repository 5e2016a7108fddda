import { createStore, type StoreApi } from "zustand/vanilla";

/** What can be laid over the city, one by one or together, in the order of the list on the map. */
export const layerIds = [
  "speed",
  "queues",
  "flows",
  "difference",
  "compliance",
  "passages",
  "parking",
  "vehicles",
  "buildings",
  "names",
] as const;
export type LayerId = (typeof layerIds)[number];

/** Of what the difference map tells: both at once would be two colours on one road. */
export const differenceMeasures = ["speed", "flow"] as const;
export type DifferenceMeasure = (typeof differenceMeasures)[number];

export interface LayersState {
  readonly shown: ReadonlySet<LayerId>;
  readonly differenceOf: DifferenceMeasure;
}

export type LayersStore = StoreApi<LayersState>;

const firstShown: readonly LayerId[] = ["speed", "vehicles", "buildings", "names"];

export function createLayersStore(): LayersStore {
  return createStore<LayersState>(() => ({ shown: new Set(firstShown), differenceOf: "speed" }));
}

export function toggleLayer(store: LayersStore, layer: LayerId): void {
  store.setState(({ shown }) => {
    const next = new Set(shown);
    if (!next.delete(layer)) next.add(layer);
    return { shown: next };
  });
}
