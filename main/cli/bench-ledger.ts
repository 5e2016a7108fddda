import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { passagesPerContract, prepareLoad, treasuryLoad, treasuryMembers } from "../../ledger/network/load";
import { cometVersion, findComet, startNetwork, type NetworkNode } from "../../ledger/network/network";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { openRpc } from "../../ledger/network/rpc";
import { consortiumGenesis } from "../../ledger/solo/consortium";
import { memberKey } from "../../ledger/solo/members";
import { openSolo, type Solo } from "../../ledger/solo/solo";
import { hashTransaction } from "../../ledger/wire/results";
import { addNanos } from "../../ledger/wire/timestamp";
import { wholeNumber } from "../host/launch-options";
import { ledgerFile } from "../host/worker-files";
import { atLeast, atMost, median, reported, result, rounded, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";
import { networkTerms } from "./ledger-network";

const bars = { embeddedPerS: 5000, embeddedCommitP99Ms: 250, networkPerS: 1000, networkFinalityP95S: 2 } as const;
const clause = "clause";
const terminals = 16;

export const benchLedgerCommand: Bench = {
  usage: "ledger [--network N] [--seconds S] [--rate TX/S] [--seed N]",
  summary:
    "ledger: signed transactions through the embedded engine on disk or, with --network, through that many validators with CometBFT on this machine",
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
    if (values.rate !== undefined && values.network === undefined)
      return unusable({ message: "needs --network: the embedded engine takes all it can", where: "--rate" });
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
/** A block is closed after so long, or when it is full: what a commit takes is bounded by time, on any machine. */
const blockMs = 100;
/** Transactions whose signatures are verified together, while others are carried out. */
const chunkTransactions = 500;
const treasuries = 64;

/**
 * As many transactions as the engine takes, in blocks that are on disk when they count: mints, with one signature each, and
 * passages, which terminal and phone both sign.
 */
async function benchEmbedded(run: Run, io: CommandIo): Promise<Result<readonly BenchResult[]>> {
  const { folder, memberSeed, seconds } = run;
  const chainId = "pendulaire-bench-embedded";
  const timeS = Math.floor(Date.now() / 1000);
  const plain = consortiumGenesis({
    ...{ chainId, seed: memberSeed, timeS, clause, terminalCount: terminals, ...networkTerms },
  });
  const genesis = { ...plain, members: [...plain.members, ...treasuryMembers(memberSeed, treasuries)] };
  const opened = openSolo({
    storage: { kind: "directory", path: path.join(folder, "chain") },
    genesis,
    validatorKey: memberKey(memberSeed, "validator", 0),
  });
  if (!opened.ok) return opened;
  const solo = opened.value;
  try {
    const first = solo.commitBlock(solo.time);
    if (!first.ok) return first;
    const mint = treasuryLoad(chainId, memberSeed, treasuries);
    const mints = await signAll((row) => Promise.resolve(mint(row)), bars.embeddedPerS * seconds * 2, io);
    const minted = await driveEmbedded(solo, mints, seconds);
    if (!minted.ok) return minted;
    const count = bars.embeddedPerS * seconds;
    const contracts = Math.ceil(count / passagesPerContract);
    const load = await prepareLoad({ chainId, memberSeed, clause, terminals, contracts, nowS: timeS });
    for (const transaction of load.preparation) {
      await solo.verifyAhead([transaction]);
      const submitted = solo.submit(transaction);
      const committed = submitted.ok ? solo.commitBlock(addNanos(solo.time, 1_000_000)) : submitted;
      if (!committed.ok) return committed;
    }
    const passages = await signAll((row) => load.passage(row, timeS), count, io);
    const passed = await driveEmbedded(solo, passages, seconds);
    if (!passed.ok) return passed;
    const ofMints = `embedded engine, ${minted.value.carried} mints of one signature over ${minted.value.wallS.toFixed(1)} s`;
    const ofPassages = `embedded engine, ${passed.value.carried} passages of two signatures over ${passed.value.wallS.toFixed(1)} s`;
    const commitOf = `commit of a block of at most ${blockTransactions}, p99`;
    return succeed([
      atLeast(`${ofMints}: carried out and on disk`, minted.value.perS, "tx/s", bars.embeddedPerS),
      atMost(`${ofMints}: ${commitOf}`, minted.value.commitP99Ms, "ms", bars.embeddedCommitP99Ms),
      result(`${ofMints}: CPU`, rounded(minted.value.cpuUs), "µs a transaction", null),
      result(`${ofPassages}: carried out and on disk`, rounded(passed.value.perS), "tx/s", null),
      atMost(`${ofPassages}: ${commitOf}`, passed.value.commitP99Ms, "ms", bars.embeddedCommitP99Ms),
      result(`${ofPassages}: CPU`, rounded(passed.value.cpuUs), "µs a transaction", null),
      result("resident memory", Math.round(process.memoryUsage().rss / 1e6), "MB", null),
    ]);
  } finally {
    await solo.close();
  }
}

interface Driven {
  readonly carried: number;
  readonly wallS: number;
  readonly perS: number;
  readonly commitP99Ms: number;
  /** Of all threads, µs a transaction: other work on the machine changes it less than the rate. */
  readonly cpuUs: number;
}

/** Submits and commits for so many seconds, or until there is no more. */
async function driveEmbedded(solo: Solo, signed: readonly Uint8Array[], seconds: number): Promise<Result<Driven>> {
  const begunMs = performance.now();
  const commits: number[] = [];
  let taken = 0;
  let carried = 0;
  const cpuBefore = process.cpuUsage();
  let blockBegunMs = begunMs;
  while (performance.now() - begunMs < seconds * 1000 && taken < signed.length) {
    const chunk = signed.slice(taken, taken + chunkTransactions);
    taken += chunk.length;
    await solo.verifyAhead(chunk);
    for (const transaction of chunk) {
      const submitted = solo.submit(transaction);
      if (!submitted.ok) return submitted;
    }
    if (solo.waiting < blockTransactions && performance.now() - blockBegunMs < blockMs) continue;
    const commitMs = performance.now();
    const committed = solo.commitBlock(addNanos(solo.time, 1_000_000));
    if (!committed.ok) return committed;
    carried += committed.value.results.filter(({ code }) => code === 0).length;
    blockBegunMs = performance.now();
    commits.push(blockBegunMs - commitMs);
  }
  const wallS = (performance.now() - begunMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuUs = (user + system) / carried;
  return succeed({ carried, wallS, perS: carried / wallS, commitP99Ms: quantile(commits, 0.99), cpuUs });
}

type Signing = (row: number) => Promise<Uint8Array>;

async function signAll(sign: Signing, count: number, io: CommandIo): Promise<readonly Uint8Array[]> {
  const progress = io.progress("signing");
  const signed: Uint8Array[] = [];
  const together = 500;
  for (let row = 0; row < count; row += together) {
    const rows = Array.from({ length: Math.min(together, count - row) }, (_, index) => row + index);
    signed.push(...(await Promise.all(rows.map(sign))));
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
/** Programs that have just begun compile what they run often; this part of the load is not counted. */
const warmUpS = 10;
/** Senders; the nonces of one follow one another. */
const networkTreasuries = 512;

/**
 * A steady load of mints; each treasury's go to a node of their own, since their nonces follow one another. Finality is
 * from the send to the moment when a node's answer shows the block.
 */
async function benchNetwork(
  { folder, memberSeed, seconds, validators, rate }: NetworkRun,
  io: CommandIo,
): Promise<Result<readonly BenchResult[]>> {
  const cometFile = findComet();
  if (cometFile === undefined) return fail(`no cometbft ${cometVersion} here: see 'ledger network'`, "bench ledger");
  const chainId = "pendulaire-bench-network";
  const mint = treasuryLoad(chainId, memberSeed, networkTreasuries);
  const signed = await signAll((row) => Promise.resolve(mint(row)), rate * (seconds + warmUpS), io);
  const timeS = Math.floor(Date.now() / 1000);
  const options = { chainId, seed: memberSeed, timeS, clause, terminalCount: terminals, ...networkTerms };
  const started = await startNetwork({
    directory: folder,
    validators,
    seed: memberSeed,
    genesisFor: (keys) => {
      const genesis = networkGenesis(options, keys);
      return { ...genesis, members: [...genesis.members, ...treasuryMembers(memberSeed, networkTreasuries)] };
    },
    cometFile,
    applicationFile: ledgerFile("abci.cjs"),
  });
  if (!started.ok) return started;
  try {
    const { nodes } = started.value;
    const readers: NodeReader[] = [];
    for (const { rpc } of nodes) {
      const client = openRpc(rpc, 30_000);
      if (!client.ok) return client;
      readers.push(createNodeReader(client.value));
    }
    await blocksLater(readers[0], 2);
    return succeed(await loadNetwork(nodes, readers, signed, { seconds, rate }, io));
  } finally {
    await started.value.stop();
  }
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
  nodes: readonly NetworkNode[],
  readers: readonly NodeReader[],
  signed: readonly Uint8Array[],
  { seconds, rate }: { readonly seconds: number; readonly rate: number },
  io: CommandIo,
): Promise<readonly BenchResult[]> {
  const rowOf = new Map(signed.map((transaction, row) => [toHex(hashTransaction(transaction)), row]));
  /** Of each row; not a number before it. */
  const [sentAtMs, finalAtMs] = [1, 2].map(() => new Float64Array(signed.length).fill(Number.NaN));
  const progress = io.progress("load");
  let unposted = 0;
  let row = 0;
  let finals = 0;
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
        const final = rowOf.get(toHex(hashTransaction(transaction)));
        if (final === undefined || !Number.isNaN(finalAtMs[final])) continue;
        finalAtMs[final] = seenMs;
        finals++;
      }
      next++;
    }
  };
  const watching = watch();
  const begunMs = performance.now();
  const countsFromMs = begunMs + warmUpS * 1000;
  const countsUntilMs = countsFromMs + seconds * 1000;
  let cpuBefore: CpuSplit | undefined;
  const lanes = readers.map(() => Promise.resolve());
  for (let beat = 0; performance.now() < countsUntilMs; beat++) {
    if (performance.now() >= countsFromMs) cpuBefore ??= cpuOf(nodes);
    const due = Math.min(signed.length, Math.floor(((performance.now() - begunMs) / 1000) * rate));
    const batches = readers.map((): Uint8Array[] => []);
    for (; row < due; row++) {
      sentAtMs[row] = performance.now();
      batches[(row % networkTreasuries) % readers.length].push(signed[row]);
    }
    for (const [index, batch] of batches.entries()) {
      if (batch.length === 0) continue;
      // One node's requests go one after the other, as its treasuries' nonces do.
      lanes[index] = lanes[index]
        .then(() => readers[index].post(batch))
        .then((posted) => {
          if (!posted.ok) unposted += batch.length;
        });
    }
    progress(performance.now() - begunMs, (warmUpS + seconds) * 1000);
    await pause(Math.max(1, (beat + 1) * sendEveryMs - (performance.now() - begunMs)));
  }
  const cpuAfter = cpuOf(nodes);
  await Promise.all(lanes);
  for (let waitedMs = 0; waitedMs < 20_000 && finals < row - unposted; waitedMs += 100) await pause(100);
  stopping = true;
  await watching;
  const counted = signed.map((_, index) => index).filter((index) => sentAtMs[index] >= countsFromMs);
  const finality = counted.map((index) => (finalAtMs[index] - sentAtMs[index]) / 1000).filter((s) => !Number.isNaN(s));
  const during = finalAtMs.filter((atMs) => atMs >= countsFromMs && atMs < countsUntilMs).length;
  const what = `${nodes.length} validators and applications on this machine, ${counted.length} mints offered at ${rate}/s over ${seconds} s`;
  return [
    atLeast(`${what}: final in these`, during / seconds, "tx/s", bars.networkPerS),
    atMost(`${what}: finality, p95`, quantile(finality, 0.95), "s", bars.networkFinalityP95S),
    result(`${what}: finality, median`, rounded(median(finality)), "s", null),
    result(`${what}: not taken over by a node`, unposted, "", null),
    result(`${what}: not final 20 s after the load`, Math.max(0, row - unposted - finals), "", null),
    ...cpuResults(what, cpuBefore, cpuAfter, during),
  ];
}

/** None where the system does not tell, or nothing became final. */
function cpuResults(
  what: string,
  before: CpuSplit | undefined,
  after: CpuSplit | undefined,
  transactions: number,
): readonly BenchResult[] {
  if (before === undefined || after === undefined || transactions === 0) return [];
  const parts = [
    ["cometUs", "all CometBFT nodes"],
    ["applicationsUs", "all applications"],
    ["loadUs", "the load"],
  ] as const;
  return parts.map(([part, name]) =>
    result(`${what}: CPU of ${name}`, rounded((after[part] - before[part]) / transactions), "µs a transaction", null),
  );
}

/** Processor time so far, µs. */
interface CpuSplit {
  readonly cometUs: number;
  readonly applicationsUs: number;
  readonly loadUs: number;
}

/** undefined where the system does not tell. @see proc(5), /proc/pid/stat, fields 14 and 15 */
function cpuOf(nodes: readonly NetworkNode[]): CpuSplit | undefined {
  const tickUs = 10_000;
  const usOf = (id: number | undefined): number => {
    if (id === undefined) return 0;
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickUs;
  };
  const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
  try {
    const ids = nodes.map((node) => node.processIds());
    const { user, system } = process.cpuUsage();
    return {
      cometUs: sum(ids.map(({ comet }) => usOf(comet))),
      applicationsUs: sum(ids.map(({ application }) => usOf(application))),
      loadUs: user + system,
    };
  } catch {
    return undefined;
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
