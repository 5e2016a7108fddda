import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { cityForm, packCity, unpackCity, type City } from "../../common/city";
import type { CitySource } from "../../common/console-api";
import { fail, refuseSaying, succeed, type Result } from "../../common/result";
import { generateMetropolis, generateTown, generatorVersion } from "../../sim-data";
import { importCity, isSumoConfigurationName, type ImportOptions, type Moment } from "../../workers/city";
import { openDiskCache } from "./disk-cache";
import { cityFileBytesMax, failReading, fileTooLarge } from "./file-reading";
import { filesOfConfiguration, openSumoScenario } from "./sumo-files";

/** Seed of the bundled cities: everybody's first start shows the same. */
const bundledSeed = 1;

export interface CityLoading {
  /** When conditional tags are asked; only of a file of OpenStreetMap. */
  readonly at?: Moment | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Reads a city from wherever the user has it. */
export async function loadCity(source: CitySource, loading: CityLoading = {}): Promise<Result<City>> {
  switch (source.kind) {
    case "bundled":
      return succeed(source.size === "town" ? generateTown(bundledSeed) : await bundledMetropolis(loading));
    case "bytes":
      // What arrives as bytes has no folder in which the other files lie.
      if (isSumoConfigurationName(source.name))
        return refuseSaying({ code: "scenario-needs-folder", args: {} }, source.name);
      return importCity(source.name, source.bytes, importOptions(loading));
    case "file": {
      if (isSumoConfigurationName(source.path)) {
        const scenario = await openSumoScenario(source.path, importOptions(loading));
        return scenario.ok ? succeed(scenario.value.city) : scenario;
      }
      const file = await readCityFile(source.path);
      return file.ok ? importCity(file.value.name, file.value.bytes, importOptions(loading)) : file;
    }
  }
}

/** The files from which a city is read. */
export async function filesOfCity(source: CitySource): Promise<readonly string[]> {
  if (source.kind !== "file") return [];
  if (isSumoConfigurationName(source.path)) return filesOfConfiguration(source.path);
  return [source.path, path.join(source.path, importedCityName)];
}

/** Cities that are kept. */
const citiesKept = 4;

/** The metropolis takes seconds to make: what an earlier start has made is read, while it is of this generator. */
async function bundledMetropolis({ onProgress }: CityLoading): Promise<City> {
  const cache = openDiskCache({ folder: "cities", filesMax: citiesKept });
  const key = JSON.stringify({ form: cityForm, generatorVersion, kind: "metropolis", seed: bundledSeed });
  const kept = await cache.read(key);
  const unpacked = kept === undefined ? undefined : unpackCity(kept);
  if (unpacked?.ok === true) return unpacked.value;
  const city = generateMetropolis(bundledSeed, onProgress);
  await cache.write(key, packCity(city));
  return city;
}

function importOptions({ onProgress, at }: CityLoading): ImportOptions {
  return { ...(onProgress === undefined ? {} : { progress: onProgress }), ...(at === undefined ? {} : { at }) };
}

interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file, or the folder that `pendulaire import --out` wrote. */
async function readCityFile(file: string): Promise<Result<NamedBytes>> {
  try {
    const about = await stat(file);
    if (about.isDirectory()) return await readImported(file);
    if (about.size > cityFileBytesMax) return fileTooLarge(about.size, file);
    return succeed({ name: path.basename(file), bytes: new Uint8Array(await readFile(file)) });
  } catch (error) {
    return failReading(error, file);
  }
}

async function readImported(folder: string): Promise<Result<NamedBytes>> {
  try {
    return succeed({
      name: importedCityName,
      bytes: new Uint8Array(await readFile(path.join(folder, importedCityName))),
    });
  } catch {
    return fail(`no ${importedCityName} in this folder: it was not written by an import`, folder);
  }
}

/** The file in the folder of an import. */
export const importedCityName = "imported.city";
