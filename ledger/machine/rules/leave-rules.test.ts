import { beforeEach, describe, expect, it } from "vitest";
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
import { bonusPoolId, rewardPoolId } from "../../solo/consortium";
import { leaveNoticeS } from "../limits";
import { readContract, readInstruction, readParameters, readPoolBalance, readTotals } from "../readers";
import { encodeTransaction, signBytesOf } from "../transactions/transaction";
import { decodeOrder } from "./instruction-rules";

/** The contracts begin two hours after the start. */
const beginsS = 7200;
const later = <Window extends { readonly fromS: number; readonly untilS: number }>(window: Window): Window => ({
  ...window,
  fromS: window.fromS + beginsS - 1000,
  untilS: window.untilS + beginsS - 1000,
});
const terms = termsOf({
  departure: later(termsOf().departure),
  itinerary: termsOf().itinerary.map(later),
  deadlineS: startS + beginsS + 3600,
});
const scope = later(avoidPayload().scope);
const avoid = avoidPayload({ scope, expiresAtS: scope.untilS });

function leaving(holder: number, signer = keyOf("commuter", holder)): Uint8Array {
  const payload = { kind: "leave", contractKey: keyOf("commuter", holder).publicKey } as const;
  const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
  return encodeTransaction(signBytes, [{ publicKey: signer.publicKey, signature: signer.sign(signBytes) }]);
}

function instruct(chain: TestChain, payload = avoid): string {
  const order = decodeOrder(expectOutcome(chain, signed(chain, officer, payload), null).data);
  if (!order.ok) throw new Error(order.error.message);
  return order.value.instructionId;
}

let chain: TestChain;
const poolsOf = () => [rewardPoolId, bonusPoolId].map((pool) => readPoolBalance(chain.state, pool) ?? 0n);

beforeEach(async () => {
  chain = await chainWithContracts(2, terms);
});

describe("leaving a contract", () => {
  it("gives the reward back to its pool and the deposit to the holder, and ends it", async () => {
    const [rewards] = poolsOf();
    expectOutcome(chain, leaving(0), null);
    expect(poolsOf()[0]).toBe(rewards + 2_000_000n);
    expect(readContract(chain.state, contractOf(0))).toMatchObject({
      state: "left",
      settlement: { kind: "excused", bonusMicro: 0n, walletMicro: 500_000n, settledAtS: chain.state.timeS },
    });
    expect(readTotals(chain.state)).toMatchObject({ contracts: 2, left: 1, excused: 0 });
    expectOutcome(chain, leaving(0), "contract-settled");
    // The key has served; its holder signs the next contract with another.
    expectOutcome(chain, await offersTransaction(chain, [{ holder: 0, terms }]), "contract-exists");
    moveTo(chain, beginsS + 50);
    expectOutcome(chain, await passageTransaction(0, 1, startS + beginsS + 50), "contract-settled");
    moveTo(chain, beginsS + 3600 + challengeS);
    expectOutcome(chain, settleTransaction([contractOf(0)]), "contract-settled");
    expectOutcome(chain, settleTransaction([contractOf(1)]), null);
  });

  it("is possible until the notice before the contract begins, and not after", () => {
    moveTo(chain, beginsS - leaveNoticeS - 2);
    expectOutcome(chain, leaving(0), null);
    expectOutcome(chain, leaving(1), "leave-too-late");
    expect(readContract(chain.state, contractOf(1))?.state).toBe("active");
  });

  it("counts the notice from where an instruction moved the begin to, and gives every bonus back", () => {
    const [rewards, bonuses] = poolsOf();
    const ids = [instruct(chain), instruct(chain, { ...avoid, action: { kind: "shift", shiftS: -600 } })];
    moveTo(chain, beginsS - 600 - leaveNoticeS - 2);
    expectOutcome(chain, leaving(0), null);
    expect(poolsOf()).toEqual([rewards + 2_000_000n, bonuses - 2_000_000n]);
    for (const id of ids)
      expect(readInstruction(chain.state, id)).toMatchObject({ escrowMicro: 1_000_000n, paidMicro: 0n });
    expectOutcome(chain, leaving(1), "leave-too-late");
  });

  it("frees of instructions that come after, and leaves those before as they were", () => {
    const id = instruct(chain);
    expectOutcome(chain, leaving(0), null);
    const next = instruct(chain, { ...avoid, incidentId: "incident 2" });
    expect(readInstruction(chain.state, next)).toMatchObject({ rewritten: 1, escrowMicro: 1_000_000n });
    expectOutcome(chain, signed(chain, officer, { kind: "withdraw", instructionId: id }), null);
    expect(readInstruction(chain.state, id)).toMatchObject({ escrowMicro: 0n, openMicro: 0n });
    expect(readContract(chain.state, contractOf(0))).toMatchObject({ state: "left", revision: 2 });
  });

  it("is refused to who was seen under way, however early", async () => {
    const parameters = { ...readParameters(chain.state), passageAheadMaxS: 2 * beginsS };
    const decision = { kind: "setParameters", parameters } as const;
    expectOutcome(chain, signed(chain, keyOf("validator"), { kind: "govern", decision }), null);
    expectOutcome(chain, await passageTransaction(0, 1, startS + beginsS), null);
    expectOutcome(chain, leaving(0), "leave-too-late");
  });

  it("is the holder's own word, and nobody else's", () => {
    expectOutcome(chain, leaving(0, keyOf("commuter", 1)), "signers-unexpected");
    expectOutcome(chain, leaving(0, keyOf("custodian")), "signers-unexpected");
    expectOutcome(chain, leaving(5), "contract-unknown");
    const forged = leaving(0);
    forged[forged.length - 1] ^= 1;
    expect(commit(chain, [forged])[0].code).not.toBe(0);
    const payload = { kind: "leave", contractKey: keyOf("commuter", 0).publicKey } as const;
    expectOutcome(chain, signed(chain, keyOf("custodian"), payload), "signers-unexpected");
  });
});
