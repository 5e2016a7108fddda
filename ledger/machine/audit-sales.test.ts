import { describe, expect, it } from "vitest";
import { contractOf, expectOutcome, keyOf, signed, startS } from "../../test/verification/ledger-chain";
import { custodian } from "../../test/verification/ledger-records";
import { chainWithSources, ordered } from "../../test/verification/ledger-sales";
import { audit } from "./audit";
import { encodeSale, encodeSales, encodeSaleShares, encodeSource } from "./records/sale-records";
import { readSale, readSales, readSource } from "./sale-readers";
import { salePath, saleSharesPath, salesPath, sourcePath } from "./state-paths";
import { update } from "./tree/tree";

describe("the audit of sales", () => {
  it("finds a budget overdrawn, a part too many or too few, a sale uncounted, and a count of too few", async () => {
    const chain = await chainWithSources(4);
    expectOutcome(chain, ordered(chain), null);
    expectOutcome(chain, ordered(chain), null);
    expectOutcome(chain, signed(chain, custodian, { kind: "releaseCounts", saleId: 0, count: 9 }), null);
    const [sale, sales, source] = [
      readSale(chain.state, 0),
      readSales(chain.state),
      readSource(chain.state, contractOf(0)),
    ];
    if (sale === undefined || sales === undefined || source === undefined) throw new Error("they exist");
    const shares = { saleId: 0, contributors: 4, partMicro: 2_500n, remainderMicro: 0n };
    const withSale = (overrides: Partial<typeof sale>) => [salePath(0), encodeSale({ ...sale, ...overrides })] as const;
    const withShares = (overrides: Partial<typeof shares>) =>
      [saleSharesPath(0), encodeSaleShares({ ...shares, ...overrides })] as const;
    const withSource = (overrides: Partial<typeof source>, holder = 0) =>
      [sourcePath(contractOf(holder)), encodeSource({ ...source, ...overrides })] as const;
    const treeWith = (...changes: readonly (readonly [string, Uint8Array])[]) => ({
      ...chain.state,
      tree: update(chain.state.tree, new Map(changes)),
    });
    expect(audit(treeWith(withSale({}), withShares({}), withSource({})))).toMatchObject({ ok: true });
    const faults: readonly (readonly [string, readonly [string, Uint8Array]])[] = [
      ["privacy budget", withSale({ budgetMicro: 399_999 })],
      ["did not spend", withSource({ spentMicro: 800_001 })],
      ["did not spend", withSource({ spentMicro: 400_000 })],
      ["did not earn", withSource({ earnedMicro: source.earnedMicro + 1n })],
      ["which is none", withSource({ saleIds: [0, 7] })],
      ["contracts name sale", withSource({ spentMicro: 0, earnedMicro: 0n, saleIds: [] })],
      ["of no contract", withSource({}, 70)],
      ["are not its price", withShares({ remainderMicro: 1n })],
      ["kept too much back", withShares({ partMicro: 2_499n, remainderMicro: 4n })],
      ["fewer than 5", withSale({ countMin: 5 })],
      ["fewer than 3", withSale({ answer: { answeredAtS: startS, count: 2 } })],
      ["what was to come", withSale({ untilS: sale.orderedAtS + 1 })],
      ["stranger's", withSale({ buyer: keyOf("commuter", 70).publicKey })],
      ["were counted", [salesPath, encodeSales({ ...sales, sales: 3 })]],
      ["shared out to nobody", [salePath(2), encodeSale({ ...sale, saleId: 2 })]],
    ];
    for (const [what, change] of faults) {
      const judged = audit(treeWith(change));
      expect(judged.ok ? "sound" : judged.error.message).toContain(what);
    }
  });
});
