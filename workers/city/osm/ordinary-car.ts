import type { Finding } from "./findings";

/**
 * The car whose driver asks: a compact one, its driver alone in it, without a trailer. Limits on signs lie far from its measures.
 * Tonnes, metres, counts.
 */
const ordinaryCar: ReadonlyMap<string, { readonly value: number; readonly unit: "t" | "m" | "" }> = new Map([
  ["weight", { value: 1.5, unit: "t" }],
  ["actualweight", { value: 1.5, unit: "t" }],
  ["emptyweight", { value: 1.4, unit: "t" }],
  ["weightrating", { value: 1.9, unit: "t" }],
  ["maxweightrating", { value: 1.9, unit: "t" }],
  ["grossweight", { value: 1.9, unit: "t" }],
  ["axleload", { value: 0.8, unit: "t" }],
  ["length", { value: 4.5, unit: "m" }],
  ["width", { value: 1.8, unit: "m" }],
  ["height", { value: 1.5, unit: "m" }],
  ["axles", { value: 2, unit: "" }],
  ["wheels", { value: 4, unit: "" }],
  ["seats", { value: 5, unit: "" }],
  ["occupants", { value: 1, unit: "" }],
  ["trailers", { value: 0, unit: "" }],
]);

/** What units are in tonnes or metres. @see https://wiki.openstreetmap.org/wiki/Map_features/Units */
const units: ReadonlyMap<string, { readonly of: "t" | "m"; readonly value: number }> = new Map([
  ["t", { of: "t", value: 1 }],
  ["kg", { of: "t", value: 0.001 }],
  ["st", { of: "t", value: 0.90718474 }],
  ["lt", { of: "t", value: 1.0160469088 }],
  ["lb", { of: "t", value: 0.00045359237 }],
  ["lbs", { of: "t", value: 0.00045359237 }],
  ["m", { of: "m", value: 1 }],
  ["cm", { of: "m", value: 0.01 }],
  ["ft", { of: "m", value: 0.3048 }],
  ["'", { of: "m", value: 0.3048 }],
]);

/** A comparison such as "weight>3.5" or "length >= 10 m"; null where the text is none. */
export function findMeasure(text: string): Finding | null {
  const parts =
    /^([a-z]{1,20}) ?(<=|>=|==|<|>|=|≤|≥) ?(\d{1,6}(?:\.\d{1,6})?) ?([a-z]{1,3}|')?(?: ?(\d{1,2})(?:"|in))?$/.exec(
      text,
    );
  if (parts === null) return null;
  const [, property = "", comparison = "", number, unitName, inches] = parts;
  const mine = ordinaryCar.get(property);
  if (mine === undefined) return "unknown";
  const unit = unitName === undefined ? { of: mine.unit, value: 1 } : units.get(unitName);
  if (unit?.of !== mine.unit || (inches !== undefined && unitName !== "'" && unitName !== "ft")) return "unknown";
  const limit = (Number(number) + Number(inches ?? 0) / inchesPerFoot) * unit.value;
  return compare(mine.value, comparison, limit) ? "holds" : "otherVehicles";
}

const inchesPerFoot = 12;

function compare(mine: number, comparison: string, limit: number): boolean {
  if (comparison === "<") return mine < limit;
  if (comparison === ">") return mine > limit;
  if (comparison === "<=" || comparison === "≤") return mine <= limit;
  if (comparison === ">=" || comparison === "≥") return mine >= limit;
  return mine === limit;
}

/** Other vehicles, and roads and weather as they are on an ordinary day not. */
const othersOnly = new Set(
  [
    "hgv hgv_articulated goods bus coach tourist_bus minibus psv share_taxi taxi carpool hov car_sharing",
    "motorcycle moped mofa speed_pedelec bicycle foot horse golf_cart atv ohv snowmobile",
    "trailer caravan motorhome bdouble lhv hazmat hazmat:water explosive agricultural forestry tractor",
    "emergency ambulance fire military disabled school_bus tram trolleybus",
    "wet rain snow ice icy winter winter_road fog smog flood flooded flooding storm avalanche low_visibility",
  ].flatMap((names) => names.split(" ")),
);

const always = new Set(["motorcar", "car", "motor_vehicle", "vehicle", "dry"]);

/** Conditions of one word about vehicles and weather; null for other words. */
export function findKeyword(text: string): Finding | null {
  if (always.has(text)) return "holds";
  return othersOnly.has(text) ? "otherVehicles" : null;
}
