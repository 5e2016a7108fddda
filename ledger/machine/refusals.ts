import { viaMax } from "../../common/itinerary";
import type { Failure, Result } from "../../common/result";
import {
  countWindowMaxS,
  instructionMatchesMax,
  leaveNoticeS,
  offerAheadMaxS,
  offersPerTransactionMax,
  releasesPerTransactionMax,
  settlementsPerTransactionMax,
  transactionBytesMax,
  walksPerBlockMax,
} from "./limits";

/**
 * Why a transaction is refused: a name, the code that stands in its result (a number, once given, keeps its meaning),
 * and the reason in words.
 */
const reasons = {
  malformed: [1, "the transaction is not in its canonical form"],
  "transaction-too-large": [2, `the transaction is larger than ${transactionBytesMax} bytes`],
  "wrong-chain": [3, "the transaction is for another chain"],
  "kind-unknown": [4, "this kind of transaction, or this version of it, is not known"],
  "signers-unexpected": [5, "the transaction is signed by others than those who must sign it"],
  "signature-invalid": [6, "a signature does not fit its key and the transaction"],
  "nonce-wrong": [7, "the sender's nonce was used before, or is too far ahead"],

  "sender-unknown": [20, "the sender's key is not enrolled"],
  "sender-revoked": [21, "the sender's credential was revoked"],
  "sender-expired": [22, "the sender's credential has expired"],
  "role-wrong": [23, "the sender's role may not do this"],
  "role-not-enrollable": [24, "members of this role come and go by governance, not by enrolment"],
  "credential-exists": [25, "the key was enrolled before"],
  "credential-unknown": [26, "no such key is enrolled"],
  "credential-revoked": [27, "the credential was revoked before"],
  "terminal-taken": [28, "the terminal already has a key in force"],
  "pool-purpose-wrong": [29, "the pool exists for another purpose"],

  "amount-not-positive": [30, "the amount is not positive"],
  "cap-exceeded": [31, "the supply would exceed its cap"],
  "balance-too-low": [32, "the sender's balance is too low"],
  "destination-unknown": [33, "the destination does not exist"],

  "template-version-wrong": [40, "a template's versions follow each other by one, and so do its clause's"],
  "template-unknown": [41, "there is no such template"],
  "template-not-current": [42, "the offer is for a version of the template that is not in force"],
  "clause-not-current": [43, "the offer carries no consent to the clause that is in force"],
  "offers-empty": [44, "there is no offer in the transaction"],
  "offer-too-late": [45, "the departure window is over"],
  "offer-signature-invalid": [46, "the commuter's signature does not fit the offer"],
  "contract-exists": [47, "the contract's key was used before"],
  "reward-above-template": [48, "the reward is higher than the template allows"],
  "penalty-above-template": [49, "the penalty is higher than the template allows"],
  "reward-pool-too-low": [50, "the reward pool is too low"],
  "deposit-too-low": [51, "the custodian's balance does not cover the deposits"],
  "itinerary-empty": [52, "the itinerary names no terminal"],
  "itinerary-too-long": [53, "the itinerary names too many terminals"],
  "window-empty": [54, "a window ends before it begins"],
  "itinerary-out-of-order": [55, "the itinerary's windows are out of order"],
  "deadline-before-itinerary": [56, "the deadline is before the end of the itinerary"],
  "contract-span-too-long": [57, "the contract lasts too long"],
  "reward-not-positive": [58, "the reward is not positive"],
  "amount-out-of-range": [59, "an amount is out of range"],
  "offers-too-many": [60, `there are more than ${offersPerTransactionMax} offers in the transaction`],
  "offer-too-early": [61, `the contract would end later than ${offerAheadMaxS / 86_400} days from now`],

  "terminal-unknown": [70, "the terminal is not enrolled"],
  "terminal-revoked": [71, "the terminal's credential was revoked"],
  "passage-too-old": [72, "the passage was attested too long ago"],
  "passage-ahead": [73, "the passage was attested in the future"],
  "nullifier-used": [74, "the terminal's challenge was used before"],
  "contract-unknown": [75, "there is no such contract"],
  "contract-settled": [76, "the contract was settled or left before"],
  "passage-outside-contract": [77, "the passage is outside the contract's time"],
  "passages-too-many": [78, "the contract holds no more passages"],
  "passage-implausible": [79, "the contract's holder passed another terminal too far away for the time between"],
  "leave-too-late": [81, `a contract is left at least ${leaveNoticeS / 60} minutes before it begins`],
  "passage-after-release": [80, "the passage would earn a bonus that went back to its pool"],

  "scope-empty": [90, "the instruction names no terminal"],
  "scope-too-large": [91, "the instruction names too many terminals"],
  "scope-not-ascending": [92, "the instruction's terminals do not ascend"],
  "scope-window-empty": [93, "the instruction's window ends before it begins"],
  "bonus-not-positive": [94, "the bonus is not positive"],
  "budget-not-positive": [95, "the budget is not positive"],
  "instruction-amount-out-of-range": [96, "an amount of the instruction is out of range"],
  "expiry-in-the-past": [97, "the instruction has expired"],
  "expiry-before-window": [98, "the instruction expires before its window begins"],
  "outside-area": [99, "the instruction names a terminal outside the authority's area"],
  "budget-above-grant": [
    100,
    "the budget, with what the officer answers for already, is above what the officer may spend",
  ],
  "budget-above-pool": [101, "the budget is above what the authority's bonus pool holds"],
  "payout-above-budget": [102, "the largest possible payout is above the budget"],
  "matches-too-many": [103, `the instruction matches more contracts than one may rewrite (${instructionMatchesMax})`],
  "via-empty": [104, "the itinerary instructed names no terminal"],
  "via-too-long": [105, `the itinerary instructed names more than ${viaMax} terminals`],
  "via-in-scope": [106, "the itinerary instructed passes a terminal that is to be avoided"],
  "shift-zero": [107, "the departure is not moved"],
  "shift-too-long": [108, "the departure is moved by too much"],
  "hold-in-the-past": [109, "the departure is held until a time that is over"],

  "settlement-empty": [110, "there is nothing to settle in the transaction"],
  "settlements-too-many": [111, `there are more than ${settlementsPerTransactionMax} contracts in the transaction`],
  "releases-too-many": [112, `there are more than ${releasesPerTransactionMax} instructions in the transaction`],
  "settlement-too-early": [113, "the contract's deadline or challenge window is not over"],
  "instruction-unknown": [114, "there is no such instruction"],
  "release-too-early": [115, "the instruction's expiry or challenge window is not over"],
  "instruction-released": [116, "the instruction was released before"],
  "settlement-padded": [117, "less than half of what the transaction names is due"],

  "hold-too-long": [120, "the departure is held for too long"],
  "instruction-of-others": [121, "the instruction was issued for another authority's pool"],
  "instruction-withdrawn": [122, "the instruction was withdrawn before"],
  "instruction-over": [123, "the instruction has expired"],
  "amendment-takes-back": [124, "an amendment takes back what was promised: end, expiry and bonus only grow"],
  "amendment-empty": [125, "the amendment changes nothing"],
  "pool-too-low": [126, "the authority's bonus pool does not hold what the amendment may cost"],
  "via-repeated": [127, "the itinerary instructed names a terminal twice"],
  "walks-too-many": [
    128,
    `the block walks over all contracts ${walksPerBlockMax} times already: the next one takes it`,
  ],

  "governance-threshold": [160, "not more than two thirds of the validators' power signed the decision"],
  "validators-fixed": [161, "this chain's validators do not change"],
  "validators-too-many": [162, "there is no room for another validator"],
  "validators-too-few": [163, "the last validator cannot leave"],
  "power-out-of-range": [164, "the voting power is out of range"],
  "governance-empty": [165, "the decision changes nothing"],
  "parameter-out-of-range": [166, "a parameter is out of range"],
  "cap-below-supply": [167, "the cap is below what was minted, or out of range"],
  "policy-out-of-range": [168, "no policy can be set for this kind of transaction"],
  "endorsement-missing": [169, "endorsers that the policy asks for did not sign"],
  "officers-too-few": [170, "above this budget a second officer of the authority signs"],
  "licence-suspended": [171, "the template's licence is suspended"],
  "licence-full": [172, "the template's licence allows no more contracts"],
  "consent-sequence-wrong": [130, "the statement or record does not follow the holder's last statement of consent"],
  "consent-unchanged": [131, "the statement changes nothing"],
  "erasure-demanded": [132, "the erasure of what is kept about the contract's holder was demanded or ordered"],
  "consent-missing": [133, "the contract's holder does not consent to it"],
  "records-empty": [134, "the transaction names nothing"],
  "record-exists": [135, "the record's identifier was used before"],
  "record-unknown": [136, "there is no such record"],
  "record-of-others": [137, "another custodian keeps the record"],
  "record-erased": [138, "the record was erased before"],
  "record-expired": [139, "the record may not be kept any more"],
  "retention-too-long": [140, "the record would be kept for too long"],
  "erasure-not-due": [141, "the record has not expired, and nobody demanded or ordered its erasure"],
  "territory-malformed": [142, "the territory is no code of ISO 3166"],
  "buyer-unknown": [143, "the buyer is not enrolled as a data buyer, or not any more"],
  "buyer-without-seat": [144, "it is not known under whose law the buyer handles data"],
  "outside-territory": [145, "the buyer is outside of the territory where the data were produced"],
  "key-released": [146, "the record's key was released to this buyer before"],
  "release-unknown": [147, "the chain gives no leave to hand over the record's key"],

  "sales-not-agreed": [180, "the consortium has not agreed on the sale of counts"],
  "question-of-one-terminal": [181, "origin and destination are the same terminal"],
  "count-window-out-of-range": [182, `the window is empty, longer than ${countWindowMaxS} s, or not over`],
  "epsilon-out-of-range": [183, "the epsilon is below the least, or above a contract's whole privacy budget"],
  "price-too-low": [184, "the price is below the least that was agreed on"],
  "sales-too-many": [185, "there is another order of counts in the block"],
  "custodian-unknown": [186, "the custodian that is to answer is not enrolled as one, or not any more"],
  "sale-unknown": [187, "there is no such sale"],
  "sale-of-others": [188, "another custodian answers this order"],
  "sale-answered": [189, "the order was answered before"],
  "count-below-threshold": [190, "too few contributed, or the count is too low, to be released"],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalName = keyof typeof reasons;

export interface Refusal {
  readonly name: RefusalName;
  /** Which part of the transaction, in words for a person. */
  readonly detail: string | null;
}

export const codespace = "pendulaire";

export function refuse(
  name: RefusalName,
  detail: string | null = null,
): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { name, detail } };
}

export type Ruling<T> = Result<T, Refusal>;

export function codeOf(refusal: Refusal): number {
  return reasons[refusal.name][0];
}

export function describeRefusal(refusal: Refusal): string {
  const reason = reasons[refusal.name][1];
  return refusal.detail === null ? reason : `${reason}: ${refusal.detail}`;
}

/** The reason that a code stands for; undefined for 0 and for codes of others. */
export function reasonOfCode(code: number): string | undefined {
  return Object.values(reasons).find(([known]) => known === code)?.[1];
}

/** Why a transaction was refused, by its result: with the refusal's name where the code is one of ours. */
export function failureOfResult(
  { code, log }: { readonly code: number; readonly log: string },
  where: string,
): Failure {
  const name = Object.entries(reasons).find(([, [known]]) => known === code)?.[0];
  const failure = { message: log, where };
  return name === undefined ? failure : { ...failure, said: { code: "ledger-refusal", args: { name, reason: log } } };
}

/** Names and codes, for documentation and for tests that look for doubles. */
export function refusalCodes(): ReadonlyMap<RefusalName, number> {
  return new Map(Object.entries(reasons).map(([name, [code]]) => [name as RefusalName, code]));
}
