import { edgeOfLanes, type City } from "../../common/city";
import type { SumoDemand } from "../city";
import { orderStops, StopIndex } from "../city/sumo/demand/stop-order";
import type { RoutedDeparture, ScenarioDeparture } from "./departures";
import type { ScenarioDriver } from "./drivers";

/** What a departure's stops come to on the way that it drives. */
export interface DepartureStops {
  /** Rows of the demand's stops on the road, in the order in which they come. */
  readonly rows: readonly number[];
  readonly parkingCount: number;
  /** On lanes that are closed to its class, whether they lie ahead or not. */
  readonly closedCount: number;
  /** Those that do not lie ahead on the way when their turn comes; not in `rows`, and no closed ones. */
  readonly missedCount: number;
}

const noStops: DepartureStops = { rows: [], parkingCount: 0, closedCount: 0, missedCount: 0 };

/** Finds the stops of departures, those of its route before its own; departures that are alike share them. */
export function stopsOfDepartures(
  city: City,
  { routes, departures, stops, ignoresRouteErrors }: SumoDemand,
  drivers: readonly ScenarioDriver[],
): (departure: RoutedDeparture) => DepartureStops {
  const known = new Map<string, DepartureStops>();
  const edgeOf = edgeOfLanes(city);
  const edgeOfLane = (lane: number) => edgeOf[lane];
  const isClosed = (row: number, classes: number) => (city.columns.laneClasses[stops.lane[row]] & classes) === 0;
  // Of whole routes it was checked when they were read that all lie ahead.
  const isInOrder = (route: number, rows: readonly number[]) =>
    routes.isWhole[route] === 1 && !ignoresRouteErrors && rows.every((row) => stops.index[row] === StopIndex.end);
  const find = ({ edges, row, route }: RoutedDeparture, classes: number): DepartureStops => {
    const stated = [
      ...rowsFrom(routes.stopStart[route], routes.stopCount[route]),
      ...rowsFrom(departures.stopStart[row], departures.stopCount[row]),
    ];
    const ordered = isInOrder(route, stated)
      ? { rows: stated, missed: [] }
      : orderStops(stops, stated, edges, edgeOfLane);
    const onRoad = (list: readonly number[]) => list.filter((stop) => stops.isParking[stop] === 0);
    const [rows, missed] = [onRoad(ordered.rows), onRoad(ordered.missed)];
    const missedCount = missed.filter((stop) => !isClosed(stop, classes)).length;
    return {
      rows,
      parkingCount: stated.length - rows.length - missed.length,
      closedCount: rows.filter((stop) => isClosed(stop, classes)).length + missed.length - missedCount,
      missedCount,
    };
  };
  return (departure) => {
    const { row, route, type } = departure;
    const ownCount = departures.stopCount[row];
    if (routes.stopCount[route] + ownCount === 0) return noStops;
    const { classes } = drivers[type];
    const key = [route, classes, ownCount, ownCount === 0 ? 0 : departures.stopStart[row]].join(" ");
    const found = known.get(key) ?? find(departure, classes);
    known.set(key, found);
    return found;
  };
}

/** The edges of the stops that a departure can make on lanes open to its class, in the order in which they are stated. */
export function stopEdges(
  city: City,
  { routes, departures, stops }: SumoDemand,
): (departure: ScenarioDeparture, classes: number) => number[] {
  const edgeOf = edgeOfLanes(city);
  return ({ row, route }, classes) =>
    [
      ...rowsFrom(routes.stopStart[route], routes.stopCount[route]),
      ...rowsFrom(departures.stopStart[row], departures.stopCount[row]),
    ].flatMap((stop) =>
      (city.columns.laneClasses[stops.lane[stop]] & classes) === 0 ? [] : [edgeOf[stops.lane[stop]]],
    );
}

const rowsFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, at) => start + at);
