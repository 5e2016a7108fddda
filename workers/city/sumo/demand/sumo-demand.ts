import type { DroppedElements } from "../../../../common/city";
import { fail, type Result } from "../../../../common/result";
import { quoted } from "../element-reading";

/**
 * What rou.xml and additional files say about traffic, checked against a city: what the engine's next stage departs.
 *
 * All tables are columns; ragged ones are in CSR form as in the city form. Edges and lanes are rows of the city, lanes of
 * edges only. Positions are metres from a lane's start. Nothing is drawn here: distributions, random lanes and flows by
 * chance stay rules, so that the engine's own draws decide them.
 *
 * Every `vehicle`, `trip` and `flow` of the files is either one row of `departures` or counted in `dropped`.
 */
export interface SumoDemand {
  readonly types: readonly SumoVehicleType[];
  readonly typeChoices: Choices;
  readonly routes: Routes;
  readonly routeChoices: Choices;
  readonly departures: Departures;
  readonly stops: Stops;
  readonly places: Places;
  readonly detectors: Detectors;
  readonly dropped: readonly DroppedElements[];
  /** Who states what cannot be done drives without it, or is left out, and is told; otherwise it is refused. */
  readonly ignoresRouteErrors: boolean;
}

/** What `dropped` calls elements that would have been rows of `departures`. */
export const droppedDepartures = "vehicles, trips and flows";

/** A `vType`; NaN where the file leaves a figure to the defaults of its class. Row 0 is SUMO's DEFAULT_VEHTYPE. */
export interface SumoVehicleType {
  readonly id: string;
  /** One bit of `VehicleClass`, or all for one that ignores what lanes are open to; 0 = a class that does not drive on roads here. */
  readonly vehicleClass: number;
  readonly lengthM: number;
  readonly minGapM: number;
  readonly widthM: number;
  readonly maxSpeedMps: number;
  readonly accelMps2: number;
  readonly decelMps2: number;
  readonly emergencyDecelMps2: number;
  /** Driver's imperfection, 0 … 1. */
  readonly sigma: number;
  /** Wanted time headway, s. */
  readonly tauS: number;
  /** Mean and deviation of the speed driven over the limit. */
  readonly speedFactor: number;
  readonly speedDeviation: number;
  readonly speedFactorLow: number;
  readonly speedFactorHigh: number;
  /** "" = by default. */
  readonly carFollowing: string;
  readonly emissionClass: string;
}

/** Named distributions: of choice i the rows `member[start[i] … start[i + 1])`, each with its weight. */
export interface Choices {
  readonly ids: readonly string[];
  readonly start: Uint32Array;
  readonly member: Uint32Array;
  readonly weight: Float64Array;
}

export interface Routes {
  /** "" for the route of one vehicle. */
  readonly ids: readonly string[];
  /** CSR over `edge`. */
  readonly start: Uint32Array;
  readonly edge: Uint32Array;
  /** 1 = each edge is connected with the next; 0 = places to pass (of a trip: from, via …, to), between which the way is to be found. */
  readonly isWhole: Uint8Array;
  /** Stops that whoever drives it makes: rows `[stopStart, stopStart + stopCount)` of `stops`. */
  readonly stopStart: Uint32Array;
  readonly stopCount: Uint32Array;
}

/** Rows of vehicles, trips and flows, in the order of the files, sorted or not. */
export interface Departures {
  readonly ids: readonly string[];
  /** Where each was read from, for messages: row of `files`, and line. */
  readonly files: readonly string[];
  readonly file: Uint32Array;
  readonly line: Uint32Array;
  /** A `DepartureKind`. */
  readonly kind: Uint8Array;
  /** When it departs, or its flow begins, s of the scenario; `atBegin` = when the run begins. */
  readonly departS: Float64Array;
  /** Row of `types`, or -1 - row of `typeChoices`. */
  readonly type: Int32Array;
  /** Row of `routes`, or -1 - row of `routeChoices`. */
  readonly route: Int32Array;
  /** A `LaneRule`, and the lane's number in the file where it is `numbered`. */
  readonly departLaneRule: Uint8Array;
  readonly departLane: Uint8Array;
  /** A `PlaceRule`, and metres where it is `given`; negative ones count from the lane's end. */
  readonly departPositionRule: Uint8Array;
  readonly departPositionM: Float32Array;
  /** A `SpeedRule`, and m/s where it is `given`. */
  readonly departSpeedRule: Uint8Array;
  readonly departSpeedMps: Float32Array;
  readonly arrivalPositionRule: Uint8Array;
  readonly arrivalPositionM: Float32Array;
  /** Its own stops, after those of its route: rows `[stopStart, stopStart + stopCount)` of `stops`. */
  readonly stopStart: Uint32Array;
  readonly stopCount: Uint32Array;
  /** Of flows, a `FlowRule`; 0 for others. */
  readonly flowRule: Uint8Array;
  /** Seconds between departures, vehicles a second, or probability a second, by the rule; 0 where it is `spread`. */
  readonly flowRate: Float64Array;
  /** When a flow ends, s; Infinity = with the run. */
  readonly flowEndS: Float64Array;
  /** Vehicles of a flow at most, Infinity = no bound; 1 for vehicles and trips. */
  readonly count: Float64Array;
}

