import type { Incident } from "../../common/console-api";
import { count, kmh } from "./figures";
import { text } from "./text";

/** What is wrong with the road, in a few words. */
export function effectText(
  effect: Pick<Incident, "kind" | "closedLaneCount" | "laneCount" | "speedMaxMps" | "capacityPart">,
): string {
  const { kind, closedLaneCount, laneCount, speedMaxMps, capacityPart } = effect;
  switch (kind) {
    case "lanes":
      return text.incidents.lanesClosed(closedLaneCount, laneCount);
    case "speed":
      return text.incidents.speedLimited(count(kmh(speedMaxMps ?? 0)));
    case "capacity":
      return text.incidents.capacityReduced(count(100 * (1 - (capacityPart ?? 1))));
    case "signal":
      return text.incidents.signalDark;
    case "junction":
      return text.incidents.junctionBlocked;
  }
}
