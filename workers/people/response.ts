import { Decision, draw } from "../../common/draw";
import { exp, log } from "../kernel/maths";
import type { ParameterValues } from "./parameters";
import { trustUtility } from "./trust";

/** What one person is asked, as far as the answer depends on it. */
export interface Request {
  readonly person: number;
  /** Euros on top for complying. */
  readonly bonusEur: number;
  /** Seconds that complying takes longer than the usual way; negative when it is quicker. */
  readonly detourS: number;
  /** Seconds that complying moves the departure by; negative when it is earlier. */
  readonly shiftS: number;
  /** Trust in such messages, 0 … 1; absent: that with which everybody begins. */
  readonly trust?: number;
}

export interface Response {
  readonly hears: boolean;
  /** Seconds from sending to hearing. */
  readonly delayS: number;
  readonly complies: boolean;
}

/**
 * How a person answers an instruction: pure, drawn by (seed, person, decision, instruction).
 * Complying is a binary logit: without a reward it is what closure signs reach, a reward adds log-odds that saturate,
 * a detour or a moved departure costs what its time is worth at the same slope, trust adds or takes. Sources in parameters.ts.
 */
export function respond(request: Request, instruction: number, seed: number, values: ParameterValues): Response {
  const { person } = request;
  const hears = draw(seed, person, Decision.hearsInstruction, instruction) < values.hears;
  const delayS = draw(seed, person, Decision.delayBeforeHearing, instruction) * values.hearingDelayMaxS;
  const burdenS = request.detourS + scheduleBurdenS(request.shiftS, values);
  const probability = complianceProbability(request.bonusEur, burdenS, values, request.trust);
  const complies = hears && draw(seed, person, Decision.compliesWithInstruction, instruction) < probability;
  return { hears, delayS, complies };
}

/** What a moved departure is worth in seconds of travel: early and late minutes as in Vickrey 1969 and Small 1982. */
export function scheduleBurdenS(shiftS: number, values: ParameterValues): number {
  return shiftS < 0 ? -shiftS * values.earlyCost : shiftS * values.lateCost;
}

/** Probability that a person who heard complies, 0 … 1. @param detourS seconds of travel that complying costs */
export function complianceProbability(
  bonusEur: number,
  detourS: number,
  values: ParameterValues,
  trust = values.trustInitial,
): number {
  const base = log(values.unpaidRerouting / (1 - values.unpaidRerouting));
  const detourEur = (detourS / 3600) * values.valueOfTimeEurPerH;
  const logOdds = base + rewardUtility(bonusEur, values) - values.rewardSlope * detourEur + trustUtility(trust, values);
  return 1 / (1 + exp(-logOdds));
}

/** Log-odds that a reward adds: linear, then flatter, then nothing more. */
export function rewardUtility(eur: number, values: ParameterValues): number {
  const counted = Math.min(Math.max(eur, 0), values.rewardMaximumEur);
  const steep = Math.min(counted, values.rewardSaturationEur);
  return values.rewardSlope * steep + values.rewardSlopeBeyond * (counted - steep);
}

/** Does this person, unpaid, look for another way when the usual one is (partly) closed? @param share closed lanes over all */
export function reroutesUnpaid(
  person: number,
  incident: number,
  share: number,
  seed: number,
  values: ParameterValues,
): boolean {
  return draw(seed, person, Decision.reroutesUnpaid, incident) < values.unpaidRerouting * share;
}
