import type { City, DroppedElements } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import { assert, fail, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, secondsPerDay } from "../../common/time";
import { createArena, type Arena } from "../arena/arena";
import { DepartLane, none, type ArenaCounts } from "../arena/sections";
import type { SumoDemand } from "../city";
import { listDropped, noteDropped } from "../city/import-notes";
import { droppedDepartures, failDeparture, LaneRule, PlaceRule, SpeedRule } from "../city/sumo/demand/sumo-demand";
import { edgeGraphOf, networkCounts, writeNetwork } from "../traffic/network";
import { treeSetCount } from "../traffic/routing";
import { noteApproximations } from "./approximations";
import { conflictZonesOf, divergencesOf } from "./conflict-zones";
import { closedLaneOf } from "./departure-lanes";
import { stopEdges, stopsOfDepartures, type DepartureStops } from "./departure-stops";
import { departuresOf, type RoutedDeparture, type ScenarioDeparture } from "./departures";
import { driverOf, vehicleTypeLimit, writeDrivers, type ScenarioDriver } from "./drivers";
import { growRouteNodes } from "./route-nodes";
import { freeFlowWays } from "./ways";

export interface ScenarioSettings {
  readonly seed: number;
  readonly beginS: number;
  /** Infinity: until everybody has arrived. */
  readonly endS: number;
  /** Simulated seconds a tick, 0.1 … 1. */
  readonly tickS: number;
}

/** A twin of a scenario: trip 2 k is that of vehicle k. */
export interface ScenarioTwin {
  readonly arena: Arena;
  readonly vehicleIds: readonly string[];
  /** What of the demand is not driven as stated. */
  readonly dropped: readonly DroppedElements[];
}

/** Trips of one bucket depart within this time, s. */
const bucketS = 10;
const linkSpeedPeriodS = 30;
/** A vehicle and its gap, m: how many of them the lanes can hold at most. */
const shortestSpacingM = 3;

/** Builds the arena of a city in which the demand's vehicles drive their fixed routes; roads are empty at `beginS`. */
export function buildScenarioTwin(city: City, demand: SumoDemand, settings: ScenarioSettings): Result<ScenarioTwin> {
  const { beginS, tickS } = settings;
  if (!(tickS >= 0.1 && tickS <= 1)) return fail(`a step of ${tickS} s is outside 0.1 … 1 s`, "step");
  if (demand.types.length > vehicleTypeLimit)
    return fail(`${demand.types.length} vehicle types; at most ${vehicleTypeLimit} are driven`, "vType");
  const drivers = demand.types.map(driverOf);
  const all = departuresOf(demand, drivers, settings);
  if (!all.ok) return all;
  const { list, earlyCount, otherClassCount } = all.value;
  if (list.length === 0) return failEmpty(demand, settings);
  const nodes = growRouteNodes(city);
  const routed = routeDepartures(city, demand, drivers, list, nodes.add);
  const entering = withOpenLanes(city, demand, drivers, routed);
  if (!entering.ok) return entering;
  const departures = entering.value;
  if (departures.length === 0)
    return fail(`none of the ${list.length} vehicles that depart has a way to its destination`);
  const stopsOf = stopsOfDepartures(city, demand, drivers);
  const stops = listStops(departures.map(stopsOf));
  const graph = edgeGraphOf(city);
  const lastS = departures[departures.length - 1].departS;
  const people = departures.length;
  const counts: ArenaCounts = {
    ...networkCounts(city, graph),
    people,
    trips: 2 * people,
    destinations: 0,
    departureBuckets: Math.floor((lastS - beginS) / bucketS) + 2,
    vehicleTypes: drivers.length,
    vehicleCapacity: vehicleCapacityOf(city, people),
    treeSets: treeSetCount,
    treeCapacity: 0,
    eventCapacity: 1 << 10,
    routed: { ...nodes.counts(), stops: stops.rows.length },
  };
  const created = createArena(counts);
  if (!created.ok) return created;
  const arena = created.value;
  writeHeader(arena, settings);
  writeDrivers(arena, drivers);
  writeNetwork(arena, city, graph);
  nodes.write(arena);
  const zones = conflictZonesOf(city);
  arena.columns.connectionWaitM.set(zones.waitM);
  arena.columns.conflictClearM.set(zones.clearM);
  arena.columns.conflictWaits.set(zones.waits);
  arena.columns.connectionApartM.set(divergencesOf(city));
  arena.columns.laneClasses.set(city.columns.laneClasses);
  // Who may drive where is a matter of classes here; lanes for buses only are closed to the others by these.
  arena.columns.laneClosedFromM.fill(Infinity);
  writeStops(arena, demand, stops.rows);
  writeTrips(arena, city, demand, departures, stops.first);
  arena.columns.edgeSpeedByte.fill(255);
  arena.columns.edgeSpeedPart.fill(1);
  arena.columns.treeOfDestination.fill(-1);
  const notes = noteApproximations(city, demand, drivers, departures, stopsOf);
  const unrouted = list.length - routed.length;
  noteDropped(
    notes,
    droppedDepartures,
    "no way that is open to them leads from their origin to their destination",
    unrouted,
  );
  noteDropped(notes, droppedDepartures, "departLane names no lane open to them", routed.length - departures.length);
  noteDropped(notes, "vehicles", "depart before the run begins", earlyCount);
  noteDropped(notes, "vehicles", "of a class that is not simulated: bicycles, rails, feet", otherClassCount);
  return succeed({ arena, vehicleIds: departures.map(({ id }) => id), dropped: listDropped(notes) });
}

