import { expect, it } from "vitest";
import { fc } from "../../../test/support/properties";
import { termsOf } from "../../../test/verification/ledger-chain";
import { amountMax } from "../../../common/canonical";
import type { InstructedWay } from "../../contracts/terms";
import { encodeContract, mayHavePassed } from "./contract-record";

const way: InstructedWay = {
  instructionId: "ab".repeat(31),
  avoid: { terminals: [2], fromS: 1, untilS: 2 },
  via: [],
  ...{ notBeforeS: null, beginsBeforeS: null, deadlineS: 5, expiresAtS: 6, bonusMicro: 1n },
};

it("a contract's bytes tell which terminals it passed, whatever else is in it", () => {
  const terminal = fc.oneof(fc.nat(5), fc.nat(200), fc.nat(70_000));
  const content = fc.record({
    stops: fc.integer({ min: 1, max: 8 }),
    passed: fc.array(terminal, { maxLength: 32 }),
    rewardMicro: fc.bigInt(1n, amountMax),
    revision: fc.nat(1000),
    settled: fc.boolean(),
  });
  fc.assert(
    fc.property(content, terminal, ({ stops, passed, rewardMicro, revision, settled }, sought) => {
      const usual = termsOf();
      const [stop] = usual.itinerary;
      const terms = { ...usual, rewardMicro, itinerary: Array.from({ length: stops }, () => stop) };
      const passages = passed.map((one, index) => ({ terminal: one, timeS: usual.departure.fromS + 400 * index }));
      const settlement = { settledAtS: 9, kind: "reward", bonusMicro: 0n, walletMicro: rewardMicro } as const;
      const state = settled ? "fulfilled" : "active";
      const record = {
        state,
        revision,
        terms,
        rewardPoolId: 1,
        passages,
        settlement: settled ? settlement : null,
      } as const;
      const bytes = encodeContract(record).slice();
      expect(mayHavePassed(bytes, sought)).toBe(passed.includes(sought));
      // With ways it cannot be told, and is left to who decodes it.
      const instructed = encodeContract({ ...record, terms: { ...terms, ways: [way] } });
      expect(mayHavePassed(instructed, sought)).toBe(true);
    }),
  );
});
