import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { InstructionDraft } from "../../common/console-api";
import { fromHex } from "../../common/canonical";
import { describeFailure, type Result } from "../../common/result";
import { keyPairOf, verifySignature } from "../../ledger/solo/ed25519";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { memberKey } from "../../ledger/solo/members";
import { openSessionLedger } from "./session-ledger";
import { verifyProofFile } from "./proof-file";
import type { ContractOffer, SessionLedger, SessionLedgerOptions } from "./session-interface";

const operator = keyPairOf(new Uint8Array(32).fill(5));
const options: SessionLedgerOptions = {
  directory: null,
  chainId: "pendulaire-test-1",
  date: "2026-03-02",
  startS: 6 * 3600,
  memberSeed: new Uint8Array(32).fill(3),
  terminalNames: ["North gate", "Bridge", "Ring", "Office park"],
  clause: "We note which terminals you pass, to pay you.",
  rewardPoolMicro: 1_000_000_000,
  bonusPoolMicro: 100_000_000,
  challengeS: 60,
};
const sevenS = 7 * 3600;
/** Bridge between 7:10 and 7:30, office park until 8:00, deadline 8:30. */
const offer = (contractIndex: number): ContractOffer => ({
  contractIndex,
  departFromS: sevenS,
  departUntilS: sevenS + 600,
  itinerary: [
    { terminal: 1, fromS: sevenS + 600, untilS: sevenS + 1800 },
    { terminal: 3, fromS: sevenS + 900, untilS: sevenS + 3600 },
  ],
  deadlineS: sevenS + 5400,
  rewardMicro: 3_000_000,
  penaltyMicro: 1_000_000,
});
const draft: InstructionDraft = {
  incidentId: "incident-1",
  action: { kind: "avoid" },
  terminals: [1],
  fromS: sevenS,
  untilS: sevenS + 3600,
  expiresAtS: sevenS + 3600,
  bonusMicro: 2_000_000,
  budgetMicro: 50_000_000,
};

