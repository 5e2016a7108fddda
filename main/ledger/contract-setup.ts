import { fail, succeed, type Result } from "../../common/result";
import { flawOfTerms, type ContractTerms } from "../../ledger/contracts/terms";
import { offersPerTransactionMax } from "../../ledger/machine/limits";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { clauseHashOf, commuterTemplate } from "../../ledger/solo/consortium";
import type { ChainWriter } from "./chain-writer";
import { refusalsOf } from "./chain-writer";
import type { DueContracts } from "./due-contracts";
import type { Holders } from "./holders";
import type { ContractOffer } from "./session-interface";
import { depositTransactions, type SessionMembers } from "./session-members";
import { blockSecondsOf, type SessionClock } from "./session-time";

/** Brings offers onto the chain: commuters sign, the custodian submits. */
export interface ContractSetup {
  /** @returns the contracts' ids in the order of the offers; they are in force */
  setUp(
    offers: readonly ContractOffer[],
    timeS: number,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Result<readonly string[]>>;
  /** Brings one offer that its holder signed elsewhere. @returns the height of the block that accepted it */
  bring(
    offer: Omit<ContractOffer, "contractIndex">,
    contractKey: Uint8Array,
    signature: Uint8Array,
    timeS: number,
  ): Promise<Result<number>>;
}

/** Offers of one block: about a tenth of a second in which the process does nothing else. */
const offersPerBlock = offersPerTransactionMax;

export function createContractSetup(
  clauseText: string,
  challengeS: number,
  clock: SessionClock,
  members: SessionMembers,
  writer: ChainWriter,
  holders: Holders,
  due: DueContracts,
): ContractSetup {
  const clause = { version: 1, hash: clauseHashOf(clauseText) };
  const accept = async (offers: readonly ContractOffer[], timeS: number): Promise<Result<readonly string[]>> => {
    const prepared = await members.offers(
      offers.map((offer) => ({ contractIndex: offer.contractIndex, terms: termsOf(offer, clock, clause) })),
    );
    const payload = { kind: "acceptOffers", offers: prepared.map(({ offer }) => offer) } as const;
    holders.add(prepared);
    const accepted = await carryOut(writer, [members.signed("custodian", payload)], timeS);
    if (!accepted.ok) return accepted;
    due.add(
      prepared.map(({ contractId, offer }) => ({
        contractId,
        dueS: offer.terms.deadlineS + challengeS,
      })),
    );
    return succeed(prepared.map(({ contractId }) => contractId));
  };
  return {
    bring: async (offer, contractKey, signature, timeS) => {
      const flawed = flawOf([{ ...offer, contractIndex: 0 }], clock, clause);
      if (flawed !== null) return flawed;
      const paid = await carryOut(writer, depositTransactions(members, BigInt(offer.penaltyMicro)), timeS);
      if (!paid.ok) return paid;
      const terms = termsOf({ ...offer, contractIndex: 0 }, clock, clause);
      const payload = { kind: "acceptOffers", offers: [{ terms, contractKey, signature }] } as const;
      const [submitted] = await writer.submit([members.signed("custodian", payload)], timeS);
      const written = await writer.write(timeS);
      if (!written.ok) return written;
      if (!submitted.ok) return submitted;
      const [refusal] = refusalsOf(written.value);
      const block = written.value.find(({ transactions }) => transactions.length > 0);
      if (refusal !== undefined) return { ok: false, error: refusal };
      if (block === undefined) return fail("the offer is in no block");
      due.add([{ contractId: contractIdOf(contractKey), dueS: terms.deadlineS + challengeS }]);
      return succeed(block.height);
    },
    setUp: async (offers, timeS, onProgress) => {
      const flawed = flawOf(offers, clock, clause);
      if (flawed !== null) return flawed;
      // The custodian's account must hold the deposits before offers are checked against it.
      const deposits = offers.reduce((sum, { penaltyMicro }) => sum + BigInt(penaltyMicro), 0n);
      const paid = await carryOut(writer, depositTransactions(members, deposits), timeS);
      if (!paid.ok) return paid;
      const ids: string[] = [];
      for (let at = 0; at < offers.length; at += offersPerBlock) {
        const accepted = await accept(offers.slice(at, at + offersPerBlock), timeS);
        if (!accepted.ok) return accepted;
        ids.push(...accepted.value);
        onProgress?.(ids.length, offers.length);
      }
      return succeed(ids);
    },
  };
}

/** Submits transactions that must all succeed, and writes their blocks. */
export async function carryOut(
  writer: ChainWriter,
  transactions: readonly Uint8Array[],
  timeS: number,
): Promise<Result<void>> {
  if (transactions.length === 0) return succeed(undefined);
  const refused = (await writer.submit(transactions, timeS)).find((submitted) => !submitted.ok);
  const written = await writer.write(timeS);
  if (!written.ok) return written;
  if (refused !== undefined && !refused.ok) return refused;
  const refusal = refusalsOf(written.value)[0];
  return refusal === undefined ? succeed(undefined) : { ok: false, error: refusal };
}

/** The first thing that is wrong with the offers, before anything is signed. */
function flawOf(
  offers: readonly ContractOffer[],
  clock: SessionClock,
  clause: ContractTerms["clause"],
): Result<never> | null {
  for (const offer of offers) {
    const where = `contract row ${offer.contractIndex}`;
    const numbers = [
      offer.contractIndex,
      offer.rewardMicro,
      offer.penaltyMicro,
      ...offer.itinerary.map(({ terminal }) => terminal),
    ];
    if (!numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) return fail("not a whole number", where);
    const times = [
      offer.departFromS,
      offer.departUntilS,
      offer.deadlineS,
      ...offer.itinerary.flatMap(({ fromS, untilS }) => [fromS, untilS]),
    ];
    if (!times.every((timeS) => Number.isFinite(timeS) && clock.midnightS + timeS >= 0))
      return fail("a time is missing", where);
    const flaw = flawOfTerms(termsOf(offer, clock, clause));
    if (flaw !== null) return fail(flaw, where);
  }
  return null;
}

function termsOf(offer: ContractOffer, clock: SessionClock, clause: ContractTerms["clause"]): ContractTerms {
  const time = (timeS: number) => blockSecondsOf(clock, timeS);
  return {
    template: commuterTemplate,
    clause,
    departure: { fromS: time(offer.departFromS), untilS: time(offer.departUntilS) },
    itinerary: offer.itinerary.map(({ terminal, fromS, untilS }) => ({
      terminal,
      fromS: time(fromS),
      untilS: time(untilS),
    })),
    deadlineS: time(offer.deadlineS),
    rewardMicro: BigInt(offer.rewardMicro),
    penaltyMicro: BigInt(offer.penaltyMicro),
    ways: [],
  };
}
