import { parkingLimit, type CityColumns } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { NetworkEdge } from "../network/edges";
import type { RoadGraph } from "../roads/road-graph";
import { placeCarParks, type CarPark } from "./car-parks";
import { placeKerbs } from "./kerbs";
import type { ParkingRow } from "./parking-row";

export interface Parking {
  readonly names: readonly string[];
  readonly columns: Pick<CityColumns, Extract<keyof CityColumns, `parking${string}`>>;
}

/** Attaches car parks and kerbs to the edges that they are reached from; what reaches none is noted. */
export function placeParking(
  edges: readonly NetworkEdge[],
  roads: RoadGraph,
  carParks: readonly CarPark[],
  notes: ImportNotes,
): Parking {
  const all = [...placeCarParks(edges, carParks, notes), ...placeKerbs(edges, roads, notes)];
  const rows = all.slice(0, parkingLimit);
  noteDropped(notes, "car parks", `a city has at most ${parkingLimit}`, all.length - rows.length);
  return parkingOf(rows);
}

/** Of a network whose file tells of none. */
export const noParking = (): Parking => parkingOf([]);

function parkingOf(rows: readonly ParkingRow[]): Parking {
  const names = [...new Set(rows.map(({ name }) => name))].filter((name) => name !== "");
  const nameRow = new Map(names.map((name, row) => [name, row]));
  return {
    names,
    columns: {
      parkingEdge: Uint32Array.from(rows, ({ edge }) => edge),
      parkingPositionM: Float32Array.from(rows, ({ positionM }) => positionM),
      parkingX: Float32Array.from(rows, ({ x }) => x),
      parkingY: Float32Array.from(rows, ({ y }) => y),
      parkingCapacity: Uint16Array.from(rows, ({ capacity }) => capacity),
      parkingKind: Uint8Array.from(rows, ({ kind }) => kind),
      parkingName: Int32Array.from(rows, ({ name }) => nameRow.get(name) ?? -1),
    },
  };
}
