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
import { fail, failIn, succeed, type Result } from "../../common/result";
import { filesOfCity, importedCityName, loadCity } from "../host/city-files";
import { citySource, wholeNumber } from "../host/launch-options";
import { openSumoScenario, readScenarioDemand, type SumoScenario } from "../host/sumo-files";
import {
  DepartureKind,
  isOsmName,
  isSumoConfigurationName,
  noConditionsToAsk,
  parseMoment,
  type Moment,
  type SumoDemand,
} from "../../workers/city";
import { cityHelp, done, readArguments, table, unusable, type Command, type CommandIo } from "./command";
import { checkOutputs } from "./output-places";
import { checkFolder, isFolder, makeFolder, writeWhole } from "./whole-files";

const options = { out: { type: "string" }, seed: { type: "string" }, at: { type: "string" } } as const;

export const importCommand: Command = {
  usage: "import CITY [--out DIR] [--at MOMENT] [--json]",
  summary: "reads a city, says what came of it and what was dropped; --out keeps it in a folder that opens faster",
  details: [
    cityHelp,
    '--at says when what OpenStreetMap allows under conditions is asked: "Tu 08:00", as without it, or 2026-11-24T08:00',
  ],
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const [name] = read.value.positionals;
    // Nothing of an import is drawn by it; a wrong one is refused as everywhere.
    const seed = wholeNumber(read.value.values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    if (name === undefined) return unusable({ message: "a city is missing: pendulaire import CITY" });
    const at = readMoment(read.value.values.at, name);
    if (!at.ok) return unusable(at.error);
    const { out } = read.value.values;
    const place = out === undefined ? succeed(undefined) : checkOut(out, await filesOfCity(citySource(name)));
    if (!place.ok) return unusable(place.error);
    const opened = await openCity(name, at.value, io);
    if (!opened.ok) return unusable(opened.error);
    const { city, demand } = opened.value;
    if (out !== undefined) {
      const kept = keepCity(city, out);
      if (!kept.ok) return unusable(kept.error);
    }
    const about = { ...describeCity(city), ...(demand === null ? {} : { demand }) };
    const lines = [
      table(figuresOf(about)),
      ...(demand === null ? [] : [table(figuresOf(demand))]),
      ...[...about.dropped, ...(demand?.dropped ?? [])].map(
        ({ what, count, why }) => `dropped ${count} ${what}: ${why}`,
      ),
      ...(about.synthesised.length > 0 ? [`made up for lack of data: ${about.synthesised.join(", ")}`] : []),
    ];
    return done(about, lines.join("\n"));
  },
};

const figuresOf = (document: object): [string, number][] =>
  Object.entries(document).filter((entry): entry is [string, number] => typeof entry[1] === "number");

/** When the file's conditional tags are asked; undefined where nobody says. */
function readMoment(text: string | undefined, name: string): Result<Moment | undefined> {
  if (text === undefined) return succeed(undefined);
  if (!isOsmName(name)) return fail(noConditionsToAsk, "--at");
  const moment = parseMoment(text);
  return moment.ok ? moment : failIn("--at", moment.error);
}

/** A city, and of a scenario of SUMO what its files say about traffic. */
async function openCity(
  name: string,
  at: Moment | undefined,
  io: CommandIo,
): Promise<Result<{ readonly city: City; readonly demand: ReturnType<typeof describeDemand> | null }>> {
  const onProgress = io.progress("import");
  if (!isSumoConfigurationName(name)) {
    const city = await loadCity(citySource(name), { onProgress, at });
    return city.ok ? succeed({ city: city.value, demand: null }) : city;
  }
  const scenario = await openSumoScenario(name, { progress: onProgress });
  if (!scenario.ok) return scenario;
  const demand = readScenarioDemand(scenario.value);
  if (!demand.ok) return demand;
  return succeed({ city: scenario.value.city, demand: describeDemand(scenario.value, demand.value) });
}

function describeDemand({ configuration }: SumoScenario, demand: SumoDemand) {
  const { departures, types, routes, stops, places, detectors } = demand;
  const countOf = (kind: DepartureKind) => departures.kind.reduce((sum, other) => sum + Number(other === kind), 0);
  return {
    beginS: configuration.beginS,
    endS: Number.isFinite(configuration.endS) ? configuration.endS : null,
    stepS: configuration.stepS,
    vehicles: countOf(DepartureKind.vehicle),
    trips: countOf(DepartureKind.trip),
    flows: countOf(DepartureKind.flow),
    types: types.length,
    routes: routes.ids.length,
    stops: stops.lane.length,
    places: places.ids.length,
    detectors: detectors.ids.length,
    dropped: [...configuration.dropped, ...demand.dropped],
  };
}

function checkOut(folder: string, inputs: readonly string[]): Result<void> {
  const place = checkFolder(folder);
  if (!place.ok) return fail(place.error.message, `--out ${place.error.where ?? folder}`);
  if (!isFolder(folder)) return place;
  return checkOutputs([{ option: "--out", file: path.join(folder, importedCityName) }], inputs);
}

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
    signals: meta.controllerIds.length,
    restrictions: meta.restrictionCount,
    buildings: columns.buildingHeightM.length,
    terminals: columns.terminalEdge.length,
    parkings: parkingCountOf(city),
    parkingSpaces: parkingSpacesOf(city),
    dropped: meta.dropped,
    synthesised: meta.synthesised,
  };
}
