import { flawOfInstruction, type Instruction } from "../../ledger/contracts/instruction";
import { isInstructable } from "../../ledger/contracts/matching";
import { withPassage, passagesPerContractMax, type ContractPassage } from "../../ledger/contracts/passages";
import { rewrite } from "../../ledger/contracts/rewriting";
import { outcomeOf } from "../../ledger/contracts/settlement";
import type { ContractTerms } from "../../ledger/contracts/terms";
import { eventWords, EventKind } from "../../workers/messages";
import type { ContractOffer } from "../ledger/session-ledger";
import type { ContractBook } from "./offers";

// The ledger's own rules, asked about journeys that were simulated: who would be instructed, who would be paid.

/** Passages of each contract, by the contract's row. */
export type Passages = ReadonlyMap<number, readonly ContractPassage[]>;

const noPassages: readonly ContractPassage[] = [];

/** The terms that an offer becomes, in seconds since midnight. Neither template nor clause is asked by any rule here. */
export function termsOfOffer(offer: ContractOffer): ContractTerms {
  return {
    template: { templateId: 1, version: 1 },
    clause: { version: 1, hash: "" },
    departure: { fromS: offer.departFromS, untilS: offer.departUntilS },
    itinerary: offer.itinerary,
    deadlineS: offer.deadlineS,
    rewardMicro: BigInt(offer.rewardMicro),
    penaltyMicro: BigInt(offer.penaltyMicro),
    ways: [],
  };
}

/** Adds what contract holders passed on their way to work. @param timeOf session time of a tick, s */
export function passagesOf(
  events: Uint32Array,
  book: ContractBook,
  timeOf: (tick: number) => number,
  before: Passages = new Map(),
): Passages {
  const passages = new Map(before);
  for (let at = 0; at < events.length; at += eventWords) {
    const trip = events[at + 1];
    if (events[at] !== EventKind.passedTerminal || trip % 2 === 1) continue;
    const contract = book.contractOfPerson[trip >> 1];
    if (contract < 0) continue;
    const known = passages.get(contract) ?? noPassages;
    if (known.length >= passagesPerContractMax) continue;
    passages.set(contract, withPassage(known, { terminal: events[at + 2], timeS: Math.floor(timeOf(events[at + 3])) }));
  }
  return passages;
}

/** Rows of the contracts that an instruction given now would rewrite, ascending. */
export function matchedContracts(
  book: ContractBook,
  passages: Passages,
  instruction: Instruction,
  nowS: number,
): number[] {
  const matched: number[] = [];
  book.offers.forEach((offer, contract) => {
    if (isInstructable(termsOfOffer(offer), passages.get(contract) ?? noPassages, instruction, nowS))
      matched.push(contract);
  });
  return matched;
}

/** Why a block would refuse the instruction with so many matches, or null. Roles and pools are not looked at. */
export function refusalOf(instruction: Instruction, matches: number, nowS: number): string | null {
  const flaw = flawOfInstruction(instruction, nowS);
  if (flaw !== null) return flaw;
  if (matches === 0) return "no-contract-matches";
  return BigInt(matches) * instruction.bonusMicro > instruction.budgetMicro ? "payout-above-budget" : null;
}

/** Of these contracts, which earn the instruction's bonus by these passages. */
export function bonusesEarned(
  book: ContractBook,
  contracts: readonly number[],
  passages: Passages,
  instruction: Instruction,
): ReadonlySet<number> {
  const earned = new Set<number>();
  for (const contract of contracts) {
    const offer = book.offers[contract];
    if (offer === undefined) continue;
    const outcome = outcomeOf(rewrite(termsOfOffer(offer), instruction), passages.get(contract) ?? noPassages);
    if (outcome.earned.length > 0) earned.add(contract);
  }
  return earned;
}
