import { signedArea } from "../geometry/polygon";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { CarPark } from "../parking/car-parks";
import type { Projection } from "../projection";
import { missingNode, rowsOfWays, type OsmElements } from "./elements";
import { xOf, yOf } from "./ground";
import { nodesOfWay, outerRoles, ringsOfRelation } from "./multipolygon";
import { estimatedCapacity, isCarPark, parkingKindOf, parseCapacity } from "./parking-tags";
import { tagsOf, tagValue, type Tags } from "./tag-access";

export interface FoundCarParks {
  readonly carParks: readonly CarPark[];
  /** How many do not say how many spaces they have. */
  readonly estimatedCount: number;
}

/** `amenity=parking` as nodes, ways and multipolygons. */
export function readCarParks(elements: OsmElements, projection: Projection, notes: ImportNotes): FoundCarParks {
  const reader: CarParkReader = { elements, projection, notes, carParks: [], estimatedCount: 0 };
  elements.taggedNodes.forEach((node, owner) => {
    if (!isCarPark(tagValue(elements, elements.nodeTags, owner, "amenity"))) return;
    add(reader, [Uint32Array.of(node)], [], tagsOf(elements, elements.nodeTags, owner));
  });
  for (let way = 0; way < elements.wayIds.length; way++) {
    if (isCarPark(tagValue(elements, elements.wayTags, way, "amenity"))) readWay(reader, way);
  }
  readRelations(reader);
  return reader;
}

interface CarParkReader {
  readonly elements: OsmElements;
  readonly projection: Projection;
  readonly notes: ImportNotes;
  readonly carParks: CarPark[];
  estimatedCount: number;
}

function readWay(reader: CarParkReader, way: number): void {
  const { elements, notes } = reader;
  const nodes = nodesOfWay(elements, way);
  if (nodes.length === 0 || nodes.includes(missingNode)) {
    noteDropped(notes, "car parks", "some of their points are not in the file");
    return;
  }
  const isClosed = nodes.length >= 4 && nodes[0] === nodes[nodes.length - 1];
  add(reader, [isClosed ? nodes.subarray(1) : nodes], [], tagsOf(elements, elements.wayTags, way), isClosed);
}

function readRelations(reader: CarParkReader): void {
  const { elements, notes } = reader;
  let wayRows: ReadonlyMap<number, number> | null = null;
  for (let relation = 0; relation < elements.relationIds.length; relation++) {
    if (!isCarPark(tagValue(elements, elements.relationTags, relation, "amenity"))) continue;
    if (tagValue(elements, elements.relationTags, relation, "type") !== "multipolygon") {
      noteDropped(notes, "car parks", "their relation is no multipolygon");
      continue;
    }
    wayRows ??= rowsOfWays(elements);
    const outer = ringsOfRelation(elements, wayRows, relation, outerRoles);
    if (outer.rings.length === 0 || outer.openWays > 0) {
      noteDropped(notes, "car parks", "some of their points are not in the file");
      continue;
    }
    const inner = ringsOfRelation(elements, wayRows, relation, ["inner"]).rings;
    add(reader, outer.rings, inner, tagsOf(elements, elements.relationTags, relation), true);
  }
}

/** @param hasArea false where the first of the rings is a point or a line */
function add(
  reader: CarParkReader,
  outer: readonly Uint32Array[],
  inner: readonly Uint32Array[],
  tags: Tags,
  hasArea = false,
): void {
  const area = (rings: readonly Uint32Array[]) =>
    rings.reduce((sum, ring) => sum + Math.abs(signedArea(xOf(reader, ring), yOf(reader, ring))), 0);
  const areaM2 = hasArea ? Math.max(0, area(outer) - area(inner)) : 0;
  const text = tags.get("capacity");
  const tagged = text === undefined ? null : parseCapacity(text);
  if (text !== undefined && tagged === null) {
    noteDropped(reader.notes, "values of capacity", "no number of spaces: they are estimated instead");
  }
  if (tagged === null) reader.estimatedCount++;
  reader.carParks.push({
    x: mean(xOf(reader, outer[0])),
    y: mean(yOf(reader, outer[0])),
    capacity: tagged ?? estimatedCapacity(tags, areaM2),
    kind: parkingKindOf(tags),
    name: tags.get("name") ?? "",
  });
}

/** Of the corners: inside of nearly all car parks. */
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
