import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildSync } from "esbuild";
import { afterEach, describe, expect, it } from "vitest";
import { base64FromBytes } from "cosmjs-types/helpers";
import { bytesEqual, compareBytes, toHex } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import { genesisJson } from "../../ledger/abci/genesis-form";
import { apply } from "../../ledger/machine/apply";
import { initialise } from "../../ledger/machine/genesis";
import { readMisbehavior } from "../../ledger/machine/misbehavior";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { networkKey } from "../../ledger/network/keys";
import { passagesPerContract, prepareLoad, type Load } from "../../ledger/network/load";
import { findComet, freePorts, startNetwork, type Network, type NetworkNode } from "../../ledger/network/network";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { defaultTimes } from "../../ledger/network/node-files";
import { openRpc } from "../../ledger/network/rpc";
import { serveRpc } from "../../ledger/network/rpc-server";
import { consortiumGenesis, signAsMember, signTogether } from "../../ledger/solo/consortium";
import { memberKey } from "../../ledger/solo/members";
import { openSolo } from "../../ledger/solo/solo";
import { absentSignature, CommitFlag, precommitSignBytes, type CommitSignature } from "../../ledger/wire/commit";
import { blockIdOf, hashEvidence, type Block } from "../../ledger/wire/block";
import { readHeader } from "../../ledger/wire/json-form";
import { blockIdJson } from "../../ledger/wire/json-writing";
import { addNanos, formatTimestamp } from "../../ledger/wire/timestamp";
import { createSignatureCache, keyPairOf, type KeyPair } from "../../ledger/solo/ed25519";
import { hashData } from "../../ledger/wire/results";
import { hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addressOf, totalPowerOf } from "../../ledger/wire/validators";
import { evidenceAgainst } from "../../main/ledger/divergence";
import { trustingPeriodS } from "../../main/ledger/network-ledger";
import { createReplica } from "../../main/ledger/replica";
import { judgeNode } from "../../main/cli/verify-node";
import { layLine, type Line } from "../support/cut-line";
import { untilIncluded } from "../support/included";
import { tellFigure } from "../support/figures";

const cometFile = findComet();
const required = process.env["CI"] === "true";
const chainId = "network-test-1";
const clause = "clause";
const memberSeed = new Uint8Array(32).fill(3);
const validatorSeed = new Uint8Array(32).fill(4);
const ageS = 86_400 * 365;

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

/** Blocks that are replayed; `npm run verify` asks for 10,000. */
const replayedBlocks = Number(process.env["PENDULAIRE_REPLAY_BLOCKS"] ?? 1000);
const electron = path.resolve(process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? "node_modules/electron/dist", "electron");
/** Runtimes beside this one: Electron's Node, and those that the environment names. Where all is required, a missing one fails. */
const otherRuntimes = [
  ...(existsSync(electron) || required ? [{ program: electron, environment: { ELECTRON_RUN_AS_NODE: "1" } }] : []),
  ...(process.env["PENDULAIRE_OTHER_NODES"] ?? "")
    .split(path.delimiter)
    .filter((program) => program !== "")
    .map((program) => ({ program, environment: {} })),
];

function buildReplay(): string {
  const child = path.resolve("node_modules/.cache/pendulaire/ledger-replay-child.cjs");
  buildSync({
    ...{ entryPoints: [path.join(import.meta.dirname, "ledger-replay-child.ts")], outfile: child, bundle: true },
    ...{ platform: "node", format: "cjs", target: "node18.15", loader: { ".wasm": "binary" } },
  });
  return child;
}

