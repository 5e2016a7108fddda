import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { City } from "../../common/city";
import { viaMax } from "../../common/itinerary";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay, secondsPerDay } from "../../common/time";
import { scopeTerminalsMax, type InstructedAction, type Instruction } from "../../ledger/contracts/instruction";
import { parameters, parameterValues, type ParameterValues } from "../../workers/people";
import { reasonOf } from "../host/file-reading";
import { peopleMax } from "../host/launch-options";
import { describeIssue } from "../host/request-schemas";
import type { Candidate } from "../operations/rank";
import { doNothing } from "../operations/rank";
import type { StagedIncident } from "../operations/stage";

// What `pendulaire whatif` is given: one JSON document. Times are times of day, roads and terminals the input's names.

const timeOfDay = v.pipe(
  v.string(),
  v.check((text) => parseTimeOfDay(text) !== undefined, "a time of day HH:MM or HH:MM:SS"),
);
const minutes = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(24 * 60));
const tokens = v.pipe(v.number(), v.finite(), v.minValue(0.000001), v.maxValue(1e9));

const actionSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("avoid") }),
  v.strictObject({
    kind: v.literal("itinerary"),
    via: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(viaMax)),
  }),
  v.strictObject({ kind: v.literal("shift"), minutes: v.pipe(v.number(), v.minValue(-240), v.maxValue(240)) }),
  v.strictObject({ kind: v.literal("hold"), until: timeOfDay }),
]);

const candidateSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  action: actionSchema,
  /** Contracts whose itinerary passes one of them within the window are concerned. */
  terminals: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(scopeTerminalsMax)),
  /** The window in which the terminals are not to be passed; absent: from sending to the incident's end. */
  from: v.optional(timeOfDay),
  until: v.optional(timeOfDay),
  /** The bonus can be earned until then; absent: an hour after the window. */
  expires: v.optional(timeOfDay),
  bonusTokens: tokens,
  /** Absent: enough for everybody. */
  budgetTokens: v.optional(tokens),
  /** Of the contracts concerned, the part that is addressed. */
  part: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
});

/** Schemas of objects take a list for one without fields. */
const noList = v.pipe(
  v.unknown(),
  v.check((given) => !Array.isArray(given), "an object { … }, not a list"),
);

const scenarioSchema = v.strictObject({
  people: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(peopleMax))),
  /** The roads begin to fill; absent: 90 minutes before the incident. */
  from: v.optional(timeOfDay),
  /** Looked at from the incident's instant on; absent: until all that candidates ask for is over. */
  horizonMinutes: v.optional(minutes),
  /** Minutes from the incident's instant until the instruction goes out. */
  sentAfterMinutes: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(240)), 2),
  tokensPerEur: v.optional(tokens, 1),
  /** Behavioural parameters other than the table's. */
  parameters: v.optional(v.pipe(noList, v.record(v.string(), v.number())), {}),
  incident: v.optional(
    v.variant("kind", [
      v.strictObject({
        kind: v.literal("closure"),
        edge: v.string(),
        at: timeOfDay,
        minutes,
        /** Closed from the right; absent: all. */
        lanes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
        /** Metres from the road's start; absent: its middle. */
        positionM: v.optional(v.pipe(v.number(), v.minValue(0))),
      }),
      /** By --seed, among roads that carry traffic then. */
      v.strictObject({
        kind: v.literal("drawn"),
        number: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1),
        between: v.optional(v.tuple([timeOfDay, timeOfDay]), ["07:00", "08:30"]),
      }),
    ]),
    { kind: "drawn" },
  ),
  /** Absent: those that are proposed for the incident. */
  candidates: v.optional(v.pipe(v.array(candidateSchema), v.minLength(1), v.maxLength(100))),
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;

/** What a scenario is when no file is given. */
export const plainScenario: Scenario = v.parse(scenarioSchema, {});

export function readScenarioFile(file: string): Result<Scenario> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail(error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error), file);
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    return fail("a scenario is one JSON object { … }", file);
  const checked = v.safeParse(scenarioSchema, document);
  if (!checked.success) {
    const { message, where } = describeIssue(checked.issues);
    return fail(message, `${file}: ${where}`);
  }
  const scenario = checked.output;
  const names = scenario.candidates?.map(({ name }) => name) ?? [];
  const twice = names.find((name, row) => name === doNothing || names.indexOf(name) !== row);
  if (twice !== undefined) return fail("there is a candidate of this name already", `${file}: ${twice}`);
  return succeed(scenario);
}

