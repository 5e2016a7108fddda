import type { City } from "../../common/city";
import { describeFailure, type Result } from "../../common/result";
import type { Arena } from "../../workers/arena";
import { readSumoDemand } from "../../workers/city";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine, type TwinEngine } from "../../workers/twin-engine";
import { plainCity } from "./plain-city";

/** Parameters of the Intelligent Driver Model with the length of the car. */
export interface Driver {
  readonly lengthM: number;
  readonly wantedMps: number;
  readonly headwayS: number;
  readonly minGapM: number;
  readonly accelerationMps2: number;
  readonly comfortableBrakingMps2: number;
}

/** The commuters' driver (workers/traffic/vehicle-types.ts) on a street of 50 km/h. */
export const commuterDriver: Driver = {
  ...{ lengthM: 4.6, wantedMps: 13.89, headwayS: 1, minGapM: 2 },
  ...{ accelerationMps2: 2, comfortableBrakingMps2: 2 },
};

/** A vehicle that is put on a lane. Positions are of the front bumper. */
export interface PlacedVehicle {
  readonly positionM: number;
  readonly speedMps: number;
  /** Wanted speed over the driver's; rounded to 1/128. */
  readonly factor?: number;
}

/** One lane on which nothing but car following happens, in a twin of the engine's own. */
export interface LaneOfVehicles {
  readonly engine: TwinEngine;
  /** Kept by the lane: how many metres from the start; on a ring, within its circumference. By vehicle, NaN once it has arrived. */
  positionsM(): Float64Array;
  speedsMps(): Float64Array;
  /** Puts vehicles where they are wanted, in the order in which they were given. */
  place(vehicles: readonly (PlacedVehicle | undefined)[]): void;
  /** Goes on by a step. */
  step(): void;
}

/** How many times vehicles drive around a ring at most. */
const laps = 400;
/** The two connections of a ring, each so long, m. */
const connectionM = 0.5;

/** A straight lane. @param vehicles leader first or last, in any order */
export function straightLane(lengthM: number, driver: Driver, vehicles: readonly PlacedVehicle[], tickS: number) {
  const city = plainCity({
    points: [
      [0, 0],
      [lengthM, 0],
    ],
    edges: [{ from: 0, to: 1, speedMps: driver.wantedMps }],
  });
  city.columns.laneLengthM.fill(lengthM);
  return laneOf(city, ["e0"], [0], driver, vehicles, tickS);
}

/** A ring of one lane: two halves that lead into each other. Nobody may be put on the last half metre of either. */
export function ringLane(circumferenceM: number, driver: Driver, vehicles: readonly PlacedVehicle[], tickS: number) {
  const half = circumferenceM / 2;
  const city = plainCity({
    points: [
      [0, 0],
      [half, 0],
    ],
    edges: [
      { from: 0, to: 1, speedMps: driver.wantedMps },
      { from: 1, to: 0, speedMps: driver.wantedMps },
    ],
  });
  city.columns.laneLengthM.set([half - connectionM, half - connectionM, connectionM, connectionM]);
  city.columns.laneSpeedMps.fill(driver.wantedMps);
  const route = Array.from({ length: 2 * laps }, (_, row) => `e${row % 2}`);
  return laneOf(city, route, [0, half, half - connectionM, circumferenceM - connectionM], driver, vehicles, tickS);
}

