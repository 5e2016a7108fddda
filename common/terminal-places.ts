import { roadNameOf, terminalCountOf, type City } from "./city";
import type { TerminalPlace } from "./console-api";
import { placeOnEdge } from "./edge-place";

/** What a terminal is called, and its road, by row. */
export function namedTerminals(city: City): readonly Pick<TerminalPlace, "name" | "road">[] {
  return Array.from({ length: terminalCountOf(city) }, (_, terminal) => ({
    name: city.meta.terminalNames[terminal] ?? `T-${terminal + 1}`,
    road: roadNameOf(city, city.columns.terminalEdge[terminal]),
  }));
}

export function terminalPlaces(city: City): readonly TerminalPlace[] {
  const { terminalEdge, terminalPositionM } = city.columns;
  return namedTerminals(city).map((named, terminal) => {
    const { x, y } = placeOnEdge(city, terminalEdge[terminal], terminalPositionM[terminal]);
    return { terminal, ...named, x, y };
  });
}
