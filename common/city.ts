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
  /** Edges of the input that are no edges here, because no motor vehicle may drive there; empty where the input has no edges. */
  readonly leftOutEdgeIds: readonly string[];
  /** Signal controllers as the input calls them; `programController` points in here. */
  readonly controllerIds: readonly string[];
  /** Name of each signal program among those of its controller. */
  readonly programIds: readonly string[];
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

export const cityForm = "pendulaire-city-5";

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
  /** 1 where the edge is part of a roundabout. */
  edgeRoundabout: Uint8Array,
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
  /** Who may drive there: bits of `VehicleClass`. */
  laneClasses: Uint32Array,
  /** Of lanes of edges: the lane's number in the input, from the right; what was left out of the input leaves gaps. */
  laneNumber: Uint8Array,
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
  /** A `ConnectionRule`: what a sign says to who drives it. */
  connectionRule: Uint8Array,
  /** Where, from its start, who gives way waits within the junction, m; 0 = at the stop line. */
  connectionWaitAtM: Float32Array,
  /** 1 where nobody may enter without room beyond. */
  connectionKeepsClear: Uint8Array,
  /** Connections that cross or merge with this one: CSR over conflictWith, conflictYields. Symmetric: listed on both sides. */
  conflictStart: Uint32Array,
  conflictWith: Uint32Array,
  /**
   * 1 where this connection gives way to the other. In networks of our own exactly one side of a pair yields, unless signals
   * never show both green; other programs' networks also have pairs of which both or neither do.
   */
  conflictYields: Uint8Array,

  /** Signal programs. Phases: CSR over phaseDurationS. Those that no junction's row points to are their controller's other programs. */
  programPhaseStart: Uint32Array,
  /** Index into meta.controllerIds. */
  programController: Uint32Array,
  /** A `ProgramKind`. */
  programKind: Uint8Array,
  programOffsetS: Float32Array,
  /** Of actuated programs, 0 in others: gaps between vehicles shorter than this hold a green, s. */
  programMaxGapS: Float32Array,
  /** How far before the line their detectors lie, in seconds of driving at the limit. */
  programDetectorS: Float32Array,
  /** What each car that waits takes to pass the line, s: detectors lie no further off than the least green clears. */
  programPassingS: Float32Array,
  /** Of delay-based programs, 0 in others: drivers are watched from so far before the line, m. */
  programRangeM: Float32Array,
  /** A driver who has lost less than this there holds no green, s. */
  programLeastLossS: Float32Array,
  /** Letters in each phase of the program. */
  programLinkCount: Uint32Array,
  phaseDurationS: Float32Array,
  /** Bounds between which demand stretches the phase of a program that is not fixed; both are the duration where there are none. */
  phaseLeastS: Float32Array,
  phaseMostS: Float32Array,
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

export const JunctionKind = {
  priority: 0,
  signal: 1,
  rightBeforeLeft: 2,
  deadEnd: 3,
  continuation: 4,
  allWayStop: 5,
  zipper: 6,
  unregulated: 7,
  railCrossing: 8,
} as const;
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

/**
 * As in SUMO's programs: r, y, g (green, gives way), G (green, has the way), u (red and yellow), s (may go after a stop, gives
 * way), o (off and blinking: gives way), O (off: has the way). Of the first four the larger lets more go.
 */
export const SignalLetter = {
  red: 0,
  yellow: 1,
  greenYield: 2,
  green: 3,
  redYellow: 4,
  stopYield: 5,
  blinking: 6,
  off: 7,
} as const;
export type SignalLetter = (typeof SignalLetter)[keyof typeof SignalLetter];

/** Fixed times; green until no vehicle comes for a while; green while vehicles that wait save time; another scheme that is run by its times. */
export const ProgramKind = { fixed: 0, actuated: 1, delayBased: 2, other: 3 } as const;
export type ProgramKind = (typeof ProgramKind)[keyof typeof ProgramKind];

