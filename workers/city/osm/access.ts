import { RoadClass } from "../../../common/city";
import { accessKeys } from "./conditional-keys";
import type { Tags } from "./tag-access";

/** What a `highway` value means to a car. */
export interface HighwayKind {
  readonly roadClass: RoadClass;
  readonly isLink: boolean;
}

const kind = (roadClass: RoadClass, isLink = false): HighwayKind => ({ roadClass, isLink });

/** @see https://wiki.openstreetmap.org/wiki/Key:highway */
const highwayKinds: ReadonlyMap<string, HighwayKind> = new Map([
  ["motorway", kind(RoadClass.motorway)],
  ["motorway_link", kind(RoadClass.motorway, true)],
  ["trunk", kind(RoadClass.trunk)],
  ["trunk_link", kind(RoadClass.trunk, true)],
  ["primary", kind(RoadClass.primary)],
  ["primary_link", kind(RoadClass.primary, true)],
  ["secondary", kind(RoadClass.secondary)],
  ["secondary_link", kind(RoadClass.secondary, true)],
  ["tertiary", kind(RoadClass.tertiary)],
  ["tertiary_link", kind(RoadClass.tertiary, true)],
  ["unclassified", kind(RoadClass.unclassified)],
  ["road", kind(RoadClass.unclassified)],
  ["residential", kind(RoadClass.residential)],
  ["living_street", kind(RoadClass.residential)],
  ["service", kind(RoadClass.service)],
  ["track", kind(RoadClass.service)],
]);

export type Drivability =
  { readonly drivable: true; readonly kind: HighwayKind } | { readonly drivable: false; readonly why: string };

const closed = (why: string): Drivability => ({ drivable: false, why });

export const closedByAccess = "closed to the public's cars by an access tag";

/** Whether cars of the public may drive on a way with this `highway` tag. */
export function drivabilityOf(tags: Tags): Drivability {
  const highway = tags.get("highway") ?? "";
  const found = highwayKinds.get(highway);
  if (found === undefined) {
    if (highway === "construction" || highway === "proposed") return closed("not built yet");
    return closed("not for cars by their class (paths, steps, platforms, …)");
  }
  if (tags.get("area") === "yes") return closed("areas: cars follow lines");
  const isOpen = isOpenToCars(tags, "forward") || isOpenToCars(tags, "backward");
  return isOpen ? { drivable: true, kind: found } : closed(closedByAccess);
}

const closedValues = new Set([
  "no",
  "private",
  "agricultural",
  "forestry",
  "military",
  "emergency",
  "psv",
  "bus",
  "use_sidepath",
]);

/** Also for barriers. `destination`, `customers`, `delivery` stay open: the street's own traffic uses them. */
export function isOpenToCars(tags: Tags, side?: "forward" | "backward"): boolean {
  let open = true;
  for (const key of accessKeys) {
    const value = (side === undefined ? undefined : tags.get(`${key}:${side}`)) ?? tags.get(key);
    if (value !== undefined) open = !closedValues.has(value);
  }
  return open;
}

/** Barriers that no car passes unless a tag says otherwise. Gates pass: who lives behind one has its key. */
const closedBarriers = new Set([
  "bollard",
  "block",
  "jersey_barrier",
  "cycle_barrier",
  "debris",
  "planter",
  "log",
  "chain",
]);

export function barrierStopsCars(tags: Tags): boolean {
  const barrier = tags.get("barrier");
  if (barrier === undefined) return false;
  const saysOpen = accessKeys.some((key) => tags.has(key)) && isOpenToCars(tags);
  return closedBarriers.has(barrier) ? !saysOpen : !isOpenToCars(tags);
}

/** Service roads that lead to one parking space or house only. */
export const isForParkingOnly = (tags: Tags): boolean =>
  ["parking_aisle", "driveway", "drive-through", "emergency_access"].includes(tags.get("service") ?? "");
