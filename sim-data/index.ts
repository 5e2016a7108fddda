import { RoadClass, type City } from "../common/city";
import { Decision, draw } from "../common/draw";
import { assert } from "../common/result";
import { buildCity } from "../workers/city/city";
import type { Point, Polyline } from "../workers/city/geometry/polyline";
import { endGround, startGround, type GrowingGround } from "../workers/city/ground";
import { startNotes } from "../workers/city/import-notes";
import type { CarPark } from "../workers/city/parking/car-parks";
import { projectionAround } from "../workers/city/projection";
import { length } from "../workers/kernel/maths";
import { buildHouses, type HouseRules } from "./buildings";
import { findBuiltUp } from "./built-up";
import { layCarParks } from "./car-parks";
import { directionField } from "./direction-field";
import { centresOf, drawLand, isPark, layLand, placesOf } from "./land";
import { layMainRoads, type TownRoad } from "./main-roads";
import { drawMetropolisLand, layGreen, metropolisHouses, metropolisPlaces } from "./metropolis-land";
import { placeQuarters, planMetropolis } from "./metropolis-plan";
import { layMetropolisRoads } from "./metropolis-roads";
import { layMetropolisStreets } from "./metropolis-streets";
import { townRoadGraph, type RoadBuilding } from "./road-graph";
import { joinRoads } from "./road-joining";
import { townHouses } from "./town-houses";
import { Feature, isInside, planTown, staysOnLand, type TownPlan } from "./town-plan";
import { layTownStreets } from "./town-streets";
import { turnTown } from "./turning";

/** Another number, other cities: what was kept of one version is not taken for another's. */
export const generatorVersion = 5;

export interface TownOptions {
  /** From the market to the bypass, m. */
  readonly bypassRadiusM?: number;
}

/** A temperate latitude and no place in particular: the sun and the seasons need one. */
const originLongitude = 10;
const originLatitude = 48;

const townRoads = { hasTurnLanes: false, signalSpacingM: 0 };
const metropolisRoads = { hasTurnLanes: true, signalSpacingM: 330 };

/**
 * A small town, made up from a seed in the way towns grow: a river, an old town with its ring, arterials, a bypass with
 * bridges, suburbs, parks and houses; then the same network builder and synthesis as for any real city.
 */
export function generateTown(seed: number, options: TownOptions = {}): City {
  const plan = planTown(seed, options.bypassRadiusM ?? 850);
  const main = layMainRoads(plan);
  const land = layLand(plan);
  const streets = layTownStreets(plan, directionField(plan), main, (place) => isPark(land, place));
  const ground = startGround();
  drawLand(ground, plan, land, main);
  ground.places.push(...placesOf(plan));
  return settle({
    name: "Bundled town",
    plan,
    roads: [...main.roads, ...streets],
    ground,
    houses: townHouses(plan, land, main),
    building: townRoads,
    carParks: layCarParks(plan, {
      ...main,
      arterials: main.roads.filter(({ naming }) => naming === "arterial").map(({ line }) => line),
      centres: centresOf(plan),
    }),
  });
}

/**
 * The bundled metropolis: a large city of the same making, with quarters of their own kinds, rings, avenues and quays,
 * grown over its villages and along its roads.
 * @param onProgress told after each step of about the same length
 */
export function generateMetropolis(seed: number, onProgress?: (done: number, total: number) => void): City {
  const steps = stepsOf(onProgress);
  const plan = planMetropolis(seed);
  const main = layMetropolisRoads(plan);
  const quarters = placeQuarters(plan, main.outwards);
  const green = layGreen(plan, quarters);
  const builtUp = findBuiltUp(plan, {
    quarters,
    ribbons: pointsAlong(main.roads.filter(({ naming }) => naming === "arterial")),
    barriers: pointsAlong(main.roads.filter(({ naming }) => naming === "bypass")),
    isTaken: insideAny(green),
  });
  steps();
  const streets = layMetropolisStreets(plan, quarters, main, builtUp);
  steps();
  const ground = startGround();
  drawMetropolisLand(ground, plan, quarters, green, main);
  ground.places.push(...metropolisPlaces(plan, quarters));
  return settle(
    {
      name: "Bundled metropolis",
      plan,
      roads: [...main.roads, ...streets],
      ground,
      houses: metropolisHouses(main, builtUp),
      building: metropolisRoads,
      carParks: layCarParks(plan, { ...main, arterials: main.outwards, centres: quarters }),
    },
    steps,
  );
}

/** Ground, streets, joined roads, houses, network. */
const stepCount = 5;

/** To be called after each step. */
function stepsOf(onProgress: ((done: number, total: number) => void) | undefined): () => void {
  let done = 0;
  return () => onProgress?.(++done, stepCount);
}

/** Whether a place lies inside one of many rings: only those are looked at in whose box it lies. */
function insideAny(rings: readonly Polyline[]): (place: Point) => boolean {
  const boxes = rings.map(({ x, y }) => [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)] as const);
  return (place) =>
    boxes.some(
      ([west, east, south, north], row) =>
        place.x > west - 1 &&
        place.x < east + 1 &&
        place.y > south - 1 &&
        place.y < north + 1 &&
        isInside(rings[row], place),
    );
}

/** Points of roads, nowhere farther apart than a cell of the built-up ground. */
function pointsAlong(roads: readonly TownRoad[]): Point[] {
  const stepM = 40;
  return roads.flatMap(({ line: { x, y } }) =>
    x.flatMap((_, index) => {
      if (index === 0) return [];
      const [dx, dy] = [x[index] - x[index - 1], y[index] - y[index - 1]];
      const pieces = Math.max(1, Math.ceil(length(dx, dy) / stepM));
      return Array.from({ length: pieces }, (__, piece) => ({
        x: x[index - 1] + (dx * piece) / pieces,
        y: y[index - 1] + (dy * piece) / pieces,
      }));
    }),
  );
}

/** A place laid out, before its roads are joined. */
interface Layout {
  readonly name: string;
  readonly plan: TownPlan;
  readonly roads: readonly TownRoad[];
  readonly ground: GrowingGround;
  readonly houses: HouseRules;
  readonly building: Omit<RoadBuilding, "kerbSpaceM">;
  /** The public's. */
  readonly carParks: readonly CarPark[];
}

/** Joins the roads, lines them with houses, turns the whole and builds its network. */
function settle(
  { name, plan, roads, ground, houses, building, carParks }: Layout,
  afterStep: () => void = () => undefined,
): City {
  const { seed } = plan;
  const joined = joinRoads(roads, {
    // Nothing but arterials opens onto the bypass.
    mayOpenOnto: ({ roadClass }) => roadClass !== RoadClass.trunk,
    mayLead: (from, to) => staysOnLand(plan, from, to),
  });
  afterStep();
  const plots = buildHouses(plan, houses, joined, ground);
  afterStep();
  const kerbSpaceM = (road: TownRoad, place: Point) => houses.styleAt(road, place).kerbSpaceM;
  const turned = turnTown(
    townRoadGraph(plan, joined, { ...building, kerbSpaceM }),
    endGround(ground),
    [...carParks, ...plots],
    2 * Math.PI * draw(seed, Feature.turn, Decision.cityShape, 0),
  );
  const city = buildCity(
    {
      name,
      source: `generated from seed ${seed}`,
      attribution: "",
      projection: projectionAround(originLongitude, originLatitude),
      ...turned,
      synthesised: ["everything: this city is made up, from its river to its street names"],
    },
    seed,
    startNotes(),
  );
  afterStep();
  assert(city.ok, "a generated city has a connected network");
  return city.value;
}
