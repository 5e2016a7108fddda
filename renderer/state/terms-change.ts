import type { ContractEvent, ContractWay } from "../../common/commuter-api";

/** What a contract pays and asks for, as far as instructions change it. */
export interface StandingTerms {
  readonly rewardMicro: number;
  readonly penaltyMicro: number;
  /** Ways that instructions added, oldest first. */
  readonly ways: readonly ContractWay[];
}

/** The terms before and after one rewriting of a history; undefined when the event is none. */
export function termsAround(
  events: readonly ContractEvent[],
  event: ContractEvent,
): { readonly before: StandingTerms; readonly after: StandingTerms } | undefined {
  if (event.kind !== "rewritten") return undefined;
  const accepted = events.find(({ kind }) => kind === "accepted");
  const { rewardMicro, penaltyMicro } = accepted?.kind === "accepted" ? accepted : { rewardMicro: 0, penaltyMicro: 0 };
  return {
    before: { rewardMicro, penaltyMicro, ways: event.before },
    after: { rewardMicro, penaltyMicro, ways: event.after },
  };
}

/** The most that instructions add to the reward: each way's bonus is paid once. */
export function mostBonusMicro({ ways }: StandingTerms): number {
  return ways.reduce((sum, { bonusMicro }) => sum + bonusMicro, 0);
}
