import type { KerbParking } from "../roads/road-graph";
import { isForFew, parseCapacity } from "./parking-tags";
import type { Tags } from "./tag-access";

/** As seen along the way. */
export type KerbSide = "left" | "right";

/** Kerb that a parked car takes by its orientation, m, room to get in and out included; OpenStreetMap's mappers found so in Berlin. */
const spaceM: ReadonlyMap<string, number> = new Map([
  ["parallel", 5.2],
  ["diagonal", 3.1],
  ["perpendicular", 2.5],
]);
const usualOrientation = "parallel";

/** @see https://wiki.openstreetmap.org/wiki/Street_parking */
const parked = new Set(["lane", "street_side", "on_kerb", "half_on_kerb", "shoulder", "yes"]);
/** Bays that are drawn as areas of their own come from there. */
const notParked = new Set(["no", "separate"]);
/** @see https://wiki.openstreetmap.org/wiki/Key:parking:lane */
const olderParked = new Set(["parallel", "diagonal", "perpendicular", "marked", "yes"]);
const olderNotParked = new Set([
  "no",
  "no_parking",
  "no_stopping",
  "no_standing",
  "fire_lane",
  "separate",
  "separately_mapped",
]);
const forbidding = new Set(["no_parking", "no_stopping", "no_standing", "loading_only", "charging_only"]);

export interface KerbTags {
  /** Null: no car of the public may be left there, or the map does not say. */
  readonly kerb: KerbParking | null;
  /** Keys whose values mean nothing. */
  readonly absurd: readonly string[];
}

export function kerbOf(tags: Tags, side: KerbSide): KerbTags {
  const absurd: string[] = [];
  const found = (suffix: string): readonly [key: string, value: string] | null => {
    for (const key of [`parking:${side}${suffix}`, `parking:both${suffix}`]) {
      const value = tags.get(key);
      if (value !== undefined) return [key, value];
    }
    return null;
  };
  const orientation = orientationOf(tags, side, found, absurd);
  const isForbidden = forbidding.has(found(":restriction")?.[1] ?? "") || isForFew(found(":access")?.[1]);
  if (orientation === null || isForbidden) return { kerb: null, absurd };
  const counted = found(":capacity");
  const capacity = counted === null ? null : parseCapacity(counted[1]);
  if (counted !== null && capacity === null) absurd.push(counted[0]);
  return { kerb: { spaceM: spaceM.get(orientation) ?? 0, capacity }, absurd };
}

/** How cars stand there; null where none does. */
function orientationOf(
  tags: Tags,
  side: KerbSide,
  found: (suffix: string) => readonly [key: string, value: string] | null,
  absurd: string[],
): string | null {
  const position = found("");
  if (position !== null) {
    const [key, value] = position;
    if (!parked.has(value)) {
      if (!notParked.has(value)) absurd.push(key);
      return null;
    }
    const orientation = found(":orientation");
    if (orientation === null || spaceM.has(orientation[1])) return orientation?.[1] ?? usualOrientation;
    absurd.push(orientation[0]);
    return usualOrientation;
  }
  for (const key of [`parking:lane:${side}`, "parking:lane:both"]) {
    const value = tags.get(key);
    if (value === undefined) continue;
    if (olderParked.has(value)) return spaceM.has(value) ? value : usualOrientation;
    if (!olderNotParked.has(value)) absurd.push(key);
    return null;
  }
  return null;
}