export const DepartureKind = { vehicle: 0, trip: 1, flow: 2 } as const;
export type DepartureKind = (typeof DepartureKind)[keyof typeof DepartureKind];

/** A departure's time that is the run's beginning, whenever that is. */
export const atBegin = -1;

const kindNames = { [DepartureKind.vehicle]: "vehicle", [DepartureKind.trip]: "trip", [DepartureKind.flow]: "flow" };

/** What the files call a departure: `flow "f"`. */
export const departureLabel = (kind: DepartureKind, id: string): string => `${kindNames[kind]} ${quoted(id)}`;

/** A failure of one departure, by its element, file and line. */
export function failDeparture(departures: Departures, row: number, message: string): Result<never> {
  const { ids, kind, files, file, line } = departures;
  const label = departureLabel(kind[row] as DepartureKind, ids[row]);
  return fail(`${label}: ${message}`, `${files[file[row]]}: line ${line[row]}`);
}

/** `spread`: `count` vehicles, evenly from begin to end. */
export const FlowRule = { none: 0, everyS: 1, poissonPerS: 2, chancePerS: 3, spread: 4 } as const;
export type FlowRule = (typeof FlowRule)[keyof typeof FlowRule];

/** SUMO's departLane; `first` is its default. */
export const LaneRule = { first: 0, numbered: 1, random: 2, free: 3, allowed: 4, best: 5 } as const;
export type LaneRule = (typeof LaneRule)[keyof typeof LaneRule];

/** SUMO's departPos and arrivalPos: `base` is the default of departures (just within the lane), `end` of arrivals. */
export const PlaceRule = { base: 0, given: 1, random: 2, free: 3, randomFree: 4, last: 5, stop: 6, end: 7 } as const;
export type PlaceRule = (typeof PlaceRule)[keyof typeof PlaceRule];

/** SUMO's departSpeed; standing (`given` 0) is its default. */
export const SpeedRule = { given: 0, random: 1, most: 2, desired: 3, limit: 4, last: 5, mean: 6 } as const;
export type SpeedRule = (typeof SpeedRule)[keyof typeof SpeedRule];

export interface Stops {
  readonly lane: Uint32Array;
  readonly startM: Float32Array;
  readonly endM: Float32Array;
  /** Row of `places`, -1 = at the lane itself. */
  readonly place: Int32Array;
  /** Stays so long at least, NaN = not stated, s. */
  readonly durationS: Float64Array;
  /** Stays until then at least, NaN = not stated, s of the scenario. */
  readonly untilS: Float64Array;
  /** 1 where it leaves the road while it stands. */
  readonly isParking: Uint8Array;
  /** Where it comes in the list of whoever makes it: a `StopIndex`, or a place from 0 on. */
  readonly index: Int32Array;
}

export const PlaceKind = { busStop: 0, parkingArea: 1 } as const;
export type PlaceKind = (typeof PlaceKind)[keyof typeof PlaceKind];

export interface Places {
  readonly ids: readonly string[];
  readonly kind: Uint8Array;
  readonly lane: Uint32Array;
  readonly startM: Float32Array;
  readonly endM: Float32Array;
  /** Vehicles that it holds; 0 for bus stops. */
  readonly capacity: Uint32Array;
}

export const DetectorKind = { point: 0, area: 1 } as const;
export type DetectorKind = (typeof DetectorKind)[keyof typeof DetectorKind];

export interface Detectors {
  readonly ids: readonly string[];
  readonly kind: Uint8Array;
  readonly lane: Uint32Array;
  readonly positionM: Float32Array;
  /** Of areas, where they end; of points their place again. */
  readonly endM: Float32Array;
  readonly periodS: Float64Array;
}
