import { expect } from "vitest";
import { assert } from "../../common/result";
import type { InstructedAction } from "../../ledger/contracts/instruction";
import type { ContractTerms } from "../../ledger/contracts/terms";
import { apply, check, type TransactionResult } from "../../ledger/machine/apply";
import { audit } from "../../ledger/machine/audit";
import { initialise } from "../../ledger/machine/genesis";
import { reasonOfCode, refusalCodes, type RefusalName } from "../../ledger/machine/refusals";
import type { State } from "../../ledger/machine/state";
import { contractIdOf } from "../../ledger/machine/state-paths";
import type { Payload } from "../../ledger/machine/transactions/payload";
import {
  bonusPoolId,
  challengeOf,
  clauseHashOf,
  commuterTemplate,
  rewardPoolId,
  signAsMember,
  signOffer,
  signPassage,
  unsignedTransaction,
} from "../../ledger/solo/consortium";
import { createSignatureCache, type KeyPair } from "../../ledger/solo/ed25519";
import { chainId, clause, genesis, keyOf, officer, startS } from "./ledger-genesis";

export * from "./ledger-genesis";

/** Terms that stand; itinerary 1 → 2 → 3, ten minutes each, from 1,000 s after the start. */
export function termsOf(overrides: Partial<ContractTerms> = {}): ContractTerms {
  const fromS = startS + 1000;
  return {
    template: commuterTemplate,
    clause: { version: 1, hash: clauseHashOf(clause) },
    departure: { fromS, untilS: fromS + 600 },
    itinerary: [1, 2, 3].map((terminal, index) => ({
      terminal,
      fromS: fromS + 600 * index,
      untilS: fromS + 600 * (index + 1),
    })),
    deadlineS: fromS + 3600,
    rewardMicro: 2_000_000n,
    penaltyMicro: 500_000n,
    ways: [],
    ...overrides,
  };
}

const signatures = createSignatureCache(1_000_000);
const codes = refusalCodes();

/** The machine alone, with real keys and signatures. */
export interface TestChain {
  state: State;
  readonly nonces: Map<KeyPair, number>;
}

export function createChain(): TestChain {
  const initialised = initialise(genesis);
  assert(initialised.ok, "the tests' genesis stands");
  return { state: initialised.value.state, nonces: new Map() };
}

/** Signs as a member with the member's next nonce. */
export function signed(chain: TestChain, key: KeyPair, payload: Payload): Uint8Array {
  const nonce = chain.nonces.get(key) ?? 0;
  chain.nonces.set(key, nonce + 1);
  return signAsMember(chainId, key, nonce, payload);
}

/** Applies a block, `afterS` after the last, and audits the state behind it. */
export function commit(
  chain: TestChain,
  transactions: readonly Uint8Array[],
  afterS = 1,
): readonly TransactionResult[] {
  const block = { height: chain.state.height + 1, timeS: chain.state.timeS + afterS, transactions };
  const applied = apply(chain.state, block, signatures.verify);
  chain.state = applied.state;
  expect(audit(chain.state)).toMatchObject({ ok: true });
  return applied.results;
}

export function checkOf(chain: TestChain, bytes: Uint8Array): TransactionResult {
  return check(chain.state, bytes, signatures.verify, chain.state.timeS + 1);
}

/** Applies one transaction and expects what `check` said of it before: to be refused by this name, or null: carried out. */
export function expectOutcome(chain: TestChain, bytes: Uint8Array, refusal: RefusalName | null): TransactionResult {
  const checked = checkOf(chain, bytes);
  const [result] = commit(chain, [bytes]);
  const expected = refusal === null ? 0 : codes.get(refusal);
  expect(reasonOfCode(result.code) ?? "carried out").toBe(
    refusal === null ? "carried out" : reasonOfCode(expected ?? -1),
  );
  expect(checked.code).toBe(result.code);
  return result;
}

function fundPools(chain: TestChain): void {
  const key = keyOf("treasury");
  const pay = (payload: Payload) => signed(chain, key, payload);
  const results = commit(chain, [
    pay({ kind: "mint", amountMicro: 500_000_000_000n }),
    pay({ kind: "fund", destination: { kind: "pool", poolId: rewardPoolId }, amountMicro: 100_000_000_000n }),
    signed(chain, keyOf("certificateAuthority"), {
      kind: "enrol",
      publicKey: officer.publicKey,
      grant: {
        role: "roadAuthority",
        poolId: bonusPoolId,
        budgetMaxMicro: 50_000_000_000n,
        twoOfficersAboveMicro: null,
        area: null,
      },
      validUntilS: 0,
    }),
    pay({ kind: "fund", destination: { kind: "pool", poolId: bonusPoolId }, amountMicro: 80_000_000_000n }),
    pay({
      kind: "fund",
      destination: { kind: "account", publicKey: keyOf("custodian").publicKey },
      amountMicro: 60_000_000_000n,
    }),
  ]);
  expect(results.map(({ log }) => log)).toEqual(["", "", "", "", ""]);
}

/** A chain whose treasury has minted, and paid into pools and the custodian's account; the officer is enrolled. */
export function fundedChain(): TestChain {
  const chain = createChain();
  fundPools(chain);
  return chain;
}

export async function offersTransaction(
  chain: TestChain,
  offers: readonly { readonly holder: number; readonly terms: ContractTerms }[],
): Promise<Uint8Array> {
  const custodian = keyOf("custodian");
  const signedOffers = await Promise.all(
    offers.map(({ holder, terms }) => signOffer(chainId, custodian.publicKey, keyOf("commuter", holder), terms)),
  );
  return signed(chain, custodian, { kind: "acceptOffers", offers: signedOffers });
}

/** A funded chain with contracts of holders 0 … count − 1. */
export async function chainWithContracts(count: number, terms: ContractTerms = termsOf()): Promise<TestChain> {
  const chain = fundedChain();
  const offers = Array.from({ length: count }, (_, holder) => ({ holder, terms }));
  const [result] = commit(chain, [await offersTransaction(chain, offers)]);
  expect(result.log).toBe("");
  return chain;
}

export const contractOf = (holder: number): string => contractIdOf(keyOf("commuter", holder).publicKey);

export function passageTransaction(holder: number, terminal: number, timeS: number): Promise<Uint8Array> {
  const commuter = keyOf("commuter", holder);
  const challenge = challengeOf(terminal, timeS, commuter.publicKey);
  return signPassage(chainId, keyOf("terminal", terminal), commuter, { terminal, timeS, challenge });
}

export function settleTransaction(contractIds: readonly string[], instructionIds: readonly string[] = []): Uint8Array {
  return unsignedTransaction(chainId, { kind: "settle", contractIds, instructionIds });
}

/** "Do not pass terminal 2 between 1,000 and 4,000 s after the start": concerns every contract of `termsOf`. */
export function avoidPayload(overrides: Partial<Extract<Payload, { kind: "instruct" }>> = {}) {
  return {
    kind: "instruct" as const,
    incidentId: "incident 1",
    scope: { terminals: [2], fromS: startS + 1000, untilS: startS + 4000 },
    action: { kind: "avoid" } as InstructedAction,
    expiresAtS: startS + 4000,
    bonusMicro: 1_000_000n,
    budgetMicro: 20_000_000n,
    ...overrides,
  };
}

/** Moves the chain's clock to this many seconds after the start, with an empty block. */
export function moveTo(chain: TestChain, afterStartS: number): void {
  commit(chain, [], startS + afterStartS - chain.state.timeS);
}
