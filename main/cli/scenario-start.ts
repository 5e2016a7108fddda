import path from "node:path";
import type { City, DroppedElements } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import type { Arena } from "../../workers/arena";
import { isSumoConfigurationName } from "../../workers/city";
import { buildScenarioTwin } from "../../workers/scenario";
import { openSumoFiles, openSumoScenario, readScenarioDemand } from "../host/sumo-files";
import type { CommandIo } from "./command";

/** What is asked of a run of SUMO's traffic; what is undefined is as the configuration has it. */
export interface ScenarioPlan {
  readonly cityName: string;
  /** Route and additional files beside a network; of a configuration, none. */
  readonly routes: readonly string[];
  readonly additional: readonly string[];
  readonly fromS: number | undefined;
  readonly toS: number | undefined;
  readonly stepS: number | undefined;
  readonly seed: number;
}

export interface ScenarioStart {
  readonly city: City;
  readonly arena: Arena;
  readonly vehicleIds: readonly string[];
  /** Infinity: until everybody has arrived. */
  readonly endS: number;
  /** What of network, configuration and traffic is left out or driven otherwise than stated, and why. */
  readonly dropped: readonly DroppedElements[];
}

/** Does the run have vehicles with routes, and not people who choose their ways? */
export const isScenario = (cityName: string, routes: readonly string[], people: number | undefined): boolean =>
  people === undefined && (routes.length > 0 || isSumoConfigurationName(cityName));

/** Reads network and traffic, and builds the twin that drives it. */
export async function beginScenario(plan: ScenarioPlan, io: CommandIo): Promise<Result<ScenarioStart>> {
  const options = { progress: io.progress("import") };
  const isConfigured = isSumoConfigurationName(plan.cityName);
  if (isConfigured && plan.routes.length + plan.additional.length > 0)
    return fail("the configuration names its files", plan.routes.length > 0 ? "--routes" : "--additional");
  const opened = isConfigured
    ? await openSumoScenario(plan.cityName, options)
    : await openSumoFiles(plan.cityName, plan.routes, plan.additional, options);
  if (!opened.ok) return opened;
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) return demand;
  const { configuration, city } = opened.value;
  const beginS = plan.fromS ?? configuration.beginS;
  const endS = plan.toS ?? configuration.endS;
  if (endS <= beginS)
    return plan.toS === undefined
      ? fail(`the run ends at ${endS} s`, "--from")
      : fail(`the run begins at ${beginS} s, not before`, "--to");
  if (Number.isFinite(endS) && endS - beginS > runMostS)
    return fail(`runs for ${endS - beginS} s; at most ${runMostS} s (366 days)`, path.basename(plan.cityName));
  const step = stepOf(plan.stepS, configuration.stepS);
  const settings = { seed: plan.seed, beginS, endS, tickS: step.tickS };
  const twin = buildScenarioTwin(city, demand.value, settings);
  if (!twin.ok) {
    const files = isConfigured ? path.basename(plan.cityName) : plan.routes.join(", ");
    return fail(twin.error.message, twin.error.where ?? files);
  }
  const dropped = [
    ...city.meta.dropped,
    ...configuration.dropped,
    ...step.dropped,
    ...demand.value.dropped,
    ...twin.value.dropped,
  ];
  return succeed({ city, arena: twin.value.arena, vehicleIds: twin.value.vehicleIds, endS, dropped });
}

/** What is asked for, else the configuration's, as near to it as the engine goes. */
function stepOf(
  askedS: number | undefined,
  configuredS: number,
): { readonly tickS: number; readonly dropped: readonly DroppedElements[] } {
  if (askedS !== undefined) return { tickS: askedS, dropped: [] };
  const tickS = Math.min(stepMostS, Math.max(stepLeastS, configuredS));
  if (tickS === configuredS) return { tickS, dropped: [] };
  const why = `${configuredS} s is outside ${stepLeastS} … ${stepMostS} s: steps are ${tickS} s`;
  return { tickS, dropped: [{ what: "option step-length", count: 1, why }] };
}

/** Steps that the engine drives by, s. */
export const [stepLeastS, stepMostS] = [0.1, 1];

/** A run with an end may last so long, s. */
const runMostS = 366 * 86_400;

/** A scenario without an end is given up after this long, s. */
const longestS = 2 * 86_400;

/** The tick at which the run ends at the latest. */
export const lastTickOf = ({ arena: { header }, endS }: ScenarioStart): number =>
  Math.round((Number.isFinite(endS) ? endS - header.startS : longestS) / header.dtS);

/** A scenario without an end is also given up when nobody has departed or arrived for so long, s. */
const stuckS = 2 * 3600;

/** Who has not arrived when a run without an end is over. */
export function givenUp({ arena: { header }, endS, vehicleIds }: ScenarioStart): readonly DroppedElements[] {
  const count = vehicleIds.length - header.arrivedCount;
  if (Number.isFinite(endS) || count === 0) return [];
  const why = `had not arrived ${longestS / 3600} h after the run began, or nobody had moved on for ${stuckS / 3600} h`;
  return [{ what: "vehicles", count, why: `the run has no end and was given up: they ${why}` }];
}

/** Asked in the course of the run: is a scenario without an end over, because everybody has arrived or nobody will any more? */
export function endOf({ arena: { header }, endS, vehicleIds }: ScenarioStart): () => boolean {
  let moves = 0;
  let movedTick = header.tick;
  return () => {
    if (header.departedCount + header.arrivedCount !== moves) {
      moves = header.departedCount + header.arrivedCount;
      movedTick = header.tick;
    }
    if (Number.isFinite(endS)) return false;
    const isStuck = header.vehicleCount > 0 && (header.tick - movedTick) * header.dtS > stuckS;
    return isStuck || header.arrivedCount === vehicleIds.length;
  };
}
