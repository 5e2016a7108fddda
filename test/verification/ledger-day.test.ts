import { describe, expect, it } from "vitest";
import { fc } from "../support/properties";
import { readContract } from "../../ledger/machine/readers";
import { instructionIdOf } from "../../ledger/machine/state-paths";
import type { Payload } from "../../ledger/machine/transactions/payload";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import { signAsMember } from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { chainId, challengeS, commit, contractOf, fundedChain, genesis, keyOf } from "./ledger-chain";
import {
  amendmentOf,
  driveOf,
  modelPurses,
  predict,
  pursesOf,
  senderOf,
  transactionOf,
  type Act,
  type Model,
} from "./ledger-model";

/** A simulated day of valid and invalid transactions, judged by a model written apart from the rules. */
/** What is drawn; a word about an instruction says how far back it was given, the newest first. */
type Action =
  | Exclude<Act, { readonly kind: "amend" | "withdraw" | "release" | "state" | "agree" }>
  | {
      readonly kind: "amend";
      readonly back: number;
      readonly longerS: number;
      readonly more: number;
      readonly budget: number;
    }
  | { readonly kind: "withdraw" | "release"; readonly back: number }
  | { readonly kind: "drive"; readonly holder: number }
  | { readonly kind: "replay"; readonly back: number }
  | { readonly kind: "forge"; readonly at: number };

const holderCount = 5;
const holder = fc.nat(holderCount - 1);
const amount = fc.nat(3_000_000);
const terminal = fc.integer({ min: 1, max: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("mint" as const), amount, by: fc.constantFrom(0, "custodian" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fund" as const),
      by: fc.constant(0),
      to: fc.constantFrom("rewards" as const, "bonuses" as const, "custody" as const),
      amount,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("offer" as const),
      holder,
      inS: fc.constantFrom(0, 0, 5000),
      reward: fc.integer({ min: 0, max: 5_500_000 }),
      penalty: fc.integer({ min: 0, max: 2_200_000 }),
      consents: fc.boolean(),
    }),
  },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant("drive" as const), holder }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      holder,
      terminal,
      agoS: fc.integer({ min: -20, max: 150 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("instruct" as const),
      asks: fc.constantFrom("avoid", "avoid", "via", "later", "earlier", "hold"),
      byS: fc.integer({ min: 0, max: 900 }),
      via: fc.array(terminal, { minLength: 1, maxLength: 3 }),
      terminal,
      windowS: fc.integer({ min: -600, max: 1200 }),
      lastsS: fc.integer({ min: 1, max: 3000 }),
      bonus: fc.nat(2_000_000),
      budget: fc.nat(12_000_000),
      byTreasury: fc.boolean(),
      officer: fc.constant(0),
      two: fc.constant(false),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("amend" as const),
      back: fc.integer({ min: 1, max: 3 }),
      longerS: fc.integer({ min: -100, max: 900 }),
      more: fc.integer({ min: -10, max: 300_000 }),
      budget: fc.integer({ min: 4_000_000, max: 14_000_000 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("withdraw" as const, "release" as const),
      back: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), holder }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), holders: fc.uniqueArray(holder, { minLength: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replay" as const), back: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forge" as const), at: fc.nat() }) },
);
const day = fc.array(
  fc.record({ afterS: fc.integer({ min: 1, max: 500 }), actions: fc.array(action, { maxLength: 8 }) }),
  { minLength: 15, maxLength: 30 },
);

/** After everything: all that is left is settled. */
const evening = {
  afterS: 4000,
  actions: Array.from({ length: holderCount }, (_, row): Action => ({ kind: "settle", holders: [row] })),
};

/** What is sent of what was drawn. */
function actOf(model: Model, action: Exclude<Action, { readonly kind: "replay" | "forge" }>, nowS: number): Act {
  const alone = { officer: 0, two: false };
  switch (action.kind) {
    case "drive":
      return driveOf(model, action.holder, nowS);
    case "amend":
      return { ...amendmentOf(model, rowOf(model, action), action, nowS), ...alone };
    case "withdraw":
      return { kind: "withdraw", row: rowOf(model, action), ...alone };
    case "release":
      return { kind: "release", rows: [rowOf(model, action)] };
    case "mint":
    case "fund":
    case "offer":
    case "leave":
    case "pass":
    case "instruct":
    case "settle":
      return action;
  }
}

