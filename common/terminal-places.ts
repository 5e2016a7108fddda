import { roadNameOf, terminalCountOf, type City } from "./city";
import type { TerminalPlace } from "./console-api";
import { placeOnEdge } from "./edge-place";

export function terminalPlaces(city: City): readonly TerminalPlace[] {
  const { terminalEdge, terminalPositionM } = city.columns;
  return Array.from({ length: terminalCountOf(city) }, (_, terminal) => {
    const { x, y } = placeOnEdge(city, terminalEdge[terminal], terminalPositionM[terminal]);
    const name = city.meta.terminalNames[terminal] ?? `T-${terminal + 1}`;
    return { terminal, name, road: roadNameOf(city, terminalEdge[terminal]), x, y };
  });
}
