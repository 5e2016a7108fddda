import { packColumns, unpackColumns, type Column } from "./columns";
import { fail, succeed, type Result } from "./result";

/**
 * The one form of a city: whatever format it came from, engine, ledger and console read this.
 *
 * Rows are addressed by index. Ragged columns are in CSR form: `somethingStart` has one more row than its owner and
 * row i's items are `[start[i], start[i + 1])`. Coordinates are metres east (x) and north (y) of the origin.
 *
 * Lanes: the lanes of edge e are `[edgeLaneStart[e], edgeLaneStart[e + 1])`, rightmost first. After all of them come
 * the internal lanes, one per connection: connection c is driven on lane `laneCount + c`, which leads from the end of
 * `connectionFromLane[c]` to the start of `connectionToLane[c]`. Connections are sorted by from-lane.
 */
export interface City {
  readonly meta: CityMeta;
  readonly columns: CityColumns;
}

export interface CityMeta {
  readonly form: typeof cityForm;
  /** What people call the place: the file's name, or what the generator says. */
  readonly name: string;
  /** The file name or generator that this came from. */
  readonly source: string;
  /** Notice that must be shown where the map is shown, e.g. of OpenStreetMap; empty when none is owed. */
  readonly attribution: string;
  readonly originLongitude: number;
  readonly originLatitude: number;
  /** [west, south, east, north] of the roads, metres. */
  readonly boundsM: readonly [number, number, number, number];
  /** Which parts were made up for lack of data, in words for a person: "homes", "jobs", … */
  readonly synthesised: readonly string[];
  readonly dropped: readonly DroppedElements[];
  /** Edge identifiers as in the input. */
  readonly edgeIds: readonly string[];
  /** Street names, each once; `edgeName` points in here. */
  readonly names: readonly string[];
  readonly terminalNames: readonly string[];
  /** Names of car parks, each once; `parkingName` points in here. */
  readonly parkingNames: readonly string[];
  readonly placeNames: readonly string[];
  /** Names of the districts; `edgeDistrict` points in here. */
  readonly districtNames: readonly string[];
  readonly restrictionCount: number;
}

export interface DroppedElements {
  readonly what: string;
  readonly count: number;
  readonly why: string;
}

export const cityForm = "pendulaire-city-2";

/** Columns of the city form; the type of each is part of the form. */
const columnTypes = {
  /** x, y of each junction's centre. */
  junctionX: Float32Array,
  junctionY: Float32Array,
  /** A `JunctionKind`. */
  junctionKind: Uint8Array,
  /** Signal program, -1 = none. */
  junctionProgram: Int32Array,

  edgeFrom: Uint32Array,
  edgeTo: Uint32Array,
  edgeLaneStart: Uint32Array,
  /** Length in the network, from junction centre to junction centre, m: what routes are measured by. */
  edgeLengthM: Float32Array,
  edgeSpeedMps: Float32Array,
  /** A `RoadClass`. */
  edgeClass: Uint8Array,
  /** Index into meta.names, -1 = nameless. */
  edgeName: Int32Array,
  /** Right of way between edges at unsignalled junctions: larger goes first. */
  edgePriority: Uint8Array,
  edgeDistrict: Uint16Array,
  /** Residents living along the edge, relative weight. */
  edgeHomes: Float32Array,
  /** Jobs along the edge, relative weight. */
  edgeJobs: Float32Array,
  /** Centre line, CSR over edgeShapeX/Y: at least two points, in driving direction. */
  edgeShapeStart: Uint32Array,
  edgeShapeX: Float32Array,
  edgeShapeY: Float32Array,

  /** Of all lanes, internal ones included. Driven length, m, > 0. */
  laneLengthM: Float32Array,
  laneSpeedMps: Float32Array,
  laneWidthM: Float32Array,
  /** Centre line of each lane, CSR over laneShapeX/Y: at least two points. */
  laneShapeStart: Uint32Array,
  laneShapeX: Float32Array,
  laneShapeY: Float32Array,

  connectionFromLane: Uint32Array,
  connectionToLane: Uint32Array,
  /** A `Turn`. */
  connectionTurn: Uint8Array,
  connectionJunction: Uint32Array,
  /** Which letter of the program's phases rules this connection, -1 = no signal. */
  connectionSignal: Int32Array,
  /** Connections that cross or merge with this one: CSR over conflictWith, conflictYields. Symmetric: listed on both sides. */
  conflictStart: Uint32Array,
  conflictWith: Uint32Array,
  /** 1 where this connection gives way to the other; exactly one side of a pair yields, unless signals never show both green. */
  conflictYields: Uint8Array,

  /** Signal programs, fixed time. Phases: CSR over phaseDurationS. */
  programPhaseStart: Uint32Array,
  programOffsetS: Float32Array,
  /** Letters in each phase of the program. */
  programLinkCount: Uint32Array,
  phaseDurationS: Float32Array,
  /** CSR over phaseLetters. */
  phaseLetterStart: Uint32Array,
  /** A `SignalLetter` for every link of the phase. */
  phaseLetters: Uint8Array,

  /** Footprints, outer ring only, closed implicitly, counter-clockwise: CSR over buildingX/Y. */
  buildingStart: Uint32Array,
  buildingX: Float32Array,
  buildingY: Float32Array,
  buildingHeightM: Float32Array,

  /** Ground areas, outer ring only, closed implicitly: CSR over areaX/Y. */
  areaStart: Uint32Array,
  areaX: Float32Array,
  areaY: Float32Array,
  /** An `AreaKind`. */
  areaKind: Uint8Array,

  /** Lines on the ground that are not roads for cars: CSR over lineX/Y. */
  lineStart: Uint32Array,
  lineX: Float32Array,
  lineY: Float32Array,
  /** A `LineKind`. */
  lineKind: Uint8Array,

  /** Names to write on the map. */
  placeX: Float32Array,
  placeY: Float32Array,
  /** 0 city, 1 town, 2 village or suburb, 3 quarter or smaller. */
  placeRank: Uint8Array,

  /** Roadside beacons that attest passages; named in meta.terminalNames. */
  terminalEdge: Uint32Array,
  /** Metres from the edge's start. */
  terminalPositionM: Float32Array,

  /** Where cars can be left, at most `parkingLimit`: car parks, and stretches of kerb. The edge from which they are entered. */
  parkingEdge: Uint32Array,
  /** Metres from the start of the edge's lanes. */
  parkingPositionM: Float32Array,
  /** Where it lies; of a kerb, the middle of its stretch. */
  parkingX: Float32Array,
  parkingY: Float32Array,
  /** Spaces, 1 … `parkingCapacityLimit`. */
  parkingCapacity: Uint16Array,
  /** A `ParkingKind`. */
  parkingKind: Uint8Array,
  /** Index into meta.parkingNames, -1 = nameless. */
  parkingName: Int32Array,
} as const;

