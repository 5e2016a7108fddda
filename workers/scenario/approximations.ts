import { ConnectionRule, edgeCountOf, edgeOfLanes, type City } from "../../common/city";
import type { SumoDemand } from "../city";
import { PlaceRule, SpeedRule } from "../city/sumo/demand/sumo-demand";
import { noteDropped, startNotes, type ImportNotes } from "../city/import-notes";
import type { DepartureStops } from "./departure-stops";
import type { RoutedDeparture } from "./departures";
import type { ScenarioDriver } from "./drivers";

/** What of departures is driven otherwise than stated, or not at all, counted by vehicle. */
export function noteApproximations(
  city: City,
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  list: readonly RoutedDeparture[],
  stopsOf: (departure: RoutedDeparture) => DepartureStops,
): ImportNotes {
  const notes = startNotes();
  const turnsBack = edgesTurningBack(city);
  for (const departure of list) {
    noteWayBack(notes, turnsBack, departure);
    noteEntry(notes, city, demand, drivers[departure.type], departure);
    noteArrival(notes, city, demand, departure);
    noteStops(notes, demand, departure, stopsOf(departure));
  }
  return notes;
}

/** By edge, 1 where nothing leads on but the way back that the import made up. */
function edgesTurningBack(city: City): Uint8Array {
  const { connectionFromLane, connectionRule } = city.columns;
  const laneEdge = edgeOfLanes(city);
  const turnsBack = new Uint8Array(edgeCountOf(city));
  connectionRule.forEach((rule, row) => {
    if (rule === ConnectionRule.madeUp) turnsBack[laneEdge[connectionFromLane[row]]] = 1;
  });
  return turnsBack;
}

function noteWayBack(notes: ImportNotes, turnsBack: Uint8Array, { edges }: RoutedDeparture): void {
  for (let at = 0; at < edges.length - 1; at++) {
    if (turnsBack[edges[at]] === 0) continue;
    noteDropped(
      notes,
      "ways of vehicles",
      "they turn back where the network ends, by a connection that its file does not have: SUMO refuses them",
    );
    return;
  }
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
  { routes }: SumoDemand,
  { route }: RoutedDeparture,
  { parkingCount, closedCount, missedCount }: DepartureStops,
): void {
  noteDropped(notes, "stops of vehicles", "off the road (parking): they are driven past", parkingCount);
  noteDropped(notes, "stops of vehicles", "on a lane closed to their class, and not made", closedCount);
  const why =
    routes.isWhole[route] === 0
      ? "not on the way that was found, and not made"
      : "not ahead on their route when their turn comes, and not made";
  noteDropped(notes, "stops of vehicles", why, missedCount);
}
