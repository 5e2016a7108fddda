import type { City } from "../../common/city";
import type { FrameReport, TwinName } from "../../common/frame";
import type { RoadPicture } from "../layers/road-passes";
import type { FrameStore } from "../state/frames";
import { writeDifferenceTexels, writeRoadTexels } from "../state/road-picture";

/** Keeps the picture of the roads in step with the reports of both cities. */
export interface RoadFollower {
  /** @returns whether the picture has changed. Allocates nothing */
  update(twin: TwinName): boolean;
  /** Whether there are two cities to tell apart. */
  hasDifference(): boolean;
}

export function followRoads(city: City, frames: FrameStore, picture: RoadPicture): RoadFollower {
  let shown: FrameReport | undefined;
  let live: FrameReport | undefined;
  let doNothing: FrameReport | undefined;
  const newest = (twin: TwinName) => {
    const reports = frames.reports(twin);
    return reports[reports.length - 1];
  };
  return {
    update(twin) {
      const nextLive = newest("live");
      const nextDoNothing = newest("doNothing");
      const next = twin === "live" ? nextLive : nextDoNothing;
      if (next === shown && nextLive === live && nextDoNothing === doNothing) return false;
      if (next !== shown && next !== undefined) writeRoadTexels(city, next, picture.state);
      shown = next;
      live = nextLive;
      doNothing = nextDoNothing;
      if (live !== undefined && doNothing !== undefined)
        writeDifferenceTexels(city, live, doNothing, picture.difference);
      picture.version++;
      return true;
    },
    hasDifference: () => live !== undefined && doNothing !== undefined,
  };
}
