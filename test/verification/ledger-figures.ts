/**
 * Measures the ledger on this machine and prints each figure. Run as
 * `npx esbuild test/verification/ledger-figures.ts --bundle --platform=node --external:lmdb --outfile=node_modules/.cache/ledger-figures.cjs && node node_modules/.cache/ledger-figures.cjs [hashes|engine|session]`
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import type { InstructionDraft } from "../../common/console-api";
import { assert, describeFailure, type Result } from "../../common/result";
import { sha256 } from "../../ledger/machine/sha256";
import { consortiumGenesis, signAsMember, signPassage } from "../../ledger/solo/consortium";
import { keyPairOf } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { openSolo } from "../../ledger/solo/solo";
import { addNanos } from "../../ledger/wire/timestamp";
import { openSessionLedger } from "../../main/ledger/session-ledger";

const seed = new Uint8Array(32).fill(1);
const operator = keyPairOf(new Uint8Array(32).fill(2));
const only = process.argv[2];

function print(what: string, value: number, unit: string, note = ""): void {
  console.log(`${what}: ${value < 10 ? value.toFixed(3) : value.toFixed(0)} ${unit}${note === "" ? "" : ` (${note})`}`);
}

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

/** Wall and CPU time of a piece of work; the CPU time is that of all threads, and says more on a busy machine. */
async function timed<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly value: T; readonly wallMs: number; readonly cpuMs: number }> {
  const usage = process.cpuUsage();
  const startedMs = performance.now();
  const value = await work();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(usage);
  return { value, wallMs, cpuMs: (user + system) / 1000 };
}

function printTimed(
  what: string,
  count: number,
  { wallMs, cpuMs }: { readonly wallMs: number; readonly cpuMs: number },
): void {
  const each =
    count > 1
      ? `; ${Math.round((count * 1000) / wallMs)} a second; CPU ${((cpuMs * 1000) / count).toFixed(0)} µs each`
      : "";
  console.log(`${what}: ${(wallMs / 1000).toFixed(3)} s, CPU ${(cpuMs / 1000).toFixed(3)} s${each}`);
}

function microsecondsOf(times: number, work: (index: number) => unknown): number {
  for (let index = 0; index < Math.min(times, 2000); index++) work(index);
  const startedMs = performance.now();
  for (let index = 0; index < times; index++) work(index);
  return ((performance.now() - startedMs) * 1000) / times;
}

function measureHashes(): void {
  for (const length of [32, 65, 100]) {
    const bytes = new Uint8Array(length).fill(7);
    print(
      `SHA-256 of ${length} bytes, ledger/machine`,
      microsecondsOf(200_000, () => sha256(bytes)),
      "µs",
    );
    print(
      `SHA-256 of ${length} bytes, @noble/hashes`,
      microsecondsOf(200_000, () => nobleSha256(bytes)),
      "µs",
    );
    print(
      `SHA-256 of ${length} bytes, createHash`,
      microsecondsOf(200_000, () => createHash("sha256").update(bytes).digest()),
      "µs",
    );
  }
}

