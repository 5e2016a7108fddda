import { append, endColumn, growColumn } from "../../geometry/growing-column";
import { noteDropped, type ImportNotes } from "../../import-notes";
import { quoted } from "../element-reading";
import { drivenClasses } from "../vehicle-classes";
import type { CityRows } from "./city-rows";
import type { DepartureTable } from "./departure-table";
import type { RouteTable } from "./route-table";
import { orderStops } from "./stop-order";
import { droppedDepartures, type Choices, type Stops, type SumoVehicleType } from "./sumo-demand";

interface Named {
  readonly rows: CityRows;
  readonly notes: ImportNotes;
  readonly types: readonly SumoVehicleType[];
  readonly typeRow: ReadonlyMap<string, number>;
  readonly typeChoices: Choices;
  readonly routes: RouteTable;
  readonly routeChoices: Choices;
  readonly departures: DepartureTable;
  readonly stops: Stops;
  /** Row of each stop that was read. */
  readonly stopRow: (row: number) => number;
  readonly ignoresRouteErrors: boolean;
}

interface Resolved {
  /** Rows of departures that are kept. */
  readonly kept: Uint32Array<ArrayBuffer>;
  readonly type: Int32Array<ArrayBuffer>;
  readonly route: Int32Array<ArrayBuffer>;
}

/**
 * Finds the types and routes that departures name. Those of classes without motors, and those whose routes lead where their
 * class may not drive, are counted as dropped; a name that nothing has, and a route with a gap or without a stop that is to be made on it, is a failure, unless such errors are
 * ignored.
 */
export function resolveDepartures(named: Named, fail: (row: number, message: string) => never): Resolved {
  const { departures, notes } = named;
  const stopsFit = checkStops(named);
  const typeChoiceRow = new Map(named.typeChoices.ids.map((id, row) => [id, row]));
  const routeChoiceRow = new Map(named.routeChoices.ids.map((id, row) => [id, row]));
  const [kept, type, route] = [growColumn(Uint32Array), growColumn(Int32Array), growColumn(Int32Array)];
  for (let row = 0; row < departures.count(); row++) {
    const departure = departures.at(row);
    const { typeName, routeName, route: own } = departure;
    const typeRow =
      named.typeRow.get(typeName) ??
      choiceOf(typeChoiceRow.get(typeName)) ??
      fail(row, `there is no vType ${quoted(typeName)}`);
    const classes = membersOf(named.typeChoices, typeRow).reduce((bits, at) => bits | named.types[at].vehicleClass, 0);
    if ((classes & drivenClasses) === 0) {
      noteDropped(notes, droppedDepartures, "of a class that is not simulated: bicycles, rails, feet");
      continue;
    }
    const routeRow =
      own >= 0
        ? own
        : (named.routes.rowOf(routeName) ??
          choiceOf(routeChoiceRow.get(routeName)) ??
          fail(row, `there is no route ${quoted(routeName)}`));
    const members = membersOf(named.routeChoices, routeRow);
    const obstacle = obstacleOn(named, members, classes, (message) => fail(row, message));
    if (obstacle !== null) {
      noteDropped(notes, droppedDepartures, obstacle);
      continue;
    }
    for (const member of named.ignoresRouteErrors ? [] : members) {
      const missed = stopsFit(departure, member);
      if (missed !== null) fail(row, missed);
    }
    append(kept, row);
    append(type, typeRow);
    append(route, routeRow);
  }
  return { kept: endColumn(kept), type: endColumn(type), route: endColumn(route) };
}

const choiceOf = (row: number | undefined): number | undefined => (row === undefined ? undefined : -1 - row);

/** The rows that a row, or a choice written as -1 - its row, stands for: those that may be drawn. */
function membersOf({ start, member, weight }: Choices, row: number): readonly number[] {
  if (row >= 0) return [row];
  const first = start[-1 - row];
  return [...member.subarray(first, start[-row])].filter((_, at) => weight[first + at] > 0);
}

/** Finds which stop does not lie ahead when its turn comes, as SUMO refuses it. Where the way is yet to be found, none is known. */
function checkStops({ routes, rows, stops, stopRow }: Named) {
  return (own: ReturnType<DepartureTable["at"]>, route: number): string | null => {
    const ofRoute = routes.stops(route);
    if (ofRoute.stopCount + own.stopCount === 0 || !routes.isWhole(route)) return null;
    const stated: number[] = [];
    for (const { stopStart, stopCount } of [ofRoute, own])
      for (let stop = stopRow(stopStart); stop < stopRow(stopStart + stopCount); stop++) stated.push(stop);
    const [missed] = orderStops(stops, stated, routes.edges(route), rows.edgeOfLane).missed;
    if (missed === undefined) return null;
    const edge = quoted(rows.edgeId(rows.edgeOfLane(stops.lane[missed])));
    return `its stop on edge ${edge} does not lie ahead on its route`;
  };
}

/** Why a route cannot be driven by the classes, where that is no contradiction of the files; null where it can. */
function obstacleOn(
  { routes, rows, ignoresRouteErrors }: Named,
  members: readonly number[],
  classes: number,
  fail: (message: string) => never,
): string | null {
  for (const row of members) {
    if (routes.leadsOut(row)) return "their routes lead over edges that are left out";
    if (!routes.edges(row).every((edge) => rows.isOpen(edge, classes)))
      return "their routes lead over edges closed to their class";
    const gap = routes.gap(row);
    if (gap !== null && ignoresRouteErrors) return "their routes have edges that are not connected";
    if (gap !== null) fail(`its route has edges that are not connected: ${gap}`);
  }
  return null;
}