/** Why a run has no vehicle at all. */
function failEmpty({ departures, dropped }: SumoDemand, { beginS, endS }: ScenarioSettings): Result<never> {
  if (departures.ids.length === 0) {
    const left = dropped.filter(({ what }) => what === droppedDepartures).map(({ count, why }) => `${count} ${why}`);
    return fail(["there is no vehicle, trip or flow to drive", ...left].join("; "));
  }
  const window = Number.isFinite(endS) ? `between ${clock(beginS)} and ${clock(endS)}` : `from ${clock(beginS)} on`;
  return fail(`no vehicle departs ${window}`);
}

/** Seconds where a day does not hold them. */
const clock = (seconds: number): string => (seconds < secondsPerDay ? formatTimeOfDay(seconds) : `${seconds} s`);

function writeHeader({ header }: Arena, { seed, beginS, tickS }: ScenarioSettings): void {
  header.seed = seed;
  header.startS = beginS;
  header.dtS = tickS;
  header.secondTicks = Math.max(1, Math.round(1 / tickS));
  header.linkSpeedPeriodS = linkSpeedPeriodS;
  // SUMO's vehicles arrive at the end of their last edge.
  header.arrivalPart = 1;
  header.refreshedTick = none;
  header.bucketTicks = Math.max(1, Math.round(bucketS / tickS));
  header.nextBucket = 0;
}

function routeDepartures(
  city: City,
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  departures: readonly ScenarioDeparture[],
  addNodes: (edges: ArrayLike<number>, classes: number) => number,
): RoutedDeparture[] {
  const { routes } = demand;
  const find = freeFlowWays(city);
  const stopEdgesOf = stopEdges(city, demand);
  // As in SUMO a trip goes by its stops; where no way leads by them, straight to its end.
  const findByStops = (departure: ScenarioDeparture, places: Uint32Array, classes: number) => {
    const way = find(places, classes);
    const stops = stopEdgesOf(departure, classes);
    if (way === undefined || passesInOrder(way, stops)) return way;
    return find([...places.subarray(0, -1), ...stops, ...places.subarray(-1)], classes) ?? way;
  };
  const openTo = openClasses(city);
  // Of one type this was seen when the files were read; one of several drawn may be closed out.
  const isOpen = (edges: Uint32Array, classes: number) => edges.every((edge) => (openTo[edge] & classes) !== 0);
  return departures.flatMap((departure) => {
    const { route, type } = departure;
    const stated = routes.edge.subarray(routes.start[route], routes.start[route + 1]);
    const { classes } = drivers[type];
    const isWhole = routes.isWhole[route] === 1;
    const edges = !isWhole ? findByStops(departure, stated, classes) : isOpen(stated, classes) ? stated : undefined;
    return edges === undefined ? [] : [{ ...departure, edges, node: addNodes(edges, classes) }];
  });
}

function passesInOrder(way: readonly number[], edges: readonly number[]): boolean {
  let passed = 0;
  // Several stops may be on one edge.
  for (const edge of way) while (edges[passed] === edge) passed++;
  return passed === edges.length;
}

/** Those whose lane of departure is open to them; where one's is not it is refused, or left out where such errors are ignored. */
function withOpenLanes(
  city: City,
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  list: readonly RoutedDeparture[],
): Result<readonly RoutedDeparture[]> {
  const open: RoutedDeparture[] = [];
  for (const departure of list) {
    const closed = closedLaneOf(city, demand, drivers[departure.type], departure);
    if (closed === null) open.push(departure);
    else if (!demand.ignoresRouteErrors) return failDeparture(demand.departures, departure.row, closed);
  }
  return succeed(open);
}

/** By edge, the classes that any of its lanes is open to. */
function openClasses({ columns: { edgeLaneStart, laneClasses } }: City): Uint32Array {
  return Uint32Array.from({ length: edgeLaneStart.length - 1 }, (_, edge) =>
    laneClasses.subarray(edgeLaneStart[edge], edgeLaneStart[edge + 1]).reduce((bits, classes) => bits | classes, 0),
  );
}

/** Rows of the demand's stops, each list ended by -1, and where each departure's list begins: equal lists are shared. */
function listStops(list: readonly DepartureStops[]) {
  const rows: number[] = [];
  const known = new Map<string, number>();
  const firsts = new Map<DepartureStops, number>();
  const first = list.map((of) => {
    const before = firsts.get(of);
    if (before !== undefined) return before;
    const key = of.rows.join(" ");
    const there = known.get(key) ?? rows.length;
    if (!known.has(key)) for (const stop of [...of.rows, -1]) rows.push(stop);
    known.set(key, there);
    firsts.set(of, there);
    return there;
  });
  return { rows, first };
}

