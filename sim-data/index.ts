import type { City } from "../common/city";
import { Decision, draw } from "../common/draw";
import { assert } from "../common/result";
import { buildCity } from "../workers/city/city";
import { endGround, startGround } from "../workers/city/ground";
import { startNotes } from "../workers/city/import-notes";
import { projectionAround } from "../workers/city/projection";
import { RoadClass } from "../common/city";
import { buildHouses } from "./buildings";
import { directionField } from "./direction-field";
import { drawLand, isPark, layLand, placesOf } from "./land";
import { layLocalStreets } from "./local-streets";
import { layMainRoads } from "./main-roads";
import { townRoadGraph } from "./road-graph";
import { joinRoads } from "./road-joining";
import { Feature, planTown, staysOnLand } from "./town-plan";
import { turnTown } from "./turning";

export interface TownOptions {
  /** From the market to the bypass, m. */
  readonly bypassRadiusM?: number;
}

/** A temperate latitude and no place in particular: the sun and the seasons need one. */
const originLongitude = 10;
const originLatitude = 48;

/**
 * The bundled town: made up from a seed, in the way towns grow. A river, an old town with its ring, arterials, a bypass
 * with bridges, suburbs, parks and houses; then the same network builder and synthesis as for any real city.
 */
export function generateTown(seed: number, options: TownOptions = {}): City {
  const plan = planTown(seed, options.bypassRadiusM ?? 850);
  const main = layMainRoads(plan);
  const land = layLand(plan);
  const streets = layLocalStreets(plan, directionField(plan), main, (place) => isPark(land, place));
  const joined = joinRoads([...main.roads, ...streets], {
    // Nothing but arterials opens onto the bypass.
    mayOpenOnto: ({ roadClass }) => roadClass !== RoadClass.trunk,
    mayLead: (from, to) => staysOnLand(plan, from, to),
  });
  const ground = startGround();
  drawLand(ground, plan, land, main);
  buildHouses(plan, land, main, joined, ground);
  ground.places.push(...placesOf(plan));
  const turned = turnTown(
    townRoadGraph(plan, joined),
    endGround(ground),
    2 * Math.PI * draw(seed, Feature.turn, Decision.cityShape, 0),
  );
  const city = buildCity(
    {
      name: "Bundled town",
      source: `generated from seed ${seed}`,
      attribution: "",
      projection: projectionAround(originLongitude, originLatitude),
      ...turned,
      synthesised: ["everything: this town is made up, from its river to its street names"],
    },
    seed,
    startNotes(),
  );
  assert(city.ok, "a generated town has a connected network");
  return city.value;
}
