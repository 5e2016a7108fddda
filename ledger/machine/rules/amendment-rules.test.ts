import { describe, expect, it } from "vitest";
import {
  avoidPayload,
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
import { bonusPoolId } from "../../solo/consortium";
import { listRewritten, readContract, readInstruction, readPoolBalance, tryAmendment } from "../readers";
import type { RefusalName } from "../refusals";
import type { AmendPayload } from "../transactions/payload";
import { decodeOrder, rewrittenRootOf } from "./instruction-rules";
import { toHex } from "../../../common/canonical";

function instruct(chain: TestChain): string {
  const { data } = expectOutcome(chain, signed(chain, officer, avoidPayload()), null);
  const order = decodeOrder(data);
  if (!order.ok) throw new Error(order.error.message);
  return order.value.instructionId;
}

/** As it was sent, but for what is changed. */
function amendment(instructionId: string, change: Partial<AmendPayload>): AmendPayload {
  const { scope, expiresAtS, bonusMicro, budgetMicro } = avoidPayload();
  return { kind: "amend", instructionId, untilS: scope.untilS, expiresAtS, bonusMicro, budgetMicro, ...change };
}

/** Sends an amendment; the dry run before must say what the block then says. */
function amend(chain: TestChain, payload: AmendPayload, refusal: RefusalName | null) {
  const tried = tryAmendment(chain.state, payload, officer.publicKey, chain.state.timeS + 1);
  expect(tried.refusal?.name ?? null).toBe(refusal);
  const poolBefore = readPoolBalance(chain.state, bonusPoolId) ?? 0n;
  expectOutcome(chain, signed(chain, officer, payload), refusal);
  if (refusal === null) expect(readPoolBalance(chain.state, bonusPoolId)).toBe(poolBefore - tried.addedMicro);
  return tried;
}

describe("an amendment", () => {
  it("reaches who can still follow it, adds whom it concerns now, and leaves the others what they were promised", async () => {
    const chain = await chainWithContracts(3);
    // Concerned only once the window goes on for longer.
    const late = termsOf({
      departure: { fromS: startS + 3000, untilS: startS + 3600 },
      itinerary: [1, 2, 3].map((terminal, at) => ({
        ...{ terminal, fromS: startS + 3000 + 600 * at + 600, untilS: startS + 3600 + 600 * at + 600 },
      })),
      deadlineS: startS + 7000,
    });
    expectOutcome(chain, await offersTransaction(chain, [{ holder: 3, terms: late }]), null);
    const id = instruct(chain);
    expect(listRewritten(chain.state, id)).toEqual([0, 1, 2].map(contractOf).sort());
    moveTo(chain, 1700);
    commit(chain, [await passageTransaction(0, 3, startS + 1700)]);
    const change = { untilS: startS + 5000, expiresAtS: startS + 7000, bonusMicro: 3_000_000n };
    const tried = amend(chain, amendment(id, change), null);
    expect(tried).toMatchObject({ contracts: 4, addedMicro: 2n * 2_000_000n + 3_000_000n });
    const bonuses = [0, 1, 2, 3].map((row) => readContract(chain.state, contractOf(row))?.terms.ways[0]);
    expect(bonuses.map((way) => way?.bonusMicro)).toEqual([1_000_000n, 3_000_000n, 3_000_000n, 3_000_000n]);
    expect(bonuses.map((way) => way?.avoid.untilS)).toEqual([4000, 5000, 5000, 5000].map((at) => startS + at));
    const carriers = [0, 1, 2, 3].map(contractOf).sort();
    expect(readInstruction(chain.state, id)).toMatchObject({
      ...{ revision: 2, revisedHeight: chain.state.height, rewritten: 4, bonusMicro: 3_000_000n },
      ...{ openMicro: 10_000_000n, escrowMicro: 10_000_000n, arrivedMicro: 1_000_000n, withdrawn: false },
      rewrittenRoot: toHex(rewrittenRootOf(carriers)),
    });
    expect(listRewritten(chain.state, id)).toEqual(carriers);
  });

  it.each<[RefusalName, Partial<AmendPayload>]>([
    ["amendment-empty", {}],
    ["amendment-takes-back", { bonusMicro: 999_999n }],
    ["amendment-takes-back", { untilS: startS + 3999 }],
    ["amendment-takes-back", { expiresAtS: startS + 3999 }],
    ["payout-above-budget", { bonusMicro: 2_000_000n, budgetMicro: 5_999_999n }],
    ["budget-above-grant", { budgetMicro: 50_000_000_001n }],
    ["instruction-unknown", { instructionId: "ab".repeat(31) }],
  ])("is refused: %s", async (refusal, change) => {
    const chain = await chainWithContracts(3);
    const id = instruct(chain);
    amend(chain, amendment(id, change), refusal);
    expect(readContract(chain.state, contractOf(0))?.revision).toBe(2);
  });

  it("is refused after expiry, after a withdrawal, and from others", async () => {
    const chain = await chainWithContracts(1);
    const id = instruct(chain);
    const more = amendment(id, { bonusMicro: 2_000_000n });
    expectOutcome(chain, signed(chain, keyOf("treasury"), more), "role-wrong");
    const narrow = keyOf("commuter", 50);
    const grant = {
      role: "roadAuthority",
      poolId: 7,
      budgetMaxMicro: 5_000_000n,
      twoOfficersAboveMicro: null,
      area: null,
    } as const;
    const enrol = { kind: "enrol", publicKey: narrow.publicKey, grant, validUntilS: 0 } as const;
    expectOutcome(chain, signed(chain, keyOf("certificateAuthority"), enrol), null);
    expectOutcome(chain, signed(chain, narrow, more), "instruction-of-others");
    expectOutcome(chain, signed(chain, narrow, { kind: "withdraw", instructionId: id }), "instruction-of-others");
    moveTo(chain, 4000);
    amend(chain, more, "instruction-over");
    expectOutcome(chain, signed(chain, officer, { kind: "withdraw", instructionId: id }), null);
    amend(chain, more, "instruction-withdrawn");
  });
});

describe("a withdrawal", () => {
  it("takes the way from who cannot have left, and leaves it to the others, who are paid", async () => {
    const chain = await chainWithContracts(1);
    const fromS = startS + 1600;
    const later = termsOf({
      departure: { fromS, untilS: fromS + 600 },
      itinerary: termsOf().itinerary.map((stop) => ({ ...stop, fromS: stop.fromS + 600, untilS: stop.untilS + 600 })),
    });
    expectOutcome(chain, await offersTransaction(chain, [{ holder: 1, terms: later }]), null);
    const id = instruct(chain);
    const poolBefore = readPoolBalance(chain.state, bonusPoolId) ?? 0n;
    moveTo(chain, 1100);
    expectOutcome(chain, signed(chain, officer, { kind: "withdraw", instructionId: id }), null);
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(poolBefore + 1_000_000n);
    expect(readContract(chain.state, contractOf(1))).toMatchObject({ revision: 3, terms: { ways: [] } });
    expect(readContract(chain.state, contractOf(0))?.terms.ways).toHaveLength(1);
    expect(readInstruction(chain.state, id)).toMatchObject({
      ...{ withdrawn: true, revision: 2, rewritten: 1, openMicro: 1_000_000n, escrowMicro: 1_000_000n },
      rewrittenRoot: toHex(rewrittenRootOf([contractOf(0)])),
    });
    expect(listRewritten(chain.state, id)).toEqual([contractOf(0)]);
    moveTo(chain, 2100);
    commit(chain, [await passageTransaction(0, 3, startS + 2100)]);
    moveTo(chain, 7200 + challengeS);
    expectOutcome(chain, settleTransaction([contractOf(0)], [id]), null);
    expect(readContract(chain.state, contractOf(0))?.settlement).toMatchObject({ kind: "rewardAndBonus" });
    expect(readInstruction(chain.state, id)).toMatchObject({ paidMicro: 1_000_000n, escrowMicro: 0n });
    expectOutcome(chain, signed(chain, officer, { kind: "withdraw", instructionId: id }), "instruction-withdrawn");
  });
});
