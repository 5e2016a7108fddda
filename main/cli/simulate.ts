import type { City, DroppedElements } from "../../common/city";
import { digestOfCity } from "../host/city-digest";
import { fail, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, parseTimeOfDay, secondsPerDay } from "../../common/time";
import { hashArena, type Arena } from "../../workers/arena";
import { isSumoConfigurationName } from "../../workers/city";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, indicatorsOf, queueCommand, timeOf } from "../../workers/twin-engine";
import { filesOfCity, loadCity } from "../host/city-files";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { usualPeople } from "../host/usual-people";
import { cityHelp, done, readable, readArguments, table, unusable, type Command, type CommandIo } from "./command";
import { commandFileHelp, readCommandFile } from "./command-file";
import { checkOutputs, outputsOf } from "./output-places";
import {
  beginScenario,
  endOf,
  givenUp,
  isScenario,
  lastTickOf,
  stepLeastS,
  stepMostS,
  type ScenarioStart,
} from "./scenario-start";
import { packSaved, readSavedSimulation, type SavedSimulation } from "./saved-simulation";
import { edgePeriods, tripsCsv } from "./simulation-output";
import { writeWhole } from "./whole-files";

const options = {
  routes: { type: "string" },
  additional: { type: "string" },
  people: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  step: { type: "string" },
  model: { type: "string" },
  seed: { type: "string" },
  commands: { type: "string" },
  edges: { type: "string" },
  "edge-period": { type: "string" },
  trips: { type: "string" },
  save: { type: "string" },
  resume: { type: "string" },
} as const;

export const simulate: Command = {
  usage:
    "simulate CITY [--routes FILE,… [--additional FILE,…]] [--people N] [--from HH:MM] [--to HH:MM] [--step S] [--seed N] [--commands FILE.json] [--edges OUT.csv [--edge-period S]] [--trips OUT.csv] [--save FILE] [--resume FILE] [--json]",
  summary: "runs the microscopic engine without console and ledger, as fast as it goes",
  details: [cityHelp, commandFileHelp, "Vehicles: those of a .sumocfg or of --routes; else --people commuters."],
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const plan = planOf(read.value.values, read.value.positionals[0]);
    if (!plan.ok) return unusable(plan.error);
    const places = checkOutputs(outputsOf(plan.value, "edges", "trips", "save"), await inputsOf(plan.value));
    if (!places.ok) return unusable(places.error);
    const { cityName, routes, people } = plan.value;
    if (isScenario(cityName, routes, people)) {
      const scenario = await beginScenario(plan.value, io);
      return scenario.ok ? run(plan.value, startOf(scenario.value), io) : unusable(scenario.error);
    }
    const start = await begin(plan.value, io);
    if (!start.ok) return unusable(start.error);
    return run(plan.value, start.value, io);
  },
};

interface Plan {
  readonly cityName: string;
  readonly routes: readonly string[];
  readonly additional: readonly string[];
  readonly people: number | undefined;
  /** undefined: as usual, 06:00 to 10:00, or as the scenario has it. */
  readonly fromS: number | undefined;
  readonly toS: number | undefined;
  /** undefined: 1 s, or as the scenario has it. */
  readonly stepS: number | undefined;
  readonly seed: number;
  readonly commands: string | undefined;
  readonly edges: string | undefined;
  readonly edgePeriodS: number | undefined;
  readonly trips: string | undefined;
  readonly save: string | undefined;
  readonly resume: string | undefined;
}

