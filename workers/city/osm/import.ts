import type { City } from "../../../common/city";
import { fail, failIn, succeed, type Failure, type Result } from "../../../common/result";
import { buildCity } from "../city";
import type { Ground } from "../ground";
import type { ImportOptions } from "../import-options";
import { noteDropped, startNotes } from "../import-notes";
import { usualMoment } from "../moment";
import { projectionAround, type Projection } from "../projection";
import type { RoadGraph } from "../roads/road-graph";
import { findBarriers, noteBarriers } from "./barriers";
import { readCarParks } from "./car-parks";
import { markBuiltUp, startBuiltUpCells, type BuiltUpCells } from "./built-up-cells";
import { startConditions } from "./conditional-tags";
import { missingNode, type OsmElements } from "./elements";
import { readOsmFile } from "./file";
import { readGround } from "./ground";
import { noteKerbsBesideRoads } from "./kerbs-beside-roads";
import { readRoads } from "./roads";
import { selectRoads, type SelectedWay } from "./road-selection";
import { projectedX, projectedY } from "../projection";

const attribution = "© OpenStreetMap contributors, ODbL 1.0";

/**
 * Imports an OpenStreetMap extract: `.osm.pbf`, `.osm`, `.osm.xml` or `.osm.gz`.
 * @returns the whole city or a failure that names the file and the line, byte or element
 */
export function importOsm(name: string, bytes: Uint8Array, options: ImportOptions = {}): Result<City> {
  const named = (error: Failure) => failIn(name, error);
  const read = readOsmFile(name, bytes, options.progress ?? (() => undefined));
  if (!read.ok) return named(read.error);
  const elements = read.value;
  const notes = startNotes();
  const again = "their identifiers come again in the file: of each the highest version counts, else the last one";
  noteDropped(notes, "nodes, ways and relations", again, elements.repeatedCount);
  const conditions = startConditions(options.at ?? usualMoment);
  const barriers = findBarriers(elements, conditions);
  const isBarrier = barriers.stopsCars;
  const selected = selectRoads(elements, isBarrier, conditions, notes);
  const ways = selected.map(({ way }) => way);
  noteBarriers(elements, ways, barriers, conditions, notes);
  const projection = projectionOfRoads(elements, selected);
  if (!projection.ok) return named(projection.error);
  const ground = readGround(elements, projection.value, notes);
  const builtUp = builtUpCells(elements, selected, projection.value, ground);
  const roads = readRoads(elements, selected, projection.value, builtUp, isBarrier, conditions, notes);
  if (!roads.ok) return named(roads.error);
  noteKerbsBesideRoads(elements, selected, notes);
  const { carParks, estimatedCount } = readCarParks(elements, projection.value, notes);
  const isEstimated = estimatedCount > 0 || hasUncountedKerb(roads.value);
  const plan = {
    name: name.replace(/^.*[\\/]/, "").replace(/\.osm(\.pbf|\.gz|\.xml|\.xml\.gz)?$/i, ""),
    source: name,
    attribution,
    projection: projection.value,
    roads: roads.value,
    ground,
    carParks,
    synthesised: isEstimated ? [estimatedParking] : [],
  };
  const city = buildCity(plan, options.seed ?? 1, notes);
  return city.ok ? city : named(city.error);
}

const estimatedParking = "parking spaces: where nobody counted them, from area, length of kerb or kind";

const hasUncountedKerb = ({ ways }: RoadGraph): boolean =>
  ways.some(({ leftKerb, rightKerb }) => leftKerb?.capacity === null || rightKerb?.capacity === null);

/** The largest extent of a city, degrees of latitude; a plane is no map of more. */
const largestExtentDegrees = 3;

/** Its origin is the middle of the roads' extent. */
function projectionOfRoads(elements: OsmElements, selected: readonly SelectedWay[]): Result<Projection> {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { way } of selected) {
    for (const node of nodesOf(elements, way)) {
      const [longitude, latitude] = [elements.nodeLongitudeE7[node], elements.nodeLatitudeE7[node]];
      [west, east] = [Math.min(west, longitude), Math.max(east, longitude)];
      [south, north] = [Math.min(south, latitude), Math.max(north, latitude)];
    }
  }
  if (west > east) return fail("no roads for cars in the file");
  const largest = Math.max(east - west, north - south) / 1e7;
  if (largest > largestExtentDegrees) {
    return fail(`its roads reach over ${largest.toFixed(1)} degrees; a city has at most ${largestExtentDegrees}`);
  }
  return succeed(projectionAround(Math.round((west + east) / 2) / 1e7, Math.round((south + north) / 2) / 1e7));
}

const nodesOf = (elements: OsmElements, way: number): Uint32Array =>
  elements.wayNodes
    .subarray(elements.wayNodeStart[way], elements.wayNodeStart[way + 1])
    .filter((node) => node !== missingNode);

function builtUpCells(
  elements: OsmElements,
  selected: readonly SelectedWay[],
  projection: Projection,
  { buildings }: Ground,
): BuiltUpCells {
  const cells = startBuiltUpCells();
  for (let building = 0; building + 1 < buildings.start.length; building++) {
    const corner = buildings.start[building];
    markBuiltUp(cells, buildings.x[corner], buildings.y[corner]);
  }
  for (const { way, tags } of selected) {
    const highway = tags.get("highway");
    if (highway !== "residential" && highway !== "living_street") continue;
    for (const node of nodesOf(elements, way)) {
      const latitude = elements.nodeLatitudeE7[node] / 1e7;
      markBuiltUp(
        cells,
        projectedX(projection, elements.nodeLongitudeE7[node] / 1e7, latitude),
        projectedY(projection, latitude),
      );
    }
  }
  return cells;
}
