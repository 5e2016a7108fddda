import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { passagesPerContract, prepareLoad, type Load } from "../../ledger/network/load";
import { cometVersion, findComet, startNetwork } from "../../ledger/network/network";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { openRpc } from "../../ledger/network/rpc";
import { consortiumGenesis } from "../../ledger/solo/consortium";
import { memberKey } from "../../ledger/solo/members";
import { openSolo } from "../../ledger/solo/solo";
import { addNanos } from "../../ledger/wire/timestamp";
import { wholeNumber } from "../host/launch-options";
import { ledgerFile } from "../host/worker-files";
import { median, reported, result, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";
import { networkTerms } from "./ledger-network";

const bars = { embeddedPerS: 5000, embeddedCommitP99Ms: 250, networkPerS: 1000, networkFinalityP95S: 2 } as const;
const clause = "clause";
const terminals = 16;

export const benchLedgerCommand: Bench = {
  usage: "ledger [--network N] [--seconds S] [--rate TX/S] [--seed N]",
  summary:
    "ledger: signed passages through the embedded engine on disk or, with --network, through that many validators with CometBFT on this machine",
  options: ["network", "seconds", "rate", "seed"],
  run: async (values, io) => {
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const seconds = wholeNumber(values.seconds ?? "60", 1, 3600);
    if (seconds === null) return unusable({ message: "a whole number from 1 to 3600", where: "--seconds" });
    const validators = values.network === undefined ? 0 : wholeNumber(values.network, 1, 16);
    if (validators === null) return unusable({ message: "a whole number from 1 to 16", where: "--network" });
    const rate = wholeNumber(values.rate ?? "1200", 1, 100_000);
    if (rate === null) return unusable({ message: "a whole number from 1 to 100000", where: "--rate" });
    const memberSeed = new Uint8Array(createHash("sha256").update(`bench of ${seed}`).digest());
    const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-ledger-"));
    try {
      const measured =
        validators === 0
          ? await benchEmbedded({ folder, memberSeed, seconds }, io)
          : await benchNetwork({ folder, memberSeed, seconds, validators, rate }, io);
      return measured.ok ? reported(measured.value) : unusable(measured.error);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Run {
  readonly folder: string;
  readonly memberSeed: Uint8Array;
  readonly seconds: number;
}

const blockTransactions = 1000;

/** As many passages as the engine takes, each signed by terminal and phone, in blocks that are on disk when they count. */
async function benchEmbedded(
  { folder, memberSeed, seconds }: Run,
  io: CommandIo,
): Promise<Result<readonly BenchResult[]>> {
  const chainId = "pendulaire-bench-embedded";
  const timeS = Math.floor(Date.now() / 1000);
  const genesis = consortiumGenesis({
    ...{ chainId, seed: memberSeed, timeS, clause, terminalCount: terminals, ...networkTerms },
  });
  const opened = openSolo({
    storage: { kind: "directory", path: path.join(folder, "chain") },
    genesis,
    validatorKey: memberKey(memberSeed, "validator", 0),
  });
  if (!opened.ok) return opened;
  const solo = opened.value;
  try {
    const count = bars.embeddedPerS * seconds * 1.5;
    const contracts = Math.ceil(count / passagesPerContract);
    const load = await prepareLoad({ chainId, memberSeed, clause, terminals, contracts, nowS: timeS });
    const first = solo.commitBlock(solo.time);
    if (!first.ok) return first;
    for (const transaction of load.preparation) {
      await solo.verifyAhead([transaction]);
      const submitted = solo.submit(transaction);
      const committed = submitted.ok ? solo.commitBlock(addNanos(solo.time, 1_000_000)) : submitted;
      if (!committed.ok) return committed;
    }
    const signed = await signAll(load, count, timeS, io);
    const begunMs = performance.now();
    const commits: number[] = [];
    const latencies: number[] = [];
    let taken = 0;
    let carried = 0;
    let ahead = solo.verifyAhead(signed.slice(0, blockTransactions));
    while (performance.now() - begunMs < seconds * 1000 && taken < signed.length) {
      const batchMs = performance.now();
      const batch = signed.slice(taken, taken + blockTransactions);
      taken += batch.length;
      await ahead;
      // The next block's signatures are verified while this one is carried out and written.
      ahead = solo.verifyAhead(signed.slice(taken, taken + blockTransactions));
      for (const transaction of batch) {
        const submitted = solo.submit(transaction);
        if (!submitted.ok) return submitted;
      }
      const commitMs = performance.now();
      const committed = solo.commitBlock(addNanos(solo.time, 1_000_000));
      if (!committed.ok) return committed;
      carried += committed.value.results.filter(({ code }) => code === 0).length;
      commits.push(performance.now() - commitMs);
      latencies.push(performance.now() - batchMs);
    }
    await ahead;
    const wallS = (performance.now() - begunMs) / 1000;
    const perS = carried / wallS;
    const p99 = quantile(commits, 0.99);
    const what = `embedded engine, ${carried} passages of two signatures over ${wallS.toFixed(1)} s`;
    return succeed([
      atLeast(`${what}: carried out and on disk`, perS, "tx/s", bars.embeddedPerS),
      atMost(`${what}: commit of a block of ${blockTransactions}, p99`, p99, "ms", bars.embeddedCommitP99Ms),
      result(`${what}: from submission to disk, p99`, rounded(quantile(latencies, 0.99)), "ms", null),
      result(`${what}: resident memory`, Math.round(process.memoryUsage().rss / 1e6), "MB", null),
    ]);
  } finally {
    await solo.close();
  }
}

async function signAll(load: Load, count: number, timeS: number, io: CommandIo): Promise<readonly Uint8Array[]> {
  const progress = io.progress("signing");
  const signed: Uint8Array[] = [];
  const together = 500;
  for (let row = 0; row < count; row += together) {
    const rows = Array.from({ length: Math.min(together, count - row) }, (_, index) => row + index);
    signed.push(...(await Promise.all(rows.map((each) => load.passage(each, timeS)))));
    progress(row, count);
  }
  return signed;
}

interface NetworkRun extends Run {
  readonly validators: number;
  /** Transactions a second that are offered. */
  readonly rate: number;
}

const sendEveryMs = 100;

/** A steady load on all nodes in turn; finality is from the send to the moment when a node's answer shows the block. */
async function benchNetwork(
  { folder, memberSeed, seconds, validators, rate }: NetworkRun,
  io: CommandIo,
): Promise<Result<readonly BenchResult[]>> {
  const cometFile = findComet();
  if (cometFile === undefined) return fail(`no cometbft ${cometVersion} here: see 'ledger network'`, "bench ledger");
  const chainId = "pendulaire-bench-network";
  const timeS = Math.floor(Date.now() / 1000);
  const options = { chainId, seed: memberSeed, timeS, clause, terminalCount: terminals, ...networkTerms };
  const started = await startNetwork({
    directory: folder,
    validators,
    seed: memberSeed,
    genesisFor: (keys) => networkGenesis(options, keys),
    cometFile,
    applicationFile: ledgerFile("abci.cjs"),
  });
  if (!started.ok) return started;
  try {
    const readers: NodeReader[] = [];
    for (const { rpc } of started.value.nodes) {
      const client = openRpc(rpc, 30_000);
      if (!client.ok) return client;
      readers.push(createNodeReader(client.value));
    }
    const contracts = Math.ceil((rate * (seconds + 5)) / passagesPerContract);
    const load = await prepareLoad({ chainId, memberSeed, clause, terminals, contracts, nowS: timeS });
    const prepared = await sendPreparation(readers[0], load);
    if (!prepared.ok) return prepared;
    return succeed(await loadNetwork(readers, load, { seconds, rate, validators }, io));
  } finally {
    await started.value.stop();
  }
}

async function sendPreparation(reader: NodeReader, load: Load): Promise<Result<void>> {
  const money = 3;
  for (const [index, transaction] of load.preparation.entries()) {
    // Offers are checked against the money that is in the chain, and each against the nonce before it.
    const sent = await retried(() => reader.send(transaction));
    if (!sent.ok) return sent;
    if (index === money - 1) await blocksLater(reader, 3);
  }
  await blocksLater(reader, 3);
  return succeed(undefined);
}

async function retried(work: () => Promise<Result<void>>): Promise<Result<void>> {
  let last = await work();
  for (let attempt = 0; attempt < 100 && !last.ok; attempt++) {
    await pause(200);
    last = await work();
  }
  return last;
}

async function blocksLater(reader: NodeReader, blocks: number): Promise<void> {
  const from = await reader.latestHeight();
  const target = (from.ok ? from.value : 0) + blocks;
  for (let attempt = 0; attempt < 300; attempt++) {
    const height = await reader.latestHeight();
    if (height.ok && height.value >= target) return;
    await pause(100);
  }
}

async function loadNetwork(
  readers: readonly NodeReader[],
  load: Load,
  { seconds, rate, validators }: { readonly seconds: number; readonly rate: number; readonly validators: number },
  io: CommandIo,
): Promise<readonly BenchResult[]> {
  const sentAtMs = new Map<string, number>();
  const finalityS: number[] = [];
  const progress = io.progress("load");
  let refused = 0;
  let row = 0;
  let lastFinalMs = 0;
  let stopping = false;
  const watch = async () => {
    const [reader] = readers;
    const start = await reader.latestHeight();
    let next = (start.ok ? start.value : 0) + 1;
    while (!stopping) {
      const block = await reader.block(next);
      if (!block.ok) {
        await pause(30);
        continue;
      }
      const seenMs = performance.now();
      for (const transaction of block.value.transactions) {
        const sentMs = sentAtMs.get(digestOf(transaction));
        if (sentMs === undefined) continue;
        finalityS.push((seenMs - sentMs) / 1000);
        lastFinalMs = seenMs;
      }
      next++;
    }
  };
  const watching = watch();
  const begunMs = performance.now();
  const pending: Promise<void>[] = [];
  for (let beat = 0; performance.now() - begunMs < seconds * 1000; beat++) {
    const due = Math.floor(((performance.now() - begunMs) / 1000) * rate);
    const timeS = Math.floor(Date.now() / 1000);
    const batch = await Promise.all(
      Array.from({ length: Math.max(0, due - row) }, (_, index) => load.passage(row + index, timeS)),
    );
    row += batch.length;
    const sentMs = performance.now();
    for (const transaction of batch) sentAtMs.set(digestOf(transaction), sentMs);
    if (batch.length > 0) {
      const sending = readers[beat % readers.length].sendMany(batch).then((answers) => {
        refused += answers.ok ? answers.value.filter(({ ok }) => !ok).length : batch.length;
      });
      pending.push(sending);
    }
    progress(performance.now() - begunMs, seconds * 1000);
    await pause(Math.max(1, (beat + 1) * sendEveryMs - (performance.now() - begunMs)));
  }
  await Promise.all(pending);
  for (let waitedMs = 0; waitedMs < 20_000 && finalityS.length < row - refused; waitedMs += 100) await pause(100);
  stopping = true;
  await watching;
  const wallS = (lastFinalMs - begunMs) / 1000;
  const what = `${validators} validators and applications on this machine, ${row} passages offered at ${rate}/s`;
  return [
    atLeast(`${what}: final`, finalityS.length / wallS, "tx/s", bars.networkPerS),
    atMost(`${what}: finality, p95`, quantile(finalityS, 0.95), "s", bars.networkFinalityP95S),
    result(`${what}: finality, median`, rounded(median(finalityS)), "s", null),
    result(`${what}: refused by a mempool`, refused, "", null),
    result(`${what}: not final 20 s after the load`, row - refused - finalityS.length, "", null),
  ];
}

function digestOf(transaction: Uint8Array): string {
  return toHex(new Uint8Array(createHash("sha256").update(transaction).digest()));
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function atLeast(what: string, value: number, unit: string, bar: number): BenchResult {
  return { what, value: rounded(value), unit, bar, ok: value >= bar };
}

function atMost(what: string, value: number, unit: string, bar: number): BenchResult {
  return { what, value: rounded(value), unit, bar, ok: value <= bar };
}
