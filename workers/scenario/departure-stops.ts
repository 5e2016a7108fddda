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
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
): (departure: RoutedDeparture) => DepartureStops {
  const { routes, departures, stops, ignoresRouteErrors } = demand;
  const known = new Map<string, DepartureStops>();
  const edgeOf = edgeOfLanes(city);
  const edgeOfLane = (lane: number) => edgeOf[lane];
  const isClosed = closedStops(city, demand);
  // Of whole routes it was checked when they were read that all lie ahead.
  const isInOrder = (route: number, rows: readonly number[]) =>
    routes.isWhole[route] === 1 && !ignoresRouteErrors && rows.every((row) => stops.index[row] === StopIndex.end);
  const find = (departure: RoutedDeparture, classes: number): DepartureStops => {
    const { edges, route } = departure;
    const stated = statedStops(demand, departure);
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
export function stopEdges(city: City, demand: SumoDemand): (departure: ScenarioDeparture, classes: number) => number[] {
  const edgeOf = edgeOfLanes(city);
  const isClosed = closedStops(city, demand);
  return (departure, classes) =>
    statedStops(demand, departure)
      .filter((stop) => !isClosed(stop, classes))
      .map((stop) => edgeOf[demand.stops.lane[stop]]);
}

/** Rows of the stops of a departure's route, and of its own. */
const statedStops = ({ routes, departures }: SumoDemand, { row, route }: ScenarioDeparture): number[] => [
  ...rowsFrom(routes.stopStart[route], routes.stopCount[route]),
  ...rowsFrom(departures.stopStart[row], departures.stopCount[row]),
];

/** Is the lane of a stop closed to a class? */
const closedStops =
  ({ columns }: City, { stops }: SumoDemand) =>
  (row: number, classes: number): boolean =>
    (columns.laneClasses[stops.lane[row]] & classes) === 0;

const rowsFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, at) => start + at);
