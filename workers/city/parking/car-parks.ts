import type { ParkingKind } from "../../../common/city";
import { lengthOf, nearestAt } from "../geometry/polyline";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { NetworkEdge } from "../network/edges";
import { canLiveAlong } from "../synthesis/land-use";
import { farthestPlotM, locateEdges, nearestEdge } from "../synthesis/nearest-edge";
import type { ParkingRow } from "./parking-row";

/** A place off the road where cars are left, as a map or a generator tells it. */
export interface CarPark {
  readonly x: number;
  readonly y: number;
  /** Spaces, 1 … `parkingCapacityLimit`. */
  readonly capacity: number;
  readonly kind: ParkingKind;
  /** Empty where it has none. */
  readonly name: string;
}

/** Each to the nearest street that it can be entered from, at the nearest point of its rightmost lane. */
export function placeCarParks(
  edges: readonly NetworkEdge[],
  carParks: readonly CarPark[],
  notes: ImportNotes,
): ParkingRow[] {
  const locator = locateEdges(carParks.length > 0 ? edges : [], canLiveAlong);
  const rows: ParkingRow[] = [];
  for (const carPark of carParks) {
    const edge = nearestEdge(locator, carPark.x, carPark.y);
    if (edge < 0) {
      noteDropped(notes, "car parks", `no street that they could be entered from lies within ${farthestPlotM} m`);
      continue;
    }
    const { lanes, drivenM } = edges[edge];
    const positionM = (nearestAt(lanes[0], carPark) / lengthOf(lanes[0])) * drivenM;
    rows.push({ ...carPark, edge, positionM });
  }
  return rows;
}
