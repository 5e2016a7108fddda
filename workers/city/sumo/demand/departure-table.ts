import { append, endColumn, growColumn, type GrowingColumn, type NumberArray } from "../../geometry/growing-column";
import type { DepartureRules, Flow } from "./departure-rules";
import type { DepartureKind, Departures } from "./sumo-demand";

/** Vehicles, trips and flows while they are read. Types and routes are named, and may come later in the files. */
export interface DepartureTable {
  readonly add: (departure: WaitingDeparture) => void;
  readonly count: () => number;
  /** What a row was read from, and names. */
  readonly at: (
    row: number,
  ) => Pick<
    WaitingDeparture,
    "id" | "kind" | "file" | "line" | "typeName" | "routeName" | "route" | "stopStart" | "stopCount"
  >;
  /** The rows that are kept, with the rows of their types and routes. */
  readonly end: (
    kept: Uint32Array,
    type: Int32Array,
    route: Int32Array,
    stopRow: (row: number) => number,
  ) => Departures;
}

export interface WaitingDeparture {
  readonly id: string;
  readonly kind: DepartureKind;
  readonly file: string;
  readonly line: number;
  readonly departS: number;
  readonly typeName: string;
  /** "" where the route is its own, by its row. */
  readonly routeName: string;
  readonly route: number;
  readonly rules: DepartureRules;
  readonly flow: Flow;
  readonly stopStart: number;
  readonly stopCount: number;
}

/** Names that come again and again, each kept once. */
function growNames() {
  const rows = new Map<string, number>();
  const names: string[] = [];
  return {
    names,
    rowOf(name: string): number {
      const known = rows.get(name);
      if (known !== undefined) return known;
      rows.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}

export function growDepartures(): DepartureTable {
  const ids: string[] = [];
  const [types, routes, files] = [growNames(), growNames(), growNames()];
  const columns = {
    kind: growColumn(Uint8Array),
    file: growColumn(Uint32Array),
    line: growColumn(Uint32Array),
    type: growColumn(Uint32Array),
    routeName: growColumn(Uint32Array),
    route: growColumn(Int32Array),
    departS: growColumn(Float64Array),
    departLaneRule: growColumn(Uint8Array),
    departLane: growColumn(Uint8Array),
    departPositionRule: growColumn(Uint8Array),
    departPositionM: growColumn(Float32Array),
    departSpeedRule: growColumn(Uint8Array),
    departSpeedMps: growColumn(Float32Array),
    arrivalPositionRule: growColumn(Uint8Array),
    arrivalPositionM: growColumn(Float32Array),
    stopStart: growColumn(Uint32Array),
    stopCount: growColumn(Uint32Array),
    flowRule: growColumn(Uint8Array),
    flowRate: growColumn(Float64Array),
    flowEndS: growColumn(Float64Array),
    count: growColumn(Float64Array),
  };
  return {
    add({ id, kind, file, line, departS, typeName, routeName, route, rules, flow, stopStart, stopCount }) {
      ids.push(id);
      append(columns.kind, kind);
      append(columns.file, files.rowOf(file));
      append(columns.line, line);
      append(columns.type, types.rowOf(typeName));
      append(columns.routeName, routes.rowOf(routeName));
      append(columns.route, route);
      append(columns.departS, departS);
      append(columns.departLaneRule, rules.laneRule);
      append(columns.departLane, rules.lane);
      append(columns.departPositionRule, rules.positionRule);
      append(columns.departPositionM, rules.positionM);
      append(columns.departSpeedRule, rules.speedRule);
      append(columns.departSpeedMps, rules.speedMps);
      append(columns.arrivalPositionRule, rules.arrivalRule);
      append(columns.arrivalPositionM, rules.arrivalM);
      append(columns.stopStart, stopStart);
      append(columns.stopCount, stopCount);
      append(columns.flowRule, flow.rule);
      append(columns.flowRate, flow.rate);
      append(columns.flowEndS, flow.endS);
      append(columns.count, flow.count);
    },
    count: () => ids.length,
    at: (row) => ({
      id: ids[row],
      kind: columns.kind.values[row] as DepartureKind,
      file: files.names[columns.file.values[row]],
      line: columns.line.values[row],
      typeName: types.names[columns.type.values[row]],
      routeName: routes.names[columns.routeName.values[row]],
      route: columns.route.values[row],
      stopStart: columns.stopStart.values[row],
      stopCount: columns.stopCount.values[row],
    }),
    end(kept, type, route, stopRow) {
      const pick = <A extends NumberArray>(column: GrowingColumn<A>): A => {
        const values = endColumn(column);
        const picked = values.slice(0, kept.length) as A;
        kept.forEach((row, at) => (picked[at] = values[row]));
        return picked;
      };
      const first = pick(columns.stopStart);
      const counts = pick(columns.stopCount);
      return {
        ids: Array.from(kept, (row) => ids[row]),
        files: files.names,
        file: pick(columns.file),
        line: pick(columns.line),
        type,
        route,
        kind: pick(columns.kind),
        departS: pick(columns.departS),
        departLaneRule: pick(columns.departLaneRule),
        departLane: pick(columns.departLane),
        departPositionRule: pick(columns.departPositionRule),
        departPositionM: pick(columns.departPositionM),
        departSpeedRule: pick(columns.departSpeedRule),
        departSpeedMps: pick(columns.departSpeedMps),
        arrivalPositionRule: pick(columns.arrivalPositionRule),
        arrivalPositionM: pick(columns.arrivalPositionM),
        stopStart: first.map(stopRow),
        stopCount: counts.map((count, row) => stopRow(first[row] + count) - stopRow(first[row])),
        flowRule: pick(columns.flowRule),
        flowRate: pick(columns.flowRate),
        flowEndS: pick(columns.flowEndS),
        count: pick(columns.count),
      };
    },
  };
}
