import { describe, expect, it } from "vitest";
import { chainId, genesis, keyOf } from "../../test/verification/ledger-chain";
import { totalsPath } from "../../ledger/machine/state-paths";
import { signAsMember } from "../../ledger/solo/consortium";
import { openSolo, type Solo } from "../../ledger/solo/solo";
import { addSeconds } from "../../ledger/wire/timestamp";
import { verifyResult, verifyResults, verifyState, verifyTransaction } from "./state-proof";

/** Four blocks: one mint in each of the first three. */
function writtenChain(): Solo {
  const solo = openSolo({ storage: { kind: "memory" }, genesis, validatorKey: keyOf("validator") });
  if (!solo.ok) throw new Error(solo.error.message);
  for (let nonce = 0; nonce < 4; nonce++) {
    if (nonce < 3)
      solo.value.submit(signAsMember(chainId, keyOf("treasury"), nonce, { kind: "mint", amountMicro: 5n }));
    solo.value.commitBlock(nonce === 0 ? solo.value.time : addSeconds(solo.value.time, 1));
  }
  return solo.value;
}

describe("answers from a chain", () => {
  const solo = writtenChain();
  const header = (height: number) => {
    const block = solo.block(height);
    if (block === undefined) throw new Error("the block is there");
    return block.block.header;
  };
  const state = (height: number) => {
    const answer = solo.query(totalsPath, height);
    if (answer === undefined) throw new Error("the state is kept");
    return { ...answer, path: totalsPath };
  };

  it("are believed against the header after their block, and no other", () => {
    for (const height of [1, 2, 3]) {
      expect(verifyState(header(height + 1), state(height)).ok).toBe(true);
      for (const other of [1, 2, 3, 4].filter((candidate) => candidate !== height + 1)) {
        expect(verifyState(header(other), state(height)).ok).toBe(false);
      }
    }
  });

  it("are not believed when they are replayed under another height, or say something else", () => {
    expect(verifyState(header(3), { ...state(1), height: 2 }).ok).toBe(false);
    expect(verifyState(header(2), { ...state(1), value: null }).ok).toBe(false);
    expect(verifyState(header(2), { ...state(1), value: new Uint8Array([1]) }).ok).toBe(false);
  });

  it("about results and transactions are believed as far as the headers commit to them", () => {
    const answer = solo.result(2, 0);
    if (answer === undefined) throw new Error("the result is there");
    const { result, resultProof, transaction, transactionProof } = answer;
    expect(verifyResult(header(3), 2, result, resultProof).ok).toBe(true);
    expect(verifyResult(header(4), 2, result, resultProof).ok).toBe(false);
    expect(verifyResult(header(4), 3, result, resultProof).ok).toBe(true);
    expect(verifyResult(header(3), 2, { ...result, code: 1 }, resultProof).ok).toBe(false);
    expect(verifyResult(header(3), 2, { ...result, gasUsed: result.gasUsed + 1 }, resultProof).ok).toBe(false);
    expect(verifyTransaction(header(2), transaction, transactionProof).ok).toBe(true);
    expect(verifyTransaction(header(3), transaction, transactionProof).ok).toBe(false);
    expect(verifyResults(header(3), 2, [result]).ok).toBe(true);
    expect(verifyResults(header(3), 2, [result, result]).ok).toBe(false);
    expect(verifyResults(header(3), 2, []).ok).toBe(false);
    expect(verifyResults(header(4), 2, [result]).ok).toBe(false);
  });
});
