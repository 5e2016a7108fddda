import { nameOfEdge, type City } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";
import { placeOf, projectionAround } from "../../workers/city";
import { bearingOf } from "./edge-finder";
import { element, multilingual, writtenText, type WrittenElement } from "./write-xml";

/** Decimals of a coordinate: a centimetre. */
const coordinateDecimals = 7;
/** A shorter line is written as a point. */
const lineLeastM = 1;

/** Lanes of an edge, 1 is rightmost, as the model numbers them from the verge. */
export interface WrittenLanes {
  readonly closed: number;
  readonly all: number;
}

/** A place on an edge with the direction of driving there. */
export function pointLocation(
  name: string,
  city: City,
  edge: number,
  positionM: number,
  called = nameOfEdge(city, edge),
): WrittenElement {
  const place = placeOnEdge(city, edge, positionM);
  return element(
    name,
    [
      referenceOf(city, edge),
      description(called, null),
      element("loc:pointByCoordinates", [
        element("loc:bearing", Math.round(bearingOf(place.directionX, place.directionY)) % 360),
        coordinates("loc:pointCoordinates", city, place.x, place.y),
      ]),
    ],
    { "xsi:type": "loc:PointLocation" },
  );
}

/**
 * The part of an edge from a place on, in the direction of driving.
 * @param positionM where the part that is shown on a map lies
 */
export function linearLocation(
  city: City,
  edge: number,
  { fromM, positionM }: { readonly fromM: number; readonly positionM: number },
  lanes: WrittenLanes | null,
): WrittenElement {
  const line = stretchOf(city, edge, fromM);
  if (lengthOf(line) < lineLeastM) return pointLocation("sit:locationReference", city, edge, positionM);
  const place = placeOnEdge(city, edge, positionM);
  const posList = line.map(([x, y]) => Object.values(degreesOf(city, x, y)).join(" ")).join(" ");
  return element(
    "sit:locationReference",
    [
      referenceOf(city, edge),
      coordinates("loc:coordinatesForDisplay", city, place.x, place.y),
      description(nameOfEdge(city, edge), lanes),
      element("loc:gmlLineString", [element("loc:posList", posList)], { srsName: "EPSG:4326" }),
    ],
    { "xsi:type": "loc:SingleRoadLinearLocation" },
  );
}

/** The system of `externalReferencing` in which the edges of a city are named, as a reader finds it. */
export function edgeSystem(cityName: string): string {
  return writtenText(`urn:pendulaire:edges:${cityName}`).trim();
}

/** The edge by its identifier, for those who have the same city. */
function referenceOf({ meta }: City, edge: number): WrittenElement {
  return element("loc:externalReferencing", [
    element("loc:externalLocationCode", writtenText(meta.edgeIds[edge] ?? String(edge))),
    element("loc:externalReferencingSystem", edgeSystem(meta.name)),
  ]);
}

function description(called: string, lanes: WrittenLanes | null): WrittenElement {
  const numbers = Array.from({ length: lanes?.closed ?? 0 }, (_, place) => place + 1);
  return element("loc:supplementaryPositionalDescription", [
    multilingual("loc:locationDescription", called),
    lanes === null
      ? null
      : element("loc:carriageway", [
          element("loc:carriageway", "unspecifiedCarriageway"),
          element("loc:originalNumberOfLanes", lanes.all),
          ...numbers.map((number) => element("loc:lane", [element("loc:laneNumber", number)])),
        ]),
    element("loc:roadInformation", [element("loc:roadName", writtenText(called))]),
  ]);
}

function coordinates(name: string, city: City, x: number, y: number): WrittenElement {
  const { latitude, longitude } = degreesOf(city, x, y);
  return element(name, [element("loc:latitude", latitude), element("loc:longitude", longitude)]);
}

function degreesOf({ meta }: City, x: number, y: number): { readonly latitude: string; readonly longitude: string } {
  const { latitude, longitude } = placeOf(projectionAround(meta.originLongitude, meta.originLatitude), x, y);
  return { latitude: latitude.toFixed(coordinateDecimals), longitude: longitude.toFixed(coordinateDecimals) };
}

type Point = readonly [x: number, y: number];

/** The centre line of an edge from a place on. */
function stretchOf(city: City, edge: number, fromM: number): readonly Point[] {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
  const start = placeOnEdge(city, edge, fromM);
  const line: Point[] = [[start.x, start.y]];
  let alongM = 0;
  for (let point = edgeShapeStart[edge] + 1; point < edgeShapeStart[edge + 1]; point++) {
    const [dx, dy] = [edgeShapeX[point] - edgeShapeX[point - 1], edgeShapeY[point] - edgeShapeY[point - 1]];
    alongM += Math.sqrt(dx * dx + dy * dy);
    if (alongM > fromM) line.push([edgeShapeX[point], edgeShapeY[point]]);
  }
  return line;
}

function lengthOf(line: readonly Point[]): number {
  return line.slice(1).reduce((lengthM, [x, y], before) => {
    const [dx, dy] = [x - line[before][0], y - line[before][1]];
    return lengthM + Math.sqrt(dx * dx + dy * dy);
  }, 0);
}
