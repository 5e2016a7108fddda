import type { Said } from "../../common/said";
import { below, child, numberAt, textAt, type ReadElement } from "./read-xml";

/** Degrees, WGS 84. */
export interface Coordinates {
  readonly longitude: number;
  readonly latitude: number;
}

/** Where a record holds, as far as coordinates say it. */
export interface RecordLocation {
  /** In driving direction where it has more than one point. */
  readonly line: readonly Coordinates[];
  /** The place to be shown; null where only the line is known. */
  readonly display: Coordinates | null;
  /** Degrees clockwise from north; null where it is not said. */
  readonly bearingDeg: number | null;
  /** How many places the record names: this is the first. */
  readonly places: number;
  /** Edges by the identifiers of a city of ours, by the name of their system. */
  readonly references: readonly { readonly system: string; readonly code: string }[];
}

/** Compass points of `DirectionEnum`. */
const compass: Readonly<Record<string, number>> = {
  northBound: 0,
  northEastBound: 45,
  eastBound: 90,
  southEastBound: 135,
  southBound: 180,
  southWestBound: 225,
  westBound: 270,
  northWestBound: 315,
};

/** What coordinates there are; else why the record cannot be placed. */
export function readLocation(record: ReadElement): { readonly location: RecordLocation } | { readonly why: Said } {
  const whole = child(record, "locationReference");
  // Of a group, or an itinerary, one place is enough to mark an incident; the operator is told of the others.
  const parts =
    whole === undefined
      ? []
      : below(whole, "locationContainedInGroup").concat(below(whole, "locationContainedInItinerary"));
  const location = parts.at(0) ?? whole;
  if (location === undefined) return { why: { code: "location-missing", args: {} } };
  if (location.type === "AreaLocation") return { why: { code: "location-is-area", args: {} } };
  const display = coordinatesOf(below(location, "coordinatesForDisplay").at(0));
  const line = lineOf(location);
  if (line.length === 0 && display === null) {
    const methods = location.children
      .map(({ name }) => name)
      .filter((name) => /^(alertC|openlr|tpeg|point|linear)/i.test(name));
    return { why: { code: "location-without-coordinates", args: { method: methods.at(0) ?? location.type } } };
  }
  return {
    location: {
      line: line.length === 0 && display !== null ? [display] : line,
      display,
      bearingDeg: bearingOf(record, location),
      places: Math.max(1, parts.length),
      references: below(location, "externalReferencing").map((reference) => ({
        system: textAt(reference, "externalReferencingSystem"),
        code: textAt(reference, "externalLocationCode"),
      })),
    },
  };
}

/** The best that there is: a line string, else the points of any other method in their order. */
function lineOf(location: ReadElement): readonly Coordinates[] {
  const [string] = below(location, "gmlLineString");
  const drawn = string === undefined ? [] : lineString(string);
  if (drawn.length > 0) return drawn;
  for (const name of ["pointByCoordinates", "openlrCoordinates", "pointCoordinates"]) {
    const points = below(location, name).map((point) => coordinatesOf(child(point, "pointCoordinates") ?? point));
    const known = points.filter((point) => point !== null);
    // From and to of a TPEG location come in the order to, from.
    if (known.length > 0) return below(location, "tpegLinearLocation").length > 0 ? [...known].reverse() : known;
  }
  return [];
}

/** Pairs, or triples, of latitude and longitude; of no other system than the two that agree to a metre. */
function lineString(element: ReadElement): readonly Coordinates[] {
  const { srsName = "", srsDimension = "2" } = element.attributes;
  if (srsName !== "" && !/(4326|4258|WGS ?84|ETRS89)/i.test(srsName)) return [];
  const numbers = textAt(element, "posList").split(/\s+/).map(Number);
  const step = srsDimension === "3" ? 3 : 2;
  const points: Coordinates[] = [];
  for (let at = 0; at + 1 < numbers.length; at += step) {
    const point = onEarth(numbers[at], numbers[at + 1]);
    if (point === null) return [];
    points.push(point);
  }
  return points;
}

function coordinatesOf(element: ReadElement | undefined): Coordinates | null {
  return onEarth(numberAt(element, "latitude"), numberAt(element, "longitude"));
}

function onEarth(latitude: number | null, longitude: number | null): Coordinates | null {
  if (latitude === null || longitude === null) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { longitude, latitude } : null;
}

function bearingOf(record: ReadElement, location: ReadElement): number | null {
  const [point] = below(location, "pointByCoordinates");
  const bearing = numberAt(point, "bearing");
  if (bearing !== null) return bearing;
  const words = [
    textAt(record, "applicableForTrafficDirection"),
    ...["tpegDirection", "directionOnLinearSection", "directionOnLinearElement"].map(
      (name) => below(location, name).at(0)?.text.trim() ?? "",
    ),
  ];
  const [known] = words.filter((word) => Object.hasOwn(compass, word));
  return known === undefined ? null : compass[known];
}
