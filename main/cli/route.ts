import type { City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { projectedX, projectedY, projectionAround } from "../../workers/city";
import { findRoutes, roadJunctions, type FoundRoute, type RouteEnds, type RouteMeasure } from "../../workers/traffic";
import { loadCity } from "../host/city-files";
import { citySource, wholeNumber } from "../host/launch-options";
import { cityHelp, done, readArguments, unusable, type Command } from "./command";
import { readPairsFile, type PlacePair } from "./pairs-file";

const options = { pairs: { type: "string" }, by: { type: "string" }, seed: { type: "string" } } as const;

export const route: Command = {
  usage: "route CITY --pairs FILE.csv [--by length|time] [--json]",
  summary: "finds the best way for each pair of places (columns from_lon,from_lat,to_lon,to_lat), as drivers do",
  details: [cityHelp],
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const { pairs: file, by = "length", seed = "1" } = read.value.values;
    const [name] = read.value.positionals;
    // Nothing of a way is drawn by it; a wrong one is refused as everywhere.
    if (wholeNumber(seed, 0, 0xffffffff) === null)
      return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    if (name === undefined) return unusable({ message: "a city is missing: pendulaire route CITY --pairs FILE.csv" });
    if (file === undefined) return unusable({ message: "a file with pairs of places is missing", where: "--pairs" });
    if (by !== "length" && by !== "time") return unusable({ message: "length or time", where: "--by" });
    const pairs = readPairsFile(file);
    if (!pairs.ok) return unusable(pairs.error);
    const city = await loadCity(citySource(name), { onProgress: io.progress("import") });
    if (!city.ok) return unusable(city.error);
    const found = findWays(city.value, pairs.value, file, by, io.progress("routes"));
    if (!found.ok) return unusable(found.error);
    return done({ routes: found.value }, found.value.map(describeWay).join("\n"));
  },
};

/** A way as it is printed: rows count the pairs of the file from 0. */
interface PrintedRoute {
  readonly row: number;
  readonly lengthM: number;
  readonly timeS: number;
  readonly edges: readonly string[];
}

/** A place farther than this from every junction is of another city, or its degrees are swapped, m. */
const farthestM = 50_000;

/** The way of each pair from junction to junction; null where there is none. */
function findWays(
  city: City,
  pairs: readonly PlacePair[],
  file: string,
  measure: RouteMeasure,
  onProgress: (done: number, total: number) => void,
): Result<(PrintedRoute | null)[]> {
  const { nearest, leaving, entering } = roadJunctions(city);
  const projection = projectionAround(city.meta.originLongitude, city.meta.originLatitude);
  const { junctionX, junctionY } = city.columns;
  const placeAt = (longitude: number, latitude: number) => {
    const [x, y] = [projectedX(projection, longitude, latitude), projectedY(projection, latitude)];
    const junction = nearest(x, y);
    const [eastM, northM] = [junctionX[junction] - x, junctionY[junction] - y];
    return { junction, farM: Math.sqrt(eastM * eastM + northM * northM) };
  };
  if (pairs.length > 0 && nearest(0, 0) < 0) return fail("no road is open to cars", city.meta.source);
  const isThere = new Uint8Array(pairs.length);
  const queries: RouteEnds[] = [];
  for (const [row, pair] of pairs.entries()) {
    const from = placeAt(pair.fromLongitude, pair.fromLatitude);
    const to = placeAt(pair.toLongitude, pair.toLatitude);
    for (const [name, { farM }] of [
      ["from", from],
      ["to", to],
    ] as const) {
      if (farM <= farthestM) continue;
      const message = `${name}_lon, ${name}_lat lie ${Math.round(farM / 1000)} km from the nearest junction`;
      return fail(message, `${file}: line ${pair.line}`);
    }
    if (from.junction === to.junction) isThere[row] = 1;
    queries.push({ first: leaving[from.junction], last: entering[to.junction] });
  }
  const found = findRoutes(city, queries, measure, onProgress);
  if (!found.ok) return found;
  const printed = found.value.map((way, row) => {
    if (isThere[row] === 1) return { row, lengthM: 0, timeS: 0, edges: [] };
    return way === null ? null : printedRoute(city, row, way);
  });
  return succeed(printed);
}

function printedRoute({ meta }: City, row: number, { lengthM, timeS, edges }: FoundRoute): PrintedRoute {
  return { row, lengthM: inTenths(lengthM), timeS: inTenths(timeS), edges: edges.map((edge) => meta.edgeIds[edge]) };
}

const inTenths = (value: number): number => Math.round(value * 10) / 10;

const describeWay = (way: PrintedRoute | null, row: number): string =>
  way === null ? `${row}: no way` : `${row}: ${way.lengthM} m, ${way.timeS} s, ${way.edges.length} edges`;
