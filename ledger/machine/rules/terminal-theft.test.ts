import { describe, expect, it } from "vitest";
import {
  chainId,
  chainWithContracts,
  challengeS,
  commit,
  contractOf,
  expectOutcome,
  keyOf,
  moveTo,
  passageTransaction,
  settleTransaction,
  signed,
  startS,
} from "../../../test/verification/ledger-chain";
import { challengeOf, signPassage } from "../../solo/consortium";
import { readContract } from "../readers";

const authority = keyOf("certificateAuthority");
const dueS = 1000 + 3600 + challengeS;

/** What a contract is paid in the end. */
function settled(chain: Awaited<ReturnType<typeof chainWithContracts>>, holder: number): bigint | undefined {
  moveTo(chain, dueS);
  expectOutcome(chain, settleTransaction([contractOf(holder)]), null);
  return readContract(chain.state, contractOf(holder))?.settlement?.walletMicro;
}

describe("a terminal's stolen key, in the hands of a commuter", () => {
  it("attests at its own place only: a journey needs all of its terminals", async () => {
    const chain = await chainWithContracts(1);
    const [thief, stolen] = [keyOf("commuter", 0), keyOf("terminal", 2)];
    for (const [terminal, afterS] of [
      [1, 1100],
      [2, 1700],
      [3, 2300],
    ]) {
      moveTo(chain, afterS);
      const timeS = startS + afterS;
      const passage = { terminal, timeS, challenge: challengeOf(terminal, timeS, thief.publicKey) };
      const transaction = await signPassage(chainId, stolen, thief, passage);
      expectOutcome(chain, transaction, terminal === 2 ? null : "signers-unexpected");
    }
    expect(settled(chain, 0)).toBe(0n);
  });

  it("attests nothing from its revocation on, of the time before it neither", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    const before = await passageTransaction(0, 1, startS + 1090);
    const revoke = { kind: "revoke", publicKey: keyOf("terminal", 1).publicKey } as const;
    expectOutcome(chain, signed(chain, authority, revoke), null);
    expectOutcome(chain, before, "terminal-revoked");
    for (const [terminal, afterS] of [
      [2, 1700],
      [3, 2300],
    ]) {
      moveTo(chain, afterS);
      expectOutcome(chain, await passageTransaction(0, terminal, startS + afterS), null);
    }
    expect(settled(chain, 0)).toBe(0n);
  });
});

describe("a challenge relayed to a phone elsewhere", () => {
  it("serves nobody whose phone was seen where nobody drives from in that time", async () => {
    const chain = await chainWithContracts(2);
    for (const [terminal, eastM] of [
      [30, 0],
      [31, 20_000],
    ] as const) {
      const grant = { role: "terminal", terminal, place: { eastM, northM: 0 } } as const;
      const { publicKey } = keyOf("terminal", terminal);
      expectOutcome(chain, signed(chain, authority, { kind: "enrol", publicKey, grant, validUntilS: 0 }), null);
    }
    moveTo(chain, 1200);
    const timeS = startS + 1200;
    // The phone stands at terminal 30; a helper at 31 hands on what that terminal says.
    const passages = [await passageTransaction(0, 30, timeS), await passageTransaction(0, 31, timeS + 1)];
    expect(commit(chain, passages).map(({ log }) => log)).toEqual(["", expect.stringContaining("terminal 30")]);
    expect(readContract(chain.state, contractOf(0))?.passages).toEqual([{ terminal: 30, timeS }]);
  });
});
