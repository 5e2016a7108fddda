import type { Population } from "../city-columns";
import type { Ground } from "../ground";
import type { Network } from "../network/network";
import { findDistricts } from "./districts";
import { expectedTraffic } from "./expected-traffic";
import { findLandUse } from "./land-use";
import { placeTerminals } from "./terminals";

/** What a map does not hold and a simulation needs. */
export interface Synthesis {
  readonly population: Population;
  /** Trips expected on each edge, in any unit. */
  readonly traffic: Float64Array;
  readonly districtNames: readonly string[];
  readonly terminalNames: readonly string[];
  /** What was made up and from what, in words for a person. */
  readonly synthesised: readonly string[];
}

export function synthesise(network: Network, ground: Ground, seed: number): Synthesis {
  const landUse = findLandUse(network.edges, ground);
  const districts = findDistricts(network, ground.places, (edge) => landUse.homes[edge] + landUse.jobs[edge]);
  const terminals = placeTerminals(network, landUse, seed);
  return {
    population: {
      edgeDistrict: districts.ofEdge,
      edgeHomes: landUse.homes,
      edgeJobs: landUse.jobs,
      terminalEdge: terminals.edge,
      terminalPositionM: terminals.positionM,
    },
    traffic: expectedTraffic(network, landUse, seed),
    districtNames: districts.names,
    terminalNames: Array.from(terminals.edge, (_, row) => `T-${String(row + 1).padStart(2, "0")}`),
    synthesised: [
      landUse.source === "buildings"
        ? "homes and jobs: from the floor area of buildings and the land use around them"
        : "homes and jobs: from the class and length of roads, for want of buildings",
      "districts: around named places, filled up by compass",
      "terminals: where sampled commutes pass",
    ],
  };
}
