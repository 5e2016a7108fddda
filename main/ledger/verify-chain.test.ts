import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromHex } from "../../common/canonical";
import { describeFailure, type Result } from "../../common/result";
import { parseTimestamp } from "../../ledger/wire/timestamp";
import { openSessionLedger } from "./session-ledger";
import { verifyChain } from "./verify-chain";

const folder = mkdtempSync(join(tmpdir(), "pendulaire-verify-"));
const chainFolder = join(folder, "ledger", "chain");
let contractId = "";
let trust = { height: 1, hash: new Uint8Array(32) };

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

beforeAll(async () => {
  const ledger = must(
    await openSessionLedger({
      ...{ directory: join(folder, "ledger"), chainId: "pendulaire-verify-test", date: "2026-03-02", startS: 25_000 },
      ...{ memberSeed: new Uint8Array(32).fill(4), terminalNames: ["a", "b"], clause: "clause" },
      ...{ rewardPoolMicro: 1e9, bonusPoolMicro: 1e9 },
    }),
  );
  const offer = {
    contractIndex: 0,
    ...{ departFromS: 26_000, departUntilS: 26_600, deadlineS: 30_000, rewardMicro: 1000, penaltyMicro: 10 },
    itinerary: [{ terminal: 1, fromS: 26_000, untilS: 27_000 }],
  };
  [contractId] = must(await ledger.setUpContracts([offer], 25_100));
  for (let step = 1; step <= 5; step++) must(await ledger.advance(25_100 + step * 10));
  trust = { height: 1, hash: fromHex(ledger.trustRoot.hash) ?? trust.hash };
  await ledger.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a chain in its folder", () => {
  it("is verified to its last header, and a contract in it", async () => {
    const verdict = must(await verifyChain(chainFolder, { trust, contractId }));
    expect(verdict).toMatchObject({ verdict: "success", reason: null, contract: { state: "active" } });
    expect(verdict.height).toBeGreaterThan(10);
    expect(must(await verifyChain(chainFolder, {}))).toMatchObject({ verdict: "success", contract: null });
  });

  it("is not believed from another header, for another contract, or too late", async () => {
    const wrong = { height: 1, hash: new Uint8Array(32) };
    expect(must(await verifyChain(chainFolder, { trust: wrong }))).toMatchObject({ verdict: "invalid", height: null });
    expect(must(await verifyChain(chainFolder, { contractId: "ab".repeat(31) }))).toMatchObject({
      verdict: "invalid",
      reason: expect.stringMatching(/no such contract/) as string,
    });
    const now = must(parseTimestamp("2026-04-02T00:00:00Z"));
    const late = must(await verifyChain(chainFolder, { trust, now, trustingPeriodS: 86_400 }));
    expect(late).toMatchObject({ verdict: "invalid", reason: expect.stringMatching(/trusting-period/) as string });
    expect(await verifyChain(join(folder, "nothing"), {})).toMatchObject({ ok: false });
  });

  it("in which a block was changed is refused with the clause, and where belief ended", async () => {
    const environment = open({ path: chainFolder, maxDbs: 4, encoding: "binary", keyEncoding: "binary" });
    const blocks = environment.openDB<Uint8Array, Uint8Array>({
      name: "blocks",
      encoding: "binary",
      keyEncoding: "binary",
    });
    const key = Buffer.alloc(8);
    key.writeBigUInt64BE(6n);
    const block = new Uint8Array(blocks.get(key) ?? new Uint8Array(0));
    // A byte of the header's data hash: the header stands at the record's beginning.
    block[block.length > 200 ? 120 : 0] ^= 1;
    blocks.putSync(key, block);
    await environment.close();
    const verdict = must(await verifyChain(chainFolder, { trust }));
    expect(verdict.verdict).toBe("invalid");
    expect(verdict.height).toBe(5);
    expect(verdict.reason).toMatch(/hash/);
  });
});
