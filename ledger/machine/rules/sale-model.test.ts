import { describe, expect, it } from "vitest";
import { commit, contractOf, signed } from "../../../test/verification/ledger-chain";
import { buyers, custodian, stated } from "../../../test/verification/ledger-records";
import { chainWithSources, linkOrder, saleTerms } from "../../../test/verification/ledger-sales";
import { fc } from "../../../test/support/properties";
import { rewardPoolId } from "../../solo/consortium";
import { readBalance, readPoolBalance } from "../readers";
import { countContributors, readSource, summariseSales } from "../sale-readers";

/** What is tried, a block each. */
type Step =
  | {
      readonly kind: "order";
      readonly terminal: number;
      readonly epsilonMicro: number;
      readonly priceMicro: bigint;
      readonly outside: boolean;
    }
  | { readonly kind: "consent" | "withdraw"; readonly holder: number }
  | { readonly kind: "answer"; readonly sale: number; readonly count: number | null };

const holdersCount = 5;
const holder = fc.nat(holdersCount - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      terminal: fc.constantFrom(1, 1, 2, 4),
      epsilonMicro: fc.oneof(fc.integer({ min: 90_000, max: 600_000 }), fc.constantFrom(100_000, 1_000_000, 1_000_001)),
      priceMicro: fc.bigInt(900n, 250_000n),
      outside: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("consent" as const, "withdraw" as const), holder }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("answer" as const), sale: fc.nat(5), count: fc.option(fc.nat(9)) }),
  },
);

/** Written apart from the rules: people with a purse of privacy and one of money. Knows no records, codes or paths. */
function createModel() {
  const people = Array.from({ length: holdersCount }, () => ({ agrees: true, left: saleTerms.budgetMicro, got: 0n }));
  const sold: { givers: number; answered: number | null | undefined }[] = [];
  const money = { buyer: 1_000_000n, kept: 0n };
  const passed = (row: number, terminal: number) => terminal === 1 || (terminal === 2 && row % 2 === 0);
  return {
    people,
    sold,
    money,
    takes: (what: Step): boolean => {
      switch (what.kind) {
        case "order": {
          const { epsilonMicro, priceMicro } = what;
          if (what.outside || priceMicro > money.buyer || priceMicro < saleTerms.priceMinMicro) return false;
          if (epsilonMicro < saleTerms.epsilonMinMicro || epsilonMicro > saleTerms.budgetMicro) return false;
          const givers = people.filter(
            (who, row) => who.agrees && passed(row, what.terminal) && who.left >= epsilonMicro,
          );
          let rest = priceMicro;
          for (const who of givers) {
            who.left -= epsilonMicro;
            who.got += priceMicro / BigInt(givers.length);
            rest -= priceMicro / BigInt(givers.length);
          }
          money.buyer -= priceMicro;
          money.kept += rest;
          sold.push({ givers: givers.length, answered: undefined });
          return true;
        }
        case "consent":
        case "withdraw": {
          const who = people[what.holder];
          if (who.agrees === (what.kind === "consent")) return false;
          who.agrees = what.kind === "consent";
          return true;
        }
        case "answer": {
          const found = sold[what.sale];
          if (found === undefined || found.answered !== undefined) return false;
          if (what.count !== null && Math.min(found.givers, what.count) < saleTerms.countMin) return false;
          found.answered = what.count;
          return true;
        }
      }
    },
  };
}

describe("sales of counts", () => {
  it("end as a model written apart says: no budget below zero, no token lost, no count of too few", async () => {
    const founded = await chainWithSources(holdersCount);
    const poolBefore = readPoolBalance(founded.state, rewardPoolId) ?? 0n;
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14, size: "max" }), (steps) => {
        // `commit` audits the state behind every block.
        const chain = { state: founded.state, nonces: new Map(founded.nonces) };
        const model = createModel();
        for (const what of steps) {
          const transaction = transactionOf(chain, what);
          const isTaken = model.takes(what);
          outcomes.add(`${what.kind} ${isTaken ? "taken" : "refused"}`);
          expect(commit(chain, [transaction]).map(({ code }) => code === 0)).toEqual([isTaken]);
        }
        for (const [row, who] of model.people.entries()) {
          const source = readSource(chain.state, contractOf(row));
          expect([source?.spentMicro ?? 0, source?.earnedMicro ?? 0n]).toEqual([
            saleTerms.budgetMicro - who.left,
            who.got,
          ]);
          expect(who.left).toBeGreaterThanOrEqual(0);
        }
        expect(readBalance(chain.state, buyers.inside.publicKey)).toBe(model.money.buyer);
        expect((readPoolBalance(chain.state, rewardPoolId) ?? 0n) - poolBefore).toBe(model.money.kept);
        for (const [saleId, { givers, answered }] of model.sold.entries()) {
          expect(countContributors(chain.state, saleId)).toBeLessThanOrEqual(givers);
          if (typeof answered === "number") expect(givers).toBeGreaterThanOrEqual(saleTerms.countMin);
        }
        expect(summariseSales(chain.state)).toEqual({
          orders: model.sold.length,
          released: model.sold.filter(({ answered }) => typeof answered === "number").length,
          withheld: model.sold.filter(({ answered }) => answered === null).length,
          paidMicro: 1_000_000n - model.money.buyer,
        });
      }),
      { numRuns: 120 },
    );
    // The seed reaches each of them: otherwise the property says less than it seems to.
    expect([...outcomes].sort()).toHaveLength(2 * 4);
  });
});

function transactionOf(chain: Parameters<typeof signed>[0], what: Step): Uint8Array {
  switch (what.kind) {
    case "order": {
      const { terminal, epsilonMicro, priceMicro } = what;
      const order = linkOrder({ question: { kind: "link", terminal }, epsilonMicro, priceMicro });
      return signed(chain, what.outside ? buyers.outside : buyers.inside, order);
    }
    case "consent":
      return stated(chain, what.holder, { kind: "setConsent", purposes: ["counts"] });
    case "withdraw":
      return stated(chain, what.holder, { kind: "withdrawConsent" });
    case "answer":
      return signed(chain, custodian, { kind: "releaseCounts", saleId: what.sale, count: what.count });
  }
}
