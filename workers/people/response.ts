import { Decision, draw } from "../../common/draw";
import { exp, log } from "../kernel/maths";
import type { ParameterValues } from "./parameters";
import { trustUtility } from "./trust";

/** What a person expects of a journey. */
export interface Journey {
  readonly travelS: number;
  /** Arrival against the wanted one, s; earlier when negative. */
  readonly arrivalShiftS: number;
}

/** What one person is asked, as far as the answer depends on it. */
export interface Request {
  readonly person: number;
  /** Euros on top for complying. */
  readonly bonusEur: number;
  readonly complying: Journey;
  /** By the usual way at the usual time, as the road is now. */
  readonly staying: Journey;
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
 * more travel and a moved arrival cost what their time is worth at the same slope, trust adds or takes. Sources in parameters.ts.
 */
export function respond(request: Request, instruction: number, seed: number, values: ParameterValues): Response {
  const { person } = request;
  const hears = draw(seed, person, Decision.hearsInstruction, instruction) < values.hears;
  const delayS = draw(seed, person, Decision.delayBeforeHearing, instruction) * values.hearingDelayMaxS;
  const burdenS = journeyBurdenS(request.complying, values) - journeyBurdenS(request.staying, values);
  const probability = complianceProbability(request.bonusEur, burdenS, values, request.trust);
  const complies = hears && draw(seed, person, Decision.compliesWithInstruction, instruction) < probability;
  return { hears, delayS, complies };
}

/** What a journey costs in seconds of travel: early and late minutes of arrival as in Vickrey 1969 and Small 1982. */
export function journeyBurdenS({ travelS, arrivalShiftS }: Journey, values: ParameterValues): number {
  return travelS + (arrivalShiftS < 0 ? -arrivalShiftS * values.earlyCost : arrivalShiftS * values.lateCost);
}

/** Probability that a person who heard complies, 0 … 1. @param burdenS seconds of travel that complying costs */
export function complianceProbability(
  bonusEur: number,
  burdenS: number,
  values: ParameterValues,
  trust = values.trustInitial,
): number {
  const base = log(values.unpaidRerouting / (1 - values.unpaidRerouting));
  const burdenEur = (burdenS / 3600) * values.valueOfTimeEurPerH;
  const logOdds = base + rewardUtility(bonusEur, values) - values.rewardSlope * burdenEur + trustUtility(trust, values);
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
