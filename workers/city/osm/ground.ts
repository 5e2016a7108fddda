import type { LineKind } from "../../../common/city";
import { addArea, addBuilding, addLine, endGround, startGround, type Ground, type GrowingGround } from "../ground";
import { signedArea } from "../geometry/polygon";
import { noteDropped, type ImportNotes } from "../import-notes";
import { projectedX, projectedY, type Projection } from "../projection";
import { buildingHeightM, buildingUseOf } from "./building-tags";
import { missingNode, rowsOfWays, type OsmElements } from "./elements";
import { areaKindOf, isBuilding, lineKindOf, placeRankOf } from "./ground-tags";
import { nodesOfWay, outerRoles, ringsOfRelation } from "./multipolygon";
import { tagsOf, tagValue, type Tags } from "./tag-access";

/** Buildings, areas, waterways, rails, paths and places of the file. */
export function readGround(elements: OsmElements, projection: Projection, notes: ImportNotes): Ground {
  const reader: GroundReader = { elements, projection, notes, wayRows: rowsOfWays(elements), ground: startGround() };
  for (let way = 0; way < elements.wayIds.length; way++) readWay(reader, way);
  for (let relation = 0; relation < elements.relationIds.length; relation++) readMultipolygon(reader, relation);
  readPlaces(reader);
  return endGround(reader.ground);
}

interface GroundReader {
  readonly elements: OsmElements;
  readonly projection: Projection;
  readonly notes: ImportNotes;
  readonly wayRows: ReadonlyMap<number, number>;
  readonly ground: GrowingGround;
}

function readWay(reader: GroundReader, way: number): void {
  const { elements } = reader;
  if (elements.wayTags.start[way] === elements.wayTags.start[way + 1]) return;
  const tags = tagsOf(elements, elements.wayTags, way);
  const nodes = nodesOfWay(elements, way);
  const line = lineKindOf(tags);
  if (line !== null) addPieces(reader, nodes, line);
  if (!isBuilding(tags) && areaKindOf(tags) === null) return;
  if (nodes.includes(missingNode)) {
    noteDropped(reader.notes, "building and area outlines", "some of their points are not in the file");
  } else if (nodes.length >= 4 && nodes[0] === nodes[nodes.length - 1]) {
    addRing(reader, nodes.subarray(0, nodes.length - 1), tags);
  }
}

/** Lines end where points are missing and go on behind. */
function addPieces(reader: GroundReader, nodes: Uint32Array, kind: LineKind): void {
  let from = 0;
  for (let index = 0; index <= nodes.length; index++) {
    if (index < nodes.length && nodes[index] !== missingNode) continue;
    const piece = nodes.subarray(from, index);
    addLine(reader.ground, xOf(reader, piece), yOf(reader, piece), kind);
    from = index + 1;
  }
}

function addRing(reader: GroundReader, nodes: Uint32Array, tags: Tags): void {
  const x = xOf(reader, nodes);
  const y = yOf(reader, nodes);
  const area = areaKindOf(tags);
  const kept = isBuilding(tags)
    ? addBuilding(reader.ground, x, y, buildingHeightM(tags, Math.abs(signedArea(x, y))), buildingUseOf(tags))
    : area === null || addArea(reader.ground, x, y, area);
  if (!kept) noteDropped(reader.notes, "building and area outlines", "they enclose less than a square metre");
}

function readMultipolygon(reader: GroundReader, relation: number): void {
  const { elements } = reader;
  if (tagValue(elements, elements.relationTags, relation, "type") !== "multipolygon") return;
  const tags = tagsOf(elements, elements.relationTags, relation);
  if (!isBuilding(tags) && areaKindOf(tags) === null) return;
  const { rings, openWays } = ringsOfRelation(elements, reader.wayRows, relation, outerRoles);
  for (const ring of rings) addRing(reader, ring, tags);
  noteDropped(reader.notes, "outer ways of multipolygons", "they do not close to a ring in this file", openWays);
}

function readPlaces({ elements, projection, ground }: GroundReader): void {
  elements.taggedNodes.forEach((node, owner) => {
    const rank = placeRankOf(tagValue(elements, elements.nodeTags, owner, "place"));
    const name = tagValue(elements, elements.nodeTags, owner, "name");
    if (rank === null || name === undefined) return;
    const latitude = elements.nodeLatitudeE7[node] / 1e7;
    const longitude = elements.nodeLongitudeE7[node] / 1e7;
    const x = projectedX(projection, longitude, latitude);
    ground.places.push({ name, x, y: projectedY(projection, latitude), rank });
  });
}

interface PlacedNodes {
  readonly elements: OsmElements;
  readonly projection: Projection;
}

export const xOf = ({ elements, projection }: PlacedNodes, nodes: Uint32Array): Float64Array =>
  Float64Array.from(nodes, (node) =>
    projectedX(projection, elements.nodeLongitudeE7[node] / 1e7, elements.nodeLatitudeE7[node] / 1e7),
  );

export const yOf = ({ elements, projection }: PlacedNodes, nodes: Uint32Array): Float64Array =>
  Float64Array.from(nodes, (node) => projectedY(projection, elements.nodeLatitudeE7[node] / 1e7));
