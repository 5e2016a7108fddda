import { BuildingUse } from "../ground";
import type { Tags } from "./tag-access";

const storeyM = 3;
const tallestM = 830;

/** Heights by use where nothing is tagged, m: what such a building usually measures to the eaves. */
const usualHeightM: ReadonlyMap<string, number> = new Map([
  ["garage", 3],
  ["garages", 3],
  ["carport", 3],
  ["shed", 3],
  ["hut", 3],
  ["roof", 5],
  ["greenhouse", 4],
  ["service", 4],
  ["church", 20],
  ["cathedral", 30],
  ["chapel", 8],
  ["warehouse", 8],
  ["industrial", 8],
  ["retail", 6],
  ["house", 7],
  ["detached", 7],
  ["apartments", 15],
  ["office", 15],
  ["hotel", 18],
]);

/**
 * Height to the eaves, m: `height`, else storeys of 3 m, else by use, else by the footprint: sheds are small, town
 * houses have two to four storeys.
 */
export function buildingHeightM(tags: Tags, footprintM2: number): number {
  const height = Number(/^(\d+(?:\.\d+)?)\s*m?$/.exec(tags.get("height") ?? "")?.[1] ?? Number.NaN);
  if (height > 0 && height <= tallestM) return height;
  const levels = Number(tags.get("building:levels") ?? Number.NaN);
  if (levels > 0 && levels * storeyM <= tallestM) return Math.max(levels, 1) * storeyM;
  const usual = usualHeightM.get(tags.get("building") ?? "");
  if (usual !== undefined) return usual;
  if (footprintM2 < 40) return 3;
  if (footprintM2 < 120) return 6;
  return footprintM2 < 400 ? 9 : 12;
}

const uses: readonly (readonly [BuildingUse, readonly string[]])[] = [
  [
    BuildingUse.homes,
    [
      "house",
      "detached",
      "semidetached_house",
      "terrace",
      "bungalow",
      "apartments",
      "residential",
      "dormitory",
      "farm",
    ],
  ],
  [
    BuildingUse.offices,
    [
      "office",
      "commercial",
      "school",
      "university",
      "college",
      "kindergarten",
      "hospital",
      "public",
      "civic",
      "government",
    ],
  ],
  [BuildingUse.shops, ["retail", "supermarket", "hotel", "kiosk"]],
  [BuildingUse.industry, ["industrial", "warehouse", "hangar", "manufacture", "train_station"]],
  [
    BuildingUse.neither,
    [
      "garage",
      "garages",
      "carport",
      "shed",
      "hut",
      "roof",
      "greenhouse",
      "church",
      "chapel",
      "cathedral",
      "barn",
      "ruins",
    ],
  ],
];
const useOf: ReadonlyMap<string, BuildingUse> = new Map(
  uses.flatMap(([use, values]) => values.map((value) => [value, use] as const)),
);

/** @see https://wiki.openstreetmap.org/wiki/Key:building */
export const buildingUseOf = (tags: Tags): BuildingUse => useOf.get(tags.get("building") ?? "") ?? BuildingUse.unknown;
