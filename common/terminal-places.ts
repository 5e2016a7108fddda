import { terminalCountOf, type City } from "./city";
import { placeOnEdge } from "./edge-place";

/** A terminal of the city and where it stands, m. */
export interface TerminalPlace {
  readonly terminal: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export function terminalPlaces(city: City): readonly TerminalPlace[] {
  const { terminalEdge, terminalPositionM } = city.columns;
  return Array.from({ length: terminalCountOf(city) }, (_, terminal) => {
    const { x, y } = placeOnEdge(city, terminalEdge[terminal], terminalPositionM[terminal]);
    return { terminal, name: city.meta.terminalNames[terminal] ?? `T-${terminal + 1}`, x, y };
  });
}
