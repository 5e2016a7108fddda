import { nameOfEdge, type City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, parseTimeOfDay } from "../../common/time";
import type { ParameterValues } from "../../workers/people";
import { stateHash } from "../../workers/twin-engine";
import { filesOfCity, loadCity } from "../host/city-files";
import { openEnsemblePool, type EnsemblePool } from "../host/ensemble-pool";
import { citySource, wholeNumber } from "../host/launch-options";
import { usualPeople } from "../host/usual-people";
import { proposeCandidates } from "../operations/candidates";
import { clearingS } from "../operations/horizon";
import { rankCandidates } from "../operations/rank";
import {
  advanceStage,
  drawPlace,
  drawTimes,
  instantOf,
  openStage,
  type DrawnTime,
  type Stage,
  type StagedIncident,
} from "../operations/stage";
import { cityHelp, done, readArguments, unusable, type Command, type CommandIo } from "./command";
import { checkOutputs, outputsOf } from "./output-places";
import {
  candidatesOf,
  closureOf,
  plainScenario,
  readScenarioFile,
  timesOf,
  valuesOf,
  type Scenario,
} from "./scenario-file";
import { keepNothing, openKeptCases, type KeptCases } from "./whatif-kept";
import { describeIncidents, describeRanking, incidentsPage, type WhatIfCase } from "./whatif-report";
import { writeWhole } from "./whole-files";

const options = {
  scenario: { type: "string" },
  replications: { type: "string" },
  workers: { type: "string" },
  seed: { type: "string" },
  model: { type: "string" },
  people: { type: "string" },
  incidents: { type: "string" },
  page: { type: "string" },
  keep: { type: "string" },
} as const;

export const whatif: Command = {
  usage:
    "whatif CITY --scenario FILE.json [--replications N] [--workers N] [--seed N] [--json] | whatif CITY --incidents N [--scenario FILE.json] [--people N] [--page OUT.md] [--keep FILE.json] …",
  summary:
    "runs candidate instructions from one incident's instant, beside doing nothing, with the same draws; ranks them",
  details: [cityHelp, "--scenario: a JSON object, docs/whatif.md; { } draws an incident and proposes candidates."],
  run: async (argv, io) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const plan = planOf(read.value.values, read.value.positionals[0]);
    if (!plan.ok) return unusable(plan.error);
    const { cityName, scenarioFile } = plan.value;
    const inputs = [
      ...(await filesOfCity(citySource(cityName))),
      ...(scenarioFile === undefined ? [] : [scenarioFile]),
    ];
    const places = checkOutputs(outputsOf(plan.value, "page", "keep"), inputs);
    if (!places.ok) return unusable(places.error);
    const pool = openEnsemblePool(plan.value.workers);
    try {
      return await run(plan.value, pool, io);
    } finally {
      await pool.close();
    }
  },
};

interface Plan {
  readonly cityName: string;
  readonly scenario: Scenario;
  readonly scenarioFile: string | undefined;
  readonly values: ParameterValues;
  /** Of the scenario's file, in errors. */
  readonly where: string;
  readonly people: number | undefined;
  readonly replications: number;
  readonly workers: number | undefined;
  readonly seed: number;
  /** How many incidents are drawn; undefined: the scenario's one. */
  readonly incidents: number | undefined;
  readonly page: string | undefined;
  /** Where incidents that are done are kept, for a run that goes on. */
  readonly keep: string | undefined;
}

const replicationsDefault = 8;
const incidentsMax = 1000;

function planOf(
  given: { readonly [Name in keyof typeof options]?: string },
  cityName: string | undefined,
): Result<Plan> {
  if (cityName === undefined) return fail("a city is missing: pendulaire whatif CITY --scenario FILE.json");
  if ((given.model ?? "micro") !== "micro") return fail("this version has the model 'micro' only", "--model");
  if (given.scenario === undefined && given.incidents === undefined)
    return fail("is missing, and so is --incidents: one of them says what happens", "--scenario");
  const replications = wholeNumber(given.replications ?? String(replicationsDefault), 1, 1000);
  if (replications === null) return fail("a whole number from 1 to 1000", "--replications");
  const workers = given.workers === undefined ? undefined : wholeNumber(given.workers, 1, 256);
  if (workers === null) return fail("a whole number from 1 to 256", "--workers");
  const seed = wholeNumber(given.seed ?? "1", 0, 0xffffffff);
  if (seed === null) return fail("a whole number from 0 to 4294967295", "--seed");
  const incidents = given.incidents === undefined ? undefined : wholeNumber(given.incidents, 1, incidentsMax);
  if (incidents === null) return fail(`a whole number from 1 to ${incidentsMax}`, "--incidents");
  for (const name of ["page", "keep"] as const) {
    if (given[name] !== undefined && incidents === undefined) return fail("needs --incidents", `--${name}`);
  }
  const scenario = given.scenario === undefined ? succeed(plainScenario) : readScenarioFile(given.scenario);
  if (!scenario.ok) return scenario;
  const where = given.scenario ?? "scenario";
  if (incidents !== undefined && (scenario.value.incident.kind !== "drawn" || scenario.value.candidates !== undefined))
    return fail("--incidents draws incidents and proposes candidates: the scenario names its own", where);
  const values = valuesOf(scenario.value, where);
  if (!values.ok) return values;
  const people = given.people === undefined ? scenario.value.people : wholeNumber(given.people, 1, 500_000);
  if (people === null) return fail("a whole number from 1 to 500000", "--people");
  return succeed({
    ...{ cityName, scenario: scenario.value, values: values.value, where, people, replications, workers, seed },
    ...{ incidents, scenarioFile: given.scenario, page: given.page, keep: given.keep },
  });
}