const opened: SessionLedger[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

async function openLedger(overrides: Partial<SessionLedgerOptions> = {}): Promise<SessionLedger> {
  const ledger = must(await openSessionLedger({ ...options, ...overrides }));
  opened.push(ledger);
  return ledger;
}

describe("a session's ledger", () => {
  it("carries an instruction from its draft to proved contracts, payment and settlement", async () => {
    const ledger = await openLedger();
    must(await ledger.enrolOperator(operator.publicKey));
    must(await ledger.enrolOperator(operator.publicKey));
    const progress: number[] = [];
    const ids = must(await ledger.setUpContracts([0, 1, 2, 3].map(offer), sevenS - 600, (done) => progress.push(done)));
    expect(progress).toEqual([4]);
    expect(new Set(ids).size).toBe(4);
    expect(ledger.contracts({ offset: 0, limit: 10 })).toEqual({ contractIds: [...ids].sort(), total: 4 });
    expect(ledger.state()).toMatchObject({
      verdict: "ok",
      contracts: 4,
      poolMicro: 100_000_000,
      supplyMicro: 1_104_000_000,
    });

    // Holder 3 passes the bridge before anything happens: there is nothing to instruct any more.
    ledger.queuePassages([{ contractIndex: 3, terminal: 1, timeS: sevenS + 650.7 }]);
    expect(must(await ledger.advance(sevenS + 660))).toMatchObject({ refusedCount: 0, verdict: "ok" });

    const { match, contractIndexes } = ledger.matchInstruction(draft, operator.publicKey, sevenS + 670);
    expect([...contractIndexes]).toEqual([0, 1, 2]);
    expect(match).toEqual({ contracts: 3, largestPayoutMicro: 6_000_000, poolMicro: 100_000_000, refusal: null });
    const sent = must(await ledger.sendInstruction(draft, operator, sevenS + 670));
    expect(ledger.instruction(sent.instructionId)).toMatchObject({ height: null, rewritten: 0 });
    must(await ledger.advance(sevenS + 670));
    const order = must(await ledger.verifyInstruction(sent.instructionId));
    expect([...order.contractIndexes]).toEqual([0, 1, 2]);
    expect(order.transactionHash).toBe(sent.transactionHash);
    expect(ledger.instruction(sent.instructionId)).toMatchObject({
      height: order.height,
      rewritten: 3,
      verified: 3,
      escrowLeftMicro: 6_000_000,
      refusal: null,
    });
    expect(ledger.state()).toMatchObject({ poolMicro: 94_000_000, verdict: "ok" });
    expect(ledger.contracts({ instructionId: sent.instructionId, offset: 1, limit: 1 })).toMatchObject({ total: 3 });

    // 0 complies; 1 keeps the old itinerary; 2 is never seen; 3 was not instructed and keeps his.
    ledger.queuePassages([
      { contractIndex: 0, terminal: 3, timeS: sevenS + 1500 },
      { contractIndex: 1, terminal: 1, timeS: sevenS + 1450 },
      { contractIndex: 1, terminal: 3, timeS: sevenS + 1500 },
      { contractIndex: 3, terminal: 3, timeS: sevenS + 1480 },
    ]);
    expect(must(await ledger.advance(sevenS + 1500))).toMatchObject({ refusedCount: 0, settled: [] });
    const report = must(ledger.contractReport(ids[0]));
    expect(report).toMatchObject({
      version: 2,
      state: "active",
      avoids: ["Bridge"],
      bonusMicro: 2_000_000,
      departFromS: sevenS,
      instructionId: sent.instructionId,
      clause: options.clause,
    });
    expect(report.itinerary).toEqual([
      { terminal: 1, name: "Bridge", fromS: sevenS + 600, untilS: sevenS + 1800, passedAtS: null },
      { terminal: 3, name: "Office park", fromS: sevenS + 900, untilS: sevenS + 3600, passedAtS: sevenS + 1500 },
    ]);
    expect(report.proof.verdict).toBe("ok");
    expect(report.proof.checks.every(({ ok }) => ok)).toBe(true);
    expect(report.proof.headerHash).toBe(ledger.state().headerHash);

    // After the expiry the escrow keeps what those who arrived may have earned.
    must(await ledger.advance(sevenS + 3661));
    expect(ledger.instruction(sent.instructionId)?.escrowLeftMicro).toBe(4_000_000);
    const { settled } = must(await ledger.advance(sevenS + 5460));
    expect([...settled].sort((a, b) => a.contractIndex - b.contractIndex)).toEqual([
      { contractIndex: 0, contractId: ids[0], outcome: "rewardAndBonus", paidMicro: 5_000_000 },
      { contractIndex: 1, contractId: ids[1], outcome: "reward", paidMicro: 3_000_000 },
      { contractIndex: 2, contractId: ids[2], outcome: "excused", paidMicro: 0 },
      { contractIndex: 3, contractId: ids[3], outcome: "reward", paidMicro: 3_000_000 },
    ]);
    expect(ledger.instruction(sent.instructionId)).toMatchObject({
      paidContracts: 1,
      paidMicro: 2_000_000,
      escrowLeftMicro: 0,
    });
    expect(ledger.state()).toMatchObject({ poolMicro: 98_000_000, settled: 4 });
    expect(must(ledger.contractReport(ids[0]))).toMatchObject({ state: "fulfilled", paidMicro: 5_000_000 });
  });

  it("tells the whole history of a contract, each event with the block that brought it and a proof that holds", async () => {
    const ledger = await openLedger({ rewardPoolMicro: 10_000_000_000 });
    must(await ledger.enrolOperator(operator.publicKey));
    // More than one block of offers: the block of each contract is searched for.
    const rows = Array.from({ length: 1050 }, (_, row) => row);
    const ids = must(await ledger.setUpContracts(rows.map(offer), sevenS - 600));
    const setUpHeight = ledger.state().height;
    must(await ledger.advance(sevenS));
    const generous = { ...draft, budgetMicro: 90_000_000, bonusMicro: 30_000 };
    const sent = must(await ledger.sendInstruction(generous, operator, sevenS + 10));
    must(await ledger.advance(sevenS + 10));
    const height = ledger.instruction(sent.instructionId)?.height;
    for (let timeS = sevenS + 30; timeS < sevenS + 1500; timeS += 300) must(await ledger.advance(timeS));
    ledger.queuePassages([{ contractIndex: 1020, terminal: 3, timeS: sevenS + 1490.5 }]);
    must(await ledger.advance(sevenS + 1530));
    must(await ledger.advance(sevenS + 5460));

    for (const row of [0, 999, 1000, 1020, 1049]) {
      const { events } = must(ledger.contractHistory(ids[row]));
      const passed = row === 1020 ? ["passed"] : [];
      expect(events.map(({ kind }) => kind)).toEqual(["accepted", "rewritten", ...passed, "settled"]);
      expect(events.filter(({ proved }) => !proved)).toEqual([]);
      expect(events[0]).toMatchObject({ rewardMicro: 3_000_000, penaltyMicro: 1_000_000 });
      expect(events[0].height).toBeLessThan(setUpHeight);
      expect(events[1]).toMatchObject({
        ...{ height, version: 2, transactionHash: sent.transactionHash },
        ...{ by: "instruct", instructionId: sent.instructionId, before: [] },
        after: [{ instructionId: sent.instructionId, avoids: ["Bridge"], bonusMicro: 30_000 }],
      });
      expect(events.map(({ height: at }) => at ?? 0)).toEqual(
        [...events.map(({ height: at }) => at ?? 0)].sort((a, b) => a - b),
      );
    }
    const { events } = must(ledger.contractHistory(ids[1020]));
    expect(events[2]).toMatchObject({
      terminal: 3,
      name: "Office park",
      passedAtS: sevenS + 1490,
      timeS: sevenS + 1530,
    });
    expect(events[3]).toMatchObject({
      ...{ outcome: "rewardAndBonus", rewardMicro: 3_000_000, bonusMicro: 30_000, penaltyMicro: 0 },
      walletMicro: 4_030_000,
    });
    expect(must(ledger.contractHistory(ids[0])).events[2]).toMatchObject({
      outcome: "excused",
      walletMicro: 1_000_000,
    });
    expect(ledger.contractHistory("ab".repeat(31)).ok).toBe(false);
    expect(ledger.contractHistory("nonsense").ok).toBe(false);
  });

  it("tells what amendments and withdrawals made of a contract, after it was opened again too", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pendulaire-ledger-"));
    folders.push(directory);
    const first = must(await openSessionLedger({ ...options, directory }));
    must(await first.enrolOperator(operator.publicKey));
    // The second one is not on the way yet when the instruction is withdrawn.
    const later = { ...offer(1), departFromS: sevenS + 900, departUntilS: sevenS + 1200 };
    const itinerary = later.itinerary.map((stop) => ({ ...stop, fromS: Math.max(stop.fromS, later.departFromS) }));
    const ids = must(await first.setUpContracts([offer(0), { ...later, itinerary }], sevenS - 600));
    const { instructionId } = must(await first.sendInstruction(draft, operator, sevenS - 100));
    must(await first.advance(sevenS - 100));
    const { untilS, expiresAtS, budgetMicro } = draft;
    const amendment = { instructionId, untilS, expiresAtS, budgetMicro, bonusMicro: 2_500_000 };
    must(await first.sendRevision({ kind: "amend", amendment }, operator, sevenS - 50));
    must(await first.advance(sevenS - 50));
    must(await first.sendRevision({ kind: "withdraw", instructionId }, operator, sevenS + 10));
    must(await first.advance(sevenS + 10));
    await first.close();

    const ledger = await openLedger({ directory });
    must(await ledger.advance(sevenS + 20));
    const told = ids.map((id) => must(ledger.contractHistory(id)).events);
    for (const events of told) {
      expect(events.map(({ proved }) => proved)).toEqual(events.map(() => true));
      const [, instructed, amended] = events;
      expect(instructed).toMatchObject({ by: "instruct", version: 2, before: [], after: [{ bonusMicro: 2_000_000 }] });
      expect(amended).toMatchObject({
        ...{ by: "amend", version: 3 },
        ...{ before: [{ bonusMicro: 2_000_000 }], after: [{ bonusMicro: 2_500_000, avoids: ["Bridge"] }] },
      });
    }
    // Whoever may have left keeps the bonus.
    expect(told[0]).toHaveLength(3);
    expect(told[1][3]).toMatchObject({ by: "withdraw", version: 4, before: [{ bonusMicro: 2_500_000 }], after: [] });
    expect(ids.map((id) => must(ledger.contractReport(id)).version)).toEqual([3, 4]);
  });

  it("refuses a draft with the reason that the block would give", async () => {
    const ledger = await openLedger();
    must(await ledger.setUpContracts([offer(0)], sevenS - 600));
    const refusalOf = (change: Partial<InstructionDraft>) =>
      ledger.matchInstruction({ ...draft, ...change }, operator.publicKey, sevenS).match.refusal?.where;
    // Nobody is enrolled yet: the draft is judged as if its officer were, but cannot be sent.
    expect(refusalOf({})).toBeUndefined();
    expect(ledger.matchInstruction(draft, null, sevenS).match.refusal).toBeNull();
    expect(await ledger.sendInstruction(draft, operator, sevenS)).toMatchObject({ error: { where: "sender-unknown" } });
    must(await ledger.enrolOperator(operator.publicKey));
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({ bonusMicro: -1 })).toBe("bonus-not-positive");
    expect(refusalOf({ terminals: [] })).toBe("scope-empty");
    expect(refusalOf({ budgetMicro: 100_000_001 })).toBe("budget-above-pool");
    expect(refusalOf({ budgetMicro: 1_999_999 })).toBe("payout-above-budget");
    expect(refusalOf({ expiresAtS: sevenS })).toBe("expiry-in-the-past");
    expect(
      ledger.matchInstruction({ ...draft, bonusMicro: 0.5 }, operator.publicKey, sevenS).match.refusal,
    ).not.toBeNull();
    expect(await ledger.sendInstruction({ ...draft, budgetMicro: 1 }, operator, sevenS)).toMatchObject({
      ok: false,
      error: { where: "payout-above-budget" },
    });
    const forged = { publicKey: operator.publicKey, sign: () => new Uint8Array(64) };
    expect(await ledger.sendInstruction(draft, forged, sevenS)).toMatchObject({ ok: false });
    must(await ledger.sendInstruction(draft, operator, sevenS));
  });

  it("writes proof files that stand without it, from the root that it names", async () => {
    const ledger = await openLedger();
    const [id] = must(await ledger.setUpContracts([offer(7)], sevenS - 600));
    must(await ledger.advance(sevenS));
    const { name, bytes } = must(ledger.proofFile(id));
    expect(name).toContain(id.slice(0, 8));
    const hash = fromHex(ledger.trustRoot.hash) ?? new Uint8Array(0);
    const anchor = { chainId: options.chainId, kind: "header", hash } as const;
    expect(verifyProofFile(bytes, anchor, { verifySignature }).outcome).toMatchObject({
      ok: true,
      value: { contractId: id, contract: { state: "active" } },
    });
    const elsewhere = { ...anchor, chainId: "another-chain" };
    expect(verifyProofFile(bytes, elsewhere, { verifySignature }).outcome.ok).toBe(false);
    expect(ledger.proofFile("ab".repeat(31)).ok).toBe(false);
    expect(ledger.proofFile("nonsense").ok).toBe(false);
  });

  it("continues where it was closed, with the same state and holders", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pendulaire-ledger-"));
    folders.push(directory);
    const first = must(await openSessionLedger({ ...options, directory }));
    must(await first.enrolOperator(operator.publicKey));
    const ids = must(await first.setUpContracts([0, 1].map(offer), sevenS - 600));
    const sent = must(await first.sendInstruction(draft, operator, sevenS));
    must(await first.advance(sevenS));
    const before = first.state();
    const copy = join(directory, "copy");
    await first.copyTo?.(copy);
    await first.close();

    // A copy goes on by itself, and leaves the original as it was.
    const copied = await openLedger({ directory: copy });
    expect(copied.state()).toMatchObject({ appHash: before.appHash, contracts: 2 });
    expect(copied.contractIdOf(1)).toBe(ids[1]);
    must(await copied.advance(sevenS + 100));
    await expect((await openLedger()).copyTo?.(join(directory, "none"))).rejects.toThrow(/memory/);

    const again = await openLedger({ directory });
    const after = again.state();
    expect(after).toMatchObject({ appHash: before.appHash, contracts: 2, verdict: "ok", poolMicro: before.poolMicro });
    expect(after.height).toBe(before.height + 1);
    expect([0, 1].map((row) => again.contractIdOf(row))).toEqual(ids);
    // It has verified none of them itself: what was verified before is not its to say.
    expect(again.instruction(sent.instructionId)).toMatchObject({ rewritten: 2, verified: null });
    expect([...must(await again.verifyInstruction(sent.instructionId)).contractIndexes]).toEqual([0, 1]);
    again.queuePassages([{ contractIndex: 0, terminal: 3, timeS: sevenS + 1500 }]);
    expect(must(await again.advance(sevenS + 1500)).refusedCount).toBe(0);
    expect(
      must(await again.advance(sevenS + 5460))
        .settled.map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["excused", "rewardAndBonus"]);
    expect(await openSessionLedger({ ...options, directory: null, date: "2026-02-30" })).toMatchObject({ ok: false });
  });

  it("keeps of its simulated commuters no more than their phones' keys say, which it plays", async () => {
    const ledger = await openLedger();
    const ids = must(await ledger.setUpContracts([0, 1, 2].map(offer), sevenS - 600));
    const derived = ids.map((_, row) => contractIdOf(memberKey(options.memberSeed, "commuter", row).publicKey));
    expect(ids).toEqual(derived);
  });

  it("gives no withdrawn consent of a simulated commuter again along with a purpose", async () => {
    const ledger = await openLedger();
    const [id] = must(await ledger.setUpContracts([offer(0)], sevenS - 600));
    must(await ledger.personal.state(0, ["research"], sevenS - 500));
    must(await ledger.personal.state(0, null, sevenS - 400));
    const widened = await ledger.personal.state(0, ["research"], sevenS - 300);
    expect(widened).toMatchObject({ ok: false, error: { said: { code: "consent-withdrawn" } } });
    expect(must(ledger.consent(id))).toMatchObject({ sequence: 2, withdrawn: true, purposes: [] });
  });

  it("keeps its clock going forward", async () => {
    const ledger = await openLedger();
    must(await ledger.advance(sevenS));
    must(await ledger.advance(sevenS));
    expect(await ledger.advance(sevenS - 10)).toMatchObject({ ok: false });
    expect(ledger.state().timeS).toBeGreaterThanOrEqual(sevenS);
  });
});
