import { AreaKind, LineKind, ParkingKind, edgeCountOf, type City } from "../../common/city";
import type { TerminalPlace } from "../../common/console-api";
import type { NamedTerminals } from "./named-terminals";
import { toLngLat, type Plane } from "./place";
import { signedFigure, type RoadFigure } from "./road-figures";
import { chainStreets } from "./street-chains";

type Position = [longitude: number, latitude: number];
type Geometry =
  | { readonly type: "Point"; readonly coordinates: Position }
  | { readonly type: "LineString"; readonly coordinates: Position[] }
  | { readonly type: "Polygon"; readonly coordinates: Position[][] };
interface Feature {
  readonly type: "Feature";
  readonly geometry: Geometry;
  readonly properties: Record<string, string | number>;
}
/** GeoJSON (RFC 7946), as far as it is written here. */
export interface FeatureCollection {
  type: "FeatureCollection";
  features: Feature[];
}

/** What the first picture of a city shows, built once for a city. */
export interface MapFeatures {
  /** Areas and lines have a `kind`, roads a `class`. */
  readonly ground: FeatureCollection;
  readonly places: FeatureCollection;
}

/** Carriageway of a lane where the city does not say, m. */
const laneWidthFallbackM = 3.3;
/** Kerb and verge on both sides together, m. */
const roadsideM = 1.4;

export function buildMapFeatures(city: City, plane: Plane): MapFeatures {
  return {
    ground: collect([...areaFeatures(city, plane), ...lineFeatures(city, plane), ...roadFeatures(city, plane)]),
    places: placeFeatures(city, plane),
  };
}

function collect(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function feature(geometry: Geometry, properties: Record<string, string | number>): Feature {
  return { type: "Feature", geometry, properties };
}

function positions(plane: Plane, x: Float32Array, y: Float32Array, start: number, end: number): Position[] {
  const list: Position[] = [];
  for (let point = start; point < end; point++) list.push(toLngLat(plane, x[point], y[point]));
  return list;
}

function areaFeatures({ columns }: City, plane: Plane): Feature[] {
  const kinds = Object.entries(AreaKind);
  return Array.from(columns.areaKind, (kind, area) => {
    const ring = positions(plane, columns.areaX, columns.areaY, columns.areaStart[area], columns.areaStart[area + 1]);
    const first = ring[0];
    if (first) ring.push(first);
    return feature({ type: "Polygon", coordinates: [ring] }, { kind: kinds.find(([, k]) => k === kind)?.[0] ?? "" });
  });
}

function lineFeatures({ columns }: City, plane: Plane): Feature[] {
  const kinds = Object.entries(LineKind);
  return Array.from(columns.lineKind, (kind, line) =>
    feature(
      {
        type: "LineString",
        coordinates: positions(
          plane,
          columns.lineX,
          columns.lineY,
          columns.lineStart[line],
          columns.lineStart[line + 1],
        ),
      },
      { kind: kinds.find(([, k]) => k === kind)?.[0] ?? "" },
    ),
  );
}

function edgePositions({ columns }: City, plane: Plane, edge: number): Position[] {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = columns;
  return positions(plane, edgeShapeX, edgeShapeY, edgeShapeStart[edge], edgeShapeStart[edge + 1]);
}

function roadFeatures(city: City, plane: Plane): Feature[] {
  const { edgeClass } = city.columns;
  return Array.from({ length: edgeCountOf(city) }, (_, edge) =>
    feature(
      { type: "LineString", coordinates: edgePositions(city, plane, edge) },
      { class: edgeClass[edge], widthM: edgeWidthM(city, edge) },
    ),
  );
}

/** Width of an edge's lanes together, m. */
export function edgeWidthM({ columns }: City, edge: number): number {
  let widthM = roadsideM;
  for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++) {
    widthM += columns.laneWidthM[lane] || laneWidthFallbackM;
  }
  return widthM;
}

/**
 * Left border of each lane, where another lane or the opposite direction lies beyond it. Lanes end at the junction's
 * border, so that markings do too. `widthM` is the lane's: its border is half of it away.
 */