/** What the input says of a connection beside its conflicts; `unstated` where it says nothing. */
export const ConnectionRule = {
  unstated: 0,
  major: 1,
  minor: 2,
  equal: 3,
  stop: 4,
  allWayStop: 5,
  zipper: 6,
  signal: 7,
  /** Not in the input: a way back where the input's roads end. */
  madeUp: 8,
} as const;
export type ConnectionRule = (typeof ConnectionRule)[keyof typeof ConnectionRule];

/** Kinds of road vehicles that lanes are open or closed to, as bits; SUMO's vehicle classes without rails, ships and feet. */
export const VehicleClass = {
  private: 1,
  emergency: 1 << 1,
  authority: 1 << 2,
  army: 1 << 3,
  vip: 1 << 4,
  passenger: 1 << 5,
  hov: 1 << 6,
  taxi: 1 << 7,
  bus: 1 << 8,
  coach: 1 << 9,
  delivery: 1 << 10,
  truck: 1 << 11,
  trailer: 1 << 12,
  motorcycle: 1 << 13,
  moped: 1 << 14,
  bicycle: 1 << 15,
  evehicle: 1 << 16,
  custom1: 1 << 17,
  custom2: 1 << 18,
} as const;
export type VehicleClass = (typeof VehicleClass)[keyof typeof VehicleClass];

/** The bits of all classes. */
export const everyVehicleClass = (1 << 19) - 1;

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

/** Whether people's cars may drive on a lane, internal lanes included. */
export const isOpenToCars = ({ columns }: City, lane: number): boolean =>
  (columns.laneClasses[lane] & VehicleClass.passenger) !== 0;

/** What the console calls an edge: its street's name, or its identifier. */
export function nameOfEdge(city: City, edge: number): string {
  return roadNameOf(city, edge) ?? city.meta.edgeIds[edge] ?? `edge ${edge}`;
}

/** Of an edge's street; null where it has no name. */
export function roadNameOf(city: City, edge: number): string | null {
  return city.meta.names[city.columns.edgeName[edge] ?? -1] ?? null;
}

/** Columns lie in the order of the form, so that a city read from a file packs into the same bytes again. */
export function packCity({ meta, columns }: City): Uint8Array<ArrayBuffer> {
  const names = Object.keys(columnTypes) as (keyof CityColumns)[];
  const document: PackedMeta = { ...meta, checksum: checksumOf(meta, columns) };
  return packColumns(document, Object.fromEntries(names.map((name) => [name, columns[name]])));
}

type PackedMeta = CityMeta & { readonly checksum?: number };

/** FNV-1a over 32-bit words: tells damage, not malice. */
function checksumOf(meta: CityMeta, columns: CityColumns): number {
  let sum = 0x811c9dc5;
  const add = (bytes: Uint8Array) => {
    const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    const words = new Uint32Array(whole.buffer, whole.byteOffset, whole.length >> 2);
    for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
    for (const byte of whole.subarray(words.length * 4)) sum = Math.imul(sum ^ byte, 0x01000193);
  };
  add(new TextEncoder().encode(JSON.stringify(meta)));
  for (const name of Object.keys(columnTypes) as (keyof CityColumns)[]) {
    const { buffer, byteOffset, byteLength } = columns[name];
    add(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return sum >>> 0;
}

/** Reads and checks a packed city: names, types and lengths of all columns, and that no byte of it was damaged. */
export function unpackCity(bytes: Uint8Array): Result<City> {
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return unpacked;
  const document = unpacked.value.meta as Partial<PackedMeta> | null;
  if (document?.form !== cityForm) return fail(`not a city of the form ${cityForm}`);
  const { checksum, ...meta } = document;
  const columns: Record<string, Column> = {};
  for (const [name, arrayType] of Object.entries(columnTypes)) {
    const column = unpacked.value.columns[name];
    if (!(column instanceof arrayType)) return fail("column is missing or of the wrong type", name);
    columns[name] = column;
  }
  const city: City = { meta: meta as CityMeta, columns: columns as unknown as CityColumns };
  // Files of versions before this one have none.
  if (checksum !== undefined && checksum !== checksumOf(city.meta, city.columns))
    return fail("the city's bytes are damaged");
  return succeed(city);
}
