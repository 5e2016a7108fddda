import { append, endColumn, growColumn } from "../../geometry/growing-column";
import { quoted, refuse, type Element } from "../element-reading";
import type { CityRows } from "./city-rows";
import type { Routes } from "./sumo-demand";

/** Routes while they are read; each knows what keeps motor vehicles from driving it. */
export interface RouteTable {
  /** Appends a route; named ones are found by `rowOf`. @returns its row */
  readonly add: (element: Element, edges: readonly string[], isWhole: boolean, name: string) => number;
  /** Marks that the stops from this row on belong to the last route. */
  readonly beginStops: (stop: number) => void;
  readonly addStop: () => void;
  readonly rowOf: (name: string) => number | undefined;
  /** 1 where an edge is left out of the city. */
  readonly leadsOut: (row: number) => boolean;
  readonly edges: (row: number) => Uint32Array;
  /** Whether each edge leads to the next; else they are places to pass. */
  readonly isWhole: (row: number) => boolean;
  /** Its stops, as they were read. */
  readonly stops: (row: number) => { readonly stopStart: number; readonly stopCount: number };
  /** Where two edges follow that are not connected: their names; null where there is no such place. */
  readonly gap: (row: number) => string | null;
  readonly end: (stopRow: (row: number) => number) => Routes;
}

export function growRoutes(city: CityRows): RouteTable {
  const ids: string[] = [];
  const named = new Map<string, number>();
  const start = growColumn(Uint32Array);
  const edge = growColumn(Uint32Array);
  const isWhole = growColumn(Uint8Array);
  const isOut = growColumn(Uint8Array);
  const stopStart = growColumn(Uint32Array);
  const stopCount = growColumn(Uint32Array);
  const edges = (row: number) =>
    edge.values.subarray(start.values[row], row + 1 < ids.length ? start.values[row + 1] : edge.length);
  return {
    add(element, names, whole, name) {
      if (names.length === 0) refuse(element, "has no edges");
      const row = ids.length;
      if (name !== "" && named.has(name)) refuse(element, "a route of this id came before");
      if (name !== "") named.set(name, row);
      ids.push(name);
      append(start, edge.length);
      append(isWhole, Number(whole));
      let out = 0;
      for (const id of names) {
        const found = city.edge(element, id);
        if (found < 0) out = 1;
        else append(edge, found);
      }
      append(isOut, out);
      append(stopStart, 0);
      append(stopCount, 0);
      return row;
    },
    beginStops: (stop) => (stopStart.values[ids.length - 1] = stop),
    addStop: () => stopCount.values[ids.length - 1]++,
    rowOf: (name) => named.get(name),
    leadsOut: (row) => isOut.values[row] === 1,
    edges,
    isWhole: (row) => isWhole.values[row] === 1,
    stops: (row) => ({ stopStart: stopStart.values[row], stopCount: stopCount.values[row] }),
    gap(row) {
      if (isWhole.values[row] === 0 || isOut.values[row] === 1) return null;
      const list = edges(row);
      for (let at = 1; at < list.length; at++) {
        if (!city.areConnected(list[at - 1], list[at]))
          return `${quoted(city.edgeId(list[at - 1]))} and ${quoted(city.edgeId(list[at]))}`;
      }
      return null;
    },
    end(stopRow) {
      append(start, edge.length);
      const first = endColumn(stopStart);
      const counts = endColumn(stopCount);
      return {
        ids,
        start: endColumn(start),
        edge: endColumn(edge),
        isWhole: endColumn(isWhole),
        stopStart: first.map(stopRow),
        stopCount: counts.map((count, row) => stopRow(first[row] + count) - stopRow(first[row])),
      };
    },
  };
}
