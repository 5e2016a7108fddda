import path from "node:path";
import {
  edgeCountOf,
  edgeLaneCountOf,
  junctionCountOf,
  packCity,
  parkingCountOf,
  parkingSpacesOf,
  type City,
} from "../../common/city";
import { succeed, type Result } from "../../common/result";
import { importedCityName, loadCity } from "../host/city-files";
import { citySource, wholeNumber } from "../host/launch-options";
import { done, readArguments, table, unusable, type Command } from "./command";
import { makeFolder, writeWhole } from "./whole-files";

const options = { out: { type: "string" }, seed: { type: "string" } } as const;

export const importCommand: Command = {
  usage: "import CITY [--out DIR] [--json]",
  summary: "reads a city, says what came of it and what was dropped; --out keeps it in a folder that opens faster",
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const [name] = read.value.positionals;
    // Nothing of an import is drawn by it; a wrong one is refused as everywhere.
    const seed = wholeNumber(read.value.values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    if (name === undefined) return unusable({ message: "a city is missing: pendulaire import CITY" });
    const city = await loadCity(citySource(name), { onProgress: io.progress("import") });
    if (!city.ok) return unusable(city.error);
    const { out } = read.value.values;
    if (out !== undefined) {
      const kept = keepCity(city.value, out);
      if (!kept.ok) return unusable(kept.error);
    }
    const about = describeCity(city.value);
    const figures = Object.entries(about).filter((entry): entry is [string, number] => typeof entry[1] === "number");
    const lines = [
      table(figures),
      ...about.dropped.map(({ what, count, why }) => `dropped ${count} ${what}: ${why}`),
      ...(about.synthesised.length > 0 ? [`made up for lack of data: ${about.synthesised.join(", ")}`] : []),
    ];
    return done(about, lines.join("\n"));
  },
};

function keepCity(city: City, folder: string): Result<void> {
  const made = makeFolder(folder);
  if (!made.ok) return made;
  const written = writeWhole(path.join(folder, importedCityName), packCity(city));
  return written.ok ? succeed(undefined) : written;
}

/** The fields of CLI's `import`. */
function describeCity(city: City) {
  const { columns, meta } = city;
  const edges = edgeCountOf(city);
  let lengthM = 0;
  let laneM = 0;
  for (let edge = 0; edge < edges; edge++) {
    // Between the stop lines, as netconvert measures: what lies within junctions is not counted.
    const firstLane = columns.edgeLaneStart[edge];
    lengthM += columns.laneLengthM[firstLane];
    laneM += columns.laneLengthM[firstLane] * (columns.edgeLaneStart[edge + 1] - firstLane);
  }
  const kilometres = (metres: number) => Math.round(metres) / 1000;
  return {
    nodes: junctionCountOf(city),
    edges,
    lanes: edgeLaneCountOf(city),
    lengthKm: kilometres(lengthM),
    laneKm: kilometres(laneM),
    signals: columns.programLinkCount.length,
    restrictions: meta.restrictionCount,
    buildings: columns.buildingHeightM.length,
    terminals: columns.terminalEdge.length,
    parkings: parkingCountOf(city),
    parkingSpaces: parkingSpacesOf(city),
    dropped: meta.dropped,
    synthesised: meta.synthesised,
  };
}
