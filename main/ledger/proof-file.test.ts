import { beforeAll, describe, expect, it } from "vitest";
import { byteChanges } from "../../test/support/byte-changes";
import { fc } from "../../test/support/properties";
import { fromHex } from "../../common/canonical";
import { describeFailure, type Result } from "../../common/result";
import { memberKey } from "../../ledger/solo/members";
import { verifySignature } from "../../ledger/solo/ed25519";
import { addSeconds } from "../../ledger/wire/timestamp";
import { hashValidators } from "../../ledger/wire/validators";
import { decodeProofFile, encodeProofFile, verifyProofFile, type TrustAnchor } from "./proof-file";
import { openSessionLedger, type SessionLedgerOptions } from "./session-ledger";

const options: SessionLedgerOptions = {
  ...{ directory: null, chainId: "pendulaire-proof-test", date: "2026-03-02", startS: 25_000 },
  ...{ memberSeed: new Uint8Array(32).fill(4), terminalNames: ["a", "b"], clause: "clause" },
  ...{ rewardPoolMicro: 1e9, bonusPoolMicro: 1e9 },
};

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

/** `npm run verify` asks for all. */
const everyFlip = process.env["PENDULAIRE_PROOF_CHANGES"] === "all";

let file = new Uint8Array(0);
let byHeader: TrustAnchor;
let contractId = "";

beforeAll(async () => {
  const ledger = must(await openSessionLedger(options));
  const offers = Array.from({ length: 40 }, (_, contractIndex) => ({
    contractIndex,
    ...{ departFromS: 26_000, departUntilS: 26_600, deadlineS: 30_000, rewardMicro: 1000, penaltyMicro: 10 },
    itinerary: [{ terminal: 1, fromS: 26_000, untilS: 27_000 }],
  }));
  [contractId] = must(await ledger.setUpContracts(offers, 25_100));
  must(await ledger.advance(25_200));
  file = new Uint8Array(must(ledger.proofFile(contractId)).bytes);
  const hash = fromHex(ledger.trustRoot.hash) ?? new Uint8Array(0);
  byHeader = { chainId: options.chainId, kind: "header", hash };
  await ledger.close();
});

const outcomeOf = (bytes: Uint8Array, anchor: TrustAnchor = byHeader) =>
  verifyProofFile(bytes, anchor, { verifySignature });

describe("a proof file", () => {
  it("stands from a trusted header or a trusted validator set, with every check named", () => {
    const { publicKey } = memberKey(options.memberSeed, "validator", 0);
    const hash = hashValidators([{ publicKey, power: 10n }]);
    for (const anchor of [byHeader, { chainId: options.chainId, kind: "validators", hash } as const]) {
      const { outcome, checks } = outcomeOf(file, anchor);
      expect(outcome).toMatchObject({ ok: true, value: { contractId, contract: { state: "active" } } });
      expect(checks.length).toBeGreaterThanOrEqual(6);
      expect(checks.every(({ ok }) => ok)).toBe(true);
    }
    expect(file.length).toBeLessThan(4096);
  });

  it("has one form", () => {
    expect(encodeProofFile(must(decodeProofFile(file)))).toEqual(file);
  });

  it("is refused, with a reason, for any change of any byte", () => {
    const change = fc.record({
      at: fc.nat(),
      how: byteChanges,
    });
    const seen = new Set<number>();
    fc.assert(
      fc.property(change, ({ at, how }) => {
        const offset = at % file.length;
        const changed = file.slice();
        changed[offset] = how(changed[offset]);
        fc.pre(changed[offset] !== file[offset]);
        seen.add(offset);
        const { outcome, checks } = outcomeOf(changed);
        expect(outcome.ok).toBe(false);
        expect(!outcome.ok && describeFailure(outcome.error).length).toBeGreaterThan(5);
        expect(checks[checks.length - 1].ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
    expect(seen.size).toBeGreaterThan(300);
  });

  it(`is refused when bits of any byte flip: ${everyFlip ? "each and all" : "one"} of them at every offset`, () => {
    for (let offset = 0; offset < file.length; offset++) {
      for (const flip of everyFlip ? [1, 2, 4, 8, 16, 32, 64, 128, 255] : [1 << (offset % 8)]) {
        const changed = file.slice();
        changed[offset] ^= flip;
        expect({ offset, flip, ok: outcomeOf(changed).outcome.ok }).toEqual({ offset, flip, ok: false });
      }
    }
  });

  it("is refused when it is cut anywhere, or goes on", () => {
    for (let length = 0; length < file.length; length++)
      expect(outcomeOf(file.slice(0, length)).outcome.ok).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (more) => {
        expect(outcomeOf(new Uint8Array([...file, ...more])).outcome.ok).toBe(false);
      }),
    );
    expect(outcomeOf(new Uint8Array([...file, ...file])).outcome.ok).toBe(false);
  });

  it("any other bytes are refused, and nothing throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        expect(outcomeOf(garbage).outcome.ok).toBe(false);
      }),
    );
  });

  it("certifies nothing by itself: another anchor, another chain, blocks left out or exchanged", () => {
    const wrong = { ...byHeader, hash: new Uint8Array(32) };
    expect(outcomeOf(file, wrong).outcome).toMatchObject({ ok: false });
    expect(outcomeOf(file, { ...byHeader, chainId: "other" }).outcome.ok).toBe(false);
    const read = must(decodeProofFile(file));
    expect(read.blocks.length).toBe(2);
    const [first, last] = read.blocks;
    for (const blocks of [[], [first], [last], [last, first], [first, first], [first, last, last]]) {
      expect(outcomeOf(encodeProofFile({ ...read, blocks })).outcome.ok).toBe(false);
    }
  });

  it("is not believed from a header that is older than the reader allows", () => {
    const { blocks } = must(decodeProofFile(file));
    const now = addSeconds(blocks[1].header.time, 10);
    const verify = (trustingPeriodS: number) =>
      verifyProofFile(file, byHeader, { verifySignature, now, trustingPeriodS }).outcome.ok;
    expect(verify(100_000)).toBe(true);
    expect(verify(10)).toBe(false);
  });
});
