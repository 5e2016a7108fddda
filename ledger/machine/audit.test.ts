import { describe, expect, it } from "vitest";
import {
  avoidPayload,
  chainWithContracts,
  commit,
  contractOf,
  keyOf,
  officer,
  signed,
  type TestChain,
} from "../../test/verification/ledger-chain";
import { rewardPoolId } from "../solo/consortium";
import { audit } from "./audit";
import { readContract, readInstruction, readTotals } from "./readers";
import { encodeContract } from "./records/contract-record";
import { encodeInstruction } from "./records/instruction-record";
import { encodeAccount, encodeOutstanding, encodePool, encodeTotals } from "./records/money-records";
import { decodeOrder } from "./rules/instruction-rules";
import { accountPath, contractPath, instructionPath, outstandingPath, poolPath, totalsPath } from "./state-paths";
import { update } from "./tree/tree";

/** A state whose books balance, with an instruction in force. */
async function sound(): Promise<{ chain: TestChain; instructionId: string }> {
  const chain = await chainWithContracts(3);
  const [result] = commit(chain, [signed(chain, officer, avoidPayload())]);
  const order = decodeOrder(result.data);
  if (!order.ok) throw new Error(result.log);
  return { chain, instructionId: order.value.instructionId };
}

describe("the audit", () => {
  it("adds up where all tokens are", async () => {
    const { chain } = await sound();
    expect(audit(chain.state)).toEqual({
      ok: true,
      value: {
        accountsMicro: 500_000_000_000n - 100_000_000_000n - 80_000_000_000n - 1_500_000n,
        poolsMicro: 180_000_000_000n - 6_000_000n - 3_000_000n,
        rewardEscrowsMicro: 6_000_000n,
        depositsMicro: 1_500_000n,
        walletsMicro: 0n,
        bonusEscrowsMicro: 3_000_000n,
        sharesMicro: 0n,
      },
    });
  });

  it("finds a micro-token too many or too few wherever it is, a claim without escrow, and a wrong count", async () => {
    const { chain, instructionId } = await sound();
    const contract = readContract(chain.state, contractOf(0));
    const instruction = readInstruction(chain.state, instructionId);
    const totals = readTotals(chain.state);
    if (contract === undefined || instruction === undefined) throw new Error("they exist");
    const custodian = keyOf("custodian").publicKey;
    const faults: readonly [string, string, Uint8Array][] = [
      ["account", accountPath(custodian), encodeAccount({ publicKey: custodian, balanceMicro: 1n })],
      ["pool", poolPath(rewardPoolId), encodePool({ poolId: rewardPoolId, purpose: "rewards", balanceMicro: 1n })],
      ["supply", totalsPath, encodeTotals({ ...totals, supplyMicro: totals.supplyMicro + 1n })],
      ["cap", totalsPath, encodeTotals({ ...totals, capMicro: totals.supplyMicro - 1n })],
      ["count", totalsPath, encodeTotals({ ...totals, contracts: 2 })],
      ["passages", totalsPath, encodeTotals({ ...totals, passages: 1 })],
      ["escrow", instructionPath(instructionId), encodeInstruction({ ...instruction, escrowMicro: 2_999_999n })],
      [
        "officer",
        outstandingPath(officer.publicKey),
        encodeOutstanding({ publicKey: officer.publicKey, outstandingMicro: 1n }),
      ],
      ["budget", instructionPath(instructionId), encodeInstruction({ ...instruction, budgetMicro: 1n })],
      ["released", instructionPath(instructionId), encodeInstruction({ ...instruction, released: true })],
      ["claim", contractPath(contractOf(0)), encodeContract({ ...contract, terms: { ...contract.terms, ways: [] } })],
      [
        "reward",
        contractPath(contractOf(0)),
        encodeContract({ ...contract, terms: { ...contract.terms, rewardMicro: contract.terms.rewardMicro + 1n } }),
      ],
    ];
    for (const [what, path, value] of faults) {
      const tree = update(chain.state.tree, new Map([[path, value]]));
      expect({ what, ok: audit({ ...chain.state, tree }).ok }).toEqual({ what, ok: false });
    }
  });
});
