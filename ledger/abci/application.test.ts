import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CheckTxType,
  MisbehaviorType,
  Request,
  RequestApplySnapshotChunk,
  RequestCheckTx,
  RequestFinalizeBlock,
  RequestInfo,
  RequestInitChain,
  RequestLoadSnapshotChunk,
  RequestOfferSnapshot,
  RequestPrepareProposal,
  RequestProcessProposal,
  RequestQuery,
  ResponseApplySnapshotChunk_Result as ChunkResult,
  ResponseOfferSnapshot_Result as OfferResult,
  ResponseProcessProposal_ProposalStatus as ProposalStatus,
  type Response,
  type Snapshot,
} from "cosmjs-types/tendermint/abci/types";
import { afterEach, describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { chainId, genesis, keyOf, startS, termsOf } from "../../test/verification/ledger-chain";
import { createWriter, finishWriting, toHex, utf8Of, writeBytes, writeFixed, writeWhole } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import { apply } from "../machine/apply";
import { initialise } from "../machine/genesis";
import { readMisbehavior } from "../machine/misbehavior";
import type { State } from "../machine/state";
import { contractPath, misbehaviorPath, totalsPath } from "../machine/state-paths";
import { valueBytesMax } from "../machine/tree/node-store";
import { decodeProof, verifyProof } from "../machine/tree/proof";
import { bytesOfPath } from "../machine/tree/path";
import { rootHashOf } from "../machine/tree/tree";
import { rewardPoolId, signAsMember, signOffer } from "../solo/consortium";
import { verifySignature } from "../solo/ed25519";
import { addressOf } from "../wire/validators";
import { openApplication, QueryCode, type Application } from "./application";
import { genesisJson, readGenesis } from "./genesis-form";
import { createMemoryStateStore, openStateStore, type StateStore } from "./state-store";

const folders: string[] = [];
const opened: Application[] = [];
afterEach(async () => {
  for (const application of opened.splice(0)) await application.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

function open(store: StateStore = createMemoryStateStore(), snapshotEveryBlocks = 0): Application {
  const application = must(openApplication({ store, nowS: () => startS + 10, snapshotEveryBlocks }));
  opened.push(application);
  return application;
}

/** Over the wire's own form, as a socket would bring it. */
function ask(application: Application, request: Request): Result<Response> {
  return application.respond(Request.decode(Request.encode(request).finish()));
}

const validatorKey = keyOf("validator").publicKey;
const appState = utf8Of(JSON.stringify(genesisJson(genesis)));
const genesisTime = { seconds: BigInt(startS), nanos: 0 };
const begin = (application: Application, appStateBytes = appState, chain = chainId) =>
  ask(application, {
    initChain: RequestInitChain.fromPartial({
      ...{ chainId: chain, time: genesisTime, appStateBytes, initialHeight: 1n },
      validators: [{ pubKey: { ed25519: validatorKey }, power: 10n }],
    }),
  });
const finalize = (application: Application, height: number, txs: readonly Uint8Array[]) =>
  ask(application, {
    finalizeBlock: RequestFinalizeBlock.fromPartial({
      height: BigInt(height),
      txs: [...txs],
      time: { seconds: BigInt(startS + height), nanos: 5 },
    }),
  });
const commit = (application: Application) => ask(application, { commit: {} });
const heightOf = (application: Application) =>
  Number(must(ask(application, { info: RequestInfo.fromPartial({}) })).info?.lastBlockHeight);

const treasury = keyOf("treasury");
const custodian = keyOf("custodian");

/** Four blocks: money, then two contracts of which one comes twice, then nothing. */
async function chainOfBlocks(): Promise<readonly (readonly Uint8Array[])[]> {
  const offers = await Promise.all(
    [0, 1].map((row) => signOffer(chainId, custodian.publicKey, keyOf("commuter", row), termsOf())),
  );
  const accept = signAsMember(chainId, custodian, 0, { kind: "acceptOffers", offers });
  return [
    [signAsMember(chainId, treasury, 0, { kind: "mint", amountMicro: 100_000_000n })],
    [
      signAsMember(chainId, treasury, 1, {
        kind: "fund",
        destination: { kind: "pool", poolId: rewardPoolId },
        amountMicro: 50_000_000n,
      }),
      signAsMember(chainId, treasury, 2, {
        kind: "fund",
        destination: { kind: "account", publicKey: custodian.publicKey },
        amountMicro: 20_000_000n,
      }),
    ],
    [accept, accept],
    [],
  ];
}

function machineStates(blocks: readonly (readonly Uint8Array[])[]): readonly State[] {
  const states = [must(initialise(genesis)).state];
  for (const [index, transactions] of blocks.entries()) {
    const block = { height: index + 1, timeS: startS + index + 1, transactions };
    states.push(apply(states[index], block, verifySignature).state);
  }
  return states;
}

describe("the genesis in a CometBFT file", () => {
  it("says the same when it is read again", () => {
    expect(must(readGenesis(appState))).toEqual(genesis);
  });

  it.each([
    ["no JSON", "{", "not JSON"],
    ["a field too many", JSON.stringify({ ...(genesisJson(genesis) as object), extra: 1 }), "extra"],
    ["an amount as a number", appStateWith({ capMicro: 5 }), "capMicro"],
    ["a negative amount", appStateWith({ capMicro: "-5" }), "capMicro"],
    ["another form", appStateWith({ form: "pendulaire-genesis-2" }), "form"],
  ])("is refused with %s", (_, text, said) => {
    const read = readGenesis(utf8Of(text));
    expect(read.ok ? "" : describeFailure(read.error)).toContain(said);
  });

  function appStateWith(fields: object): string {
    return JSON.stringify({ ...(genesisJson(genesis) as object), ...fields });
  }
});

describe("the application behind CometBFT", () => {
  it("reaches at every height the app hash of the machine by itself", async () => {
    const blocks = await chainOfBlocks();
    const states = machineStates(blocks);
    const application = open();
    expect(toHex(must(begin(application)).initChain?.appHash ?? new Uint8Array(0))).toBe(
      toHex(rootHashOf(states[0].tree)),
    );
    for (const [index, transactions] of blocks.entries()) {
      const { finalizeBlock } = must(finalize(application, index + 1, transactions));
      assert(finalizeBlock !== undefined, "FinalizeBlock is answered as such");
      expect(toHex(finalizeBlock.appHash)).toBe(toHex(rootHashOf(states[index + 1].tree)));
      expect(finalizeBlock.txResults).toHaveLength(transactions.length);
      must(commit(application));
      const { info } = must(ask(application, { info: RequestInfo.fromPartial({}) }));
      expect(info).toMatchObject({ lastBlockHeight: BigInt(index + 1), lastBlockAppHash: finalizeBlock.appHash });
    }
  });

  it("computes a block that was not committed again, to the same end", async () => {
    const [first] = await chainOfBlocks();
    const application = open();
    must(begin(application));
    const once = must(finalize(application, 1, first));
    expect(heightOf(application)).toBe(0);
    expect(must(finalize(application, 1, first))).toEqual(once);
    must(finalize(application, 1, []));
    must(finalize(application, 1, first));
    must(commit(application));
    expect(heightOf(application)).toBe(1);
  });

  it("refuses what breaks the order of a chain", async () => {
    const [first, second] = await chainOfBlocks();
    const application = open();
    expect(finalize(application, 1, first).ok).toBe(false);
    expect(commit(application).ok).toBe(false);
    expect(begin(application, appState, "another-chain").ok).toBe(false);
    expect(begin(application, utf8Of("{}")).ok).toBe(false);
    must(begin(application));
    must(begin(application));
    const other = utf8Of(JSON.stringify(genesisJson({ ...genesis, capMicro: 5n })));
    expect(begin(application, other).ok).toBe(false);
    expect(finalize(application, 2, first).ok).toBe(false);
    must(finalize(application, 1, first));
    must(commit(application));
    expect(commit(application).ok).toBe(false);
    expect(finalize(application, 1, second).ok).toBe(false);
    expect(begin(application).ok).toBe(false);
    const early = ask(application, {
      finalizeBlock: RequestFinalizeBlock.fromPartial({ height: 2n, time: { seconds: BigInt(startS - 1), nanos: 0 } }),
    });
    expect(early.ok).toBe(false);
    expect(heightOf(application)).toBe(1);
  });

  it("writes down what consensus proves against validators, as the machine by itself does, and without it nothing", async () => {
    const [first] = await chainOfBlocks();
    const address = addressOf(validatorKey);
    const proved = (kind: "duplicateVote" | "lightClientAttack", height: number) =>
      ({ kind, validatorAddress: address, power: 10n, height, timeS: startS }) as const;
    const message = (type: MisbehaviorType, height: bigint, who = address) => ({
      ...{ type, height, validator: { address: who, power: 10n }, totalVotingPower: 10n },
      time: { seconds: BigInt(startS), nanos: 0 },
    });
    const finalizeWith = (application: Application, misbehavior: readonly ReturnType<typeof message>[]) =>
      ask(application, {
        finalizeBlock: RequestFinalizeBlock.fromPartial({
          ...{ height: 1n, txs: [...first], misbehavior: [...misbehavior] },
          time: { seconds: BigInt(startS + 1), nanos: 5 },
        }),
      });
    const application = open();
    must(begin(application));
    const { DUPLICATE_VOTE, LIGHT_CLIENT_ATTACK, UNKNOWN } = MisbehaviorType;
    expect(finalizeWith(application, [message(UNKNOWN, 1n)]).ok).toBe(false);
    expect(finalizeWith(application, [message(DUPLICATE_VOTE, 1n, new Uint8Array(19))]).ok).toBe(false);
    const clean = must(finalizeWith(application, [])).finalizeBlock?.appHash;
    const { finalizeBlock } = must(
      finalizeWith(application, [message(LIGHT_CLIENT_ATTACK, 1n), message(DUPLICATE_VOTE, 2n)]),
    );
    const block = { height: 1, timeS: startS + 1, transactions: first };
    const { state } = must(initialise(genesis));
    const misbehavior = [proved("lightClientAttack", 1), proved("duplicateVote", 2)];
    const applied = apply(state, { ...block, misbehavior }, verifySignature);
    expect(finalizeBlock?.appHash).toEqual(applied.appHash);
    expect(clean).toEqual(apply(state, block, verifySignature).appHash);
    expect(clean).not.toEqual(applied.appHash);
    expect(readMisbehavior(applied.state, address)).toEqual({ ...proved("duplicateVote", 2), proofs: 2 });
    expect(readMisbehavior(applied.state, new Uint8Array(20))).toBeUndefined();
    must(commit(application));
    const data = bytesOfPath(misbehaviorPath(address));
    const { query } = must(
      ask(application, { query: RequestQuery.fromPartial({ path: "/state", data, prove: true }) }),
    );
    const proof = must(decodeProof(query?.proofOps?.ops[0]?.data ?? new Uint8Array(0)));
    expect(verifyProof(applied.appHash, misbehaviorPath(address), query?.value ?? null, proof)).toMatchObject({
      ok: true,
    });
  });

  it("goes on after a kill where the last commit was, on disk", async () => {
    const blocks = await chainOfBlocks();
    const states = machineStates(blocks);
    const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-abci-"));
    folders.push(folder);
    const first = must(openApplication({ store: must(openStateStore(folder)), nowS: () => startS }));
    must(begin(first));
    for (const height of [1, 2]) {
      must(finalize(first, height, blocks[height - 1]));
      must(commit(first));
    }
    must(finalize(first, 3, blocks[2]));
    await first.close();
    expect(existsSync(path.join(folder, "data.mdb"))).toBe(true);
    const again = open(must(openStateStore(folder)));
    expect(heightOf(again)).toBe(2);
    for (const height of [3, 4]) {
      const { finalizeBlock } = must(finalize(again, height, blocks[height - 1]));
      expect(toHex(finalizeBlock?.appHash ?? new Uint8Array(0))).toBe(toHex(rootHashOf(states[height].tree)));
      must(commit(again));
    }
  });

  it("proposes only what it accepts, and accepts nothing else", async () => {
    const [[mint], [fund, endow]] = await chainOfBlocks();
    const application = open();
    must(begin(application));
    const foreign = signAsMember("another-chain", treasury, 0, { kind: "mint", amountMicro: 1n });
    const forged = mint.slice();
    forged[forged.length - 1] ^= 1;
    const offered = [forged, foreign, Uint8Array.of(1, 2, 3), fund, mint, mint, fund, endow];
    const time = { seconds: BigInt(startS + 1), nanos: 0 };
    const prepare = (maxTxBytes: bigint) =>
      must(
        ask(application, {
          prepareProposal: RequestPrepareProposal.fromPartial({ height: 1n, time, txs: offered, maxTxBytes }),
        }),
      ).prepareProposal?.txs ?? [];
    const process = (txs: readonly Uint8Array[]) =>
      must(
        ask(application, { processProposal: RequestProcessProposal.fromPartial({ height: 1n, time, txs: [...txs] }) }),
      ).processProposal?.status;
    const chosen = prepare(1_000_000n);
    expect(chosen.map(toHex)).toEqual([mint, fund, endow].map(toHex));
    expect(process(chosen)).toBe(ProposalStatus.ACCEPT);
    for (const bad of [[forged], [foreign], [fund, mint], [mint, mint], [mint, endow], [Uint8Array.of(1)]]) {
      expect(process(bad)).toBe(ProposalStatus.REJECT);
    }
    const small = prepare(BigInt(mint.length + fund.length + 20));
    expect(small.map(toHex)).toEqual([mint, fund].map(toHex));
    expect(must(finalize(application, 1, chosen)).finalizeBlock?.txResults.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it("tells a mempool why a transaction is refused", async () => {
    const [[mint]] = await chainOfBlocks();
    const application = open();
    must(begin(application));
    const check = (tx: Uint8Array) => must(ask(application, { checkTx: RequestCheckTx.fromPartial({ tx }) })).checkTx;
    expect(check(mint)).toMatchObject({ code: 0 });
    const forged = mint.slice();
    forged[forged.length - 1] ^= 1;
    expect(check(forged)).toMatchObject({ codespace: "pendulaire" });
    expect(check(forged)?.code).not.toBe(0);
    expect(check(new Uint8Array(0))?.code).not.toBe(0);
  });

  it("checks each transaction by itself, and again whether it may still come into a block", async () => {
    const [[mint], [fund]] = await chainOfBlocks();
    const application = open();
    must(begin(application));
    const check = (tx: Uint8Array, type = CheckTxType.NEW) =>
      must(ask(application, { checkTx: RequestCheckTx.fromPartial({ tx, type }) })).checkTx;
    // One trial leaves nothing behind for the next: the mint's nonce is not spent, and the fund still waits for it.
    for (let row = 0; row < 3; row++) expect(check(mint)).toMatchObject({ code: 0, log: "" });
    expect(check(fund)).toMatchObject({ code: 0, log: "waits for its nonce" });
    must(finalize(application, 1, [mint]));
    must(commit(application));
    expect(check(mint, CheckTxType.RECHECK)?.code).not.toBe(0);
    expect(check(fund, CheckTxType.RECHECK)).toMatchObject({ code: 0 });
    const forged = fund.slice();
    forged[forged.length - 1] ^= 1;
    expect(check(forged, CheckTxType.RECHECK)?.code).not.toBe(0);
  });

  it("answers what lies in the state with a proof against the next header's app hash, absence too", async () => {
    const blocks = await chainOfBlocks();
    const states = machineStates(blocks);
    const application = open();
    must(begin(application));
    for (const [index, transactions] of blocks.entries()) {
      must(finalize(application, index + 1, transactions));
      must(commit(application));
    }
    const query = (statePath: string, height: bigint) =>
      must(
        ask(application, {
          query: RequestQuery.fromPartial({ path: "/state", data: bytesOfPath(statePath), height, prove: true }),
        }),
      ).query;
    for (const [statePath, height] of [
      [totalsPath, 2],
      [totalsPath, 4],
      [contractPath("00".repeat(31)), 3],
    ] as const) {
      const found = query(statePath, BigInt(height));
      assert(found?.proofOps !== undefined, "an answer with proof");
      const value = found.value.length === 0 ? null : found.value;
      const proof = must(decodeProof(found.proofOps.ops[0].data));
      expect(verifyProof(rootHashOf(states[height].tree), statePath, value, proof)).toMatchObject({ ok: true });
      expect(verifyProof(rootHashOf(states[height - 1].tree), statePath, value, proof).ok).toBe(height === 4);
    }
    expect(query(totalsPath, 99n)?.code).toBe(QueryCode.heightNotKept);
    expect(query(totalsPath, 0n)?.height).toBe(4n);
    const nowhere = must(
      ask(application, { query: RequestQuery.fromPartial({ path: "/people", data: new Uint8Array(32) }) }),
    ).query;
    expect(nowhere?.code).toBe(QueryCode.pathUnknown);
    const short = must(
      ask(application, { query: RequestQuery.fromPartial({ path: "/state", data: new Uint8Array(3) }) }),
    ).query;
    expect(short?.code).toBe(QueryCode.keyLength);
  });

  describe("with snapshots", () => {
    async function source(): Promise<{ application: Application; snapshot: Snapshot; state: State }> {
      const blocks = await chainOfBlocks();
      const application = open(createMemoryStateStore(), 3);
      must(begin(application));
      for (const [index, transactions] of blocks.entries()) {
        must(finalize(application, index + 1, transactions));
        must(commit(application));
      }
      const [snapshot] = must(ask(application, { listSnapshots: {} })).listSnapshots?.snapshots ?? [];
      return { application, snapshot, state: machineStates(blocks)[3] };
    }
    const chunkOf = (application: Application, { height, format }: Snapshot, chunk: number) =>
      must(ask(application, { loadSnapshotChunk: RequestLoadSnapshotChunk.fromPartial({ height, format, chunk }) }))
        .loadSnapshotChunk?.chunk ?? new Uint8Array(0);
    const offer = (application: Application, snapshot: Partial<Snapshot>, appHash: Uint8Array) =>
      must(ask(application, { offerSnapshot: RequestOfferSnapshot.fromPartial({ snapshot, appHash }) })).offerSnapshot
        ?.result;
    const give = (application: Application, index: number, chunk: Uint8Array) =>
      must(
        ask(application, {
          applySnapshotChunk: RequestApplySnapshotChunk.fromPartial({ index, chunk, sender: "peer" }),
        }),
      ).applySnapshotChunk;

    it("lets a new node begin where the snapshot was, and go on to the same app hash", async () => {
      const { application, snapshot, state } = await source();
      expect(snapshot.height).toBe(3n);
      const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-abci-"));
      folders.push(folder);
      const joining = must(openApplication({ store: must(openStateStore(folder)), nowS: () => startS }));
      const appHash = rootHashOf(state.tree);
      expect(offer(joining, snapshot, appHash)).toBe(OfferResult.ACCEPT);
      for (let index = 0; index < snapshot.chunks; index++) {
        expect(give(joining, index, chunkOf(application, snapshot, index))?.result).toBe(ChunkResult.ACCEPT);
      }
      expect(heightOf(joining)).toBe(3);
      await joining.close();
      const again = open(must(openStateStore(folder)));
      expect(heightOf(again)).toBe(3);
      must(finalize(again, 4, []));
      must(commit(again));
      expect(must(ask(again, { info: RequestInfo.fromPartial({}) })).info?.lastBlockAppHash).toEqual(
        must(ask(application, { info: RequestInfo.fromPartial({}) })).info?.lastBlockAppHash,
      );
    });

    it("takes no chunk that is not the one offered, whatever is changed in it", async () => {
      const { application, snapshot, state } = await source();
      const chunk = chunkOf(application, snapshot, 0);
      const joining = open();
      expect(offer(joining, snapshot, rootHashOf(state.tree))).toBe(OfferResult.ACCEPT);
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const changed = chunk.slice();
          changed[at % changed.length] ^= flip;
          const answer = give(joining, 0, changed);
          expect(answer).toMatchObject({ result: ChunkResult.RETRY, refetchChunks: [0], rejectSenders: ["peer"] });
        }),
      );
      expect(give(joining, 1, chunk)?.result).toBe(ChunkResult.RETRY);
      expect(give(joining, 0, chunk)?.result).toBe(ChunkResult.ACCEPT);
      expect(heightOf(joining)).toBe(3);
    });

    /** Offered by a liar, who hashes what they have made up. */
    const forgedOf = (snapshot: Snapshot, chunks: readonly Uint8Array[]): Snapshot => {
      const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
      const metadata = new Uint8Array(Buffer.concat(chunks.map(sha256)));
      return { ...snapshot, chunks: chunks.length, metadata, hash: new Uint8Array(sha256(metadata)) };
    };
    const chunkWith = (leaves: readonly (readonly [pathFill: number, value: Uint8Array])[]): Uint8Array => {
      const writer = createWriter();
      writeWhole(writer, leaves.length);
      for (const [fill, value] of leaves) {
        writeFixed(writer, new Uint8Array(32).fill(fill));
        writeBytes(writer, value);
      }
      return finishWriting(writer);
    };
    const one = Uint8Array.of(1);

    it.each([
      ["an empty leaf", chunkWith([[1, new Uint8Array(0)]])],
      ["a leaf of more bytes than a tree holds", chunkWith([[1, new Uint8Array(valueBytesMax + 1)]])],
      [
        "a path twice",
        chunkWith([
          [1, one],
          [1, one],
        ]),
      ],
      ["bytes that are no leaves", Uint8Array.of(0xff, 0xff)],
      ["more bytes than a chunk has", chunkWith(Array.from({ length: 19 }, (_, row) => [row, new Uint8Array(65_536)]))],
    ])("refuses a snapshot whose own chunk has %s, and joins from the next one", async (_, forged) => {
      const { application, snapshot, state } = await source();
      const joining = open();
      const appHash = rootHashOf(state.tree);
      expect(offer(joining, forgedOf(snapshot, [forged]), appHash)).toBe(OfferResult.ACCEPT);
      expect(give(joining, 0, forged)).toMatchObject({ result: ChunkResult.REJECT_SNAPSHOT, rejectSenders: ["peer"] });
      expect(give(joining, 0, forged)?.result).toBe(ChunkResult.ABORT);
      expect(offer(joining, snapshot, appHash)).toBe(OfferResult.ACCEPT);
      expect(give(joining, 0, chunkOf(application, snapshot, 0))?.result).toBe(ChunkResult.ACCEPT);
      expect(heightOf(joining)).toBe(3);
    });

    it("refuses a snapshot of more than a GiB before any of it is held", async () => {
      const { snapshot, state } = await source();
      const chunk = chunkWith([[1, one]]);
      const offered = (chunks: number) =>
        offer(open(), forgedOf(snapshot, Array<Uint8Array>(chunks).fill(chunk)), rootHashOf(state.tree));
      expect(offered(1024)).toBe(OfferResult.ACCEPT);
      expect(offered(1025)).toBe(OfferResult.REJECT);
    });

    it("refuses a snapshot that the verified app hash does not stand for, and one that contradicts itself", async () => {
      const { application, snapshot, state } = await source();
      const joining = open();
      const appHash = rootHashOf(state.tree);
      expect(offer(joining, { ...snapshot, format: 9 }, appHash)).toBe(OfferResult.REJECT_FORMAT);
      expect(offer(joining, { ...snapshot, chunks: snapshot.chunks + 1 }, appHash)).toBe(OfferResult.REJECT);
      expect(offer(joining, { ...snapshot, hash: new Uint8Array(32) }, appHash)).toBe(OfferResult.REJECT);
      expect(give(joining, 0, new Uint8Array(3))?.result).toBe(ChunkResult.ABORT);
      expect(offer(joining, snapshot, new Uint8Array(32))).toBe(OfferResult.ACCEPT);
      expect(give(joining, 0, chunkOf(application, snapshot, 0))?.result).toBe(ChunkResult.REJECT_SNAPSHOT);
      expect(heightOf(joining)).toBe(0);
      expect(offer(application, snapshot, appHash)).toBe(OfferResult.ABORT);
    });
  });
});
