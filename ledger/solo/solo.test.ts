import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { chainId, contractOf, genesis, keyOf, termsOf } from "../../test/verification/ledger-chain";
import { toHex } from "../../common/canonical";
import { describeFailure, type Result } from "../../common/result";
import { audit } from "../machine/audit";
import { readTotals } from "../machine/readers";
import { contractPath, totalsPath } from "../machine/state-paths";
import { verifyProof } from "../machine/tree/proof";
import type { Payload } from "../machine/transactions/payload";
import { blockIdOf } from "../wire/block";
import { hashCommit, signBytesOfEntry } from "../wire/commit";
import { hashHeader } from "../wire/header";
import { verifyLeaf } from "../wire/merkle";
import { encodeResult, hashData, hashResults, hashTransaction } from "../wire/results";
import { addNanos, addSeconds } from "../wire/timestamp";
import { rewardPoolId, signAsMember, signOffer } from "./consortium";
import { verifySignature } from "./ed25519";
import { admitToMempool, createMempool, mempoolBytesMax, takeForBlock } from "./mempool";
import { openSolo, type Solo, type SoloOptions } from "./solo";

const validatorKey = keyOf("validator");
const inMemory: SoloOptions = { storage: { kind: "memory" }, genesis, validatorKey };
const treasury = keyOf("treasury");
const opened: Solo[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const solo of opened.splice(0)) await solo.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

function open(options: SoloOptions): Solo {
  const solo = must(openSolo(options));
  opened.push(solo);
  return solo;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pendulaire-solo-"));
  folders.push(folder);
  return folder;
}

const mint = (nonce: number, amountMicro = 1_000_000_000n) =>
  signAsMember(chainId, treasury, nonce, { kind: "mint", amountMicro });
const fund = (nonce: number, destination: Extract<Payload, { kind: "fund" }>["destination"]) =>
  signAsMember(chainId, treasury, nonce, { kind: "fund", destination, amountMicro: 100_000_000n });

/** Three blocks: tokens; a contract and a refusal; nothing. */
async function writeDay(solo: Solo): Promise<void> {
  const custodian = keyOf("custodian");
  must(solo.submit(mint(0)));
  must(solo.submit(fund(1, { kind: "pool", poolId: rewardPoolId })));
  must(solo.submit(fund(2, { kind: "account", publicKey: custodian.publicKey })));
  must(solo.commitBlock(solo.time));
  const offers = [await signOffer(chainId, custodian.publicKey, keyOf("commuter", 0), termsOf())];
  must(solo.submit(signAsMember(chainId, custodian, 0, { kind: "acceptOffers", offers })));
  // The second one waits for its nonce, and is refused in the block.
  must(solo.submit(mint(3)));
  must(solo.submit(mint(4, 1n << 60n)));
  must(solo.commitBlock(addSeconds(solo.time, 5)));
  must(solo.commitBlock(addNanos(solo.time, 1_000_000)));
}

