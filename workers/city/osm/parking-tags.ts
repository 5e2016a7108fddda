import { parkingCapacityLimit, ParkingKind } from "../../../common/city";
import type { Tags } from "./tag-access";

export const isCarPark = (amenity: string | undefined): boolean => amenity === "parking";

/** A whole number of spaces that a car park can have; null for anything else. */
export function parseCapacity(text: string): number | null {
  const spaces = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return spaces >= 1 && spaces <= parkingCapacityLimit ? spaces : null;
}

/** @see https://wiki.openstreetmap.org/wiki/Key:access */
const fewValues = new Set([
  "private",
  "no",
  "residents",
  "permit",
  "employees",
  "staff",
  "official",
  "military",
  "delivery",
  "agricultural",
  "forestry",
]);

/** Whether an access tag keeps the public out. */
export const isForFew = (access: string | undefined): boolean => fewValues.has(access ?? "");

/** Where cars stand: decides what a space takes of an area. */
type Surface = "structure" | "ground" | "bay";

/** @see https://wiki.openstreetmap.org/wiki/Key:parking */
const surfaces: ReadonlyMap<string, Surface> = new Map([
  ["multi-storey", "structure"],
  ["underground", "structure"],
  ["rooftop", "structure"],
  ["street_side", "bay"],
  ["lane", "bay"],
  ["on_kerb", "bay"],
  ["half_on_kerb", "bay"],
  ["shoulder", "bay"],
]);
/** Boxes and roofs that belong to the houses beside them. */
const ofHouses = new Set(["garage_boxes", "carports", "sheds"]);

const surfaceOf = (tags: Tags): Surface => surfaces.get(tags.get("parking") ?? "") ?? "ground";

export function parkingKindOf(tags: Tags): ParkingKind {
  const access = tags.get("access");
  const isPrivate = isForFew(access) || (access === undefined && ofHouses.has(tags.get("parking") ?? ""));
  if (isPrivate) return ParkingKind.private;
  const surface = surfaceOf(tags);
  if (surface === "structure") return ParkingKind.garage;
  return surface === "bay" ? ParkingKind.kerb : ParkingKind.lot;
}

/**
 * Area that a space takes, ways to it included, m². On the ground 270 to 300 square feet, the middle of which is taken; in a
 * structure 334 square feet, the mean of a few hundred (Cudney 2018, after Carl Walker). A bay at the kerb is entered from
 * the street: 2.5 m by 5 m, as OpenStreetMap's mappers count perpendicular ones in Berlin.
 */
const spaceM2: Readonly<Record<Surface, number>> = { ground: 26.5, structure: 31, bay: 12.5 };
/** Storeys of a structure that does not say: the least that its kind can mean, and for a multi-storey one this file's choice. */
const usualStoreys = 3;
/** More is no car park. */
const mostStoreys = 20;
/** Where only a point is mapped there is no area: this file's choice by kind, small on purpose. */
const usualCapacity: Readonly<Record<ParkingKind, number>> = [200, 20, 5, 10];

/** Spaces of a car park that does not say. @param areaM2 0 where only a point is mapped */
export function estimatedCapacity(tags: Tags, areaM2: number): number {
  if (areaM2 <= 0) return usualCapacity[parkingKindOf(tags)];
  const surface = surfaceOf(tags);
  const storeys = surface === "structure" ? storeysOf(tags) : 1;
  return Math.min(parkingCapacityLimit, Math.max(1, Math.round((areaM2 * storeys) / spaceM2[surface])));
}

function storeysOf(tags: Tags): number {
  for (const key of ["parking:levels", "building:levels"]) {
    const storeys = Number(tags.get(key) ?? Number.NaN);
    if (Number.isInteger(storeys) && storeys >= 1 && storeys <= mostStoreys) return storeys;
  }
  return tags.get("parking") === "multi-storey" ? usualStoreys : 1;
}
