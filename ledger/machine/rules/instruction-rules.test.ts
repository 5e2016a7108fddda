import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../../common/canonical";
import {
  avoidPayload,
  chainId,
  chainWithContracts,
  challengeS,
  commit,
  contractOf,
  expectOutcome,
  keyOf,
  moveTo,
  offersTransaction,
  officer,
  passageTransaction,
  settleTransaction,
  signed,
  startS,
  termsOf,
  type TestChain,
} from "../../../test/verification/ledger-chain";
import { bonusPoolId, rewardPoolId, signAsMember } from "../../solo/consortium";
import {
  countMatches,
  listRewritten,
  readContract,
  readInstruction,
  readParameters,
  readPoolBalance,
  readTotals,
  tryInstruction,
} from "../readers";
import { encodeParameters } from "../records/governance-records";
import { refusalCodes, type RefusalName } from "../refusals";
import { parametersPath } from "../state-paths";
import { update } from "../tree/tree";
import { decodeOrder, rewrittenRootOf } from "./instruction-rules";

type Avoid = ReturnType<typeof avoidPayload>;

/** Sends an instruction; the dry run before must say what the block then says. */
function instruct(chain: TestChain, payload: Avoid, refusal: RefusalName | null): string {
  const tried = tryInstruction(
    chain.state,
    { instructionId: "00".repeat(31), ...payload },
    officer.publicKey,
    chain.state.timeS + 1,
  );
  expect(tried.refusal?.name ?? null).toBe(refusal);
  const { data } = expectOutcome(chain, signed(chain, officer, payload), refusal);
  if (refusal !== null) return "";
  const order = decodeOrder(data);
  if (!order.ok) throw new Error(order.error.message);
  expect(order.value.rewritten).toBe(tried.contractIds?.length);
  return order.value.instructionId;
}