describe("the embedded engine", () => {
  it("writes blocks that hang together as CometBFT's do", async () => {
    const solo = open(inMemory);
    await writeDay(solo);
    for (let height = 1; height <= solo.height; height++) {
      const stored = solo.block(height);
      const light = solo.lightBlock(height);
      if (stored === undefined || light === undefined) throw new Error("the block is there");
      const { block, blockId, results } = stored;
      const { header } = block;
      expect(header).toMatchObject({ chainId, height, blockVersion: 11 });
      expect(blockIdOf(block)).toEqual(blockId);
      expect(toHex(hashHeader(header))).toBe(toHex(blockId.hash));
      expect(toHex(hashData(block.transactions))).toBe(toHex(header.dataHash));
      expect(toHex(hashCommit(block.lastCommit))).toBe(toHex(header.lastCommitHash));
      expect(light.commit.blockId).toEqual(blockId);
      const [vote] = light.commit.signatures;
      const signBytes = signBytesOfEntry(chainId, light.commit, vote);
      expect(signBytes !== null && verifySignature(validatorKey.publicKey, signBytes, vote.signature)).toBe(true);
      const next = solo.block(height + 1)?.block.header;
      if (next === undefined) continue;
      expect(next.lastBlockId).toEqual(blockId);
      expect(toHex(next.lastResultsHash)).toBe(toHex(hashResults(results)));
      // BFT time: a header's time is the median of the votes for the block before.
      expect(next.time).toEqual(vote.time);
      for (const index of results.keys()) {
        const answer = solo.result(height, index);
        if (answer === undefined) throw new Error("the result is there");
        expect(verifyLeaf(next.lastResultsHash, encodeResult(answer.result), answer.resultProof)).toBe(true);
        expect(verifyLeaf(header.dataHash, hashTransaction(answer.transaction), answer.transactionProof)).toBe(true);
      }
    }
    expect(solo.block(1)?.block.lastCommit.signatures).toEqual([]);
    expect(solo.lightBlock(solo.height + 1)).toBeUndefined();
    expect(solo.lightBlock(0)).toBeUndefined();
  });

  it("answers queries with proofs against the next header, of presence and of absence", async () => {
    const solo = open(inMemory);
    await writeDay(solo);
    const header = solo.block(3)?.block.header;
    for (const [path, isThere] of [
      [contractPath(contractOf(0)), true],
      [contractPath(contractOf(1)), false],
      [totalsPath, true],
    ] as const) {
      const answer = solo.query(path, 2);
      if (answer === undefined || header === undefined) throw new Error("the state is kept");
      expect(answer.value !== null).toBe(isThere);
      expect(verifyProof(header.appHash, path, answer.value, answer.proof).ok).toBe(true);
      // The state before does not have it.
      expect(
        verifyProof(solo.block(2)?.block.header.appHash ?? header.appHash, path, answer.value, answer.proof).ok,
      ).toBe(false);
    }
    expect(solo.query(totalsPath, 99)).toBeUndefined();
  });

  it("keeps as many states as it may", () => {
    const solo = open({ ...inMemory, recentStatesMax: 3 });
    must(solo.commitBlock(solo.time));
    for (let block = 0; block < 5; block++) must(solo.commitBlock(addSeconds(solo.time, 1)));
    expect([2, 3, 4, 5, 6].map((height) => solo.stateAt(height) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it("refuses at the door what a block would refuse, and what is waiting already", () => {
    const solo = open(inMemory);
    expect(solo.submit(new Uint8Array([1, 2, 3]))).toMatchObject({ ok: false });
    expect(solo.submit(signAsMember("another", treasury, 0, { kind: "mint", amountMicro: 1n })).ok).toBe(false);
    must(solo.submit(mint(0)));
    expect(solo.submit(mint(0))).toMatchObject({ ok: false, error: { message: /waiting/ } });
    expect(solo.waiting).toBe(1);
  });

  it("puts into a block what the state of that moment refuses, with its code, and changes nothing for it", () => {
    const solo = open(inMemory);
    must(solo.submit(mint(0)));
    // Waits for its nonce, and turns out too much when its turn comes.
    must(solo.submit(mint(1, 1n << 60n)));
    const { results } = must(solo.commitBlock(solo.time));
    expect(results.map(({ code }) => code)).toEqual([0, 31]);
    expect(readTotals(solo.state).supplyMicro).toBe(1_000_000_000n);
    expect(solo.waiting).toBe(0);
  });

  it("keeps block time: the first block's is the genesis', each later one's is later", () => {
    const solo = open(inMemory);
    expect(solo.commitBlock(addSeconds(solo.time, 1)).ok).toBe(false);
    must(solo.commitBlock(solo.time));
    expect(solo.commitBlock(solo.time).ok).toBe(false);
    expect(solo.commitBlock(addNanos(solo.time, 999_999)).ok).toBe(false);
    must(solo.commitBlock(addNanos(solo.time, 1_000_000)));
    expect(solo.commitBlock({ seconds: 1.5, nanos: 0 }).ok).toBe(false);
    expect(solo.height).toBe(2);
  });

  it("continues on disk where it was closed, with an equal state and the same headers as in memory", async () => {
    const path = newFolder();
    const onDisk = must(openSolo({ ...inMemory, storage: { kind: "directory", path } }));
    const memory = open(inMemory);
    await writeDay(onDisk);
    await writeDay(memory);
    const tip = onDisk.lightBlock(onDisk.height);
    expect(tip).toEqual(memory.lightBlock(memory.height));
    await onDisk.close();
    const again = open({ ...inMemory, storage: { kind: "directory", path } });
    expect(again.height).toBe(3);
    expect(again.lightBlock(3)).toEqual(tip);
    expect(audit(again.state)).toMatchObject({ ok: true });
    for (const solo of [again, memory]) {
      must(solo.submit(mint(5)));
      must(solo.commitBlock(addSeconds(solo.time, 60)));
    }
    expect(again.lightBlock(4)).toEqual(memory.lightBlock(4));
  });

  it("does not continue a chain that began otherwise", async () => {
    const path = newFolder();
    const first = must(openSolo({ ...inMemory, storage: { kind: "directory", path } }));
    must(first.commitBlock(first.time));
    await first.close();
    const other = { ...genesis, parameters: { ...genesis.parameters, chainId: "other" } };
    expect(openSolo({ storage: { kind: "directory", path }, genesis: other, validatorKey })).toMatchObject({
      ok: false,
    });
    expect(
      openSolo({ storage: { kind: "directory", path }, genesis, validatorKey: keyOf("validator", 1) }),
    ).toMatchObject({ ok: false });
  });
});

describe("the mempool", () => {
  it("is bounded, first in first out, and a block takes what fits", () => {
    const mempool = createMempool();
    expect(admitToMempool(mempool, "a", new Uint8Array(60))).toBe("admitted");
    expect(admitToMempool(mempool, "b", new Uint8Array(50))).toBe("admitted");
    expect(admitToMempool(mempool, "a", new Uint8Array(60))).toBe("known");
    expect(admitToMempool(mempool, "c", new Uint8Array(mempoolBytesMax))).toBe("full");
    expect(takeForBlock(mempool, 100, 10).map(({ length }) => length)).toEqual([60]);
    expect(takeForBlock(mempool, 100, 10).map(({ length }) => length)).toEqual([50]);
    expect(mempool.bytes).toBe(0);
  });
});