const rowOf = (model: Model, { back }: { readonly back: number }) => model.instructions.length - back;

function instructionIdIn(bytes: Uint8Array): string {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) throw new Error("signed by this test");
  return instructionIdOf(transaction.value.signBytes);
}

describe("a day on the ledger", () => {
  it("goes as the auditor's model says, to the micro-token after every block", async () => {
    const counts = { carriedOut: 0, refused: 0 };
    const outcomes = new Map<string, number>();
    const done = new Map<Act["kind"], number>();
    await fc.assert(
      fc.asyncProperty(day, async (blocks) => {
        const chain = fundedChain();
        const holders = Array.from({ length: holderCount }, (_, row) => row);
        const opening = pursesOf(chain.state, holders, 1, []);
        const parameters = { challengeS, passageAgeMaxS: challengeS };
        const model: Model = {
          treasuries: opening.treasuries,
          custody: opening.custody,
          rewards: opening.rewards ?? 0n,
          bonuses: opening.bonuses ?? 0n,
          minted: opening.minted,
          capMicro: genesis.capMicro,
          contracts: new Map(),
          instructions: [],
          spent: new Set(),
          officers: [{ budgetMax: 50_000_000_000n, twoAbove: null }],
          parameters,
          agreed: parameters,
        };
        const nonceOf = (key: KeyPair) => {
          const nonce = chain.nonces.get(key) ?? 0;
          chain.nonces.set(key, nonce + 1);
          return nonce;
        };
        const sent: Uint8Array[] = [];
        const sentIds: string[] = [];
        for (const { afterS, actions } of [...blocks, evening]) {
          const nowS = chain.state.timeS + afterS;
          const transactions: Uint8Array[] = [];
          const expected: boolean[] = [];
          for (const action of actions) {
            if (action.kind === "forge") {
              const payload: Payload = { kind: "mint", amountMicro: 1n };
              const treasury = keyOf("treasury");
              const bytes = signAsMember(chainId, treasury, chain.nonces.get(treasury) ?? 0, payload);
              bytes[action.at % bytes.length] ^= 1 + (action.at % 255);
              transactions.push(bytes);
              expected.push(false);
            } else if (action.kind === "replay") {
              const bytes = sent[sent.length - action.back];
              if (bytes === undefined) continue;
              transactions.push(bytes);
              expected.push(false);
            } else {
              const act = actOf(model, action, nowS);
              const bytes = await transactionOf(act, nowS, nonceOf, sentIds);
              transactions.push(bytes);
              const isCarriedOut = predict(model, act, nowS) === "carriedOut";
              expected.push(isCarriedOut);
              if (isCarriedOut) done.set(act.kind, (done.get(act.kind) ?? 0) + 1);
              if (isCarriedOut && act.kind === "instruct") sentIds.push(instructionIdIn(bytes));
              // What nobody sends may be due later: only what is signed or spent must never be taken twice.
              if (senderOf(act) !== null || (act.kind === "pass" && isCarriedOut)) sent.push(bytes);
            }
          }
          const results = commit(chain, transactions, afterS);
          expect(results.map(({ code }) => code === 0)).toEqual(expected);
          expect(pursesOf(chain.state, holders, 1, sentIds)).toEqual(modelPurses(model, holders));
          for (const { code } of results) counts[code === 0 ? "carriedOut" : "refused"]++;
        }
        for (let row = 0; row < holderCount; row++) {
          const kind = readContract(chain.state, contractOf(row))?.settlement?.kind;
          if (kind !== undefined) outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: 100 },
    );
    expect(counts.carriedOut).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(100);
    for (const kind of ["instruct", "amend", "withdraw", "release", "leave"] as const)
      expect(done.get(kind) ?? 0).toBeGreaterThan(20);
    // The test would prove little if days ended without every kind of ending.
    expect([...outcomes.keys()].sort()).toEqual(["excused", "penalty", "reward", "rewardAndBonus"]);
  });
});
