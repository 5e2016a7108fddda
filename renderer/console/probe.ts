import { countVehicles, meanMovedM } from "../state/frames";
import type { Samples } from "../state/samples";
import type { Scene } from "../scene/scene";
import type { ConsoleParts } from "./parts";

/** What end-to-end tests read from the window. It can change nothing. */
interface ConsoleProbe {
  /** Frames taken since the window was opened, both twins. */
  readonly framesTaken: () => number;
  /** Vehicles with a place in the last frame of the city that is shown. */
  readonly vehiclesDrawn: () => number;
  /** Session time of the last frame of the city that is shown, s. */
  readonly frameTimeS: () => number | null;
  /** Mean distance, m, that vehicles moved between the last two frames of the city that is shown. */
  readonly movedM: () => number;
  /** Pictures that were done on the screen with the vehicles at another instant than in the one before. */
  readonly movedPictures: () => number;
  /** What frames and pictures cost, of the newest so many of each. */
  readonly measured: (frames: number, pictures: number) => Measured;
  /** Position of the edge's middle in the window, CSS px; null while it is not on the map. */
  readonly screenOfEdge: (edge: number) => { readonly x: number; readonly y: number } | null;
}

interface Measured {
  /** Frames that came to this process, also those that a newer one replaced before this thread was free. */
  readonly framesArrived: number;
  /** When the last of those came, ms since the epoch. */
  readonly lastArrivedMs: number;
  readonly framesTaken: number;
  readonly picturesDrawn: number;
  /** Time from the host's packing of a frame to its arrival in this process, ms. */
  readonly ageMs: Percentiles;
  /** The same until this thread took it, of those that it took, ms. */
  readonly takenAgeMs: Percentiles;
  /** Time on this thread that a picture took, ms. */
  readonly scriptMs: Percentiles;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

const percentilesOf = (samples: Samples, last: number): Percentiles => ({
  p50: samples.percentile(0.5, last),
  p95: samples.percentile(0.95, last),
});

declare global {
  interface Window {
    pendulaireConsole?: ConsoleProbe;
  }
}

/** @returns takes it away again */
export function installProbe({ frames, workbench }: ConsoleParts, scene: Scene): () => void {
  const kept = () => frames.kept(workbench.getState().twinShown);
  window.pendulaireConsole = Object.freeze<ConsoleProbe>({
    framesTaken: () => frames.takenCount(),
    vehiclesDrawn() {
      const last = kept().at(-1);
      return last === undefined ? 0 : countVehicles(last);
    },
    frameTimeS: () => kept().at(-1)?.timeS ?? null,
    movedM() {
      const [before, last] = kept().slice(-2);
      return before === undefined || last === undefined ? 0 : meanMovedM(before, last);
    },
    movedPictures: () => scene.movedPictures(),
    measured: (lastFrames, lastPictures) => ({
      framesArrived: frames.arrivals().count,
      lastArrivedMs: frames.arrivals().lastMs,
      framesTaken: frames.takenCount(),
      picturesDrawn: scene.scriptMs.count(),
      ageMs: percentilesOf(frames.agesMs, lastFrames),
      takenAgeMs: percentilesOf(frames.takenAgesMs, lastFrames),
      scriptMs: percentilesOf(scene.scriptMs, lastPictures),
    }),
    screenOfEdge: (edge) => scene.screenOfEdge(edge),
  });
  return () => {
    delete window.pendulaireConsole;
  };
}
