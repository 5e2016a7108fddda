import type { City } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import { assert } from "../../common/result";
import type { Instruction } from "../../ledger/contracts/instruction";
import type { EnsembleResult, EnsembleTask } from "../../workers/ensemble";
import type { Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import type { EnsemblePool } from "../host/ensemble-pool";
import { avoidedEdges, engineAction } from "./dispatch";
import { clearingS, horizonMaxS, lastDepartureS } from "./horizon";
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
  readonly arena: Arena;
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
  /** Of each candidate, and once more, with other seeds, of what was chosen among them. */
  readonly replications: number;
  /** How far it is looked from the incident's instant; undefined: until everything that is asked for is over. */
  readonly horizonS: number | undefined;
  /** It is looked at least so far then. */
  readonly horizonLeastS: number;
  /** The instruction goes out so long after the incident's instant, s. */
  readonly sentAfterS: number;
  readonly tokensPerEur: number;
}

/** One candidate's outcome, over the replications that it was chosen by. A field that is not computed is null. */
export interface RankedCandidate {
  readonly name: string;
  /** Why the ledger would refuse it; nothing was simulated then. */
  readonly refusal: string | null;
  readonly delaySavedVehH: Estimate | null;
  /** Null when the bonus can still be earned after the horizon. */
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
  /** What `best` saves in as many replications again, with seeds that choosing it has not seen; null: `do nothing`. */
  readonly bestSavedVehH: Estimate | null;
  /** The candidate whose mean saves most, whether it saves anything or not, with what it saves with such seeds; null: none was run. */
  readonly most: { readonly name: string; readonly delaySavedVehH: Estimate } | null;
  /** How far it was looked from the incident's instant, s. */
  readonly horizonS: number;
  /** Delay of all travellers within the horizon when nothing is sent, vehicle-hours. */
  readonly delayVehH: number;
  /** What the incident itself costs when nothing is sent: delay with it less delay without it, pair by pair. */
  readonly incidentVehH: Estimate;
}

export const doNothing = "do nothing";

/** Seeds of the replications: far from the neighbours that a user would try. */
const replicationSeed = (seed: number, replication: number) => (seed + 7919 * (replication + 1)) >>> 0;
/** Departures of a replication differ from the usual ones by up to so much, s. An assumption: nobody leaves to the second. */
const departureSpreadS = 30;

/**
 * Runs every candidate, doing nothing, and the city without the incident from the same instant, each with the same draws in a
 * replication (common random numbers), and compares. Replications differ in people's answers and by some seconds of their
 * departures; intervals are 90 %, over them. What is chosen by these is run again beside doing nothing, with fresh seeds:
 * the best of several would look better than it is by the draws that made it the best.
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
  const asked = candidates.map((candidate) => planOf(candidate, instant, atSending, sentTick, sentS, options));
  const horizonS = horizonOf(asked, instant, options);
  const plans = asked.map((plan) => withinHorizon(plan, instant, horizonS));
  const sendable = plans.filter(({ refusal }) => refusal === null);
  const batch = batchOf(instant, options, horizonS, pool);
  // Doing nothing and at most two that are chosen are run again.
  const total = options.replications * (sendable.length + 2 + (sendable.length === 0 ? 0 : 3));
  const arms = [[], instant.incident, ...sendable.map(({ command }) => [...instant.incident, command])];
  const [without = [], nothing = [], ...runs] = await batch(arms, 0, (done) => onProgress(done, total));
  const outcomes = new Map(sendable.map((plan, row) => [plan, runs[row] ?? []]));
  const ranked = [
    rankOf(doNothing, undefined, nothing, nothing, instant, options, horizonS),
    ...plans.map((plan) => {
      const results = outcomes.get(plan);
      return results === undefined
        ? refused(plan.candidate.name, plan.refusal ?? "", plan.contracts.length)
        : rankOf(plan.candidate.name, plan, results, nothing, instant, options, horizonS);
    }),
  ];
  const [best, most] = [bestOf(ranked), mostOf(ranked)];
  const chosen = sendable.filter(({ candidate }) => candidate.name === best || candidate.name === most);
  const fresh = await savedAgain(chosen, instant, options, batch, (done) =>
    onProgress(arms.length * options.replications + done, total),
  );
  onProgress(total, total);
  const mostSaved = fresh.get(most ?? "");
  return {
    candidates: ranked,
    best,
    bestSavedVehH: fresh.get(best) ?? null,
    most: most === undefined || mostSaved === undefined ? null : { name: most, delaySavedVehH: mostSaved },
    horizonS,
    delayVehH: mean(nothing.map(({ delayS }) => delayS / 3600)),
    incidentVehH: estimate(nothing.map((result, row) => savedVehH(result, without[row]))),
  };
}

/** What each arm's commands lead to, replication by replication. @param first number of the first replication */
type Batch = (
  arms: readonly (readonly TwinCommand[])[],
  first: number,
  onDone: (done: number) => void,
) => Promise<readonly (readonly EnsembleResult[])[]>;

function batchOf(instant: Instant, options: RankingOptions, horizonS: number, pool: EnsemblePool): Batch {
  const { replications } = options;
  return async (arms, first, onDone) => {
    const tasks = arms.flatMap((commands) =>
      Array.from({ length: replications }, (_, row) => task(instant, options, commands, first + row, horizonS)),
    );
    const results = await pool.run(tasks, onDone);
    return arms.map((_, arm) => results.slice(arm * replications, (arm + 1) * replications));
  };
}

