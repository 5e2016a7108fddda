import type { City } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import type { Instruction } from "../../ledger/contracts/instruction";
import type { EnsembleResult, EnsembleTask } from "../../workers/ensemble";
import type { TwinCommand } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import type { EnsemblePool } from "../host/ensemble-pool";
import { avoidedEdges, engineAction } from "./dispatch";
import { estimate, type Estimate } from "./intervals";
import { bonusesEarned, matchedContracts, passagesOf, refusalOf, type Passages } from "./journeys";
import type { ContractBook } from "./offers";

/** What could be sent. */
export interface Candidate {
  readonly name: string;
  readonly instruction: Instruction;
  /**
   * Of the contracts that match, the part that is addressed, 0 < part ≤ 1: drawn by contract, not by person or place. The
   * ledger has no rule for it yet: below 1 it says what such a rule would bring.
   */
  readonly part: number;
}

/** The instant from which all candidates are forked, and what is known at it. */
export interface Instant {
  readonly city: City;
  readonly book: ContractBook;
  readonly values: ParameterValues;
  /** The city at the incident's instant; nobody writes it while candidates are ranked. */
  readonly handle: EnsembleTask["handle"];
  readonly startS: number;
  readonly tickS: number;
  readonly tick: number;
  /** Passages until now. */
  readonly passages: Passages;
  /** Makes the incident true, in every fork. */
  readonly incident: readonly TwinCommand[];
  readonly incidentEdge: number;
}

export interface RankingOptions {
  readonly seed: number;
  readonly replications: number;
  readonly horizonS: number;
  /** The instruction goes out so long after the incident's instant, s. */
  readonly sentAfterS: number;
  readonly tokensPerEur: number;
}

/** One candidate's outcome, means over replications. A field that is not computed is null. */
export interface RankedCandidate {
  readonly name: string;
  /** Why the ledger would refuse it; nothing was simulated then. */
  readonly refusal: string | null;
  readonly delaySavedVehH: Estimate | null;
  readonly paidTokens: number | null;
  readonly eurPerVehH: number | null;
  /** Contracts that match the scope and are addressed. */
  readonly eligible: number | null;
  /** People who heard of it within the horizon. */
  readonly reached: number | null;
  /** People who do as asked; of `reached`, never of `eligible`. */
  readonly complied: number | null;
  /** Of what is paid, the part that goes to whom would have earned it had nothing been sent. */
  readonly windfallShare: number | null;
  /** The home district whose people lose most, or gain least. */
  readonly worstDistrict: string | null;
  readonly worstDistrictSavedVehH: number | null;
  readonly co2SavedKg: number | null;
  readonly peakImportKw: null;
}

export interface Ranking {
  /** The first is `do nothing`. */
  readonly candidates: readonly RankedCandidate[];
  /** Of those that surely save time, the one that pays least for an hour of it; else `do nothing`. */
  readonly best: string;
  /** Delay of all travellers within the horizon when nothing is sent, vehicle-hours. */
  readonly delayVehH: number;
  /** What the incident itself costs when nothing is sent: delay with it less delay without it. */
  readonly incidentVehH: Estimate;
}

export const doNothing = "do nothing";

/** Seeds of the replications: far from the neighbours that a user would try. */
const replicationSeed = (seed: number, replication: number) => (seed + 7919 * (replication + 1)) >>> 0;

/**
 * Runs every candidate, doing nothing, and the city without the incident from the same instant, each with the same draws in a
 * replication (common random numbers), and compares. Intervals are 90 %, over the draws of people's answers.
 */
export async function rankCandidates(
  instant: Instant,
  candidates: readonly Candidate[],
  options: RankingOptions,
  pool: EnsemblePool,
  onProgress: (done: number, total: number) => void,
): Promise<Ranking> {
  const sentTick = instant.tick + Math.round(options.sentAfterS / instant.tickS);
  const sentS = instant.startS + sentTick * instant.tickS;
  const atSending = await passagesAtSending(instant, options, pool);
  const plans = candidates.map((candidate) => planOf(candidate, instant, atSending, sentTick, sentS, options));
  const runs: (readonly TwinCommand[])[] = [instant.incident];
  for (const { refusal, command } of plans) if (refusal === null) runs.push([...instant.incident, command]);
  const tasks = runs.flatMap((commands) =>
    Array.from({ length: options.replications }, (_, replication) => task(instant, options, commands, replication)),
  );
  // Nobody is asked anything where there is no incident: one run of it stands for all replications.
  const [without, ...results] = await pool.run([task(instant, options, [], 0), ...tasks], (done) =>
    onProgress(done, tasks.length + 1),
  );
  const takeRun = () => results.splice(0, options.replications);
  const nothing = takeRun();
  const ranked = [
    rankOf(doNothing, undefined, nothing, nothing, instant, options),
    ...plans.map((plan) =>
      plan.refusal === null
        ? rankOf(plan.candidate.name, plan, takeRun(), nothing, instant, options)
        : refused(plan.candidate.name, plan.refusal, plan.contracts.length),
    ),
  ];
  return {
    candidates: ranked,
    best: bestOf(ranked),
    delayVehH: mean(nothing.map(({ delayS }) => delayS / 3600)),
    incidentVehH: estimate(nothing.map(({ delayS }) => (delayS - (without?.delayS ?? 0)) / 3600)),
  };
}

function task(
  instant: Instant,
  options: RankingOptions,
  commands: readonly TwinCommand[],
  replication: number,
  horizonS = options.horizonS,
): EnsembleTask {
  return {
    handle: instant.handle,
    values: instant.values,
    seed: replicationSeed(options.seed, replication),
    horizonTicks: Math.round(horizonS / instant.tickS),
    commands,
    districtOfEdge: instant.city.columns.edgeDistrict,
  };
}

