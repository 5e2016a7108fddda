import type { MicroTokens } from "../../common/money";
import { succeed, type Result } from "../../common/result";
import { arrivalBy, arrivedForBonus, followedItinerary, respectsWay, type ContractPassage } from "./passages";
import { endOf, type ContractTerms } from "./terms";

/**
 * How a contract ends.
 * - reward: the itinerary was followed, or a way was that earns no bonus (any more)
 * - rewardAndBonus: an instruction was complied with in time
 * - penalty: neither
 * - excused: nothing was done that the instruction forbids, but it was not followed to its end: the destination was not
 *   reached in time, or not over the terminals named. Nobody is penalised for having left the old itinerary as
 *   instructed; the reward is not earned either. So does a contract end that its holder left in time, and one whose
 *   holder is not seen any more for lack of consent.
 */
export type OutcomeKind = "reward" | "rewardAndBonus" | "penalty" | "excused";

export interface Outcome {
  readonly kind: OutcomeKind;
  /** Paid out of the contract's escrow: the reward or nothing. */
  readonly rewardMicro: MicroTokens;
  /** Taken from the contract's deposit: the penalty or nothing. */
  readonly penaltyMicro: MicroTokens;
  /** Instructions whose bonus was earned, in the order of the ways. */
  readonly earned: readonly { readonly instructionId: string; readonly bonusMicro: MicroTokens }[];
}

/** What became of a contract; `active` is the only state that can be settled, or left. */
export type ContractState = "active" | "fulfilled" | "defaulted" | "excused" | "left";

export interface SettleableContract {
  readonly state: ContractState;
  readonly terms: ContractTerms;
}

export type SettlementRefusal = "contract-settled" | "settlement-too-early";

/**
 * Settles a contract, once: a contract that was settled is not active any more, and is refused.
 * @param challengeS how long after the last deadline passages may still come in
 */
export function settle(
  contract: SettleableContract,
  passages: readonly ContractPassage[],
  nowS: number,
  challengeS: number,
): Result<Outcome, SettlementRefusal> {
  if (contract.state !== "active") return { ok: false, error: "contract-settled" };
  if (nowS < endOf(contract.terms) + challengeS) return { ok: false, error: "settlement-too-early" };
  return succeed(outcomeOf(contract.terms, passages));
}

/** What the passages amount to, whatever the time. Predictions ask this of a journey that they simulated. */
export function outcomeOf(terms: ContractTerms, passages: readonly ContractPassage[]): Outcome {
  const respected = terms.ways.filter((way) => respectsWay(way, passages));
  const arrived = respected.some((way) => arrivalBy(way, terms, passages) !== null);
  const earned = respected
    .filter((way) => arrivedForBonus(terms, passages, way))
    .map(({ instructionId, bonusMicro }) => ({ instructionId, bonusMicro }));
  const none = { rewardMicro: 0n, penaltyMicro: 0n, earned };
  if (earned.length > 0) return { ...none, kind: "rewardAndBonus", rewardMicro: terms.rewardMicro };
  if (followedItinerary(terms, passages) || arrived) {
    return { ...none, kind: "reward", rewardMicro: terms.rewardMicro };
  }
  if (respected.length > 0) return { ...none, kind: "excused" };
  return { ...none, kind: "penalty", penaltyMicro: terms.penaltyMicro };
}

/** How a contract ends that its holder leaves in time, or whose holder is not seen any more for lack of consent: nothing is paid, and nothing is owed. */
export const outcomeExcused: Outcome = { kind: "excused", rewardMicro: 0n, penaltyMicro: 0n, earned: [] };

export function stateAfter(kind: OutcomeKind): Exclude<ContractState, "active" | "left"> {
  if (kind === "penalty") return "defaulted";
  return kind === "excused" ? "excused" : "fulfilled";
}
