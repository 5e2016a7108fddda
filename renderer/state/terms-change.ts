import type { ContractEvent, ContractWay } from "../../common/commuter-api";

/** What a contract pays and asks for, as far as instructions change it. */
export interface StandingTerms {
  readonly rewardMicro: number;
  readonly penaltyMicro: number;
  /** Ways that instructions added so far, oldest first. */
  readonly ways: readonly ContractWay[];
}

/** The terms before and after one rewriting of a history; undefined when the event is none. */
export function termsAround(
  events: readonly ContractEvent[],
  rewriting: ContractEvent,
): { readonly before: StandingTerms; readonly after: StandingTerms } | undefined {
  if (rewriting.kind !== "rewritten") return undefined;
  const accepted = events.find(({ kind }) => kind === "accepted");
  const { rewardMicro, penaltyMicro } = accepted?.kind === "accepted" ? accepted : { rewardMicro: 0, penaltyMicro: 0 };
  const ways = events.flatMap((event) =>
    event.kind === "rewritten" && event.version < rewriting.version ? [event.way] : [],
  );
  const before = { rewardMicro, penaltyMicro, ways };
  return { before, after: { ...before, ways: [...ways, rewriting.way] } };
}

/** The most that can be earned under these terms: each way's bonus is paid once. */
export function mostEarnedMicro({ rewardMicro, ways }: StandingTerms): number {
  return ways.reduce((sum, { bonusMicro }) => sum + bonusMicro, rewardMicro);
}
