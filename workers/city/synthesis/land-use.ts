import { AreaKind, RoadClass } from "../../../common/city";
import { addBox, rowsAt, startGrid, type Grid } from "../geometry/grid";
import { ringContains, summariseRing } from "../geometry/polygon";
import { BuildingUse, type Ground } from "../ground";
import type { NetworkEdge } from "../network/edges";
import { locateEdges, nearestEdge } from "./nearest-edge";

/** Residents and jobs along each edge, as weights against each other. */
export interface LandUse {
  readonly homes: Float32Array<ArrayBuffer>;
  readonly jobs: Float32Array<ArrayBuffer>;
  readonly source: "buildings" | "roads";
}

/** Floor area that one resident has, m²: about the European mean (Eurostat, EU-SILC). */
const floorPerResidentM2 = 45;
/**
 * Floor area of one job, m².
 * @see Homes & Communities Agency, Employment Density Guide, 3rd edition, 2015 (general office, high street, industry), gross
 */
const floorPerJobM2 = { offices: 16, shops: 22, industry: 60 } as const;
const storeyM = 3;
/** Workshops and halls are high, but have one floor. */
const hallAreaM2 = 1500;

/** People along roads that have no buildings in the map, per metre of one direction of a road of each class. */
const homesPerM: Readonly<Record<RoadClass, number>> = [0, 0, 0.02, 0.04, 0.06, 0.05, 0.1, 0.02];
const jobsPerM: Readonly<Record<RoadClass, number>> = [0, 0, 0.06, 0.08, 0.06, 0.04, 0.015, 0.02];

/** Below this share of street length with a building near, the map has no buildings rather than the place. */
const coveredShare = 0.35;

/** Nobody lives or turns into a car park on a motorway or a ramp, nor where no way leads to or from. */
export const canLiveAlong = ({ way, isInCore, drivenM }: NetworkEdge): boolean =>
  isInCore && drivenM >= 8 && way.roadClass > RoadClass.trunk && !way.isLink && !way.isRoundabout;

/** From the buildings and the land use where the map has them, else from the roads alone. */
export function findLandUse(edges: readonly NetworkEdge[], ground: Ground): LandUse {
  const fromBuildings = landUseOfBuildings(edges, ground);
  return isCovered(edges, fromBuildings) ? fromBuildings : landUseOfRoads(edges);
}

function isCovered(edges: readonly NetworkEdge[], { homes, jobs }: LandUse): boolean {
  let [all, covered] = [0, 0];
  edges.forEach((edge, row) => {
    if (edge.way.roadClass !== RoadClass.residential || !canLiveAlong(edge)) return;
    all += edge.drivenM;
    if (homes[row] + jobs[row] > 0) covered += edge.drivenM;
  });
  const total = (weights: Float32Array) => weights.reduce((sum, weight) => sum + weight, 0);
  return total(homes) > 0 && total(jobs) > 0 && covered >= coveredShare * all;
}

function landUseOfRoads(edges: readonly NetworkEdge[]): LandUse {
  // A file of nothing but trunk roads still needs somebody on them.
  const someone = edges.some(canLiveAlong);
  const weigh = (perM: Readonly<Record<RoadClass, number>>) =>
    Float32Array.from(edges, (edge) => {
      if (someone) return canLiveAlong(edge) ? edge.drivenM * perM[edge.way.roadClass] : 0;
      return edge.isInCore ? edge.drivenM : 0;
    });
  return { homes: weigh(homesPerM), jobs: weigh(jobsPerM), source: "roads" };
}

function landUseOfBuildings(edges: readonly NetworkEdge[], ground: Ground): LandUse {
  const homes = new Float32Array(edges.length);
  const jobs = new Float32Array(edges.length);
  const locator = locateEdges(edges, canLiveAlong);
  const areas = indexAreas(ground);
  const { start, x, y } = ground.buildings;
  for (let building = 0; building + 1 < start.length; building++) {
    const ring = summariseRing(x, y, start[building], start[building + 1]);
    const edge = nearestEdge(locator, ring.x, ring.y);
    if (edge < 0) continue;
    const floors = ring.areaM2 > hallAreaM2 ? 1 : Math.max(1, Math.round(ground.buildingHeightM[building] / storeyM));
    const people = peopleOf(
      ground.buildingUse[building] as BuildingUse,
      landUseAt(ground, areas, ring.x, ring.y),
      ring.areaM2,
    );
    homes[edge] += (ring.areaM2 * floors * people.homeShare) / floorPerResidentM2;
    jobs[edge] += (ring.areaM2 * floors * people.jobShare) / people.floorPerJobM2;
  }
  return { homes, jobs, source: "buildings" };
}

interface People {
  readonly homeShare: number;
  readonly jobShare: number;
  readonly floorPerJobM2: number;
}

const { offices, shops, industry } = floorPerJobM2;
const dwellings: People = { homeShare: 0.95, jobShare: 0.02, floorPerJobM2: offices };
const officeBlock: People = { homeShare: 0, jobShare: 1, floorPerJobM2: offices };
const shopHouse: People = { homeShare: 0, jobShare: 1, floorPerJobM2: shops };
const factory: People = { homeShare: 0, jobShare: 1, floorPerJobM2: industry };
const nobody: People = { homeShare: 0, jobShare: 0, floorPerJobM2: offices };
/** Town houses: shops below, homes above. */
const mixed: People = { homeShare: 0.75, jobShare: 0.15, floorPerJobM2: shops };

/** By the building's own use, else by the land it stands on, else by its size: what is large is no house. */
function peopleOf(use: BuildingUse, landUse: AreaKind | -1, areaM2: number): People {
  switch (use) {
    case BuildingUse.homes:
      return dwellings;
    case BuildingUse.offices:
      return officeBlock;
    case BuildingUse.shops:
      return shopHouse;
    case BuildingUse.industry:
      return factory;
    case BuildingUse.neither:
      return nobody;
    case BuildingUse.unknown:
      if (landUse === AreaKind.industrial) return factory;
      if (landUse === AreaKind.commercial) return shopHouse;
      if (areaM2 < 25) return nobody;
      if (areaM2 > hallAreaM2) return factory;
      return landUse === AreaKind.residential ? dwellings : mixed;
  }
}

function indexAreas({ areas, areaKind }: Ground): Grid {
  const grid = startGrid(200);
  areaKind.forEach((kind, area) => {
    if (kind < AreaKind.residential) return;
    const [from, to] = [areas.start[area], areas.start[area + 1]];
    const [x, y] = [areas.x.subarray(from, to), areas.y.subarray(from, to)];
    const box = (values: Float32Array, pick: (a: number, b: number) => number) => values.reduce((a, b) => pick(a, b));
    addBox(grid, area, box(x, Math.min), box(y, Math.min), box(x, Math.max), box(y, Math.max));
  });
  return grid;
}

/** Kind of the built-up area that a place lies in, -1 in none. Industry and commerce are drawn inside of residential land. */
function landUseAt({ areas, areaKind }: Ground, grid: Grid, x: number, y: number): AreaKind | -1 {
  let found: AreaKind | -1 = -1;
  for (const area of rowsAt(grid, x, y)) {
    const kind = areaKind[area] as AreaKind;
    if (kind > found && ringContains(areas.x, areas.y, areas.start[area], areas.start[area + 1], x, y)) found = kind;
  }
  return found;
}
