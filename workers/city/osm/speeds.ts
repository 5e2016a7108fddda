import { RoadClass } from "../../../common/city";
import { kmhToMps, roadClassDefaults } from "../roads/road-classes";
import type { HighwayKind } from "./access";
import type { Tags } from "./tag-access";

const kmhPerMph = 1.609344;
const kmhPerKnot = 1.852;
/** Slower than walking or faster than any road allows: a slip of the mapper. */
const slowestKmh = 5;
const fastestKmh = 160;
/** Where there is no limit, most drive what is recommended (Germany: Autobahn-Richtgeschwindigkeits-Verordnung § 1). */
const unlimitedKmh = 130;
const walkingKmh = 7;

/** Limits by kind of zone where a country's own is not listed, km/h. */
const zoneKmh: ReadonlyMap<string, number> = new Map([
  ["urban", 50],
  ["rural", 90],
  ["trunk", 100],
  ["motorway", 130],
  ["living_street", 20],
  ["bicycle_road", 30],
]);

/**
 * National limits that differ from the table above, km/h.
 * @see https://wiki.openstreetmap.org/wiki/Default_speed_limits
 */
const nationalKmh: ReadonlyMap<string, number> = new Map([
  ["AT:rural", 100],
  ["DE:rural", 100],
  ["DE:motorway", unlimitedKmh],
  ["DE:living_street", walkingKmh],
  ["FR:rural", 80],
  ["CH:rural", 80],
  ["CH:motorway", 120],
  ["BE:motorway", 120],
  ["NL:rural", 80],
  ["NL:motorway", 100],
  ["ES:motorway", 120],
  ["UK:nsl_restricted", 30 * kmhPerMph],
  ["UK:nsl_single", 60 * kmhPerMph],
  ["UK:nsl_dual", 70 * kmhPerMph],
  ["GB:nsl_restricted", 30 * kmhPerMph],
  ["GB:nsl_single", 60 * kmhPerMph],
  ["GB:nsl_dual", 70 * kmhPerMph],
  ["GB:motorway", 70 * kmhPerMph],
  ["UK:motorway", 70 * kmhPerMph],
]);

/** A `maxspeed` value in km/h; null where it is no speed limit. */
export function parseSpeedKmh(text: string): number | null {
  const first = text.split(/[;|]/)[0]?.trim() ?? "";
  if (first === "none") return unlimitedKmh;
  if (first === "walk") return walkingKmh;
  const zone = /^([A-Z]{2}):(?:zone:?)?([a-z_]*)(\d*)$/.exec(first);
  if (zone !== null) {
    const limit = Number(zone[3]);
    if (limit > 0) return limit >= slowestKmh && limit <= fastestKmh ? limit : null;
    return nationalKmh.get(first) ?? zoneKmh.get(zone[2] ?? "") ?? null;
  }
  const number = /^(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph|knots)?$/.exec(first);
  if (number === null) return null;
  const unit = number[2] === "mph" ? kmhPerMph : number[2] === "knots" ? kmhPerKnot : 1;
  const speedKmh = Number(number[1]) * unit;
  return speedKmh >= slowestKmh && speedKmh <= fastestKmh ? speedKmh : null;
}

/** Where the limit of one direction comes from. */
export interface SpeedLimit {
  /** Null: the map does not say, the class decides. */
  readonly speedMps: number | null;
  readonly absurd: readonly string[];
}

export function speedLimitOf(tags: Tags, side: "forward" | "backward"): SpeedLimit {
  const absurd: string[] = [];
  for (const key of [`maxspeed:${side}`, "maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed"]) {
    const text = tags.get(key);
    if (text === undefined) continue;
    const speedKmh = parseSpeedKmh(text);
    if (speedKmh !== null) return { speedMps: kmhToMps(speedKmh), absurd };
    // "signals" and "variable" change by the hour; sources are mostly words. Only a limit that is none is worth a note.
    if (key.startsWith("maxspeed") && key !== "maxspeed:type" && !/^(signals|variable|implicit)$/.test(text)) {
      absurd.push(key);
    }
  }
  if (tags.get("highway") === "living_street")
    return { speedMps: kmhToMps(zoneKmh.get("living_street") ?? 20), absurd };
  return { speedMps: null, absurd };
}

/** The limit of a class, m/s. */
export function usualSpeedMps({ roadClass, isLink }: HighwayKind, builtUp: boolean): number {
  const defaults = roadClassDefaults[roadClass];
  const speedKmh = builtUp ? defaults.builtUpKmh : defaults.openKmh;
  return kmhToMps(isLink && roadClass < RoadClass.unclassified ? Math.min(defaults.linkKmh, speedKmh) : speedKmh);
}
