import type { City } from "../../common/city";
import type { SumoDemand } from "../city";
import { PlaceRule, SpeedRule } from "../city/sumo/demand/sumo-demand";
import { noteDropped, startNotes, type ImportNotes } from "../city/import-notes";
import type { RoutedDeparture } from "./departures";
import type { ScenarioDriver } from "./drivers";

/** Rows of the stops that a departure states: those of its route, then its own. */
export function stopRowsOf(
  { routes, departures }: SumoDemand,
  { row, route }: Pick<RoutedDeparture, "row" | "route">,
): readonly number[] {
  return [
    ...rowsFrom(routes.stopStart[route], routes.stopCount[route]),
    ...rowsFrom(departures.stopStart[row], departures.stopCount[row]),
  ];
}

const rowsFrom = (start: number, count: number): number[] => Array.from({ length: count }, (_, at) => start + at);

/** What of departures is driven otherwise than stated, or not at all, counted by vehicle. */
export function noteApproximations(
  city: City,
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  list: readonly RoutedDeparture[],
): ImportNotes {
  const notes = startNotes();
  for (const departure of list) {
    noteEntry(notes, city, demand, drivers[departure.type], departure);
    noteArrival(notes, city, demand, departure);
    noteStops(notes, city, demand, drivers[departure.type], departure);
  }
  return notes;
}

function noteEntry(
  notes: ImportNotes,
  { columns }: City,
  { departures }: SumoDemand,
  { speedMaxMps }: ScenarioDriver,
  { row, edges, speedFactor }: RoutedDeparture,
): void {
  const lane = columns.edgeLaneStart[edges[0]];
  const placeRule = departures.departPositionRule[row] as PlaceRule;
  const givenM = departures.departPositionM[row];
  if (placeRule === PlaceRule.free || placeRule === PlaceRule.last || placeRule === PlaceRule.stop)
    noteDropped(notes, "departPos of vehicles", "free, last or stop: they are put where their lane begins");
  if (placeRule === PlaceRule.given && Math.abs(givenM) > columns.laneLengthM[lane])
    noteDropped(notes, "departPos of vehicles", "beyond the lane: they are put at its nearer end");
  const speedRule = departures.departSpeedRule[row] as SpeedRule;
  if (speedRule === SpeedRule.random || speedRule === SpeedRule.last || speedRule === SpeedRule.mean)
    noteDropped(notes, "departSpeed of vehicles", "random, last or avg: as fast as limit and safety allow");
  const mostMps = Math.min(speedMaxMps, columns.laneSpeedMps[lane] * speedFactor);
  if (speedRule === SpeedRule.given && departures.departSpeedMps[row] > mostMps)
    noteDropped(notes, "departSpeed of vehicles", "faster than they drive there: as fast as limit and safety allow");
}

/** Who arrives so near to the end arrives there, m: SUMO's own scenarios say -1. */
const nearEndM = 1;

function noteArrival(
  notes: ImportNotes,
  { columns }: City,
  { departures }: SumoDemand,
  { row, edges }: RoutedDeparture,
): void {
  const rule = departures.arrivalPositionRule[row] as PlaceRule;
  const lengthM = columns.laneLengthM[columns.edgeLaneStart[edges[edges.length - 1]]];
  const givenM = departures.arrivalPositionM[row];
  const statedM = givenM < 0 ? lengthM + givenM : givenM;
  if (rule === PlaceRule.end || (rule === PlaceRule.given && statedM >= lengthM - nearEndM)) return;
  noteDropped(notes, "arrivalPos of vehicles", "they drive to the end of their last edge");
}

function noteStops(
  notes: ImportNotes,
  city: City,
  demand: SumoDemand,
  { classes }: ScenarioDriver,
  departure: RoutedDeparture,
): void {
  const { stops } = demand;
  const rows = stopRowsOf(demand, departure);
  if (rows.length === 0) return;
  const made = rows.filter((row) => stops.isParking[row] === 0);
  noteDropped(notes, "stops of vehicles", "off the road (parking): they are driven past", rows.length - made.length);
  const closed = made.filter((row) => (city.columns.laneClasses[stops.lane[row]] & classes) === 0).length;
  noteDropped(notes, "stops of vehicles", "on a lane closed to their class, and not made", closed);
  // Of whole routes this was checked when they were read; the ways of trips are known only here.
  const missed = made.filter((row) => !passes(city, departure.edges, stops.lane[row]));
  noteDropped(notes, "stops of vehicles", "not on the way that was found, and not made", missed.length);
}

function passes({ columns }: City, edges: ArrayLike<number>, lane: number): boolean {
  for (let at = 0; at < edges.length; at++)
    if (lane >= columns.edgeLaneStart[edges[at]] && lane < columns.edgeLaneStart[edges[at] + 1]) return true;
  return false;
}
