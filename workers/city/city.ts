import { cityForm, type City } from "../../common/city";
import { succeed, type Result } from "../../common/result";
import { cityColumns } from "./city-columns";
import type { Ground } from "./ground";
import { listDropped, type ImportNotes } from "./import-notes";
import { buildNetwork, type Network } from "./network/network";
import { planSignals } from "./network/signals";
import type { CarPark } from "./parking/car-parks";
import { placeParking } from "./parking/parking-columns";
import type { Projection } from "./projection";
import type { RoadGraph } from "./roads/road-graph";
import { synthesise } from "./synthesis/synthesis";

/** A place's roads and ground, ready to become a city. */
export interface CityPlan {
  readonly name: string;
  readonly source: string;
  readonly attribution: string;
  readonly projection: Projection;
  readonly roads: RoadGraph;
  readonly ground: Ground;
  /** Those off the road; parking at kerbs is told by the roads. */
  readonly carParks: readonly CarPark[];
  /** What the plan's maker made up already. */
  readonly synthesised: readonly string[];
}

/** Builds the network of a plan, makes up what it lacks and packs all into the city form. */
export function buildCity(plan: CityPlan, seed: number, notes: ImportNotes): Result<City> {
  const built = buildNetwork(plan.roads, notes);
  if (!built.ok) return built;
  const network = built.value;
  const made = synthesise(network, plan.ground, seed);
  const signals = planSignals(network, made.traffic, notes);
  const parking = placeParking(network.edges, plan.roads, plan.carParks, notes);
  return succeed({
    meta: {
      form: cityForm,
      name: plan.name,
      source: plan.source,
      attribution: plan.attribution,
      originLongitude: plan.projection.originLongitude,
      originLatitude: plan.projection.originLatitude,
      boundsM: boundsOf(network),
      synthesised: [...plan.synthesised, ...made.synthesised],
      dropped: listDropped(notes),
      edgeIds: network.edges.map(({ id }) => id),
      names: plan.roads.names,
      terminalNames: made.terminalNames,
      parkingNames: parking.names,
      placeNames: plan.ground.places.map(({ name }) => name),
      districtNames: made.districtNames,
      restrictionCount: plan.roads.restrictionCount,
    },
    columns: cityColumns(network, signals, plan.ground, made.population, parking),
  });
}

function boundsOf({ edges }: Network): [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { shape } of edges) {
    west = Math.min(west, ...shape.x);
    east = Math.max(east, ...shape.x);
    south = Math.min(south, ...shape.y);
    north = Math.max(north, ...shape.y);
  }
  return [west, south, east, north];
}
