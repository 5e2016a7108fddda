import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InstructionDraft } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { keyPairOf } from "../../ledger/solo/ed25519";
import { wholeNumber } from "../host/launch-options";
import { openSessionLedger, type ContractOffer, type SessionLedger } from "../ledger/session-ledger";
import { median, reported, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";

/** Seconds from the click to the last rewritten contract verified. */
const barS = 2;
const matchedLeast = 10_000;
const runs = 3;
const openS = 600;
const dayEndS = 7200;

/**
 * What the host does between the click and the last proof, on a chain on disk: dry run, signature, block, proving header,
 * and every rewritten contract by its own proof. The cities are not part of it: they are told afterwards.
 */
export const benchInstructionCommand: Bench = {
  usage: "instruction [--contracts N]",
  summary: "instruction: from the click to every rewritten contract verified, medians of three",
  options: ["contracts"],
  run: async (values, io) => {
    const contracts = wholeNumber(values.contracts ?? String(matchedLeast), 1, 90_000);
    if (contracts === null) return unusable({ message: "a whole number from 1 to 90000", where: "--contracts" });
    const directory = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-"));
    try {
      const measured = await measure(directory, contracts, io);
      return measured.ok ? reported(measured.value) : unusable(measured.error);
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    }
  },
};

async function measure(directory: string, contracts: number, io: CommandIo): Promise<Result<readonly BenchResult[]>> {
  const memberSeed = createHash("sha256").update("bench instruction").digest();
  const opened = await openSessionLedger({
    ...{ directory, chainId: "bench-1", date: "2026-03-02", startS: 0, memberSeed, clause: "clause", challengeS: 3600 },
    ...{
      terminalNames: Array.from({ length: 8 }, (_, row) => `T-${row}`),
      rewardPoolMicro: 1e12,
      bonusPoolMicro: 1e12,
    },
  });
  if (!opened.ok) return opened;
  const ledger = opened.value;
  try {
    const progress = io.progress("bench");
    const stood = await ledger.setUpContracts(offersOf(2 * contracts), 60, progress);
    if (!stood.ok) return stood;
    const officer = keyPairOf(createHash("sha256").update("bench officer").digest());
    const enrolled = await ledger.enrolOperator(officer.publicKey);
    if (!enrolled.ok) return enrolled;
    const seconds: number[] = [];
    let rewritten = 0;
    for (let run = 0; run < runs; run++) {
      const begunMs = performance.now();
      const sent = await sendAndVerify(ledger, officer, 601 + run);
      if (!sent.ok) return sent;
      seconds.push((performance.now() - begunMs) / 1000);
      rewritten = sent.value;
    }
    const value = Number(median(seconds).toFixed(2));
    const what = `from the click to ${rewritten} of ${2 * contracts} contracts rewritten and each verified, median of ${seconds.map((each) => each.toFixed(2)).join(", ")}`;
    const counts = rewritten >= matchedLeast;
    return succeed([{ what, value, unit: "s", bar: counts ? barS : null, ok: counts ? value <= barS : null }]);
  } finally {
    await ledger.close();
  }
}

/** Every second contract leads over terminal 1. */
function offersOf(count: number): readonly ContractOffer[] {
  return Array.from({ length: count }, (_, contractIndex) => ({
    contractIndex,
    departFromS: openS,
    departUntilS: 2 * openS,
    itinerary: [1 + (contractIndex % 2), 3, 4].map((terminal, stop) => ({
      ...{ terminal, fromS: openS + openS * stop, untilS: 3 * openS + openS * stop },
    })),
    ...{ deadlineS: dayEndS, rewardMicro: 2_000_000, penaltyMicro: 500_000 },
  }));
}

async function sendAndVerify(
  ledger: SessionLedger,
  officer: Parameters<SessionLedger["sendInstruction"]>[1],
  nowS: number,
): Promise<Result<number>> {
  const draft: InstructionDraft = {
    ...{ incidentId: "bench", action: { kind: "avoid" }, terminals: [1], fromS: openS, untilS: 3600 },
    ...{ expiresAtS: dayEndS, bonusMicro: 1_000_000, budgetMicro: 100_000_000_000 },
  };
  const { match } = ledger.matchInstruction(draft, officer.publicKey, nowS);
  if (match.refusal !== null) return { ok: false, error: match.refusal };
  const sent = await ledger.sendInstruction(draft, officer, nowS);
  if (!sent.ok) return sent;
  const advanced = await ledger.advance(nowS);
  if (!advanced.ok) return advanced;
  const order = await ledger.verifyInstruction(sent.value.instructionId);
  return order.ok ? succeed(order.value.contractIndexes.length) : order;
}