/** @param laneStartM along the way, of every lane of the city; where the second of two edges starts, the route may begin */
function laneOf(
  city: City,
  route: readonly string[],
  laneStartM: readonly number[],
  driver: Driver,
  vehicles: readonly PlacedVehicle[],
  tickS: number,
): LaneOfVehicles {
  const secondM = city.meta.edgeIds.length > 1 ? laneStartM[1] : Infinity;
  const routes = [route, route.slice(1)].map((edges, row) => `<route id="r${row}" edges="${edges.join(" ")}"/>`);
  const rows = entriesOf(vehicles, secondM, driver).map(({ onSecond, entryM }, row) => {
    const depart = `depart="0" departLane="0" departPos="${entryM}" departSpeed="0"`;
    return `<vehicle id="${row}" type="car" route="r${onSecond ? 1 : 0}" ${depart}/>`;
  });
  const ways = secondM === Infinity ? routes.slice(0, 1) : routes;
  const text = `<routes><vType id="car" vClass="passenger"/>${ways.join("")}${rows.join("")}</routes>`;
  const demand = valueOf(readSumoDemand(city, [{ name: "lane.rou.xml", bytes: new TextEncoder().encode(text) }]));
  const twin = valueOf(buildScenarioTwin(city, demand, { seed: 1, beginS: 0, endS: Infinity, tickS }));
  const { arena, vehicleIds } = twin;
  const personOf = new Int32Array(vehicles.length);
  vehicleIds.forEach((id, person) => (personOf[Number(id)] = person));
  vehicles.forEach(
    ({ factor = 1 }, row) => (arena.columns.personSpeedFactor[personOf[row]] = Math.round(128 * factor)),
  );
  const engine = createTwinEngine(arena, parameterValues());
  // They enter one by one, while nobody can drive.
  setDriver(arena, driver);
  arena.columns.typeAccelerationMps2.fill(0);
  while (arena.header.departedCount < vehicles.length) {
    if (arena.header.tick > 20 * vehicles.length) throw new Error("vehicles do not fit on the lane");
    advanceTwin(engine, arena.header.tick + 1);
  }
  setDriver(arena, driver);
  const lane: LaneOfVehicles = {
    engine,
    positionsM: () => read(arena, personOf, (view, at, row) => laneStartM[row] + view.getFloat32(at, true)),
    speedsMps: () => read(arena, personOf, (view, at) => view.getFloat32(at + 4, true)),
    place: (wanted) => {
      const byPerson = new Map(wanted.map((vehicle, row) => [personOf[row], vehicle]));
      forEachRecord(arena, (view, at, row) => {
        const vehicle = byPerson.get(view.getUint32(at + 8, true) >> 1);
        if (vehicle === undefined) return;
        view.setFloat32(at, vehicle.positionM - laneStartM[row], true);
        view.setFloat32(at + 4, vehicle.speedMps, true);
        // The last of a lane is what those on the lane before see of it.
        arena.columns.laneTailRearM[row] = vehicle.positionM - laneStartM[row] - driver.lengthM;
        arena.columns.laneTailSpeedMps[row] = vehicle.speedMps;
      });
    },
    step: () => advanceTwin(engine, arena.header.tick + 1),
  };
  lane.place(vehicles);
  return lane;
}

/** Where vehicles enter before they are put where they are wanted: in the same order, close to each other. */
function entriesOf(vehicles: readonly PlacedVehicle[], secondM: number, { lengthM, minGapM }: Driver) {
  const order = vehicles.map(({ positionM }, row) => ({ row, positionM })).sort((a, b) => a.positionM - b.positionM);
  const entries = vehicles.map(({ positionM }) => ({ onSecond: positionM >= secondM, entryM: 0 }));
  const count = [0, 0];
  for (const { row } of order) {
    const entry = entries[row];
    entry.entryM = lengthM + 1 + count[entry.onSecond ? 1 : 0]++ * (lengthM + minGapM + 0.05);
  }
  return entries;
}

/** Makes a driver that of every vehicle; the wanted speed is the lane's. */
export function setDriver({ columns }: Arena, driver: Driver): void {
  columns.typeLengthM.fill(driver.lengthM);
  columns.typeMinGapM.fill(driver.minGapM);
  columns.typeDawdlingMps.fill(0);
  columns.typeHeadwayS.fill(driver.headwayS);
  columns.typeAccelerationMps2.fill(driver.accelerationMps2);
  columns.typeComfortableBrakingMps2.fill(driver.comfortableBrakingMps2);
  const { accelerationMps2: a, comfortableBrakingMps2: b } = driver;
  columns.typeInteraction.fill(1 / (2 * Math.sqrt(a * b)));
  columns.laneSpeedMps.fill(driver.wantedMps);
  columns.laneSignedSpeedMps.fill(driver.wantedMps);
}

type LookAtRecord = (view: DataView, at: number, lane: number) => void;

/** Records of all lanes, leader first (workers/kernel/assembly/vehicle.ts). */
function forEachRecord({ columns, counts, header }: Arena, look: LookAtRecord): void {
  const bytes = header.currentBuffer === 0 ? columns.vehiclesA : columns.vehiclesB;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const first = columns.laneFirst[lane];
    for (let row = first; row < first + columns.laneVehicles[lane]; row++) look(view, row * 32, lane);
  }
}

function read(arena: Arena, personOf: Int32Array, value: (view: DataView, at: number, lane: number) => number) {
  const byPerson = new Float64Array(arena.counts.people).fill(Number.NaN);
  forEachRecord(arena, (view, at, lane) => (byPerson[view.getUint32(at + 8, true) >> 1] = value(view, at, lane)));
  return Float64Array.from(personOf, (person) => byPerson[person]);
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}
