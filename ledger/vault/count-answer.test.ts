import { beforeAll, describe, expect, it } from "vitest";
import { seededDraws } from "../../test/support/seeded-draws";
import { expectOutcome, signed, type TestChain } from "../../test/verification/ledger-chain";
import { buyers, delegate, stated } from "../../test/verification/ledger-records";
import { chainWithSources, linkOrder, saleTerms } from "../../test/verification/ledger-sales";
import type { SaleRecord } from "../machine/records/sale-records";
import { countContributors, readSale } from "../machine/sale-readers";
import type { State } from "../machine/state";
import type { OrderCountsPayload } from "../machine/transactions/sale-payloads";
import { answerCount, thresholdDelta, withNoise } from "./count-answer";
import { noiseMarginOf, type DrawBelow } from "./noise";

const holders = 90;
const budgetMicro = saleTerms.budgetMicro;
let founded: TestChain;

/** The state behind an order, and what it was. */
function sold(chain: TestChain, overrides: Partial<OrderCountsPayload> = {}): { state: State; sale: SaleRecord } {
  const saleId = saleIdOf(chain);
  expectOutcome(chain, signed(chain, buyers.inside, linkOrder(overrides)), null);
  const sale = readSale(chain.state, saleId);
  if (sale === undefined) throw new Error("the sale was made");
  return { state: chain.state, sale };
}

function saleIdOf({ state }: TestChain): number {
  let saleId = 0;
  while (readSale(state, saleId) !== undefined) saleId++;
  return saleId;
}

const forkOf = (chain: TestChain): TestChain => ({ state: chain.state, nonces: new Map(chain.nonces) });

beforeAll(async () => {
  founded = await chainWithSources(holders);
}, 60_000);

describe("an answer", () => {
  it("is the count with noise where many contributed, and the custodian's own source draws it", () => {
    const { state, sale } = sold(forkOf(founded), { epsilonMicro: 500_000 });
    const answers = Array.from({ length: 200 }, () => answerCount(state, sale));
    expect(new Set(answers).size).toBeGreaterThan(3);
    for (const answer of answers) expect(Math.abs((answer ?? NaN) - holders)).toBeLessThan(60);
  });

  it("is never of fewer than agreed, and withheld where its noise could have made it so", () => {
    const chain = forkOf(founded);
    for (let holder = 0; holder < holders; holder += 2) {
      if (holder >= 2 * (saleTerms.countMin - 1))
        expectOutcome(chain, stated(chain, holder, { kind: "withdrawConsent" }), null);
    }
    const { state, sale } = sold(chain, { question: { kind: "link", terminal: 2 }, epsilonMicro: 1_000_000 });
    expect(countContributors(state, sale.saleId)).toBe(saleTerms.countMin - 1);
    const draw = seededDraws(7);
    for (let index = 0; index < 500; index++) expect(answerCount(state, sale, draw)).toBeNull();
    // With the largest noise that there is, too.
    expect(answerCount(state, sale, largeNoise(100))).toBeNull();
    const { countMin } = saleTerms;
    const margin = noiseMarginOf(1_000_000, thresholdDelta);
    const released = (exact: number, noise: number) => withNoise(exact, sale, largeNoise(noise));
    // Just as many as agreed are told from one fewer by a chance of one in a million only.
    expect([released(countMin, margin - 1), released(countMin, margin)]).toEqual([null, countMin + margin]);
    expect([released(countMin - 1, margin), released(countMin - 1, margin + 1)]).toEqual([null, null]);
    expect([released(countMin + margin - 1, 0), released(countMin + margin, 0)]).toEqual([null, countMin + margin]);
  });

  it("has no number for a buyer who left the territory since the order", () => {
    const chain = forkOf(founded);
    const { sale } = sold(chain, { epsilonMicro: 1_000_000 });
    expect(answerCount(chain.state, sale, largeNoise(0))).toBe(holders);
    const { publicKey } = buyers.inside;
    expectOutcome(chain, signed(chain, delegate, { kind: "setSeat", publicKey, territory: "CH-GE" }), null);
    expect(answerCount(chain.state, sale, largeNoise(0))).toBeNull();
  });

  it("leaves out who withdrew since the order", () => {
    const chain = forkOf(founded);
    const { sale } = sold(chain, { epsilonMicro: 1_000_000 });
    const none = { ...sale, countMin: 2 };
    expect(answerCount(chain.state, none, largeNoise(0))).toBe(holders);
    expectOutcome(chain, stated(chain, 5, { kind: "withdrawConsent" }), null);
    expect(answerCount(chain.state, none, largeNoise(0))).toBe(holders - 1);
  });
});