/** What the chosen save, by name, in replications that have not chosen them. */
async function savedAgain(
  chosen: readonly Plan[],
  { incident }: Instant,
  { replications }: RankingOptions,
  batch: Batch,
  onDone: (done: number) => void,
): Promise<ReadonlyMap<string, Estimate>> {
  if (chosen.length === 0) return new Map();
  const arms = [incident, ...chosen.map(({ command }) => [...incident, command])];
  const [nothing = [], ...runs] = await batch(arms, replications, onDone);
  return new Map(
    chosen.map(({ candidate }, row) => [
      candidate.name,
      estimate((runs[row] ?? []).map((result, replication) => savedVehH(nothing[replication], result))),
    ]),
  );
}

/** Vehicle-hours of delay in one run less those in another of the same replication. */
function savedVehH(before: EnsembleResult | undefined, after: EnsembleResult | undefined): number {
  assert(before !== undefined && after !== undefined, "every arm is run in every replication");
  return (before.delayS - after.delayS) / 3600;
}

function task(
  instant: Instant,
  options: RankingOptions,
  commands: readonly TwinCommand[],
  replication: number,
  horizonS: number,
): EnsembleTask {
  const { memory, counts } = instant.arena;
  return {
    handle: { memory, counts },
    values: instant.values,
    seed: replicationSeed(options.seed, replication),
    departureSpreadS,
    horizonTicks: Math.round(horizonS / instant.tickS),
    commands,
    districtOfEdge: instant.city.columns.edgeDistrict,
  };
}

/** Until who is asked to leave last has arrived, and no bonus can be earned any more; at most `horizonMaxS`. */
function horizonOf(plans: readonly Plan[], instant: Instant, options: RankingOptions): number {
  if (options.horizonS !== undefined) return options.horizonS;
  const endS = plans
    .filter(({ refusal }) => refusal === null)
    .map(({ candidate, arrivedS }) => Math.max(candidate.instruction.expiresAtS, arrivedS) - nowOf(instant));
  return Math.min(horizonMaxS, Math.max(options.horizonLeastS, ...endS));
}

/** A departure that is moved beyond what is looked at would count as delay that was saved. */
function withinHorizon(plan: Plan, instant: Instant, horizonS: number): Plan {
  const isBeyond = plan.refusal === null && plan.arrivedS - nowOf(instant) > horizonS;
  return isBeyond ? { ...plan, refusal: "departure-beyond-horizon" } : plan;
}

const nowOf = ({ startS, tick, tickS }: Instant) => startS + tick * tickS;

/** Contracts are matched by what was passed until the instruction stands in a block: that of the first replication. */
async function passagesAtSending(instant: Instant, options: RankingOptions, pool: EnsemblePool): Promise<Passages> {
  if (options.sentAfterS <= 0) return instant.passages;
  const probing = task(instant, options, instant.incident, 0, options.sentAfterS);
  const [probe] = await pool.run([probing], () => undefined);
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
  /** By when whoever is asked to leave at another time has arrived, s after midnight; -Infinity: nobody is. */
  readonly arrivedS: number;
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
  const people = contracts.map((contract) => book.personOfContract[contract]);
  const command: Extract<TwinCommand, { kind: "instruct" }> = {
    kind: "instruct",
    tick: sentTick,
    instruction: 1,
    blockHeight: 0,
    transactionHash: "",
    people,
    bonusEur: Number(instruction.bonusMicro) / 1_000_000 / tokensPerEur,
    avoidEdges: avoidedEdges(city, [instant.incidentEdge], instruction.scope.terminals),
    action: engineAction(instruction.action, city, tickAt),
  };
  const arrivedS = lastDepartureS(instant.arena, people, command.action, sentTick) + departureSpreadS + clearingS;
  const refusal = refusalOf(instruction, contracts.length, Math.floor(sentS));
  return { candidate, contracts, refusal, command, arrivedS };
}

function rankOf(
  name: string,
  plan: Plan | undefined,
  results: readonly EnsembleResult[],
  nothing: readonly EnsembleResult[],
  instant: Instant,
  options: RankingOptions,
  horizonS: number,
): RankedCandidate {
  const paidFor = (result: EnsembleResult | undefined) =>
    plan === undefined
      ? new Set<number>()
      : bonusesEarned(instant.book, plan.contracts, passagesIn(instant, result), plan.candidate.instruction);
  const delaySavedVehH = estimate(results.map((result, row) => savedVehH(nothing[row], result)));
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
  // Who arrives after the horizon may earn the bonus, too: what is paid is not known before it has expired.
  const isPaidUp = (plan?.candidate.instruction.expiresAtS ?? 0) - nowOf(instant) <= horizonS;
  const paidTokens = isPaidUp ? (paidCount / results.length) * bonusTokens : null;
  const paidEur = paidTokens === null ? null : paidTokens / options.tokensPerEur;
  const worst = plan === undefined ? undefined : worstDistrict(results, nothing);
  return {
    name,
    refusal: null,
    delaySavedVehH,
    paidTokens,
    eurPerVehH: paidEur !== null && delaySavedVehH.mean > 0 ? paidEur / delaySavedVehH.mean : null,
    eligible: plan?.contracts.length ?? 0,
    reached: mean(results.map(({ reached }) => reached)),
    complied: mean(results.map(({ complied }) => complied)),
    windfallShare: !isPaidUp || paidCount === 0 ? null : windfallCount / paidCount,
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

/** The one whose mean saves most. */
function mostOf(ranked: readonly RankedCandidate[]): string | undefined {
  const meanOf = ({ delaySavedVehH }: RankedCandidate) => delaySavedVehH?.mean ?? -Infinity;
  const run = ranked.filter((one) => one.name !== doNothing && one.delaySavedVehH !== null);
  return run.reduce<RankedCandidate | undefined>(
    (most, one) => (most === undefined || meanOf(one) > meanOf(most) ? one : most),
    undefined,
  )?.name;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