function planOf(
  values: { readonly [Name in keyof typeof options]?: string },
  cityName: string | undefined,
): Result<Plan> {
  if (cityName === undefined) return fail("a city is missing: pendulaire simulate CITY");
  if ((values.model ?? "micro") !== "micro") return fail("this version has the model 'micro' only", "--model");
  for (const fixed of ["people", "seed", "step", "from"] as const) {
    if (values.resume !== undefined && values[fixed] !== undefined)
      return fail("the saved run has its own: not together with --resume", `--${fixed}`);
  }
  const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
  if (people === null) return fail(`a whole number from 1 to ${peopleMax}`, "--people");
  const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
  if (seed === null) return fail("a whole number from 0 to 4294967295", "--seed");
  const [routes, additional] = [namesIn(values.routes), namesIn(values.additional)];
  if (additional.length > 0 && routes.length === 0) return fail("needs --routes", "--additional");
  if (routes.length > 0 && people !== undefined) return fail("vehicles of --routes are no people", "--people");
  const scenario = isScenario(cityName, routes, people);
  for (const other of ["commands", "save", "resume"] as const) {
    if (scenario && values[other] !== undefined) return fail("not with routes of SUMO", `--${other}`);
  }
  const fromS = values.from === undefined && scenario ? undefined : parseTimeOfDay(values.from ?? usualFrom);
  const toS = values.to === undefined && scenario ? undefined : parseTimeOfDay(values.to ?? usualTo);
  if (!scenario && (fromS === undefined || fromS >= secondsPerDay)) return fail("a time of day HH:MM", "--from");
  if (values.from !== undefined && fromS === undefined) return fail("a time of day HH:MM", "--from");
  if (toS === undefined ? !scenario || values.to !== undefined : values.resume === undefined && toS <= (fromS ?? 0))
    return fail("a time of day HH:MM after --from", "--to");
  const stepS = values.step === undefined ? undefined : Number(values.step);
  if (stepS !== undefined && !(stepS >= stepLeastS && stepS <= stepMostS))
    return fail(`${stepLeastS} to ${stepMostS} seconds`, "--step");
  const period = values["edge-period"];
  const edgePeriodS = period === undefined ? undefined : Number(period);
  if (edgePeriodS !== undefined && !(edgePeriodS >= 1)) return fail("seconds, at least 1", "--edge-period");
  if (edgePeriodS !== undefined && values.edges === undefined) return fail("needs --edges", "--edge-period");
  return succeed({
    cityName,
    routes,
    additional,
    people,
    fromS,
    toS,
    stepS,
    seed,
    commands: values.commands,
    edges: values.edges,
    edgePeriodS,
    trips: values.trips,
    save: values.save,
    resume: values.resume,
  });
}

/** All files that a run reads. */
async function inputsOf({ cityName, routes, additional, commands, resume }: Plan): Promise<readonly string[]> {
  const named = [...routes, ...additional, commands, resume].filter((file) => file !== undefined);
  return [...(await filesOfCity(citySource(cityName))), ...named];
}

/** Files between commas. */
const namesIn = (text: string | undefined): readonly string[] => (text ?? "").split(",").filter((name) => name !== "");

const usualFrom = "06:00";
const usualTo = "10:00";
const usualStepS = 1;

interface Start {
  readonly city: City;
  readonly arena: Arena;
  readonly commands: readonly TwinCommand[];
  /** How the state came to be that the run begins with. */
  readonly past: Pick<SavedSimulation, "recipe" | "log">;
  /** Where vehicles have routes of their own. */
  readonly scenario?: ScenarioStart;
  /** What of the input the run leaves out. */
  readonly dropped?: readonly DroppedElements[];
}

function startOf(scenario: ScenarioStart): Start {
  const { seed, startS, dtS } = scenario.arena.header;
  const recipe = { people: scenario.vehicleIds.length, seed, startS, tickS: dtS, values: parameterValues() };
  return {
    city: scenario.city,
    arena: scenario.arena,
    commands: [],
    past: { recipe, log: [] },
    scenario,
    dropped: scenario.dropped,
  };
}

/** Commuters on the network of a scenario take the place of its vehicles. */
const withoutVehicles: DroppedElements = {
  what: "vehicles, begin, end and step of the configuration",
  count: 1,
  why: "--people: commuters drive on its network instead",
};

async function begin(plan: Plan, io: CommandIo): Promise<Result<Start>> {
  const resumed = plan.resume === undefined ? undefined : readSavedSimulation(plan.resume);
  if (resumed?.ok === false) return resumed;
  const other = resumed === undefined ? undefined : await otherThan(resumed.value.city, plan.cityName);
  if (other !== undefined) return other;
  const start = resumed ?? (await buildFresh(plan, io));
  if (!start.ok) return start;
  const { city, arena, waiting, ...past } = start.value;
  const isConfigured = isSumoConfigurationName(plan.cityName);
  const begun = { city, arena, past, ...(isConfigured ? { dropped: [...city.meta.dropped, withoutVehicles] } : {}) };
  if (plan.commands === undefined) return succeed({ ...begun, commands: waiting });
  const commands = readCommandFile(plan.commands, city, arena);
  return commands.ok ? succeed({ ...begun, commands: [...waiting, ...commands.value] }) : commands;
}

/** A save is of one city: it is not run as another that is named. */
async function otherThan(saved: City, cityName: string): Promise<Result<never> | undefined> {
  const named = await loadCity(citySource(cityName));
  if (!named.ok) return named;
  if (digestOfCity(named.value) === digestOfCity(saved)) return undefined;
  return fail(`the save is of ${saved.meta.name} (${saved.meta.source}), which this is not`, cityName);
}

