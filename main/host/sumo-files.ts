import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { City } from "../../common/city";
import { succeed, type Failure, type Result } from "../../common/result";
import {
  importSumoNet,
  namesWithin,
  readSumoConfiguration,
  readSumoDemand,
  type ImportOptions,
  type NamedFile,
  type SumoConfiguration,
  type SumoDemand,
} from "../../workers/city";
import { cityFileBytesMax, failReading, fileTooLarge } from "./file-reading";

/** A scenario of SUMO whose files have been fetched: its city, and what its files say of traffic. */
export interface SumoScenario {
  readonly configuration: SumoConfiguration;
  readonly city: City;
  readonly additional: readonly NamedFile[];
  readonly routes: readonly NamedFile[];
}

/** Reads a `.sumocfg` and the files beside it that it names, and imports its network. */
export async function openSumoScenario(file: string, options: ImportOptions): Promise<Result<SumoScenario>> {
  const bytes = await readNamed(path.dirname(file), path.basename(file));
  if (!bytes.ok) return bytes;
  const configuration = readSumoConfiguration(bytes.value);
  if (!configuration.ok) return configuration;
  const { netFile, additionalFiles, routeFiles } = configuration.value;
  const folder = path.dirname(file);
  const named = ({ where, ...failure }: Failure): Result<never> => ({
    ok: false,
    error: { ...failure, where: `${path.basename(file)}: ${where ?? ""}` },
  });
  const net = await readNamed(folder, netFile);
  if (!net.ok) return named(net.error);
  const additional = await readAll(folder, await filesAmong(folder, additionalFiles));
  if (!additional.ok) return named(additional.error);
  const routes = await readAll(folder, await filesAmong(folder, routeFiles));
  if (!routes.ok) return named(routes.error);
  const city = importSumoNet(net.value, options, additional.value);
  if (!city.ok) return city;
  return succeed({
    configuration: configuration.value,
    city: city.value,
    additional: additional.value,
    routes: routes.value,
  });
}

/** A `.sumocfg` and the files that it names; itself alone where it cannot be read. */
export async function filesOfConfiguration(file: string): Promise<readonly string[]> {
  const folder = path.dirname(file);
  const bytes = await readNamed(folder, path.basename(file));
  const configuration = bytes.ok ? readSumoConfiguration(bytes.value) : bytes;
  if (!configuration.ok) return [file];
  const { netFile, additionalFiles, routeFiles } = configuration.value;
  const names = [netFile, ...(await filesAmong(folder, [...additionalFiles, ...routeFiles]))];
  return [file, ...names.map((name) => path.resolve(folder, name))];
}

/** The same of files that are named one by one: all times are theirs. Paths are as from the working folder. */
export async function openSumoFiles(
  netFile: string,
  routeFiles: readonly string[],
  additionalFiles: readonly string[],
  options: ImportOptions,
): Promise<Result<SumoScenario>> {
  const net = await readNamed("", netFile);
  if (!net.ok) return net;
  const additional = await readAll("", additionalFiles);
  if (!additional.ok) return additional;
  const routes = await readAll("", routeFiles);
  if (!routes.ok) return routes;
  const city = importSumoNet(net.value, options, additional.value);
  if (!city.ok) return city;
  const times = { beginS: 0, endS: Infinity, stepS: 1 };
  const configuration = { netFile, routeFiles, additionalFiles, ...times, ignoresRouteErrors: false, dropped: [] };
  return succeed({ configuration, city: city.value, additional: additional.value, routes: routes.value });
}

/** Reads a scenario's traffic against its city: additional files first, as SUMO does. */
export const readScenarioDemand = ({ configuration, city, additional, routes }: SumoScenario): Result<SumoDemand> =>
  readSumoDemand(city, [...additional, ...routes], configuration.ignoresRouteErrors);

/** Names with blanks are one file where there is such a one, else several. */
async function filesAmong(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = names.map(async (name) => {
    const parts = namesWithin(name);
    if (parts.length < 2 || (await isThere(path.resolve(folder, name)))) return [name];
    const missing = await Promise.all(parts.map(async (part) => !(await isThere(path.resolve(folder, part)))));
    // What is neither one file nor several is missed by its whole name.
    return missing.every(Boolean) ? [name] : parts;
  });
  return (await Promise.all(found)).flat();
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function readAll(folder: string, names: readonly string[]): Promise<Result<NamedFile[]>> {
  const files: NamedFile[] = [];
  for (const name of names) {
    const file = await readNamed(folder, name);
    if (!file.ok) return file;
    files.push(file.value);
  }
  return succeed(files);
}

/** Failures name the file as the configuration does. */
async function readNamed(folder: string, name: string): Promise<Result<NamedFile>> {
  const file = path.resolve(folder, name);
  try {
    const about = await stat(file);
    if (about.size > cityFileBytesMax) return fileTooLarge(about.size, name);
    return succeed({ name, bytes: new Uint8Array(await readFile(file)) });
  } catch (error) {
    return failReading(error, name);
  }
}