/** CometBFT's own light client, between a node and whoever asks it. */
describe.skipIf(cometFile === undefined && !required)("the embedded engine as a node", () => {
  it("is followed by CometBFT's own light client to its last height", async () => {
    assert(cometFile !== undefined, "cometbft is here");
    const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-light-"));
    const timeS = Math.floor(Date.now() / 1000) - 600;
    const solo = must(
      openSolo({
        storage: { kind: "memory" },
        genesis: consortiumGenesis({
          ...{ chainId, seed: memberSeed, timeS, clause, terminalCount: 8, capMicro: 1n << 60n },
          ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n, challengeS: 600 },
        }),
        validatorKey: memberKey(memberSeed, "validator", 0),
      }),
    );
    must(solo.commitBlock(solo.time));
    for (let height = 2; height <= 60; height++) {
      const mint = signAsMember(chainId, memberKey(memberSeed, "treasury", 0), height - 2, {
        kind: "mint",
        amountMicro: 5n,
      });
      must(solo.submit(mint));
      must(solo.commitBlock(addNanos(solo.time, 1_234_567_891)));
    }
    const server = must(await serveRpc(solo, 0));
    const first = solo.lightBlock(1);
    assert(first !== undefined, "the first block is there");
    const [proxy] = await freePorts(1);
    const trust = ["--height", "1", "--hash", toHex(hashHeader(first.header)), "--home-dir", folder];
    const where = ["--primary", server.address, "--witnesses", server.address, "--laddr", `tcp://127.0.0.1:${proxy}`];
    const light = spawn(cometFile, ["light", chainId, ...where, ...trust, "--log_level", "error"], {
      stdio: "ignore",
    });
    try {
      const rpc = must(openRpc(`http://127.0.0.1:${proxy}`, 2000));
      let header: Result<Header> | undefined;
      for (let attempt = 0; attempt < 200 && header === undefined; attempt++) {
        const answer = await rpc.call("commit", { height: "60" });
        if (answer.ok)
          header = readHeader((answer.value as { signed_header: { header: unknown } }).signed_header.header);
        else await pause(100);
      }
      assert(header !== undefined, "the light client answers");
      expect(toHex(hashHeader(must(header)))).toBe(toHex(hashHeader(solo.lightBlock(60)?.header ?? first.header)));
      expect((await rpc.call("commit", { height: "61" })).ok).toBe(false);
    } finally {
      light.kill("SIGKILL");
      await server.close();
      await solo.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Real CometBFT, real applications, the loopback. Without a cometbft here they are skipped, and fail where all is required. */
describe.skipIf(cometFile === undefined && !required)("a consortium with CometBFT", () => {
  let network: Network | undefined;
  let folder = "";
  const lines: { readonly ends: readonly string[]; readonly line: Line }[] = [];
  afterEach(async () => {
    await network?.stop();
    network = undefined;
    for (const { line } of lines.splice(0)) line.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function begin(
    validators: number,
    commitMs: number,
    contracts = 200,
  ): Promise<{ readers: readonly NodeReader[]; load: Load }> {
    assert(cometFile !== undefined, "cometbft is here: go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25");
    folder = mkdtempSync(path.join(tmpdir(), "pendulaire-network-"));
    const timeS = Math.floor(Date.now() / 1000);
    const options = {
      ...{ chainId, seed: memberSeed, timeS, clause, terminalCount: 8, capMicro: 1n << 60n },
      ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n, challengeS: 600 },
    };
    network = must(
      await startNetwork({
        directory: folder,
        validators,
        seed: validatorSeed,
        genesisFor: (keys) => networkGenesis(options, keys),
        cometFile,
        applicationFile: path.resolve("dist/ledger/abci.cjs"),
        times: { proposeMs: 1000, voteMs: 300, commitMs, emptyBlockEveryMs: 0 },
        route: async (from, to, port) => {
          const line = await layLine(port);
          lines.push({ ends: [from, to], line });
          return line.port;
        },
        snapshotEveryBlocks: 20,
      }),
    );
    const readers = network.nodes.map(readerOf);
    const load = await prepareLoad({ chainId, memberSeed, clause, terminals: 8, contracts, nowS: timeS });
    await reach(readers[0], 1);
    for (const [index, transaction] of load.preparation.entries()) {
      must(await readers[0].send(transaction));
      // The first offers are checked against the money that is in the chain.
      if (index === 2) await untilIncluded(readers[0], load.preparation.slice(0, 3));
    }
    const prepared = await untilIncluded(readers[0], load.preparation);
    await Promise.all(readers.map((reader) => reach(reader, prepared)));
    return { readers, load };
  }

  const readerOf = ({ rpc }: NetworkNode) => createNodeReader(must(openRpc(rpc, 5000)));

  /** The height that a node has come to, when it is at least this. */
  async function reach(reader: NodeReader, height: number, patienceMs = 60_000): Promise<number> {
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const latest = await reader.latestHeight();
      if (latest.ok && latest.value >= height) return latest.value;
      assert(
        performance.now() < untilMs,
        `height ${height} of ${reader.name}, not ${latest.ok ? latest.value : "none"}`,
      );
      await pause(50);
    }
  }

  async function passages(reader: NodeReader, load: Load, from: number, count: number): Promise<void> {
    const timeS = Math.floor(Date.now() / 1000);
    for (let row = from; row < from + count; row++) must(await reader.send(await load.passage(row, timeS)));
  }

  it("takes transactions from any node, and proves a contract to whoever asks another one", async () => {
    const { readers, load } = await begin(4, 50);
    for (const [index, reader] of readers.entries()) await passages(reader, load, index * 10, 10);
    const height = (await reach(readers[0], 1)) + 4;
    // The node that is asked must have come as far itself.
    await Promise.all(readers.map((reader) => reach(reader, height)));
    const commuter = keyPairOf(new Uint8Array(createHash("sha256").update("load 5 ").update(memberSeed).digest()));
    const contractId = contractIdOf(commuter.publicKey);
    assert(network !== undefined, "the network runs");
    const first = must(await readers[0].lightBlock(1));
    const trust = { height: 1, hash: hashHeader(first.header) };
    const question = { now: undefined, trustingPeriodS: ageS, contractId };
    const verdict = must(await judgeNode({ ...question, address: network.nodes[2].rpc, trust }));
    expect(verdict.reason).toBeNull();
    expect(verdict.last?.header.height).toBeGreaterThanOrEqual(height);
    expect(verdict.contract?.passages).toHaveLength(1);
    const wrong = { height: 1, hash: new Uint8Array(32).fill(1) };
    expect(must(await judgeNode({ ...question, address: network.nodes[2].rpc, trust: wrong })).reason).not.toBeNull();
  });

  const validatorKeys = [0, 1, 2, 3].map((index) => keyPairOf(networkKey(validatorSeed, "validator", index).secret));
  const everyKey = (publicKey: Uint8Array) => validatorKeys.find((key) => bytesEqual(key.publicKey, publicKey));
  /** Another block of a real one's height, signed by those whose keys are given, who signed that one. */
  function forge(
    real: LightBlock,
    fields: Partial<Header>,
    signerOf: (publicKey: Uint8Array) => KeyPair | undefined = everyKey,
  ): LightBlock {
    const header = { ...real.header, ...fields };
    const blockId = { ...real.commit.blockId, hash: hashHeader(header) };
    const signatures = real.validators.map(({ publicKey }, index): CommitSignature => {
      const key = signerOf(publicKey);
      const { time, flag } = real.commit.signatures[index];
      if (key === undefined || flag !== CommitFlag.commit) return absentSignature;
      const signBytes = precommitSignBytes(chainId, header.height, real.commit.round, blockId, time);
      return { flag: CommitFlag.commit, validatorAddress: addressOf(publicKey), time, signature: key.sign(signBytes) };
    });
    return { ...real, header, commit: { ...real.commit, blockId, signatures } };
  }
  const other = (fill: number) => new Uint8Array(32).fill(fill);

  it("takes our proof against validators who signed two headers of one height, and no proof that is none", async () => {
    const { readers } = await begin(4, 50);
    const height = (await reach(readers[0], 6)) - 2;
    await Promise.all(readers.map((reader) => reach(reader, height + 1)));
    const [common, real] = await Promise.all(
      [height - 1, height].map(async (at) => must(await readers[0].lightBlock(at))),
    );
    const evidence = evidenceAgainst(forge(real, { dataHash: other(9) }), common, real);
    expect(evidence).toMatchObject({ kind: "equivocation", commonHeight: height });
    expect(await readers[1].report(evidence)).toEqual({ ok: true, value: undefined });
    const unsigned = evidenceAgainst(
      forge(real, { dataHash: other(8) }, () => validatorKeys[0]),
      common,
      real,
    );
    expect((await readers[2].report(unsigned)).ok).toBe(false);
    const overstated = evidenceAgainst(forge(real, { dataHash: other(7) }), common, real);
    expect((await readers[2].report({ ...overstated, totalPower: 1n })).ok).toBe(false);
  });

  it("commits what is proved of lunatics, equivocators and double voters, and is followed past it to the same state", async () => {
    const { readers } = await begin(4, 50);
    assert(network !== undefined, "the network runs");
    const height = (await reach(readers[0], 8)) - 2;
    await Promise.all(readers.map((reader) => reach(reader, height + 1)));
    const [common, real] = await Promise.all(
      [height - 1, height].map(async (at) => must(await readers[0].lightBlock(at))),
    );
    const lunatic = evidenceAgainst(forge(real, { appHash: other(1) }), common, real);
    const equivocation = evidenceAgainst(forge(real, { dataHash: other(2) }), common, real);
    expect([lunatic, equivocation]).toMatchObject([
      { kind: "lunatic", commonHeight: height - 1 },
      { kind: "equivocation", commonHeight: height },
    ]);
    for (const evidence of [lunatic, equivocation]) must(await readers[1].report(evidence));
    const rpc = must(openRpc(network.nodes[2].rpc, 5000));
    const doubleVoter = 1;
    must(await rpc.call("broadcast_evidence", { evidence: doubleVoteJson(real, doubleVoter) }));

    const found = await blocksWithEvidence(readers[0], height, 3);
    const last = found[found.length - 1].header.height;
    await Promise.all(readers.map((reader) => reach(reader, last + 3)));
    // The bytes that we make of what a node says are those that all of them have agreed on.
    for (const block of found) {
      expect(hashEvidence(block.evidence)).toEqual(block.header.evidenceHash);
      const next = must(await readers[3].block(block.header.height + 1));
      expect(blockIdOf(block)).toEqual(next.header.lastBlockId);
    }
    const replica = must(createReplica(network.genesis, readers[3]));
    const { header } = must(await readers[0].lightBlock(last + 2));
    must(await replica.follow(header, () => undefined));
    expect(replica.height).toBe(last + 1);
    const signed = (index: number) => (real.commit.signatures[index].flag === CommitFlag.commit ? 1 : 0);
    const proofsOf = (publicKey: Uint8Array) => readMisbehavior(replica.state, addressOf(publicKey))?.proofs ?? 0;
    for (const [index, { publicKey }] of real.validators.entries()) {
      expect(proofsOf(publicKey), `of validator ${index}`).toBe(2 * signed(index) + (index === doubleVoter ? 1 : 0));
    }

    // A liar's header that CometBFT takes, and that we do not read: who lied is read all the same.
    const unread = evidenceAgainst(forge(real, { appHash: new Uint8Array(65) }), common, real);
    must(await readers[1].report(unread));
    const [block] = await blocksWithEvidence(readers[0], last + 1, 1);
    expect(hashEvidence(block.evidence)).toBeUndefined();
    const after = block.header.height + 2;
    await Promise.all(readers.map((reader) => reach(reader, after + 1)));
    must(await replica.follow(must(await readers[0].lightBlock(after)).header, () => undefined));
    for (const [index, { publicKey }] of real.validators.entries()) {
      const proofs = 3 * signed(index) + (index === doubleVoter ? 1 : 0);
      expect(proofsOf(publicKey), `of validator ${index}`).toBe(proofs);
    }
  });

  /** From a height on, until they hold so many pieces of evidence. */
  async function blocksWithEvidence(reader: NodeReader, from: number, pieces: number): Promise<readonly Block[]> {
    const found: Block[] = [];
    for (let at = from; found.reduce((sum, { evidence }) => sum + evidence.length, 0) < pieces; at++) {
      await reach(reader, at);
      const block = must(await reader.block(at));
      if (block.evidence.length > 0) found.push(block);
    }
    return found;
  }

  /** Of one validator's precommits for a real block and for another one of its height, as a node takes it. */
  function doubleVoteJson({ header, commit, validators }: LightBlock, index: number): unknown {
    const { publicKey, power } = validators[index];
    const key = everyKey(publicKey);
    assert(key !== undefined, "the validator's key is known here");
    const ids = [commit.blockId, { ...commit.blockId, hash: other(3) }];
    const votes = ids
      .sort((a, b) => compareBytes(a.hash, b.hash))
      .map((blockId) => ({
        ...{ type: 2, height: String(header.height), round: commit.round, block_id: blockIdJson(blockId) },
        ...{ timestamp: formatTimestamp(header.time), validator_index: index },
        validator_address: toHex(addressOf(publicKey)).toUpperCase(),
        signature: base64FromBytes(
          key.sign(precommitSignBytes(chainId, header.height, commit.round, blockId, header.time)),
        ),
        // Nobody asks for these here, and nobody refuses them.
        ...{ extension: base64FromBytes(other(4)), extension_signature: base64FromBytes(other(5)) },
      }));
    return {
      type: "tendermint/DuplicateVoteEvidence",
      value: {
        ...{ vote_a: votes[0], vote_b: votes[1] },
        ...{ TotalVotingPower: String(totalPowerOf(validators)), ValidatorPower: String(power) },
        Timestamp: formatTimestamp(header.time),
      },
    };
  }

  it("takes evidence for longer than a console trusts a header", async () => {
    await begin(1, 50);
    assert(network !== undefined, "the network runs");
    const answer = must(await must(openRpc(network.nodes[0].rpc, 5000)).call("consensus_params")) as {
      readonly consensus_params: { readonly evidence: Readonly<Record<string, string>> };
    };
    const { max_age_duration: nanos, max_age_num_blocks: blocks } = answer.consensus_params.evidence;
    expect(Number(nanos) / 1e9).toBeGreaterThan(trustingPeriodS);
    // A block a second is what a node makes without transactions.
    expect(Number(blocks)).toBeGreaterThan((trustingPeriodS * 1000) / defaultTimes.emptyBlockEveryMs);
  });

  it("goes on without one of four, halts without two, and goes on when one is back, without a fork", async () => {
    const { readers, load } = await begin(4, 50);
    assert(network !== undefined, "the network runs");
    const { nodes } = network;
    await reach(readers[0], 3);
    await nodes[3].kill();
    const withoutOne = await reach(readers[0], (await reach(readers[0], 1)) + 5);
    await passages(readers[0], load, 0, 20);
    nodes[2].pause();
    await pause(2500);
    const halted = await reach(readers[0], withoutOne);
    await pause(4000);
    expect(await reach(readers[0], halted)).toBeLessThanOrEqual(halted + 1);
    must(await nodes[3].start());
    const back = await reach(readers[0], halted + 5);
    nodes[2].resume();
    await Promise.all(readers.map((reader) => reach(reader, back)));
    for (let height = 1; height <= back; height++) {
      const headers = await Promise.all(
        readers.map(async (reader) => toHex(hashHeader(must(await reader.block(height)).header))),
      );
      expect(new Set(headers).size, `height ${height}`).toBe(1);
    }
  });

  it("goes on without one that the network cuts off, which answers on and comes after when it is back", async () => {
    const { readers, load } = await begin(4, 50);
    await Promise.all(readers.map((reader) => reach(reader, 3)));
    const ofLast = lines.filter(({ ends }) => ends.includes("member4"));
    // Three dial it, and it dials three.
    expect(ofLast.filter(({ ends }) => ends[0] !== ends[1])).toHaveLength(6);
    for (const { line } of ofLast) line.cut();
    // What was on its way arrives.
    await pause(500);
    const atCut = await reach(readers[3], 1);
    await passages(readers[0], load, 0, 20);
    const withoutIt = await reach(readers[0], atCut + 6);
    expect(await reach(readers[3], 1)).toBeLessThanOrEqual(atCut + 1);
    // Its own mempool takes what nobody else can hear of.
    await passages(readers[3], load, 20, 5);
    for (const { line } of ofLast) line.mend();
    const back = await reach(readers[3], withoutIt + 3);
    await Promise.all(readers.map((reader) => reach(reader, back)));
    for (let height = atCut; height <= back; height++) {
      const [mine, other] = await Promise.all([readers[3].block(height), readers[0].block(height)]);
      expect(toHex(hashHeader(must(mine).header)), `height ${height}`).toBe(toHex(hashHeader(must(other).header)));
    }
    const passed = async () => {
      const height = await reach(readers[0], back);
      const blocks = await Promise.all(
        Array.from({ length: height - atCut + 1 }, (_, row) => readers[0].block(atCut + row)),
      );
      return blocks.reduce((sum, block) => sum + must(block).transactions.length, 0);
    };
    await expect.poll(passed, { timeout: 30_000 }).toBe(25);
  });

  it("lets a node whose log of consensus was cut off go on, to the others' headers", async () => {
    const { readers, load } = await begin(4, 50);
    assert(network !== undefined, "the network runs");
    const { nodes } = network;
    for (const [round, cutBytes] of [1, 37, 700].entries()) {
      await passages(readers[0], load, round * 10, 10);
      await nodes[1].kill();
      const log = path.join(nodes[1].home, "data", "cs.wal", "wal");
      const { size } = statSync(log);
      expect(size).toBeGreaterThan(cutBytes);
      truncateSync(log, size - cutBytes);
      must(await nodes[1].start());
      const height = await reach(readers[0], (await reach(readers[0], 1)) + 3);
      await reach(readers[1], height);
      const [mine, other] = await Promise.all([readers[1].block(height), readers[0].block(height)]);
      expect(toHex(hashHeader(must(mine).header))).toBe(toHex(hashHeader(must(other).header)));
    }
  });

  it("lets a validator go and takes it back by the others' decision, and its headers are believed across both", async () => {
    const { readers } = await begin(4, 50);
    assert(network !== undefined, "the network runs");
    const decide = (nonce: number, power: bigint, others: readonly KeyPair[]) =>
      signTogether(
        chainId,
        validatorKeys[0],
        nonce,
        { kind: "govern", decision: { kind: "setValidator", publicKey: validatorKeys[3].publicKey, power } },
        others,
      );
    const setAt = async (height: number) => must(await readers[0].lightBlock(height)).validators.length;
    expect((await readers[0].send(decide(0, 0n, [validatorKeys[1]]))).ok).toBe(false);
    must(await readers[0].send(decide(0, 0n, [validatorKeys[1], validatorKeys[2]])));
    const after = await reach(readers[0], (await reach(readers[0], 1)) + 5);
    expect(await setAt(after)).toBe(3);
    must(await readers[0].send(decide(1, 10n, [validatorKeys[1], validatorKeys[2]])));
    const back = await reach(readers[0], after + 6);
    expect(await setAt(back)).toBe(4);
    const trust = { height: 1, hash: hashHeader(must(await readers[0].lightBlock(1)).header) };
    const question = { now: undefined, trustingPeriodS: ageS, contractId: undefined };
    await reach(readers[1], back);
    const verdict = must(await judgeNode({ ...question, address: network.nodes[1].rpc, trust }));
    expect(verdict.reason).toBeNull();
    expect(verdict.last?.header.height).toBeGreaterThanOrEqual(back);
  });

  it("lets an application that was killed go on where it had committed", async () => {
    const { readers, load } = await begin(4, 50);
    assert(network !== undefined, "the network runs");
    const { nodes } = network;
    for (let round = 0; round < 4; round++) {
      await passages(readers[0], load, round * 20, 20);
      await pause(100 + 37 * round);
      await nodes[1].killApplication();
      await pause(300);
      await nodes[1].kill();
      must(await nodes[1].start());
    }
    const height = await reach(readers[0], 1);
    await Promise.all([readers[0], readers[1]].map((reader) => reach(reader, height + 3)));
    const [mine, other] = await Promise.all([readers[1].block(height + 2), readers[0].block(height + 2)]);
    expect(toHex(must(mine).header.appHash)).toBe(toHex(must(other).header.appHash));
  });

  it(
    `gives ${replayedBlocks} blocks that lead the machine to the same app hash at every height, in other Nodes too`,
    async () => {
      const blocks = replayedBlocks;
      const { readers, load } = await begin(1, 0, 2000);
      assert(network !== undefined, "the network runs");
      let row = 0;
      while (must(await readers[0].latestHeight()) < blocks + 1) {
        // When all passages are attested, blocks go on empty.
        if (row < 2000 * passagesPerContract) await passages(readers[0], load, row, 50);
        else await pause(200);
        row += 50;
      }
      let { state } = must(initialise(network.genesis));
      const signatures = createSignatureCache(100_000);
      let carried = 0;
      const recorded: string[] = [];
      for (let height = 1; height <= blocks; height++) {
        const { header, transactions } = must(await readers[0].block(height));
        expect(bytesEqual(header.appHash, rootHashOf(state.tree)), `app_hash of ${height}`).toBe(true);
        expect(bytesEqual(header.dataHash, hashData(transactions)), `data_hash of ${height}`).toBe(true);
        const applied = apply(state, { height, timeS: header.time.seconds, transactions }, signatures.verify);
        carried += applied.results.filter(({ code }) => code === 0).length;
        state = applied.state;
        recorded.push(
          JSON.stringify({
            timeS: header.time.seconds,
            transactions: transactions.map((bytes) => Buffer.from(bytes).toString("base64")),
          }),
        );
      }
      expect(carried).toBeGreaterThan(Math.min(blocks / 2, 1000));
      tellFigure(
        "blocks of CometBFT with the machine's app hash at every height",
        blocks,
        `blocks (${carried} transactions)`,
      );
      const file = path.join(folder, "blocks.jsonl");
      writeFileSync(file, [JSON.stringify(genesisJson(network.genesis)), ...recorded].join("\n"));
      const child = buildReplay();
      for (const { program, environment } of otherRuntimes) {
        const { stdout, stderr, status } = spawnSync(program, [child, file], {
          ...{ encoding: "utf8", env: { ...process.env, ...environment } },
        });
        expect(status, stderr).toBe(0);
        const told = JSON.parse(stdout) as { readonly node: string; readonly appHash: string };
        expect(told.node).not.toBe(process.versions.node);
        expect(told.appHash).toBe(toHex(rootHashOf(state.tree)));
        tellFigure(`… in Node ${told.node}`, blocks, "blocks");
      }
    },
    300_000 + replayedBlocks * 200,
  );
});