/** Signed passages through the embedded engine on disk. */
async function measureSolo(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "pendulaire-figures-"));
  const ledger = must(
    await openSessionLedger({
      ...{ directory, chainId: "figures-2", date: "2026-03-02", startS: 0, memberSeed: seed, clause: "clause" },
      ...{ terminalNames: Array.from({ length: 20 }, (_, row) => `t${row}`), challengeS: 3600 },
      ...{ rewardPoolMicro: 1e12, bonusPoolMicro: 1e12 },
    }),
  );
  must(await ledger.enrolOperator(operator.publicKey));
  const count = Number(process.env["CONTRACTS"] ?? 10_000);
  const offers = Array.from({ length: count }, (_, contractIndex) => ({
    contractIndex,
    departFromS: 600,
    departUntilS: 1200,
    itinerary: [1 + (contractIndex % 2), 3, 4].map((terminal, stop) => ({
      terminal,
      fromS: 600 + 600 * stop,
      untilS: 1800 + 600 * stop,
    })),
    deadlineS: 7200,
    rewardMicro: 2_000_000,
    penaltyMicro: 500_000,
  }));
  const setUp = await timed(async () => must(await ledger.setUpContracts(offers, 60)));
  printTimed(`set-up of ${count} signed contracts`, count, setUp);
  const draft: InstructionDraft = {
    ...{ incidentId: "i", action: { kind: "avoid" }, terminals: [1], fromS: 600, untilS: 3600, expiresAtS: 7200 },
    ...{ bonusMicro: 1_000_000, budgetMicro: 100_000_000_000 },
  };
  const match = await timed(() => ledger.matchInstruction(draft, operator.publicKey, 601));
  printTimed(`dry run over ${count} contracts, ${match.value.match.contracts} match`, 1, match);
  const sent = await timed(async () => {
    const instruction = must(await ledger.sendInstruction(draft, operator, 601));
    must(await ledger.advance(601));
    return instruction;
  });
  printTimed("instruction sent and in a proved block", 1, sent);
  const order = await timed(async () => must(await ledger.verifyInstruction(sent.value.instructionId)));
  const rewritten = order.value.contractIndexes.length;
  printTimed(`${rewritten} rewritten contracts proved one by one`, rewritten, order);
  for (const round of [1, 2]) {
    const timeS = 1200 + round * 60;
    ledger.queuePassages(offers.map(({ contractIndex }) => ({ contractIndex, terminal: 3, timeS })));
    const step = await timed(async () => must(await ledger.advance(timeS)));
    assert(step.value.refusedCount === 0, "no passage is refused");
    printTimed(`${count} passages, each signed and verified twice, committed`, count, step);
  }
  const settled = await timed(async () => must(await ledger.advance(7200 + 3600)));
  printTimed(`${settled.value.settled.length} contracts settled`, settled.value.settled.length, settled);
  printTimed("ledger state, verified", 1, await timed(() => ledger.state()));
  const report = await timed(() => must(ledger.contractReport(ledger.contractIdOf(5) ?? "")));
  printTimed(`contract report with its checks, ${report.value.proof.byteLength} bytes`, 1, report);
  await ledger.close();
  const again = await timed(async () =>
    must(
      await openSessionLedger({
        ...{ directory, chainId: "figures-2", date: "2026-03-02", startS: 0, memberSeed: seed, clause: "clause" },
        ...{ terminalNames: Array.from({ length: 20 }, (_, row) => `t${row}`), challengeS: 3600 },
        ...{ rewardPoolMicro: 1e12, bonusPoolMicro: 1e12 },
      }),
    ),
  );
  printTimed(`reopened with ${count} contracts and ${2 * count} passages`, 1, again);
  await again.value.close();
  rmSync(directory, { recursive: true, force: true });
}

/** The engine by itself: transactions that were signed before, one core, with and without the thread pool's help. */
async function measureEngine(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "pendulaire-figures-"));
  const timeS = 1_772_000_000;
  const genesis = consortiumGenesis({
    ...{ chainId: "figures-3", seed, timeS, capMicro: 1n << 60n, terminalCount: 20, clause: "clause" },
    ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n, challengeS: 3600 },
  });
  const solo = must(
    openSolo({
      storage: { kind: "directory", path: directory },
      genesis,
      validatorKey: memberKey(seed, "validator", 0),
    }),
  );
  must(solo.commitBlock(solo.time));
  const count = 8_000;
  const key = memberKey(seed, "commuter", 1);
  const terminal = memberKey(seed, "terminal", 1);
  const passages = await Promise.all(
    Array.from({ length: count }, (_, row) =>
      signPassage("figures-3", terminal, key, {
        terminal: 1,
        timeS,
        challenge: createHash("md5").update(`${row}`).digest(),
      }),
    ),
  );
  // Refused for want of a contract, after both signatures were verified: a pessimistic stand-in without set-up.
  for (const ahead of [false, true]) {
    const half = ahead ? passages.slice(count / 2) : passages.slice(0, count / 2);
    const startedMs = performance.now();
    if (ahead) await solo.verifyAhead(half);
    for (const transaction of half) solo.submit(transaction);
    const ms = performance.now() - startedMs;
    print(`CheckTx with two signatures, ${ahead ? "thread pool" : "one core"}`, (half.length * 1000) / ms, "a second");
  }
  const commits: number[] = [];
  const treasury = memberKey(seed, "treasury", 0);
  let nonce = 0;
  for (let block = 0; block < 200; block++) {
    for (let row = 0; row < 50; row++) {
      must(solo.submit(signAsMember("figures-3", treasury, nonce++, { kind: "mint", amountMicro: 1n })));
    }
    const startedMs = performance.now();
    must(solo.commitBlock(addNanos(solo.time, 1_000_000)));
    commits.push(performance.now() - startedMs);
  }
  commits.sort((a, b) => a - b);
  print("block of 50 transactions committed to disk, p50", commits[100], "ms");
  print("block of 50 transactions committed to disk, p99", commits[197], "ms");
  await solo.close();
  rmSync(directory, { recursive: true, force: true });
}

async function run(): Promise<void> {
  if (only === undefined || only === "hashes") measureHashes();
  if (only === undefined || only === "engine") await measureEngine();
  if (only === undefined || only === "session") await measureSolo();
}

void run();