/** Who is on the road at an incident's instant must have set out before. */
const warmUpS = 5400;

async function run(plan: Plan, pool: EnsemblePool, io: CommandIo) {
  const begunMs = performance.now();
  const city = await loadCity(citySource(plan.cityName), { onProgress: io.progress("import") });
  if (!city.ok) return unusable(city.error);
  const closure = closureOf(plan.scenario, city.value, plan.where);
  if (!closure.ok) return unusable(closure.error);
  const times = incidentTimes(plan, closure.value);
  const first = times[0];
  if (first === undefined) return unusable({ message: "there is no incident", where: plan.where });
  const fromS = fromOf(plan.scenario, first.atS);
  if (!fromS.ok) return unusable({ ...fromS.error, where: `${plan.where}: from` });
  const people = plan.people ?? usualPeople(city.value);
  const stage = openStage(city.value, { people, seed: plan.seed, fromS: fromS.value, tickS: 1 }, plan.values);
  if (!stage.ok) return unusable(stage.error);
  const { cityName, scenario, seed, replications, incidents: count } = plan;
  const kept =
    plan.keep === undefined
      ? succeed(keepNothing)
      : openKeptCases(plan.keep, { cityName, scenario, people, seed, replications, count: count ?? null });
  if (!kept.ok) return unusable(kept.error);
  const cases: WhatIfCase[] = [];
  let interrupted = false;
  void io.interrupted.then(() => (interrupted = true));
  for (const time of times) {
    const made = await runCase(plan, stage.value, kept.value, time, closure.value, pool, io);
    if (!made.ok) return unusable(made.error);
    if (interrupted) return unusable({ message: `interrupted; ${plan.keep ?? "nothing"} was written` });
    cases.push(made.value);
  }
  cases.sort((a, b) => a.number - b.number);
  const wallS = (performance.now() - begunMs) / 1000;
  const common = {
    city: city.value.meta.name,
    people,
    seed: plan.seed,
    replications: plan.replications,
    tokensPerEur: plan.scenario.tokensPerEur,
    parameters: plan.values,
  };
  const [only] = cases;
  if (plan.incidents === undefined && only !== undefined) {
    const { ranking, incident } = only;
    return done(
      { ...common, incident: reportOf(city.value, incident), ...ranking, wallS },
      describeRanking(city.value, only, wallS),
    );
  }
  if (plan.page !== undefined) {
    const written = writeWhole(plan.page, incidentsPage(city.value, common, cases, plan.cityName));
    if (!written.ok) return unusable(written.error);
  }
  const incidents = cases.map(({ number, incident, ranking }) => ({
    ...{ number, incident: reportOf(city.value, incident), ...ranking },
  }));
  return done({ ...common, incidents, wallS }, describeIncidents(city.value, cases, wallS));
}

function incidentTimes(plan: Plan, closure: StagedIncident | undefined): readonly DrawnTime[] {
  if (closure !== undefined) return [{ number: 1, atS: closure.atS, durationS: closure.durationS }];
  const { fromS, untilS } = timesOf(plan.scenario) ?? { fromS: 0, untilS: 0 };
  if (plan.incidents !== undefined) return drawTimes(plan.incidents, plan.seed, fromS, untilS);
  const number = plan.scenario.incident.kind === "drawn" ? plan.scenario.incident.number : 1;
  return drawTimes(number, plan.seed, fromS, untilS).filter((time) => time.number === number);
}

function fromOf(scenario: Scenario, atS: number): Result<number> {
  const { from } = scenario;
  const fromS = from === undefined ? Math.max(0, atS - warmUpS) : (parseTimeOfDay(from) ?? 0);
  return fromS < atS ? succeed(fromS) : fail("is not before the incident");
}

async function runCase(
  plan: Plan,
  stage: Stage,
  kept: KeptCases,
  time: DrawnTime,
  closure: StagedIncident | undefined,
  pool: EnsemblePool,
  io: CommandIo,
): Promise<Result<WhatIfCase>> {
  const { scenario } = plan;
  await advanceStage(stage, time.atS, io.progress("filling the roads"));
  const roads = stateHash(stage.engine);
  const before = kept.find(time.number, roads);
  if (!before.ok) return before;
  if (before.value !== undefined) return succeed(before.value);
  const incident = closure === undefined ? drawPlace(stage, time, plan.seed) : succeed(closure);
  if (!incident.ok) return incident;
  const named = candidatesOf(scenario, stage.city, incident.value, plan.where);
  if (!named.ok) return named;
  const sentAfterS = scenario.sentAfterMinutes * 60;
  const expected = { edges: [incident.value.edge], endS: incident.value.atS + incident.value.durationS };
  const candidates = named.value ?? proposeCandidates(expected, stage.book, time.atS + sentAfterS);
  const ranking = await rankCandidates(
    instantOf(stage, incident.value),
    candidates,
    {
      ...{ seed: plan.seed, replications: plan.replications, sentAfterS },
      horizonS: scenario.horizonMinutes === undefined ? undefined : scenario.horizonMinutes * 60,
      horizonLeastS: incident.value.durationS + clearingS,
      tokensPerEur: scenario.tokensPerEur,
    },
    pool,
    io.progress(`incident ${time.number}`),
  );
  const made: WhatIfCase = { number: time.number, incident: incident.value, ranking };
  const written = kept.keep(made, roads);
  return written.ok ? succeed(made) : written;
}

function reportOf(city: City, { edge, atS, durationS, lanes, positionM }: StagedIncident) {
  return {
    edge: city.meta.edgeIds[edge],
    edgeName: nameOfEdge(city, edge),
    at: formatTimeOfDay(atS),
    minutes: durationS / 60,
    lanes,
    positionM,
  };
}