describe("an instruction", () => {
  it("rewrites every matching contract in its own block, escrows the largest payout, and says which", async () => {
    const chain = await chainWithContracts(5);
    const elsewhere = termsOf({ itinerary: [{ ...termsOf().itinerary[0], terminal: 9 }] });
    expectOutcome(chain, await offersTransaction(chain, [{ holder: 5, terms: elsewhere }]), null);
    const poolBefore = readPoolBalance(chain.state, bonusPoolId) ?? 0n;
    const id = instruct(chain, avoidPayload(), null);
    const expected = [0, 1, 2, 3, 4].map(contractOf).sort();
    expect(listRewritten(chain.state, id)).toEqual(expected);
    for (const contractId of expected) {
      const contract = readContract(chain.state, contractId);
      expect(contract?.revision).toBe(2);
      expect(contract?.terms.ways.map((way) => way.instructionId)).toEqual([id]);
    }
    expect(readContract(chain.state, contractOf(5))?.revision).toBe(1);
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(poolBefore - 5_000_000n);
    const record = readInstruction(chain.state, id);
    expect(record).toMatchObject({
      rewritten: 5,
      openMicro: 5_000_000n,
      escrowMicro: 5_000_000n,
      issuedHeight: chain.state.height,
    });
    expect(record?.rewrittenRoot).toBe(toHex(rewrittenRootOf(expected)));
    expect(record?.rewrittenRoot).toBe(referenceRoot(expected));
    expect(readTotals(chain.state).instructions).toBe(1);
  });

  it("sees the contracts and passages of its own block before it", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1650);
    const late = termsOf({ departure: { fromS: startS + 1000, untilS: startS + 2000 } });
    const [, , order] = commit(chain, [
      await offersTransaction(chain, [{ holder: 1, terms: late }]),
      await passageTransaction(0, 2, startS + 1650),
      signed(chain, officer, avoidPayload()),
    ]);
    expect(decodeOrder(order.data)).toMatchObject({ ok: true, value: { rewritten: 1 } });
    expect(readContract(chain.state, contractOf(1))?.revision).toBe(2);
    expect(readContract(chain.state, contractOf(0))?.revision).toBe(1);
  });

  it.each<[RefusalName, Partial<Avoid>]>([
    ["bonus-not-positive", { bonusMicro: 0n }],
    ["budget-not-positive", { budgetMicro: 0n }],
    ["budget-above-grant", { budgetMicro: 50_000_000_001n }],
    ["payout-above-budget", { budgetMicro: 2_999_999n }],
    ["scope-empty", { scope: { ...avoidPayload().scope, terminals: [] } }],
    ["scope-window-empty", { scope: { ...avoidPayload().scope, untilS: startS + 1000 } }],
    ["expiry-in-the-past", { expiresAtS: startS + 2 }],
    ["expiry-before-window", { expiresAtS: startS + 1000 }],
  ])("is refused: %s", async (refusal, change) => {
    const chain = await chainWithContracts(3);
    const poolBefore = readPoolBalance(chain.state, bonusPoolId);
    instruct(chain, avoidPayload(change), refusal);
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(poolBefore);
    expect(readContract(chain.state, contractOf(0))?.revision).toBe(1);
  });

  it("with a negative bonus has no encoding, and the dry run says why", async () => {
    const chain = await chainWithContracts(1);
    const payload = avoidPayload({ bonusMicro: -1n });
    const instruction = { instructionId: "00".repeat(31), ...payload };
    expect(tryInstruction(chain.state, instruction, officer.publicKey, startS + 10).refusal?.name).toBe(
      "bonus-not-positive",
    );
    expect(() => signed(chain, officer, payload)).toThrow(/amount/);
  });

  it("is refused from anyone but an officer in force, within the area and the pool", async () => {
    const chain = await chainWithContracts(1);
    for (const role of ["treasury", "certificateAuthority", "custodian", "supervisoryAuthority"] as const) {
      expectOutcome(chain, signed(chain, keyOf(role), avoidPayload()), "role-wrong");
    }
    expectOutcome(chain, signed(chain, keyOf("commuter", 0), avoidPayload()), "sender-unknown");
    const narrow = keyOf("commuter", 50);
    const grant = {
      role: "roadAuthority",
      poolId: 7,
      budgetMaxMicro: 5_000_000n,
      twoOfficersAboveMicro: null,
      area: [1, 3],
    } as const;
    const authority = keyOf("certificateAuthority");
    const enrol = { kind: "enrol", publicKey: narrow.publicKey, grant, validUntilS: 0 } as const;
    expectOutcome(chain, signed(chain, authority, enrol), null);
    expectOutcome(chain, signed(chain, narrow, avoidPayload({ budgetMicro: 1n })), "outside-area");
    const inArea = avoidPayload({ scope: { ...avoidPayload().scope, terminals: [1, 3] }, budgetMicro: 1_000_000n });
    expectOutcome(chain, signed(chain, narrow, inArea), "budget-above-pool");
    const treasury = keyOf("treasury");
    const destination = { kind: "pool", poolId: 7 } as const;
    expectOutcome(chain, signed(chain, treasury, { kind: "fund", destination, amountMicro: 1_000_000n }), null);
    expectOutcome(chain, signed(chain, narrow, inArea), null);
    expectOutcome(chain, signed(chain, narrow, inArea), "budget-above-pool");
    expectOutcome(chain, signed(chain, authority, { kind: "revoke", publicKey: officer.publicKey }), null);
    expectOutcome(chain, signed(chain, officer, avoidPayload()), "sender-revoked");
  });

  it("cannot be replayed, changed or sent in another's name", async () => {
    const chain = await chainWithContracts(2);
    const bytes = signAsMember(chainId, officer, 0, avoidPayload());
    const byAnother = signAsMember(chainId, keyOf("commuter", 60), 0, avoidPayload());
    expectOutcome(chain, byAnother, "sender-unknown");
    for (let at = 0; at < bytes.length; at += 3) {
      const forged = bytes.slice();
      forged[at] ^= 0x10;
      expect(commit(chain, [forged])[0].code).not.toBe(0);
    }
    expectOutcome(chain, bytes, null);
    expectOutcome(chain, bytes, "nonce-wrong");
    expect(readContract(chain.state, contractOf(0))?.revision).toBe(2);
  });

  it("that expired on the way is refused", async () => {
    const chain = await chainWithContracts(1);
    const bytes = signed(chain, officer, avoidPayload({ expiresAtS: startS + 1500 }));
    moveTo(chain, 1500);
    expectOutcome(chain, bytes, "expiry-in-the-past");
  });

  it("rewrites a contract at most four times", async () => {
    const chain = await chainWithContracts(1);
    for (let count = 0; count < 4; count++) instruct(chain, avoidPayload({ incidentId: `incident ${count}` }), null);
    const fifth = instruct(chain, avoidPayload({ incidentId: "incident 5" }), null);
    expect(readInstruction(chain.state, fifth)?.rewritten).toBe(0);
    expect(readContract(chain.state, contractOf(0))?.revision).toBe(5);
  });

  it("that would rewrite more contracts than the parameters allow is refused", async () => {
    const chain = await chainWithContracts(3);
    const parameters = { ...readParameters(chain.state), instructionMatchesMax: 2 };
    chain.state = {
      ...chain.state,
      tree: update(chain.state.tree, new Map([[parametersPath, encodeParameters(parameters)]])),
    };
    instruct(chain, avoidPayload(), "matches-too-many");
    expect(countMatches(chain.state, { instructionId: "", ...avoidPayload() }, startS)).toBeUndefined();
  });
});