export function markingFeatures(city: City, plane: Plane): FeatureCollection {
  const { edgeFrom, edgeTo, edgeLaneStart, laneWidthM, laneShapeStart, laneShapeX, laneShapeY } = city.columns;
  const pairs = new Set(Array.from(edgeFrom, (from, edge) => `${from} ${edgeTo[edge]}`));
  const features: Feature[] = [];
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const isTwoWay = pairs.has(`${edgeTo[edge]} ${edgeFrom[edge]}`);
    const end = edgeLaneStart[edge + 1];
    for (let lane = edgeLaneStart[edge]; lane < end; lane++) {
      const isLeftmost = lane + 1 === end;
      if (isLeftmost && !isTwoWay) continue;
      const coordinates = positions(plane, laneShapeX, laneShapeY, laneShapeStart[lane], laneShapeStart[lane + 1]);
      const widthM = laneWidthM[lane] || laneWidthFallbackM;
      features.push(feature({ type: "LineString", coordinates }, { kind: isLeftmost ? "centre" : "lane", widthM }));
    }
  }
  return collect(features);
}

export function streetNameFeatures(city: City, plane: Plane): FeatureCollection {
  return collect(
    chainStreets(city).map(({ name, roadClass, edges }) => {
      const coordinates = edges.flatMap((edge, index) => edgePositions(city, plane, edge).slice(index === 0 ? 0 : 1));
      return feature({ type: "LineString", coordinates }, { name, class: roadClass });
    }),
  );
}

function placeFeatures({ meta, columns }: City, plane: Plane): FeatureCollection {
  return collect(
    meta.placeNames.map((name, place) =>
      feature(
        { type: "Point", coordinates: toLngLat(plane, columns.placeX[place], columns.placeY[place]) },
        { name, rank: columns.placeRank[place] },
      ),
    ),
  );
}

/** Those to go by carry their number in the sequence. */
export function terminalFeatures(
  terminals: readonly TerminalPlace[],
  { scope, via }: NamedTerminals,
  plane: Plane,
  /** Passages to be written beside each name; null for none. */
  passagesOf: ((terminal: number) => number) | null = null,
): FeatureCollection {
  return collect(
    terminals.map(({ terminal, name: ownName, x, y }) => {
      const place = via.indexOf(terminal) + 1;
      const name = place > 0 ? `${String(place)} ▸ ${ownName}` : ownName;
      return feature(
        { type: "Point", coordinates: toLngLat(plane, x, y) },
        {
          terminal,
          name: passagesOf === null ? name : `${name} · ${passagesOf(terminal)}`,
          isNamed: place > 0 || scope.has(terminal) ? 1 : 0,
          isVia: place > 0 ? 1 : 0,
        },
      );
    }),
  );
}

/** `rank` 0 is what a stranger to the town looks for; 1 belongs to its street, 2 to its house. */
export function parkingFeatures({ columns }: City, plane: Plane): FeatureCollection {
  const kinds = Object.entries(ParkingKind);
  return collect(
    Array.from(columns.parkingKind, (kind, parking) =>
      feature(
        { type: "Point", coordinates: toLngLat(plane, columns.parkingX[parking], columns.parkingY[parking]) },
        {
          parking,
          kind: kinds.find(([, one]) => one === kind)?.[0] ?? "",
          rank: kind === ParkingKind.private ? 2 : kind === ParkingKind.kerb ? 1 : 0,
          capacity: columns.parkingCapacity[parking],
        },
      ),
    ),
  );
}

export function figureFeatures(figures: readonly RoadFigure[], plane: Plane): FeatureCollection {
  return collect(
    figures.map(({ x, y, value, step }) =>
      feature(
        { type: "Point", coordinates: toLngLat(plane, x, y) },
        { text: signedFigure(value), size: Math.abs(value), step },
      ),
    ),
  );
}

export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export function labelFeatures(labels: readonly PlacedLabel[], plane: Plane): FeatureCollection {
  return collect(
    labels.map(({ x, y, text }) => feature({ type: "Point", coordinates: toLngLat(plane, x, y) }, { name: text })),
  );
}
