import { AreaKind, LineKind } from "../../../common/city";
import type { Tags } from "./tag-access";

/** Landuse, natural, leisure and waterway values by the kind of ground they are drawn and read as. */
const areaKinds: ReadonlyMap<string, AreaKind> = new Map([
  ["natural=water", AreaKind.water],
  ["waterway=riverbank", AreaKind.water],
  ["waterway=dock", AreaKind.water],
  ["landuse=reservoir", AreaKind.water],
  ["landuse=basin", AreaKind.water],
  ...["wood", "scrub", "grassland", "heath", "wetland"].map((value) => [`natural=${value}`, AreaKind.green] as const),
  ...[
    "forest",
    "grass",
    "meadow",
    "vineyard",
    "orchard",
    "cemetery",
    "allotments",
    "recreation_ground",
    "village_green",
  ].map((value) => [`landuse=${value}`, AreaKind.green] as const),
  ...["park", "garden", "pitch", "golf_course", "playground", "common", "nature_reserve"].map(
    (value) => [`leisure=${value}`, AreaKind.green] as const,
  ),
  ["landuse=residential", AreaKind.residential],
  ["landuse=commercial", AreaKind.commercial],
  ["landuse=retail", AreaKind.commercial],
  ["landuse=industrial", AreaKind.industrial],
  ["landuse=port", AreaKind.industrial],
]);

export function areaKindOf(tags: Tags): AreaKind | null {
  for (const key of ["natural", "waterway", "landuse", "leisure"]) {
    const kind = areaKinds.get(`${key}=${tags.get(key) ?? ""}`);
    if (kind !== undefined) return kind;
  }
  return null;
}

export function isBuilding(tags: Tags): boolean {
  const building = tags.get("building");
  return building !== undefined && building !== "no" && tags.get("natural") !== "water";
}

const pathValues = new Set(["footway", "path", "cycleway", "pedestrian", "steps", "track", "bridleway"]);

export function lineKindOf(tags: Tags): LineKind | null {
  if (tags.get("area") === "yes" || tags.get("tunnel") === "culvert") return null;
  const waterway = tags.get("waterway");
  if (waterway === "river" || waterway === "canal") return LineKind.river;
  if (waterway === "stream" || waterway === "ditch" || waterway === "drain") return LineKind.stream;
  const railway = tags.get("railway");
  if (railway === "rail" || railway === "light_rail" || railway === "tram" || railway === "narrow_gauge")
    return LineKind.rail;
  return pathValues.has(tags.get("highway") ?? "") ? LineKind.path : null;
}

const placeRanks: ReadonlyMap<string, number> = new Map([
  ["city", 0],
  ["town", 1],
  ["village", 2],
  ["suburb", 2],
  ["borough", 2],
  ["quarter", 3],
  ["neighbourhood", 3],
  ["hamlet", 3],
]);

/** As `placeRank` of the city form; null for what is not written on the map. */
export const placeRankOf = (place: string | undefined): number | null => placeRanks.get(place ?? "") ?? null;