/** RFC 6962, section 2.1, as it reads. */
function referenceRoot(ids: readonly string[]): string {
  const hash = (...parts: Uint8Array[]) => {
    const digest = createHash("sha256");
    for (const part of parts) digest.update(part);
    return new Uint8Array(digest.digest());
  };
  const root = (items: readonly Uint8Array[]): Uint8Array => {
    if (items.length === 1) return hash(new Uint8Array([0]), items[0]);
    let split = 1;
    while (split * 2 < items.length) split *= 2;
    return hash(new Uint8Array([1]), root(items.slice(0, split)), root(items.slice(split)));
  };
  return toHex(root(ids.map((id) => fromHex(id) ?? new Uint8Array(0))));
}

describe("what an instruction pays", () => {
  const dueS = 1000 + 3600 + challengeS;

  /** Holder 0 complies, 1 follows the old itinerary, 2 passes terminal 2 outside its own window, 3 stays at home. */
  async function drivenChain(payload: Avoid): Promise<{ chain: TestChain; id: string }> {
    const chain = await chainWithContracts(4);
    const id = instruct(chain, payload, null);
    const passages: readonly [holder: number, terminal: number, afterS: number][] = [
      [1, 1, 1100],
      [2, 1, 1110],
      [1, 2, 1700],
      [0, 3, 2250],
      [1, 3, 2300],
      [2, 2, 2350],
      [2, 3, 2400],
    ];
    for (const [holder, terminal, afterS] of passages) {
      moveTo(chain, afterS);
      expectOutcome(chain, await passageTransaction(holder, terminal, startS + afterS), null);
    }
    return { chain, id };
  }
  const everyone = [0, 1, 2, 3].map(contractOf);

  it("is the bonus for who complied, out of the escrow, and the rest returns to the pool", async () => {
    const { chain, id } = await drivenChain(avoidPayload());
    const [bonusPool, rewardPool] = [bonusPoolId, rewardPoolId].map((pool) => readPoolBalance(chain.state, pool) ?? 0n);
    moveTo(chain, dueS);
    expectOutcome(chain, settleTransaction(everyone), null);
    const wallets = everyone.map((contractId) => readContract(chain.state, contractId)?.settlement);
    expect(wallets.map((settlement) => settlement?.kind)).toEqual(["rewardAndBonus", "reward", "penalty", "excused"]);
    expect(wallets.map((settlement) => settlement?.walletMicro)).toEqual([3_500_000n, 2_500_000n, 0n, 500_000n]);
    expect(readInstruction(chain.state, id)).toMatchObject({
      openMicro: 0n,
      arrivedMicro: 0n,
      escrowMicro: 0n,
      paidMicro: 1_000_000n,
      paidCount: 1,
    });
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(bonusPool + 3_000_000n);
    expect(readPoolBalance(chain.state, rewardPoolId)).toBe(rewardPool + 2_000_000n + 500_000n + 2_000_000n);
    expectOutcome(chain, settleTransaction(everyone), "contract-settled");
    expect(readTotals(chain.state)).toMatchObject({ fulfilled: 2, defaulted: 1, excused: 1 });
  });

  it("can be released after the expiry, but for who arrived before it", async () => {
    const { chain, id } = await drivenChain(avoidPayload({ expiresAtS: startS + 2320 }));
    expectOutcome(chain, settleTransaction([], [id]), "release-too-early");
    moveTo(chain, 2320 + challengeS - 2);
    expectOutcome(chain, settleTransaction([], [id]), "release-too-early");
    const before = readPoolBalance(chain.state, bonusPoolId) ?? 0n;
    // Holders 0 and 1 reached terminal 3 before the expiry: their bonuses stay in escrow until they are settled.
    expectOutcome(chain, settleTransaction([], [id]), null);
    expect(readInstruction(chain.state, id)).toMatchObject({
      released: true,
      escrowMicro: 2_000_000n,
      arrivedMicro: 2_000_000n,
    });
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(before + 2_000_000n);
    expectOutcome(chain, settleTransaction([], [id]), "instruction-released");
    expectOutcome(chain, settleTransaction([], ["ee".repeat(31)]), "instruction-unknown");
    moveTo(chain, dueS);
    expectOutcome(chain, settleTransaction(everyone), null);
    expect(readInstruction(chain.state, id)).toMatchObject({ escrowMicro: 0n, paidMicro: 1_000_000n, openMicro: 0n });
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(before + 3_000_000n);
  });

  it("is not earned by a passage that governance lets come after the release", async () => {
    const chain = await chainWithContracts(2);
    const id = instruct(chain, avoidPayload({ expiresAtS: startS + 2320 }), null);
    moveTo(chain, 2320 + challengeS);
    expectOutcome(chain, settleTransaction([], [id]), null);
    const longer = { challengeS: 3600, passageAgeMaxS: 3600 };
    const parameters = { ...readParameters(chain.state), ...longer };
    const decision = { kind: "setParameters", parameters } as const;
    expectOutcome(chain, signed(chain, keyOf("validator"), { kind: "govern", decision }), null);
    const before = readContract(chain.state, contractOf(0))?.passages;
    expectOutcome(chain, await passageTransaction(0, 3, startS + 2319), "passage-after-release");
    expect(readContract(chain.state, contractOf(0))?.passages).toEqual(before);
    // Too late for the bonus in any case, and in time for the reward: nothing was released of it.
    expectOutcome(chain, await passageTransaction(1, 3, startS + 2320), null);
    moveTo(chain, 1000 + 3600 + 3600);
    expectOutcome(chain, settleTransaction([0, 1].map(contractOf)), null);
    const settled = [0, 1].map((holder) => readContract(chain.state, contractOf(holder))?.settlement);
    expect(settled).toMatchObject([
      { kind: "excused", bonusMicro: 0n },
      { kind: "reward", bonusMicro: 0n },
    ]);
    expect(readInstruction(chain.state, id)).toMatchObject({ escrowMicro: 0n, arrivedMicro: 0n, paidMicro: 0n });
  });

  it("is never more than the escrow when two instructions overlap", async () => {
    const chain = await chainWithContracts(2);
    const first = instruct(chain, avoidPayload({ bonusMicro: 600_000n }), null);
    const second = instruct(
      chain,
      avoidPayload({ scope: { terminals: [1, 2], fromS: startS + 1000, untilS: startS + 3000 }, bonusMicro: 300_000n }),
      null,
    );
    moveTo(chain, 2250);
    for (const holder of [0, 1]) expectOutcome(chain, await passageTransaction(holder, 3, startS + 2250), null);
    expectOutcome(chain, await passageTransaction(1, 1, startS + 2240), null);
    moveTo(chain, dueS);
    expectOutcome(chain, settleTransaction([0, 1].map(contractOf)), null);
    expect(readContract(chain.state, contractOf(0))?.settlement?.bonusMicro).toBe(900_000n);
    expect(readContract(chain.state, contractOf(1))?.settlement?.bonusMicro).toBe(600_000n);
    expect(readInstruction(chain.state, first)).toMatchObject({ paidMicro: 1_200_000n, escrowMicro: 0n });
    expect(readInstruction(chain.state, second)).toMatchObject({ paidMicro: 300_000n, escrowMicro: 0n });
  });

  it("refusals have one code each", () => {
    const codes = [...refusalCodes().values()];
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).not.toContain(0);
  });
});
