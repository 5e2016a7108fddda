import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Scene } from "../scene/scene";
import type { Bridge } from "../state/bridge";
import type { FrameStore } from "../state/frames";
import type { LayersState, LayersStore } from "../state/layers";
import type { SessionState, SessionStore } from "../state/session";
import type { Scrubber, TimeStore } from "../state/time";
import type { WorkbenchState, WorkbenchStore } from "../state/workbench";

/** What the panels work with. One of each for a window. */
export interface ConsoleParts {
  readonly bridge: Bridge;
  readonly session: SessionStore;
  readonly workbench: WorkbenchStore;
  readonly frames: FrameStore;
  readonly layers: LayersStore;
  /** The city on the map, while there is one. */
  readonly scene: { current: Scene | null };
  readonly time: TimeStore;
  readonly scrubber: Scrubber;
}

export const PartsContext = createContext<ConsoleParts | null>(null);

export function useParts(): ConsoleParts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error("broken invariant: a panel outside of the console");
  return parts;
}

/** A narrow slice of what the host said: the component renders again only when the slice changes. */
export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useParts().session, select);
}

/** A narrow slice of what the operator has in hand. */
export function useWorkbench<T>(select: (state: WorkbenchState) => T): T {
  return useStore(useParts().workbench, select);
}

/** A narrow slice of what is laid over the city. */
export function useLayers<T>(select: (state: LayersState) => T): T {
  return useStore(useParts().layers, select);
}