export type CityColumns = {
  readonly [Name in keyof typeof columnTypes]: InstanceType<(typeof columnTypes)[Name]>;
};

export const JunctionKind = { priority: 0, signal: 1, rightBeforeLeft: 2, deadEnd: 3, continuation: 4 } as const;
export type JunctionKind = (typeof JunctionKind)[keyof typeof JunctionKind];

/** Order is by importance: a smaller number is a bigger road. */
export const RoadClass = {
  motorway: 0,
  trunk: 1,
  primary: 2,
  secondary: 3,
  tertiary: 4,
  unclassified: 5,
  residential: 6,
  service: 7,
} as const;
export type RoadClass = (typeof RoadClass)[keyof typeof RoadClass];

export const Turn = { straight: 0, right: 1, left: 2, uTurn: 3 } as const;
export type Turn = (typeof Turn)[keyof typeof Turn];

/** As in SUMO's programs: r, y, g (green, gives way), G (green, has the way). */
export const SignalLetter = { red: 0, yellow: 1, greenYield: 2, green: 3 } as const;
export type SignalLetter = (typeof SignalLetter)[keyof typeof SignalLetter];

export const AreaKind = { water: 0, green: 1, residential: 2, commercial: 3, industrial: 4 } as const;
export type AreaKind = (typeof AreaKind)[keyof typeof AreaKind];

export const LineKind = { river: 0, stream: 1, rail: 2, path: 3 } as const;
export type LineKind = (typeof LineKind)[keyof typeof LineKind];

/** Garages, lots and kerbs are the public's; private is what only residents, staff or members may use, whatever it looks like. */
export const ParkingKind = { garage: 0, lot: 1, kerb: 2, private: 3 } as const;
export type ParkingKind = (typeof ParkingKind)[keyof typeof ParkingKind];

/** The largest car park of the world, in Edmonton, has 20,000 spaces (Guinness World Records). */
export const parkingCapacityLimit = 20_000;
/** Rows of a city; a file with more of them is no city's. */
export const parkingLimit = 1 << 18;

export const edgeCountOf = (city: City): number => city.columns.edgeFrom.length;
export const junctionCountOf = (city: City): number => city.columns.junctionX.length;
/** Lanes of edges, without the internal lanes of connections. */
export const edgeLaneCountOf = (city: City): number => city.columns.edgeLaneStart[edgeCountOf(city)] ?? 0;
export const connectionCountOf = (city: City): number => city.columns.connectionFromLane.length;
export const terminalCountOf = (city: City): number => city.columns.terminalEdge.length;
export const parkingCountOf = (city: City): number => city.columns.parkingEdge.length;
export const parkingSpacesOf = (city: City): number =>
  city.columns.parkingCapacity.reduce((sum, capacity) => sum + capacity, 0);

/** The edge of each lane that belongs to an edge. */
export function edgeOfLanes(city: City): Uint32Array {
  const edges = new Uint32Array(edgeLaneCountOf(city));
  const { edgeLaneStart } = city.columns;
  for (let edge = 0; edge < edgeCountOf(city); edge++) edges.fill(edge, edgeLaneStart[edge], edgeLaneStart[edge + 1]);
  return edges;
}

/** What the console calls an edge: its street's name, or its identifier. */
export function nameOfEdge(city: City, edge: number): string {
  const name = city.columns.edgeName[edge] ?? -1;
  return (name >= 0 ? city.meta.names[name] : city.meta.edgeIds[edge]) ?? `edge ${edge}`;
}

export function packCity(city: City): Uint8Array<ArrayBuffer> {
  return packColumns(city.meta, city.columns);
}

/** Reads and checks a packed city: names, types and lengths of all columns. Contents are trusted to the importer that wrote them. */
export function unpackCity(bytes: Uint8Array): Result<City> {
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return unpacked;
  const meta = unpacked.value.meta as Partial<CityMeta> | null;
  if (meta?.form !== cityForm) return fail(`not a city of the form ${cityForm}`);
  const columns: Record<string, Column> = {};
  for (const [name, arrayType] of Object.entries(columnTypes)) {
    const column = unpacked.value.columns[name];
    if (!(column instanceof arrayType)) return fail("column is missing or of the wrong type", name);
    columns[name] = column;
  }
  return succeed({ meta: meta as CityMeta, columns: columns as unknown as CityColumns });
}
