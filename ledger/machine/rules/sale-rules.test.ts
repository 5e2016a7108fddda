import { beforeEach, describe, expect, it } from "vitest";
import {
  checkOf,
  commit,
  contractOf,
  expectOutcome,
  keyOf,
  moveTo,
  signed,
  startS,
  type TestChain,
} from "../../../test/verification/ledger-chain";
import { buyers, custodian, delegate, stated } from "../../../test/verification/ledger-records";
import {
  chainWithSources,
  governed,
  linkOrder,
  ordered,
  saleTerms,
  window,
} from "../../../test/verification/ledger-sales";
import { bonusPoolId, rewardPoolId } from "../../solo/consortium";
import { readBalance, readPoolBalance } from "../readers";
import { refusalCodes, type RefusalName } from "../refusals";
import { countContributors, listUnanswered, readSale, readSales, readSource } from "../sale-readers";
import type { SaleTerms } from "../records/sale-records";
import type { OrderCountsPayload } from "../transactions/sale-payloads";
import { decodeSaleId } from "./sale-rules";

const codes = refusalCodes();
let chain: TestChain;
let founded: TestChain;
const answer = (saleId: number, count: number | null, key = custodian) =>
  signed(chain, key, { kind: "releaseCounts", saleId, count });
const earnedOf = (holder: number) => readSource(chain.state, contractOf(holder))?.earnedMicro ?? 0n;
const spentOf = (holder: number) => readSource(chain.state, contractOf(holder))?.spentMicro ?? 0;
const holders = [0, 1, 2, 3, 4, 5, 6];

beforeEach(async () => {
  founded ??= await chainWithSources(holders.length);
  chain = { state: founded.state, nonces: new Map(founded.nonces) };
});

