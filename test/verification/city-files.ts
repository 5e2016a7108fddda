import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { City } from "../../common/city";
import { describeFailure } from "../../common/result";
import { importCity } from "../../workers/city";

/** Root of the data that nobody here made; see its README. */
export const dataRoot = path.resolve(process.env["PENDULAIRE_TEST_DATA"] ?? "../shared/data");
export const citiesFolder = path.join(dataRoot, "osm-cities");

export const hasCities = existsSync(citiesFolder);
if (!hasCities && process.env["CI"] === "true") throw new Error(`no ${citiesFolder}, and CI=true allows no skip`);
if (!hasCities) console.warn(`skipped: no ${citiesFolder} (set PENDULAIRE_TEST_DATA)`);

/** Every OSM file found there. */
export const cityNames: readonly string[] = hasCities
  ? readdirSync(citiesFolder).filter((name) => /\.osm(\.pbf|\.gz|\.xml)?$/.test(name))
  : [];

export const readCityFile = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(citiesFolder, name)));

const imported = new Map<string, City>();

/** Imports a file once. */
export function cityOf(name: string): City {
  const known = imported.get(name);
  if (known !== undefined) return known;
  const city = importCity(name, readCityFile(name));
  if (!city.ok) throw new Error(describeFailure(city.error));
  imported.set(name, city.value);
  return city.value;
}

/** A table of the reference, by column. */
export function readTable(name: string): Record<string, string>[] {
  const [header, ...rows] = readFileSync(path.join(citiesFolder, name), "utf8").trim().split("\n");
  const columns = header.trim().split(",");
  return rows.map((row) => {
    const values = row.trim().split(",");
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));
  });
}

/** Cities of which netconvert's figures are there. */
export const referenceNames: readonly string[] = hasCities
  ? readdirSync(path.join(citiesFolder, "reference-netconvert-1.15"))
      .filter((name) => name.endsWith("_summary.csv"))
      .map((name) => name.replace("_summary.csv", ""))
  : [];