/**
 * Two worlds that differ in one holder only, who consented to the sale in the one and not in the other. The buyer
 * spends all that the budgets allow on the window in which they passed, and guesses.
 * With ε-differential privacy nobody guesses right more often than e^ε / (1 + e^ε), at even odds.
 * @see Kairouz, Oh, Viswanath 2015, "The Composition Theorem for Differential Privacy"
 */
describe("differencing", () => {
  const victim = 0;
  const epsilonMicro = 250_000;
  const trials = 6_000;

  /** What the machine lets be answered, sale after sale. */
  function exactCounts(chain: TestChain, orders: number): readonly number[] {
    return Array.from({ length: orders }, () => {
      const { state, sale } = sold(chain, { epsilonMicro });
      return countContributors(state, sale.saleId);
    });
  }

  it("over a whole budget does not tell whether one person was there", () => {
    const present = forkOf(founded);
    const absent = forkOf(founded);
    expectOutcome(absent, stated(absent, victim, { kind: "withdrawConsent" }), null);
    // One order more than the budget has.
    const orders = budgetMicro / epsilonMicro + 1;
    const worlds = [exactCounts(present, orders), exactCounts(absent, orders)];
    const [all, allButOne] = [holders, holders - 1];
    expect(worlds).toEqual([
      [all, all, all, all, 0],
      [allButOne, allButOne, allButOne, allButOne, 0],
    ]);
    const rightly = guessedRightly(worlds, trials, seededDraws(1));
    const bound = Math.E / (1 + Math.E);
    const deviation = Math.sqrt((bound * (1 - bound)) / (2 * trials));
    expect(rightly).toBeLessThan(bound + 4 * deviation);
    // It is not by chance alone that nothing is found: a hundred times as many answers would give the person away.
    const unlimited = worlds.map((counts) => Array.from({ length: 400 }, (_, index) => counts[index % 4]));
    expect(guessedRightly(unlimited, trials / 20, seededDraws(2))).toBeGreaterThan(0.9);
  });

  it("over different questions meets the same budget: a trip is not put together out of its pieces", () => {
    const chain = forkOf(founded);
    const questions = [
      { kind: "link", terminal: 1 },
      { kind: "link", terminal: 2 },
      { kind: "originDestination", origin: 1, destination: 3 },
      { kind: "link", terminal: 3 },
    ] as const;
    for (const question of questions) sold(chain, { question, epsilonMicro });
    // Whoever was in all four is in nothing more, however finely it is asked.
    for (const question of questions.slice(1)) {
      const { state, sale } = sold(chain, { question, epsilonMicro: saleTerms.epsilonMinMicro });
      expect(countContributors(state, sale.saleId)).toBe(0);
      expect(answerCount(state, sale)).toBeNull();
    }
  });

  /** How often the world is guessed from the mean of the answers, either world as often. */
  function guessedRightly(worlds: readonly (readonly number[])[], count: number, draw: DrawBelow): number {
    let right = 0;
    for (let trial = 0; trial < count; trial++) {
      for (const [world, counts] of worlds.entries()) {
        const answers = counts.map((exact) => withNoise(exact, { countMin: saleTerms.countMin, epsilonMicro }, draw));
        const numbers = answers.filter((answer) => answer !== null);
        const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
        const guess = mean > holders - 0.5 ? 0 : mean < holders - 0.5 ? 1 : draw(2);
        if (guess === world) right++;
      }
    }
    return right / (2 * count);
  }
});

/** A source with which noise comes out as so much, at an epsilon of one. */
function largeNoise(size: number): DrawBelow {
  // The low part is 0, and accepted; `size` times exp(−1) comes true, then it does not; the sign is positive.
  const script = [0, 0, ...Array.from({ length: size }, () => [0, 0, 1]).flat(), 0, 1, 0];
  let at = 0;
  return () => script[at++];
}