describe("an order of counts", () => {
  it("debits each contributor, pays them equal parts, and the remainder to the pool of the terms", () => {
    const before = { buyer: readBalance(chain.state, buyers.inside.publicKey), pool: poolOf() };
    const result = expectOutcome(chain, ordered(chain), null);
    expect(decodeSaleId(result.data)).toEqual({ ok: true, value: 0 });
    // 10,000 among seven: 1,428 each, 4 left.
    expect(holders.map(earnedOf)).toEqual(holders.map(() => 1_428n));
    expect(holders.map(spentOf)).toEqual(holders.map(() => 400_000));
    expect(poolOf() - before.pool).toBe(4n);
    expect(before.buyer - readBalance(chain.state, buyers.inside.publicKey)).toBe(10_000n);
    expect(countContributors(chain.state, 0)).toBe(7);
    expect(readSale(chain.state, 0)).toMatchObject({ saleId: 0, territory: "FR-IDF", answer: null });
  });

  it("counts a trip from its first passage to its last, and nothing in between", () => {
    const asked = (question: OrderCountsPayload["question"], overrides: Partial<OrderCountsPayload> = {}) => {
      const { data } = expectOutcome(chain, ordered(chain, { question, epsilonMicro: 100_000, ...overrides }), null);
      const saleId = decodeSaleId(data);
      return saleId.ok ? countContributors(chain.state, saleId.value) : -1;
    };
    expect(asked({ kind: "originDestination", origin: 1, destination: 3 })).toBe(4);
    expect(asked({ kind: "originDestination", origin: 1, destination: 2 })).toBe(0);
    expect(asked({ kind: "originDestination", origin: 3, destination: 1 })).toBe(0);
    expect(asked({ kind: "link", terminal: 2 })).toBe(4);
    expect(asked({ kind: "link", terminal: 4 })).toBe(0);
    // The window's last second is not in it.
    expect(asked({ kind: "link", terminal: 1 }, { untilS: startS + 1010 })).toBe(0);
    expect(asked({ kind: "link", terminal: 1 }, { untilS: startS + 1011 })).toBe(7);
  });

  it("leaves out who never consented to it, withdrew, or wants erasure; consent is asked at its place in the block", () => {
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: ["statistics", "research"] }), null);
    expectOutcome(chain, stated(chain, 1, { kind: "demandErasure" }), null);
    const withdrawal = stated(chain, 2, { kind: "withdrawConsent" });
    const order = ordered(chain);
    const before = chain.state;
    expect(commit(chain, [withdrawal, order]).map(({ code }) => code)).toEqual([0, 0]);
    expect(holders.map(spentOf)).toEqual([0, 0, 0, 400_000, 400_000, 400_000, 400_000]);
    chain.state = before;
    expect(commit(chain, [order, withdrawal]).map(({ code }) => code)).toEqual([0, 0]);
    expect(spentOf(2)).toBe(400_000);
    // Who withdraws between the order and its answer is not in the answer either.
    expect(countContributors(chain.state, 0)).toBe(4);
  });

  it("leaves out who has not enough left of the budget, to the last millionth, and never asks for more", () => {
    expectOutcome(chain, ordered(chain, { question: { kind: "link", terminal: 2 }, epsilonMicro: 600_000 }), null);
    expectOutcome(chain, ordered(chain, { epsilonMicro: 400_001 }), null);
    expect(holders.map(spentOf)).toEqual([0, 1, 2, 3, 4, 5, 6].map((row) => (row % 2 === 0 ? 600_000 : 400_001)));
    expectOutcome(chain, ordered(chain, { epsilonMicro: 400_000 }), null);
    expect(spentOf(0)).toBe(1_000_000);
    expectOutcome(chain, ordered(chain, { epsilonMicro: 199_999 }), null);
    expectOutcome(chain, ordered(chain, { epsilonMicro: 100_000 }), null);
    const pool = poolOf();
    // Nobody has anything left: the price stays whole, and there is nothing to count.
    expectOutcome(chain, ordered(chain, { question: { kind: "link", terminal: 2 }, epsilonMicro: 100_000 }), null);
    expect(poolOf() - pool).toBe(10_000n);
    expect(countContributors(chain.state, 5)).toBe(0);
  });

  it("tells its buyer the same however many contribute", () => {
    const balance = () => readBalance(chain.state, buyers.inside.publicKey);
    const outcomes = [{ kind: "link", terminal: 1 } as const, { kind: "link", terminal: 4 } as const].map(
      (question) => {
        const fork = { state: founded.state, nonces: new Map(founded.nonces) };
        chain = fork;
        const { code, data } = expectOutcome(chain, ordered(chain, { question }), null);
        return { code, data, sale: { ...readSale(chain.state, 0), question: null }, balance: balance() };
      },
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it.each<[RefusalName, Partial<OrderCountsPayload>]>([
    ["terminal-unknown", { question: { kind: "link", terminal: 12 } }],
    ["terminal-unknown", { question: { kind: "originDestination", origin: 1, destination: 99 } }],
    ["question-of-one-terminal", { question: { kind: "originDestination", origin: 1, destination: 1 } }],
    ["count-window-out-of-range", { untilS: window.fromS }],
    ["count-window-out-of-range", { fromS: startS - 86_400, untilS: startS + 1 }],
    ["count-window-out-of-range", { fromS: startS + 5000, untilS: startS + 80_000 }],
    ["epsilon-out-of-range", { epsilonMicro: 99_999 }],
    ["epsilon-out-of-range", { epsilonMicro: 1_000_001 }],
    ["price-too-low", { priceMicro: 999n }],
    ["balance-too-low", { priceMicro: 1_000_001n }],
    ["custodian-unknown", { custodian: keyOf("treasury").publicKey }],
  ])("is refused, and costs nobody anything: %s", (refusal, overrides) => {
    expectOutcome(chain, ordered(chain, overrides), refusal);
    expect(holders.map(spentOf)).toEqual(holders.map(() => 0));
    expect(readBalance(chain.state, buyers.inside.publicKey)).toBe(1_000_000n);
    expect(readSales(chain.state)?.sales).toBe(0);
  });

  it("is an enrolled data buyer's, within the territory, once, and one a block", () => {
    expectOutcome(chain, ordered(chain, {}, buyers.outside), "outside-territory");
    expectOutcome(chain, ordered(chain, {}, custodian), "role-wrong");
    expectOutcome(chain, ordered(chain, {}, keyOf("commuter", 5)), "sender-unknown");
    const first = ordered(chain, { epsilonMicro: 100_000 });
    const second = ordered(chain, { epsilonMicro: 100_000 });
    expect(commit(chain, [first, second]).map(({ code }) => code)).toEqual([0, codes.get("sales-too-many")]);
    // The second order's nonce is spent with the block, the first one's with its sale.
    expectOutcome(chain, second, "nonce-wrong");
    expectOutcome(chain, first, "nonce-wrong");
    expect(spentOf(0)).toBe(100_000);
    const { publicKey } = buyers.inside;
    expectOutcome(chain, signed(chain, delegate, { kind: "setSeat", publicKey, territory: "FR" }), null);
    expectOutcome(chain, ordered(chain), "outside-territory");
    expectOutcome(chain, signed(chain, delegate, { kind: "revoke", publicKey }), null);
    expectOutcome(chain, ordered(chain), "sender-revoked");
  });

  it("waits for its block without a walk over contracts", () => {
    const checked = checkOf(chain, ordered(chain));
    expect(checked).toMatchObject({ code: 0, gasUsed: 0 });
  });
});

describe("the answer to an order", () => {
  it("is the custodian's who was asked, once, and never of fewer than agreed", () => {
    expectOutcome(chain, answer(0, 12), "sale-unknown");
    expectOutcome(chain, ordered(chain), null);
    const second = keyOf("commuter", 80);
    const enrol = { kind: "enrol", publicKey: second.publicKey, grant: { role: "custodian" }, validUntilS: 0 } as const;
    expectOutcome(chain, signed(chain, delegate, enrol), null);
    expectOutcome(chain, answer(0, 12, second), "sale-of-others");
    expectOutcome(chain, answer(0, 12, buyers.inside), "role-wrong");
    expectOutcome(chain, answer(0, 2), "count-below-threshold");
    // What a custodian left open, it finds again.
    const open = () => [custodian, second].map(({ publicKey }) => listUnanswered(chain.state, publicKey).length);
    expect(open()).toEqual([1, 0]);
    expectOutcome(chain, answer(0, 12), null);
    expect(open()).toEqual([0, 0]);
    expectOutcome(chain, answer(0, 13), "sale-answered");
    expectOutcome(chain, answer(0, null), "sale-answered");
    expect(readSale(chain.state, 0)?.answer).toEqual({ answeredAtS: chain.state.timeS - 2, count: 12 });
  });

  it("has no number where fewer contributed than agreed, whatever the noise would say", () => {
    for (const holder of [0, 2]) expectOutcome(chain, stated(chain, holder, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, ordered(chain, { question: { kind: "link", terminal: 2 } }), null);
    expectOutcome(chain, answer(0, 50), "count-below-threshold");
    expectOutcome(chain, answer(0, null), null);
    expect(readSale(chain.state, 0)?.answer?.count).toBeNull();
  });

  it("has no number for a buyer who left, or left the territory, since the order", () => {
    const { publicKey } = buyers.inside;
    expectOutcome(chain, ordered(chain), null);
    expectOutcome(chain, signed(chain, delegate, { kind: "setSeat", publicKey, territory: "CH-GE" }), null);
    expectOutcome(chain, answer(0, 12), "outside-territory");
    expectOutcome(chain, signed(chain, delegate, { kind: "revoke", publicKey }), null);
    expectOutcome(chain, answer(0, 12), "buyer-unknown");
    expectOutcome(chain, answer(0, null), null);
  });
});

describe("the terms of sale", () => {
  it.each<[RefusalName, Partial<SaleTerms>]>([
    ["parameter-out-of-range", { countMin: 1 }],
    ["parameter-out-of-range", { budgetMicro: 10_000_001 }],
    ["parameter-out-of-range", { epsilonMinMicro: 1_000_001 }],
    ["parameter-out-of-range", { epsilonMinMicro: 15_624 }],
    ["parameter-out-of-range", { priceMinMicro: 0n }],
    ["territory-malformed", { territory: "Paris" }],
    ["destination-unknown", { remainderPoolId: 77 }],
    ["destination-unknown", { remainderPoolId: bonusPoolId }],
  ])("are refused out of range: %s %o", (refusal, overrides) => {
    expectOutcome(chain, governed(chain, { kind: "setSaleTerms", terms: { ...saleTerms, ...overrides } }), refusal);
  });

  it("are needed, and change what is sold later, not what was", async () => {
    const without = await chainWithSources(1, null);
    expectOutcome(without, ordered(without), "sales-not-agreed");
    expectOutcome(chain, ordered(chain, { epsilonMicro: 900_000 }), null);
    const terms = { ...saleTerms, budgetMicro: 500_000, countMin: 7, epsilonMinMicro: 50_000 };
    expectOutcome(chain, governed(chain, { kind: "setSaleTerms", terms }), null);
    expect(readSales(chain.state)).toMatchObject({ sales: 1, terms });
    expect(readSale(chain.state, 0)).toMatchObject({ countMin: 3, budgetMicro: 1_000_000 });
    expectOutcome(chain, ordered(chain, { epsilonMicro: 50_000 }), null);
    expect(countContributors(chain.state, 1)).toBe(0);
  });
});

it("an order counts contracts that are settled, and is not about what is still to come", async () => {
  const underway = await chainWithSources(2, saleTerms, false);
  expectOutcome(underway, ordered(underway), null);
  expect(countContributors(underway.state, 0)).toBe(0);
  moveTo(chain, 6000);
  const later = { fromS: chain.state.timeS, untilS: chain.state.timeS + 2 };
  expectOutcome(chain, signed(chain, buyers.inside, linkOrder(later)), "count-window-out-of-range");
});

function poolOf(): bigint {
  return readPoolBalance(chain.state, rewardPoolId) ?? 0n;
}