/** Contracts are matched by what was passed until the instruction stands in a block: that of the first replication. */
async function passagesAtSending(instant: Instant, options: RankingOptions, pool: EnsemblePool): Promise<Passages> {
  if (options.sentAfterS <= 0) return instant.passages;
  const [probe] = await pool.run([task(instant, options, instant.incident, 0, options.sentAfterS)], () => undefined);
  return passagesIn(instant, probe);
}

function passagesIn(instant: Instant, result: EnsembleResult | undefined): Passages {
  const timeOf = (tick: number) => instant.startS + tick * instant.tickS;
  return passagesOf(result?.counts?.events ?? new Uint32Array(), instant.book, timeOf, instant.passages);
}

interface Plan {
  readonly candidate: Candidate;
  readonly contracts: readonly number[];
  readonly refusal: string | null;
  readonly command: TwinCommand;
}

function planOf(
  candidate: Candidate,
  instant: Instant,
  passages: Passages,
  sentTick: number,
  sentS: number,
  { seed, tokensPerEur }: RankingOptions,
): Plan {
  const { instruction, part } = candidate;
  const { book, city } = instant;
  const contracts = matchedContracts(book, passages, instruction, Math.floor(sentS)).filter(
    (contract) => part >= 1 || draw(seed, contract, Decision.addressedContract, 0) < part,
  );
  const tickAt = (timeS: number) => Math.ceil((timeS - instant.startS) / instant.tickS - 1e-9);
  const command: TwinCommand = {
    kind: "instruct",
    tick: sentTick,
    instruction: 1,
    blockHeight: 0,
    transactionHash: "",
    people: contracts.map((contract) => book.personOfContract[contract]),
    bonusEur: Number(instruction.bonusMicro) / 1_000_000 / tokensPerEur,
    avoidEdges: avoidedEdges(city, instant.incidentEdge, instruction.scope.terminals),
    action: engineAction(instruction.action, city, tickAt),
  };
  return { candidate, contracts, refusal: refusalOf(instruction, contracts.length, Math.floor(sentS)), command };
}

function rankOf(
  name: string,
  plan: Plan | undefined,
  results: readonly EnsembleResult[],
  nothing: readonly EnsembleResult[],
  instant: Instant,
  options: RankingOptions,
): RankedCandidate {
  const paidFor = (result: EnsembleResult | undefined) =>
    plan === undefined
      ? new Set<number>()
      : bonusesEarned(instant.book, plan.contracts, passagesIn(instant, result), plan.candidate.instruction);
  const saved = results.map(({ delayS }, row) => ((nothing[row]?.delayS ?? 0) - delayS) / 3600);
  const delaySavedVehH = estimate(saved);
  let paidCount = 0;
  let windfallCount = 0;
  if (plan !== undefined) {
    results.forEach((result, row) => {
      const anyway = paidFor(nothing[row]);
      for (const contract of paidFor(result)) {
        paidCount++;
        if (anyway.has(contract)) windfallCount++;
      }
    });
  }
  const bonusTokens = Number(plan?.candidate.instruction.bonusMicro ?? 0n) / 1_000_000;
  const paidTokens = (paidCount / results.length) * bonusTokens;
  const paidEur = paidTokens / options.tokensPerEur;
  const worst = plan === undefined ? undefined : worstDistrict(results, nothing);
  return {
    name,
    refusal: null,
    delaySavedVehH,
    paidTokens,
    eurPerVehH: delaySavedVehH.mean > 0 ? paidEur / delaySavedVehH.mean : null,
    eligible: plan?.contracts.length ?? 0,
    reached: mean(results.map(({ reached }) => reached)),
    complied: mean(results.map(({ complied }) => complied)),
    windfallShare: paidCount === 0 ? null : windfallCount / paidCount,
    worstDistrict: worst === undefined ? null : (instant.city.meta.districtNames[worst.district] ?? null),
    worstDistrictSavedVehH: worst?.savedVehH ?? null,
    co2SavedKg: mean(results.map((result, row) => (nothing[row]?.counts?.co2Kg ?? 0) - (result.counts?.co2Kg ?? 0))),
    peakImportKw: null,
  };
}

function refused(name: string, refusal: string, eligible: number): RankedCandidate {
  return {
    ...{ name, refusal, eligible, delaySavedVehH: null, paidTokens: null, eurPerVehH: null, reached: null },
    ...{ complied: null, windfallShare: null, worstDistrict: null, worstDistrictSavedVehH: null },
    ...{ co2SavedKg: null, peakImportKw: null },
  };
}

function worstDistrict(results: readonly EnsembleResult[], nothing: readonly EnsembleResult[]) {
  const districts = results[0]?.counts?.delayOfDistrictS.length ?? 0;
  let worst: { district: number; savedVehH: number } | undefined;
  for (let district = 0; district < districts; district++) {
    const savedVehH = mean(
      results.map(
        (result, row) =>
          ((nothing[row]?.counts?.delayOfDistrictS[district] ?? 0) - (result.counts?.delayOfDistrictS[district] ?? 0)) /
          3600,
      ),
    );
    if (worst === undefined || savedVehH < worst.savedVehH) worst = { district, savedVehH };
  }
  return worst;
}

/** "Surely": the 90 % interval lies above zero. */
function bestOf(ranked: readonly RankedCandidate[]): string {
  const sure = ranked.filter(({ delaySavedVehH }) => (delaySavedVehH?.low ?? 0) > 0);
  const [best] = sure.sort(
    (a, b) =>
      (a.eurPerVehH ?? Infinity) - (b.eurPerVehH ?? Infinity) ||
      (b.delaySavedVehH?.mean ?? 0) - (a.delaySavedVehH?.mean ?? 0),
  );
  return best?.name ?? doNothing;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
