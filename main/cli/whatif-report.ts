import { nameOfEdge, type City } from "../../common/city";
import { formatTimeOfDay } from "../../common/time";
import type { ParameterValues } from "../../workers/people";
import type { Estimate } from "../operations/intervals";
import { doNothing, type RankedCandidate, type Ranking } from "../operations/rank";
import type { StagedIncident } from "../operations/stage";

/** One incident and what became of the candidates. */
export interface WhatIfCase {
  readonly number: number;
  readonly incident: StagedIncident;
  readonly horizonS: number;
  readonly ranking: Ranking;
}

/** What all cases of a run share. */
export interface WhatIfRun {
  readonly city: string;
  readonly people: number;
  readonly seed: number;
  readonly replications: number;
  readonly tokensPerEur: number;
  readonly parameters: ParameterValues;
}

export function describeRanking(city: City, { incident, ranking }: WhatIfCase, wallS: number): string {
  const lines = ranking.candidates.map(
    (candidate) =>
      `${candidate.name.padEnd(28)} ${savedText(candidate).padStart(24)} veh-h saved, ${paidText(candidate)}, ${askedText(candidate)}`,
  );
  return [
    incidentText(city, incident),
    `costs ${intervalText(ranking.incidentVehH)} veh-h when nothing is sent`,
    ...lines,
    `best: ${ranking.best} (${wallS.toFixed(1)} s)`,
  ].join("\n");
}

export function describeIncidents(city: City, cases: readonly WhatIfCase[], wallS: number): string {
  const lines = cases.map(({ number, incident, ranking }) => {
    const best = shownCandidate(ranking);
    return `${String(number).padStart(3)} ${incidentText(city, incident)}: costs ${intervalText(ranking.incidentVehH)}; ${best === undefined ? "no contract leads there" : `${best.name} saves ${savedText(best)} veh-h`}`;
  });
  return [...lines, summary(cases), `${wallS.toFixed(1)} s`].join("\n");
}

/**
 * The candidate that stands for the instruction in a list of incidents: the one whose mean saves most, whether it saves
 * anything or not. All of them are in the JSON document.
 */
export function shownCandidate({ candidates }: Ranking): RankedCandidate | undefined {
  return candidates
    .filter(({ name, delaySavedVehH }) => name !== doNothing && delaySavedVehH !== null)
    .reduce<RankedCandidate | undefined>(
      (best, one) =>
        best === undefined || (one.delaySavedVehH?.mean ?? 0) > (best.delaySavedVehH?.mean ?? 0) ? one : best,
      undefined,
    );
}

function summary(cases: readonly WhatIfCase[]): string {
  const raised = cases.filter(({ ranking }) => ranking.incidentVehH.mean > 0).length;
  const surely = cases.filter(({ ranking }) => (ranking.incidentVehH.low ?? ranking.incidentVehH.mean) > 0).length;
  const shown = cases.flatMap(({ ranking }) => shownCandidate(ranking) ?? []);
  const above = shown.filter(({ delaySavedVehH }) => (delaySavedVehH?.low ?? 0) > 0).length;
  const below = shown.filter(({ delaySavedVehH }) => (delaySavedVehH?.high ?? 0) < 0).length;
  const avoid = cases
    .flatMap(({ ranking }) => ranking.candidates.find(({ name }) => name === "avoid") ?? [])
    .filter(({ delaySavedVehH }) => delaySavedVehH !== null);
  const avoidWorse = avoid.filter(({ delaySavedVehH }) => (delaySavedVehH?.mean ?? 0) < 0).length;
  return [
    `${raised} of ${cases.length} closures raised delay (${surely} with the whole 90 % interval).`,
    `The best candidate surely saved time in ${above}, surely cost time in ${below}, and neither in ${shown.length - above - below} of ${shown.length}; in ${cases.length - shown.length} no contract could be addressed.`,
    `The plain "avoid" to everybody concerned cost time on average in ${avoidWorse} of ${avoid.length}.`,
  ].join(" ");
}

/** The page of evidence: every incident that was drawn, in the order of drawing, whatever came out. */
export function incidentsPage(city: City, run: WhatIfRun, cases: readonly WhatIfCase[], cityName: string): string {
  const rows = cases.map(({ number, incident, ranking }) => {
    const shown = shownCandidate(ranking);
    const avoid = ranking.candidates.find(({ name }) => name === "avoid");
    return [
      number,
      `${nameOfEdge(city, incident.edge)} (${city.meta.edgeIds[incident.edge] ?? ""})`,
      `${formatTimeOfDay(incident.atS).slice(0, 5)}, ${Math.round(incident.durationS / 60)} min`,
      `${incident.lanes}/${city.columns.edgeLaneStart[incident.edge + 1] - city.columns.edgeLaneStart[incident.edge]}`,
      intervalText(ranking.incidentVehH),
      shown?.name ?? "none",
      shown === undefined ? "" : savedText(shown),
      shown === undefined ? "" : askedText(shown),
      shown === undefined ? "" : paidText(shown),
      avoid === undefined ? "" : savedText(avoid),
    ].join(" | ");
  });
  return [
    `## ${run.city}: ${run.people} people, seed ${run.seed}, ${run.replications} replications`,
    "",
    `\`pendulaire whatif ${cityName.replace(/^.*\//, "")} --incidents ${cases.length} --people ${run.people} --seed ${run.seed} --replications ${run.replications} --page …\``,
    "",
    summary(cases),
    "",
    "| # | road | when | lanes | closure costs, veh-h | best instruction | saves, veh-h | asked | paid | avoid to all saves, veh-h |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
  ].join("\n");
}

function incidentText(city: City, incident: StagedIncident): string {
  const name = nameOfEdge(city, incident.edge);
  return `${formatTimeOfDay(incident.atS).slice(0, 5)} ${name}, ${incident.lanes} lanes closed for ${Math.round(incident.durationS / 60)} min`;
}

function savedText({ delaySavedVehH, refusal }: RankedCandidate): string {
  return delaySavedVehH === null ? `refused: ${refusal ?? "unknown"}` : intervalText(delaySavedVehH);
}

function intervalText({ mean, low, high }: Estimate): string {
  return low === null || high === null ? mean.toFixed(1) : `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function askedText({ eligible, reached, complied }: RankedCandidate): string {
  return `${eligible ?? "?"} eligible, ${numberText(reached)} reached, ${numberText(complied)} comply`;
}

function paidText({ paidTokens, eurPerVehH, windfallShare }: RankedCandidate): string {
  const perHour = eurPerVehH === null ? "" : `, ${eurPerVehH.toFixed(2)} €/veh-h`;
  const windfall = windfallShare === null ? "" : `, ${Math.round(100 * windfallShare)} % windfall`;
  return `${numberText(paidTokens)} tokens${perHour}${windfall}`;
}

const numberText = (value: number | null) => (value === null ? "not computed" : String(Math.round(value)));
