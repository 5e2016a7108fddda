import { createStore, type StoreApi } from "zustand/vanilla";
import { createDetailJudge, details, type Detail, type DetailJudge } from "./detail";
import { remember, remembered } from "./preferences";

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
  readonly detail: Detail;
  /** Whether less is drawn now, by choice or automatically. */
  readonly isReduced: boolean;
  readonly judge: DetailJudge;
}

export type LayersStore = StoreApi<LayersState>;

const firstShown: readonly LayerId[] = ["speed", "vehicles", "buildings", "names"];

export function createLayersStore(): LayersStore {
  const detail = details.find((one) => one === remembered(detailPreference)) ?? "automatic";
  return createStore<LayersState>(() => ({
    shown: new Set(firstShown),
    differenceOf: "speed",
    detail,
    isReduced: detail === "reduced",
    judge: createDetailJudge(),
  }));
}

const detailPreference = "detail";

/** Remembered by this computer. An automatic choice begins anew with all of it. */
export function chooseDetail(store: LayersStore, detail: Detail): void {
  remember(detailPreference, detail === "automatic" ? null : detail);
  store.setState({ detail, isReduced: detail === "reduced", judge: createDetailJudge() });
}

/** It is known before the first picture that pictures are slow: the first ones are not to be the slowest. */
export function expectSlowPictures(store: LayersStore): void {
  if (store.getState().detail === "automatic") store.setState({ isReduced: true, judge: createDetailJudge(true) });
}

/** A picture was done. @param ms from its calls until then */
export function judgePicture(store: LayersStore, ms: number): void {
  const { detail, judge } = store.getState();
  if (detail === "automatic" && judge.took(ms)) store.setState({ isReduced: judge.isReduced });
}

export function toggleLayer(store: LayersStore, layer: LayerId): void {
  store.setState(({ shown }) => {
    const next = new Set(shown);
    if (!next.delete(layer)) next.add(layer);
    return { shown: next };
  });
}
