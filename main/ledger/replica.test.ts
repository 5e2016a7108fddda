import { describe, expect, it } from "vitest";
import { assert, describeFailure, fail, succeed, type Result } from "../../common/result";
import { listContractIds, readTotals } from "../../ledger/machine/readers";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { prepareLoad } from "../../ledger/network/load";
import type { NodeReader } from "../../ledger/network/node-reader";
import { consortiumGenesis, signAsMember } from "../../ledger/solo/consortium";
import { memberKey } from "../../ledger/solo/members";
import { openSolo, type Solo } from "../../ledger/solo/solo";
import type { Block } from "../../ledger/wire/block";
import { hashHeader, type Header } from "../../ledger/wire/header";
import { addNanos } from "../../ledger/wire/timestamp";
import { createReplica, type Replica } from "./replica";

const chainId = "replica-test-1";
const seed = new Uint8Array(32).fill(3);
const genesisOf = (capMicro: bigint) =>
  consortiumGenesis({
    ...{ chainId, seed, timeS: 1_772_409_600, clause: "clause", terminalCount: 4, capMicro, challengeS: 60 },
    ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n },
  });
const genesis = genesisOf(1n << 60n);
const heights = 12;

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

/** A chain that mints so many micro-tokens in each block. */
function chainOf(amountMicro: bigint): Solo {
  const validatorKey = memberKey(seed, "validator", 0);
  const solo = must(openSolo({ storage: { kind: "memory" }, genesis, validatorKey }));
  must(solo.commitBlock(solo.time));
  for (let nonce = 0; nonce < heights - 1; nonce++) {
    must(solo.submit(signAsMember(chainId, memberKey(seed, "treasury", 0), nonce, { kind: "mint", amountMicro })));
    must(solo.commitBlock(addNanos(solo.time, 1_000_000_000)));
  }
  return solo;
}

const honest = chainOf(5n);
const other = chainOf(7n);
const headerAt = (solo: Solo, height: number): Header => {
  const block = solo.lightBlock(height);
  if (block === undefined) throw new Error(`no block ${height}`);
  return block.header;
};

/** A node that gives these blocks; all else it refuses. */
function nodeOf(blockAt: (height: number) => Block | undefined): NodeReader {
  const refused = () => Promise.resolve(fail("not asked here"));
  return {
    ...{ name: "a node", latestHeight: refused, lightBlock: refused, state: refused },
    ...{ send: refused, report: refused, post: refused },
    block: (height) => {
      const block = blockAt(height);
      return Promise.resolve(block === undefined ? fail("no such block") : succeed(block));
    },
  };
}

const replicaOf = (blockAt: (height: number) => Block | undefined, of = genesis, keptMax?: number): Replica =>
  must(createReplica(of, nodeOf(blockAt), keptMax));
const note = () => undefined;
const trueBlock = (height: number) => honest.block(height)?.block;

describe("a chain that is carried out here", () => {
  it("comes to the state of the chain it follows, step by step, and keeps what histories need", async () => {
    const replica = replicaOf(trueBlock);
    must(await replica.follow(headerAt(honest, 5), note));
    expect(replica.height).toBe(4);
    must(await replica.follow(headerAt(honest, heights), note));
    expect(replica.height).toBe(heights - 1);
    expect(rootHashOf(replica.state.tree)).toEqual(headerAt(honest, heights).appHash);
    expect(readTotals(replica.state).supplyMicro).toBe(5n * BigInt(heights - 2));
    expect(replica.believedHeader?.(3)).toEqual(headerAt(honest, 3));
    expect(replica.result(3, 0)?.result.code).toBe(0);
  });

  it("takes no block that does not lead to the believed header, whoever signed it", async () => {
    const forged: readonly (readonly [string, (height: number) => Block | undefined])[] = [
      ["another chain", (height) => other.block(height)?.block],
      ["another chain's end", (height) => (height < 8 ? trueBlock(height) : other.block(height)?.block)],
      ["another height", () => trueBlock(4)],
      ["a hole", (height) => (height === 6 ? undefined : trueBlock(height))],
      [
        "other transactions",
        (height) => {
          const block = trueBlock(height);
          return block && { ...block, transactions: other.block(height)?.block.transactions ?? [] };
        },
      ],
      [
        "another app hash",
        (height) => {
          const block = trueBlock(height);
          return block && { ...block, header: { ...block.header, appHash: new Uint8Array(32) } };
        },
      ],
    ];
    for (const [name, blockAt] of forged) {
      const replica = replicaOf(blockAt);
      expect((await replica.follow(headerAt(honest, heights), note)).ok, name).toBe(false);
      expect(replica.height, name).toBe(0);
    }
  });

  it("takes no genesis that is not the first header's", async () => {
    const replica = replicaOf(trueBlock, genesisOf(1n << 50n));
    expect((await replica.follow(headerAt(honest, heights), note)).ok).toBe(false);
    expect(replica.height).toBe(0);
  });

  it("hands on each block as it is carried out, those before one that is refused too", async () => {
    // Header 6 commits to another state than the blocks before it make, and all after it follow it.
    const lies: Block[] = [];
    for (let height = 1; height <= heights; height++) {
      const block = trueBlock(height);
      assert(block !== undefined, "the chain has it");
      const { header } = block;
      const lastBlockId =
        height > 6 ? { ...header.lastBlockId, hash: hashHeader(lies[height - 2].header) } : header.lastBlockId;
      const appHash = height === 6 ? new Uint8Array(32) : header.appHash;
      lies.push({ ...block, header: { ...header, lastBlockId, appHash } });
    }
    const replica = replicaOf((height) => lies[height - 1]);
    const seen: number[] = [];
    const followed = await replica.follow(lies[heights - 1].header, ({ height }) => seen.push(height));
    expect(followed).toMatchObject({ ok: false, error: { where: "height 5" } });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(replica.height).toBe(4);
  });

  it("forgets where contracts were accepted with the blocks that it does not keep", async () => {
    const contracts = 3;
    const load = await prepareLoad({
      ...{ chainId, memberSeed: seed, clause: "clause", terminals: 4, contracts, nowS: 1_772_409_600 },
    });
    const solo = must(
      openSolo({ storage: { kind: "memory" }, genesis, validatorKey: memberKey(seed, "validator", 0) }),
    );
    must(solo.commitBlock(solo.time));
    for (const transaction of load.preparation) {
      must(solo.submit(transaction));
      must(solo.commitBlock(addNanos(solo.time, 1_000_000_000)));
    }
    const accepting = solo.height;
    for (let more = 0; more < 3; more++) must(solo.commitBlock(addNanos(solo.time, 1_000_000_000)));
    const contractIds = listContractIds(solo.state, 0, contracts);
    expect(contractIds).toHaveLength(contracts);
    const blockAt = (height: number) => solo.block(height)?.block;
    for (const [keptMax, expected] of [[undefined, accepting] as const, [2048, undefined] as const]) {
      const replica = replicaOf(blockAt, genesis, keptMax);
      must(await replica.follow(headerAt(solo, solo.height), note));
      expect(contractIds.map((id) => replica.acceptedAt?.(id))).toEqual(contractIds.map(() => expected));
      expect(replica.block(accepting) === undefined).toBe(expected === undefined);
    }
  });
});
