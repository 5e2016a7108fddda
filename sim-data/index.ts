import { RoadClass, type City } from "../common/city";
import { Decision, draw } from "../common/draw";
import { assert } from "../common/result";
import { buildCity } from "../workers/city/city";
import { pointAt, lengthOf, type Point } from "../workers/city/geometry/polyline";
import { endGround, startGround, type GrowingGround } from "../workers/city/ground";
import { startNotes } from "../workers/city/import-notes";
import { projectionAround } from "../workers/city/projection";
import { buildHouses, type HouseRules } from "./buildings";
import { directionField } from "./direction-field";
import { drawLand, isPark, layLand, placesOf } from "./land";
import { layMainRoads, type TownRoad } from "./main-roads";
import { drawMetropolisLand, layGreen, metropolisHouses, metropolisPlaces } from "./metropolis-land";
import { findBuiltUp, planMetropolis } from "./metropolis-plan";
import { layMetropolisRoads } from "./metropolis-roads";
import { layMetropolisStreets } from "./metropolis-streets";
import { townRoadGraph } from "./road-graph";
import { joinRoads } from "./road-joining";
import { townHouses } from "./town-houses";
import { Feature, isInside, planTown, staysOnLand, type TownPlan } from "./town-plan";
import { layTownStreets } from "./town-streets";
import { turnTown } from "./turning";

/** Another number, other cities: what was kept of one version is not taken for another's. */
export const generatorVersion = 2;

export interface TownOptions {
  /** From the market to the bypass, m. */
  readonly bypassRadiusM?: number;
}

/** A temperate latitude and no place in particular: the sun and the seasons need one. */
const originLongitude = 10;
const originLatitude = 48;

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
  return settle("Bundled town", plan, [...main.roads, ...streets], ground, townHouses(plan, land, main));
}

/**
 * The bundled metropolis: a large city of the same making, with quarters of their own kinds, rings, avenues and quays,
 * grown over its villages and along its roads.
 */
export function generateMetropolis(seed: number): City {
  const plan = planMetropolis(seed);
  const main = layMetropolisRoads(plan);
  const green = layGreen(plan);
  const isGreen = (place: Point) => green.some((ring) => isInside(ring, place));
  const builtUp = findBuiltUp(plan, ribbonsOf(main.roads), isGreen);
  const streets = layMetropolisStreets(plan, main, builtUp);
  const ground = startGround();
  drawMetropolisLand(ground, plan, green, main);
  ground.places.push(...metropolisPlaces(plan));
  return settle("Bundled metropolis", plan, [...main.roads, ...streets], ground, metropolisHouses(plan, main, builtUp));
}

const ribbonStepM = 60;

/** Points along the roads that houses follow out of the city. */
function ribbonsOf(roads: readonly TownRoad[]): Point[] {
  return roads
    .filter(({ naming, laneCount }) => naming === "belt" || (naming === "arterial" && laneCount > 1))
    .flatMap(({ line }) => {
      const points: Point[] = [];
      for (let atM = 0; atM < lengthOf(line); atM += ribbonStepM) points.push(pointAt(line, atM));
      return points;
    });
}

/** Joins the roads, lines them with houses, turns the whole and builds its network. */
function settle(
  name: string,
  plan: TownPlan,
  roads: readonly TownRoad[],
  ground: GrowingGround,
  houses: HouseRules,
): City {
  const { seed } = plan;
  const joined = joinRoads(roads, {
    // Nothing but arterials opens onto the bypass.
    mayOpenOnto: ({ roadClass }) => roadClass !== RoadClass.trunk,
    mayLead: (from, to) => staysOnLand(plan, from, to),
  });
  buildHouses(plan, houses, joined, ground);
  const turned = turnTown(
    townRoadGraph(plan, joined),
    endGround(ground),
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
  assert(city.ok, "a generated city has a connected network");
  return city.value;
}
