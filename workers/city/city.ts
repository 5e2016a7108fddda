import { cityForm, type City } from "../../common/city";
import { succeed, type Result } from "../../common/result";
import { cityColumns } from "./city-columns";
import type { Ground } from "./ground";
import { listDropped, type ImportNotes } from "./import-notes";
import { plannedRules, type CrossingRules } from "./network/crossing-rules";
import { buildNetwork, type Network } from "./network/network";
import { planSignals } from "./network/signals";
import type { CarPark } from "./parking/car-parks";
import { placeParking, type Parking } from "./parking/parking-columns";
import type { Projection } from "./projection";
import type { RoadGraph } from "./roads/road-graph";
import { synthesise, type Synthesis } from "./synthesis/synthesis";

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
  const rules = plannedRules(network, planSignals(network, made.traffic, notes));
  const parking = placeParking(network.edges, plan.roads, plan.carParks, notes);
  const planned = network.junctions.some(({ hasSignals }) => hasSignals)
    ? ["signal programs: fixed times, by the roads that meet and the commutes that pass"]
    : [];
  const { names, restrictionCount } = plan.roads;
  const about = {
    ...plan,
    names,
    restrictionCount: restrictionCount - network.unmetRules,
    leftOutEdgeIds: [],
    synthesised: [...plan.synthesised, ...made.synthesised, ...planned],
  };
  return succeed(packNetwork(about, network, rules, made, parking, notes));
}

/** What a city is called and stands for, beside its rows. */
interface AboutCity extends Pick<CityPlan, "name" | "source" | "attribution" | "projection" | "ground"> {
  readonly names: readonly string[];
  readonly restrictionCount: number;
  readonly leftOutEdgeIds: readonly string[];
  readonly synthesised: readonly string[];
}

/** Puts a network with its rules, its parking and what was made up for it into the city form. */
export function packNetwork(
  about: AboutCity,
  network: Network,
  rules: CrossingRules,
  made: Synthesis,
  parking: Parking,
  notes: ImportNotes,
): City {
  return {
    meta: {
      form: cityForm,
      name: about.name,
      source: about.source,
      attribution: about.attribution,
      originLongitude: about.projection.originLongitude,
      originLatitude: about.projection.originLatitude,
      boundsM: boundsOf(network),
      synthesised: about.synthesised,
      dropped: listDropped(notes),
      edgeIds: network.edges.map(({ id }) => id),
      leftOutEdgeIds: about.leftOutEdgeIds,
      controllerIds: rules.controllerIds,
      programIds: rules.programs.map(({ id }) => id),
      names: about.names,
      terminalNames: made.terminalNames,
      parkingNames: parking.names,
      placeNames: about.ground.places.map(({ name }) => name),
      districtNames: made.districtNames,
      restrictionCount: about.restrictionCount,
    },
    columns: cityColumns(network, rules, about.ground, made.population, parking),
  };
}

function boundsOf({ edges }: Network): [number, number, number, number] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { shape } of edges) {
    for (const x of shape.x) [west, east] = [Math.min(west, x), Math.max(east, x)];
    for (const y of shape.y) [south, north] = [Math.min(south, y), Math.max(north, y)];
  }
  return [west, south, east, north];
}