/** The table's values with those that the scenario sets, each within the table's range. */
export function valuesOf(scenario: Scenario, where: string): Result<ParameterValues> {
  for (const [name, value] of Object.entries(scenario.parameters)) {
    if (!Object.hasOwn(parameters, name)) return fail(`there is no parameter '${name}'`, `${where}: parameters`);
    const { low, high, unit } = parameters[name as keyof ParameterValues];
    if (value >= low && value <= high) continue;
    return fail(`from ${low} to ${high} (${unit}), and is ${value}`, `${where}: parameters.${name}`);
  }
  return succeed(parameterValues(scenario.parameters));
}

export function timesOf(scenario: Scenario): { readonly fromS: number; readonly untilS: number } | undefined {
  if (scenario.incident.kind !== "drawn") return undefined;
  const [from, until] = scenario.incident.between;
  return { fromS: secondsOf(from), untilS: secondsOf(until) };
}

/** The incident that a scenario names. */
export function closureOf(scenario: Scenario, city: City, where: string): Result<StagedIncident | undefined> {
  const { incident } = scenario;
  if (incident.kind !== "closure") return succeed(undefined);
  const { columns, meta } = city;
  const edge = meta.edgeIds.indexOf(incident.edge);
  if (edge < 0) return fail(`no edge '${incident.edge}' in this city`, `${where}: incident.edge`);
  const lanes = columns.edgeLaneStart[edge + 1] - columns.edgeLaneStart[edge];
  if ((incident.lanes ?? lanes) > lanes) return fail(`the road has ${lanes} lanes`, `${where}: incident.lanes`);
  const lengthM = columns.edgeLengthM[edge];
  const positionM = incident.positionM ?? lengthM / 2;
  if (positionM > lengthM) return fail(`the road is ${Math.round(lengthM)} m long`, `${where}: incident.positionM`);
  return succeed({
    ...{ edge, positionM, lanes: incident.lanes ?? lanes },
    ...{ atS: secondsOf(incident.at), durationS: incident.minutes * 60 },
  });
}

/** The candidates that a scenario names; undefined when it names none. */
export function candidatesOf(
  scenario: Scenario,
  city: City,
  incident: StagedIncident,
  where: string,
): Result<readonly Candidate[] | undefined> {
  if (scenario.candidates === undefined) return succeed(undefined);
  const candidates: Candidate[] = [];
  const sentS = incident.atS + scenario.sentAfterMinutes * 60;
  for (const [row, given] of scenario.candidates.entries()) {
    const at = `${where}: candidates.${row}`;
    const terminals = terminalsOf(given.terminals, city, `${at}.terminals`);
    if (!terminals.ok) return terminals;
    const action = actionOf(given.action, city, `${at}.action`);
    if (!action.ok) return action;
    const fromS = given.from === undefined ? Math.floor(sentS) : secondsOf(given.from);
    const untilS = given.until === undefined ? Math.ceil(incident.atS + incident.durationS) : secondsOf(given.until);
    const bonusMicro = microOf(given.bonusTokens);
    const instruction: Instruction = {
      instructionId: `candidate ${row + 1}`,
      action: action.value,
      scope: { terminals: [...new Set(terminals.value)].sort((a, b) => a - b), fromS, untilS },
      expiresAtS: given.expires === undefined ? Math.min(untilS + 3600, 2 * secondsPerDay) : secondsOf(given.expires),
      bonusMicro,
      budgetMicro: given.budgetTokens === undefined ? bonusMicro * BigInt(peopleMax) : microOf(given.budgetTokens),
    };
    candidates.push({ name: given.name, instruction, part: given.part });
  }
  return succeed(candidates);
}

function actionOf(
  action: NonNullable<Scenario["candidates"]>[number]["action"],
  city: City,
  where: string,
): Result<InstructedAction> {
  switch (action.kind) {
    case "avoid":
      return succeed(action);
    case "itinerary": {
      const via = terminalsOf(action.via, city, `${where}.via`);
      return via.ok ? succeed({ kind: "itinerary", via: via.value }) : via;
    }
    case "shift":
      return succeed({ kind: "shift", shiftS: action.minutes * 60 });
    case "hold":
      return succeed({ kind: "hold", untilS: secondsOf(action.until) });
  }
}

/** Rows of terminals by their names, in the order given. */
function terminalsOf(names: readonly string[], city: City, where: string): Result<readonly number[]> {
  const terminals: number[] = [];
  for (const name of names) {
    const terminal = city.meta.terminalNames.indexOf(name);
    if (terminal < 0) return fail(`no terminal '${name}' in this city`, where);
    terminals.push(terminal);
  }
  return succeed(terminals);
}

/** Of a text that the schema has seen to be a time of day. */
function secondsOf(text: string): number {
  return parseTimeOfDay(text) ?? 0;
}

function microOf(amount: number): bigint {
  return BigInt(Math.round(amount * 1_000_000));
}