function writeStops({ columns, header }: Arena, { stops }: SumoDemand, rows: readonly number[]): void {
  header.stops = rows.filter((stop) => stop >= 0).length;
  rows.forEach((stop, row) => {
    if (stop < 0) {
      columns.stopLane[row] = none;
      return;
    }
    const [durationS, untilS] = [stops.durationS[stop], stops.untilS[stop]];
    columns.stopLane[row] = stops.lane[stop];
    columns.stopM[row] = stops.endM[stop];
    columns.stopTicks[row] = Number.isNaN(durationS) ? 0 : Math.round(durationS / header.dtS);
    columns.stopUntilTick[row] = Number.isNaN(untilS)
      ? 0
      : Math.max(0, Math.ceil((untilS - header.startS) / header.dtS));
  });
}

function writeTrips(
  arena: Arena,
  city: City,
  demand: SumoDemand,
  departures: readonly RoutedDeparture[],
  firstStop: readonly number[],
): void {
  const { columns, header } = arena;
  for (const name of ["bucketFirstTrip", "edgeQueueFirst", "edgeQueueLast", "tripNext", "tripDestination"] as const)
    columns[name].fill(none);
  columns.itineraryVia.fill(none);
  columns.tripExpectedTick.fill(none);
  for (let vehicle = departures.length - 1; vehicle >= 0; vehicle--) {
    const { node, edges, type, departS, speedFactor } = departures[vehicle];
    const trip = 2 * vehicle;
    columns.personSpeedFactor[vehicle] = Math.max(1, Math.min(255, Math.round(128 * speedFactor)));
    columns.personVehicleType[vehicle] = type;
    columns.personDepartS[vehicle] = departS;
    columns.tripOriginEdge[trip] = edges[0];
    columns.tripNode[trip] = node;
    columns.tripStop[trip] = firstStop[vehicle];
    columns.tripStartTick[trip] = none;
    columns.tripArrivalTick[trip] = none;
    const tick = Math.ceil((departS - header.startS) / header.dtS);
    columns.tripDepartTick[trip] = tick;
    columns.tripUsualTick[trip] = tick;
    const bucket = Math.floor(tick / header.bucketTicks);
    columns.tripNext[trip] = columns.bucketFirstTrip[bucket];
    columns.bucketFirstTrip[bucket] = trip;
    writeEntry(arena, city, demand, departures[vehicle], trip);
  }
  // A vehicle has one trip; the second of each row counts as made.
}

/** Lane, place and speed of the departure, by its rules. */
function writeEntry(
  { columns, header }: Arena,
  city: City,
  { departures: rules }: SumoDemand,
  { row, edges }: RoutedDeparture,
  trip: number,
): void {
  const { edgeLaneStart, laneNumber, laneLengthM, laneClasses } = city.columns;
  const [first, end] = [edgeLaneStart[edges[0]], edgeLaneStart[edges[0] + 1]];
  const classes = columns.typeClasses[columns.personVehicleType[trip >> 1]];
  const open = Array.from({ length: end - first }, (_, lane) => lane).filter(
    (lane) => (laneClasses[first + lane] & classes) !== 0,
  );
  const laneOf = (): number => {
    switch (rules.departLaneRule[row] as LaneRule) {
      case LaneRule.first:
        return open[0] ?? 0;
      case LaneRule.numbered:
        return Math.max(0, laneNumber.subarray(first, end).indexOf(rules.departLane[row]));
      case LaneRule.random:
        return open[Math.floor(draw(header.seed, trip, Decision.scenarioLane, 0) * open.length)] ?? 0;
      case LaneRule.free:
      case LaneRule.allowed:
        return DepartLane.free;
      case LaneRule.best:
        return DepartLane.best;
    }
  };
  columns.tripDepartLane[trip] = laneOf();
  const lengthM = laneLengthM[first];
  const givenM = rules.departPositionM[row];
  const placeOf = (): number => {
    switch (rules.departPositionRule[row] as PlaceRule) {
      case PlaceRule.given:
        return givenM < 0 ? lengthM + givenM : givenM;
      case PlaceRule.random:
      case PlaceRule.randomFree:
        return draw(header.seed, trip, Decision.scenarioPlace, 0) * lengthM;
      case PlaceRule.end:
        return lengthM;
      case PlaceRule.base:
      case PlaceRule.free:
      case PlaceRule.last:
      case PlaceRule.stop:
        return 0;
    }
  };
  columns.tripDepartM[trip] = placeOf();
  const isGiven = (rules.departSpeedRule[row] as SpeedRule) === SpeedRule.given;
  columns.tripDepartMps[trip] = isGiven ? rules.departSpeedMps[row] : farMps;
}

/** As fast as the limit and safety allow. */
const farMps = 1e9;

function vehicleCapacityOf(city: City, vehicles: number): number {
  const lanesM = city.columns.laneLengthM.reduce((sum, lengthM) => sum + Math.max(shortestSpacingM, lengthM), 0);
  const capacity = Math.min(vehicles, Math.ceil(lanesM / shortestSpacingM));
  assert(capacity < 1 << 23, "slots have 23 bits");
  return capacity;
}
