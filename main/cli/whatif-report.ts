import { nameOfEdge, type City } from "../../common/city";
import { formatTimeOfDay } from "../../common/time";
import type { ParameterValues } from "../../workers/people";
import type { Estimate } from "../operations/intervals";
import type { RankedCandidate, Ranking } from "../operations/rank";
import type { StagedIncident } from "../operations/stage";

/** What the figures mean, a line each. */
const legendOf = (cases: readonly WhatIfCase[]): readonly string[] => [
  "veh-h: hours of delay, summed over all vehicles.",
  cases.every(hasInterval)
    ? "m [a, b]: m is the mean of the replications; the true mean lies between a and b with 90 % confidence."
    : "One replication has no interval: how far these figures are from the mean is not known, and no candidate is best by them.",
];
/** One replication says nothing of how replications differ. */
const hasInterval = ({ ranking: { incidentVehH } }: WhatIfCase): boolean => incidentVehH.low !== null;
const windfallLegend =
  "windfall: the part of the payment that goes to people who would have earned it with nothing sent.";

/** One incident and what became of the candidates. */
export interface WhatIfCase {
  readonly number: number;
  readonly incident: StagedIncident;
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

export function describeRanking(city: City, only: WhatIfCase, wallS: number): string {
  const { incident, ranking } = only;
  const lines = ranking.candidates.map(
    (candidate) =>
      `${candidate.name.padEnd(28)} ${savedText(candidate).padStart(24)} veh-h saved, ${paidText(candidate)}, ${askedText(candidate)}`,
  );
  const { best, bestSavedVehH, incidentVehH, horizonS } = ranking;
  const fresh = bestSavedVehH === null ? "" : `, which saves ${intervalText(bestSavedVehH)} veh-h with fresh seeds`;
  return [
    incidentText(city, incident),
    `costs ${intervalText(incidentVehH)} veh-h when nothing is sent; looked at for ${Math.round(horizonS / 60)} min`,
    ...lines,
    `best: ${best}${fresh} (${wallS.toFixed(1)} s)`,
    ...legendOf([only]),
    windfallLegend,
  ].join("\n");
}

export function describeIncidents(city: City, cases: readonly WhatIfCase[], wallS: number): string {
  const lines = cases.map(({ number, incident, ranking }) => {
    const { most, incidentVehH } = ranking;
    const outcome =
      most === null
        ? "no contract leads there"
        : `${most.name} saves ${intervalText(most.delaySavedVehH)} veh-h with fresh seeds`;
    return `${String(number).padStart(3)} ${incidentText(city, incident)}: costs ${intervalText(incidentVehH)}; ${outcome}`;
  });
  return [...lines, summary(cases), ...legendOf(cases), `${wallS.toFixed(1)} s`].join("\n");
}

function summary(cases: readonly WhatIfCase[]): string {
  const raised = cases.filter(({ ranking }) => ranking.incidentVehH.mean > 0).length;
  const wholly = cases.filter(({ ranking }) => (ranking.incidentVehH.low ?? 0) > 0).length;
  const isSure = cases.every(hasInterval);
  const shown = cases.flatMap(({ ranking }) => ranking.most ?? []);
  const above = shown.filter(({ delaySavedVehH: { low, mean } }) => (isSure ? (low ?? 0) : mean) > 0).length;
  const below = shown.filter(({ delaySavedVehH: { high, mean } }) => (isSure ? (high ?? 0) : mean) < 0).length;
  const avoid = cases
    .flatMap(({ ranking }) => ranking.candidates.find(({ name }) => name === "avoid") ?? [])
    .filter(({ delaySavedVehH }) => delaySavedVehH !== null);
  const avoidWorse = avoid.filter(({ delaySavedVehH }) => (delaySavedVehH?.mean ?? 0) < 0).length;
  const again = `The candidate with the best mean was run again with fresh seeds. Of ${shown.length} such runs,`;
  const neither = shown.length - above - below;
  const nobody = `in ${cases.length - shown.length} incidents no contract could be addressed.`;
  const plain = `The plain "avoid" to everybody concerned cost time on average in ${avoidWorse} of ${avoid.length}.`;
  const sentences = isSure
    ? [
        `${raised} of ${cases.length} closures raised delay on average; in ${wholly} the whole 90 % interval is above zero.`,
        `${again} ${above} saved time (the whole interval is above zero), ${below} cost time (the whole interval is below zero), and ${neither} show neither (the interval holds zero); ${nobody}`,
      ]
    : [
        `${raised} of ${cases.length} closures raised delay in their one replication, which has no interval.`,
        `${again} ${above} saved time and ${below} cost time, without an interval, which one replication does not have; ${nobody}`,
      ];
  return [...sentences, plain].join(" ");
}

/** The page of evidence: every incident that was drawn, in the order of drawing, whatever came out. */
export function incidentsPage(city: City, run: WhatIfRun, cases: readonly WhatIfCase[], cityName: string): string {
  const rows = cases.map(({ number, incident, ranking }) => {
    const { most } = ranking;
    const shown = ranking.candidates.find(({ name }) => name === most?.name);
    const avoid = ranking.candidates.find(({ name }) => name === "avoid");
    return [
      number,
      `${nameOfEdge(city, incident.edge)} (${city.meta.edgeIds[incident.edge] ?? ""})`,
      `${formatTimeOfDay(incident.atS).slice(0, 5)}, ${Math.round(incident.durationS / 60)} min`,
      `${incident.lanes}/${city.columns.edgeLaneStart[incident.edge + 1] - city.columns.edgeLaneStart[incident.edge]}`,
      intervalText(ranking.incidentVehH),
      most?.name ?? "none",
      most === null ? "" : intervalText(most.delaySavedVehH),
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
    `The instruction of a row has the best mean of its candidates in ${run.replications} replications; what it saves is from ${run.replications} others, with seeds that choosing it has not seen. What was asked and paid is from the former. "Avoid to all" was not chosen.${cases.every(hasInterval) ? " All intervals are 90 %, over people's answers and some seconds of their departures." : ""}`,
    "",
    ...[...legendOf(cases), windfallLegend].map((line) => `- ${line}`),
    "",
    "| # | road | when | lanes | closure costs, veh-h | chosen instruction | saves with fresh seeds, veh-h | asked | paid | avoid to all saves, veh-h |",
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
  return low === null || high === null ? tenths(mean) : `${tenths(mean)} [${tenths(low)}, ${tenths(high)}]`;
}

/** With one decimal; what rounds to zero has no sign. */
const tenths = (value: number) => value.toFixed(1).replace(/^-(?=0\.0$)/, "");

function askedText({ eligible, reached, complied }: RankedCandidate): string {
  return `${eligible ?? "?"} eligible, ${numberText(reached)} reached, ${numberText(complied)} comply`;
}

function paidText({ paidTokens, eurPerVehH, windfallShare }: RankedCandidate): string {
  const perHour = eurPerVehH === null ? "" : `, ${eurPerVehH.toFixed(2)} €/veh-h`;
  const windfall = windfallShare === null ? "" : `, ${Math.round(100 * windfallShare)} % windfall`;
  return `${numberText(paidTokens)} tokens${perHour}${windfall}`;
}

const numberText = (value: number | null) => (value === null ? "not computed" : String(Math.round(value)));
