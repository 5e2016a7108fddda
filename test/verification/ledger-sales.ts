import { signTogether } from "../../ledger/solo/consortium";
import type { SaleTerms } from "../../ledger/machine/records/sale-records";
import type { GovernDecision, Payload } from "../../ledger/machine/transactions/payload";
import type { OrderCountsPayload } from "../../ledger/machine/transactions/sale-payloads";
import { rewardPoolId } from "../../ledger/solo/consortium";
import {
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
  chainId,
  type TestChain,
} from "./ledger-chain";
import { admitBuyers, buyers, custodian, stated, territory } from "./ledger-records";

/** A chain on which counts are sold, in the ledger's tests. */
export const saleTerms: SaleTerms = {
  ...{ territory, countMin: 3, budgetMicro: 1_000_000, epsilonMinMicro: 100_000 },
  ...{ priceMinMicro: 1_000n, remainderPoolId: rewardPoolId },
};

/** In which terminal 1 is passed by everybody, then 2 and 3 by holders of even number. */
const passedFromS = startS + 1000;
export const window = { fromS: passedFromS, untilS: passedFromS + 1800 };

export function governed(chain: TestChain, decision: GovernDecision): Uint8Array {
  const validator = keyOf("validator");
  const nonce = chain.nonces.get(validator) ?? 0;
  chain.nonces.set(validator, nonce + 1);
  return signTogether(chainId, validator, nonce, { kind: "govern", decision }, []);
}

export const linkOrder = (overrides: Partial<OrderCountsPayload> = {}): OrderCountsPayload => ({
  ...{ kind: "orderCounts", custodian: custodian.publicKey, question: { kind: "link", terminal: 1 } },
  ...{ ...window, epsilonMicro: 400_000, priceMicro: 10_000n },
  ...overrides,
});

export const ordered = (chain: TestChain, overrides: Partial<OrderCountsPayload> = {}, buyer = buyers.inside) =>
  signed(chain, buyer, linkOrder(overrides));

/** Contracts of `count` holders who consent to the sale, have passed as above and are settled; buyers are enrolled and have tokens. */
export async function chainWithSources(
  count: number,
  terms: SaleTerms | null = saleTerms,
  settled = true,
): Promise<TestChain> {
  const chain = await chainWithContracts(count);
  admitBuyers(chain);
  const pay = (publicKey: Uint8Array): Payload => ({
    ...{ kind: "fund", destination: { kind: "account", publicKey }, amountMicro: 1_000_000n },
  });
  for (const { publicKey } of [buyers.inside, buyers.outside]) {
    expectOutcome(chain, signed(chain, keyOf("treasury"), pay(publicKey)), null);
  }
  if (terms !== null) expectOutcome(chain, governed(chain, { kind: "setSaleTerms", terms }), null);
  const holders = Array.from({ length: count }, (_, holder) => holder);
  const consents = holders.map((holder) => stated(chain, holder, { kind: "setConsent", purposes: ["counts"] }));
  for (const [afterS, terminal] of [
    [1010, 1],
    [1610, 2],
    [2210, 3],
  ] as const) {
    moveTo(chain, afterS);
    const passing = holders.filter((holder) => terminal === 1 || holder % 2 === 0);
    const passages = passing.map((holder) => passageTransaction(holder, terminal, startS + afterS));
    commitAll(chain, await Promise.all(passages));
  }
  commitAll(chain, consents);
  moveTo(chain, 1000 + 3600 + challengeS + 1);
  if (!settled) return chain;
  commitAll(chain, [settleTransaction(holders.map(contractOf))]);
  return chain;
}

function commitAll(chain: TestChain, transactions: readonly Uint8Array[]): void {
  const refused = commit(chain, transactions).find(({ code }) => code !== 0);
  if (refused !== undefined) throw new Error(refused.log);
}