async function buildFresh(plan: Plan, io: CommandIo): Promise<Result<SavedSimulation>> {
  const city = await loadCity(citySource(plan.cityName), { onProgress: io.progress("import") });
  if (!city.ok) return city;
  const people = plan.people ?? usualPeople(city.value);
  const values = parameterValues();
  const population = generatePopulation(city.value, people, plan.seed, values);
  if (!population.ok) return population;
  const startS = plan.fromS ?? parseTimeOfDay(usualFrom) ?? 0;
  const settings = { seed: plan.seed, startS, tickS: plan.stepS ?? usualStepS };
  const arena = buildTwin(city.value, population.value, settings, values);
  if (!arena.ok) return arena;
  const recipe = { people, ...settings, values };
  return succeed({ city: city.value, arena: arena.value, waiting: [], recipe, log: [] });
}

async function run(plan: Plan, { city, arena, commands, past, scenario, dropped: before }: Start, io: CommandIo) {
  const { header } = arena;
  const engine = createTwinEngine(arena, past.recipe.values);
  for (const command of commands) queueCommand(engine, command);
  const firstTick = header.tick;
  const lastTick =
    scenario === undefined ? Math.round(((plan.toS ?? 0) - header.startS) / header.dtS) : lastTickOf(scenario);
  if (lastTick <= firstTick)
    return unusable({ message: `the saved state stands at ${formatTimeOfDay(timeOf(arena))}`, where: "--to" });
  const updatesBefore = header.vehicleUpdates;
  const edgeRows = edgePeriods(city, arena, plan.edgePeriodS ?? (lastTick - firstTick) * header.dtS);
  const isOver = scenario === undefined ? () => false : endOf(scenario);
  let interrupted = false;
  void io.interrupted.then(() => (interrupted = true));
  const progress = io.progress("simulate");
  let wallMs = 0;
  while (header.tick < lastTick && !interrupted && !isOver()) {
    const until = Math.min(lastTick, edgeRows.nextTick(header.tick), header.tick + Math.round(60 / header.dtS));
    const begunMs = performance.now();
    advanceTwin(engine, until);
    wallMs += performance.now() - begunMs;
    engine.events = [];
    edgeRows.lookAt(header.tick);
    progress(header.tick - firstTick, lastTick - firstTick);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (interrupted) return unusable({ message: "interrupted; nothing was written" });
  for (const [file, content] of [
    [plan.edges, () => edgeRows.csv()],
    [plan.trips, () => tripsCsv(arena, (person) => scenario?.vehicleIds[person] ?? person)],
    [
      plan.save,
      () => packSaved({ city, arena, waiting: engine.waiting, recipe: past.recipe, log: [...past.log, ...engine.log] }),
    ],
  ] as const) {
    if (file === undefined) continue;
    const written = writeWhole(file, content());
    if (!written.ok) return unusable(written.error);
  }
  const document = resultOf(arena, {
    simulatedS: (header.tick - firstTick) * header.dtS,
    wallS: wallMs / 1000,
    updates: header.vehicleUpdates - updatesBefore,
  });
  const rows = Object.entries(document).map(([name, value]): [string, string | number] => [
    name,
    typeof value === "number" ? readable(value) : (value ?? "not computed"),
  ]);
  if (before === undefined) return done(document, table(rows));
  const dropped = [...before, ...(scenario === undefined ? [] : givenUp(scenario))];
  const left = dropped.map(({ what, count, why }): [string, string] => ["dropped", `${count} ${what}: ${why}`]);
  return done({ ...document, dropped }, table([...rows, ...left]));
}

/** The fields of CLI's `simulate`. */
function resultOf(
  arena: Arena,
  run: { readonly simulatedS: number; readonly wallS: number; readonly updates: number },
) {
  const { columns, counts, header } = arena;
  const indicators = indicatorsOf(arena);
  let trips = 0;
  let tripS = 0;
  let lossS = 0;
  for (let trip = 0; trip < counts.trips; trip++) {
    const startTick = columns.tripStartTick[trip];
    const arrivalTick = columns.tripArrivalTick[trip];
    // A trip that counts as made before the run began has start and arrival 0.
    if (startTick >= arrivalTick || arrivalTick > header.tick) continue;
    trips++;
    tripS += (arrivalTick - startTick) * header.dtS;
    lossS += columns.tripLossS[trip];
  }
  return {
    model: "micro",
    ...run,
    realTimeFactor: Math.round(run.simulatedS / run.wallS),
    updatesPerS: Math.round(run.updates / run.wallS),
    departed: indicators.departed,
    arrived: indicators.arrived,
    running: indicators.running,
    // Every vehicle on the road is updated once a tick.
    meanRunning: Math.round((run.updates * header.dtS) / run.simulatedS),
    meanSpeedMps: indicators.meanSpeedMps,
    waiting: indicators.waiting,
    meanTripS: trips === 0 ? null : tripS / trips,
    meanTimeLossS: trips === 0 ? null : lossS / trips,
    vehicleHoursDelay: indicators.delayS / 3600,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    stateHash: hashArena(arena),
  };
}
