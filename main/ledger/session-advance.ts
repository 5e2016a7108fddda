import { assert, fail, succeed, type Failure, type Result } from "../../common/result";
import { endOf } from "../../ledger/contracts/terms";
import { readContract, readParameters } from "../../ledger/machine/readers";
import { releasesPerTransactionMax, settlementsPerTransactionMax } from "../../ledger/machine/limits";
import { codeOf } from "../../ledger/machine/refusals";
import { decodeSettlementReport } from "../../ledger/machine/rules/settlement-rules";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import { unsignedTransaction } from "../../ledger/solo/consortium";
import type { CommittedBlock, Solo } from "../../ledger/solo/solo";
import { refusalsOf, type ChainWriter } from "./chain-writer";
import type { DueContracts } from "./due-contracts";
import type { Holders } from "./holders";
import { refusalsKeptMax, type AdvanceReport, type Passage, type SettledContract } from "./session-interface";
import type { SessionMembers } from "./session-members";
import { microNumberOf } from "./session-reports";
import { blockSecondsOf, type SessionClock } from "./session-time";

/** What a session's clock moves on the chain: passages, settlements, releases. */
export interface SessionAdvance {
  readonly solo: Solo;
  readonly clock: SessionClock;
  readonly members: SessionMembers;
  readonly writer: ChainWriter;
  readonly holders: Holders;
  readonly due: DueContracts;
  readonly terminalCount: number;
  /** Passages that wait for the next step. */
  passages: Passage[];
  /** Instructions whose escrow is to be released, and from which block time on. */
  readonly releases: Map<string, number>;
}

const tooEarly = codeOf({ name: "settlement-too-early", detail: null });
/** Passages signed at a time. */
const signedAtOnce = 1_000;
/** Passages that may wait for the next step. */
const queuedPassagesMax = 500_000;

export function queuePassages(session: SessionAdvance, passages: readonly Passage[]): void {
  assert(session.passages.length + passages.length <= queuedPassagesMax, "fewer passages wait than may");
  for (const passage of passages) {
    const { terminal } = passage;
    assert(terminal >= 0 && terminal < session.terminalCount, "a passage is of a terminal of the city");
    session.passages.push(passage);
  }
}

/** One step. @returns the report, and the blocks that were committed, their results verified */
export async function advanceSession(
  session: SessionAdvance,
  timeS: number,
): Promise<Result<{ readonly report: AdvanceReport; readonly blocks: readonly CommittedBlock[] }>> {
  const { solo, clock, writer } = session;
  if (!Number.isFinite(timeS)) return fail("the time is not a number");
  if (blockSecondsOf(clock, timeS) < solo.time.seconds) return fail("the chain's clock does not run backwards");
  const refusedPassages = await submitPassages(session, timeS);
  await submitSettlements(session, timeS);
  const written = await writer.write(timeS);
  if (!written.ok) return written;
  const blocks = written.value;
  const refused = [...refusedPassages, ...refusalsOf(blocks)];
  const report: AdvanceReport = {
    height: solo.height,
    transactions: blocks.reduce((sum, { transactions }) => sum + transactions.length, 0),
    refusedCount: refused.length,
    refused: refused.slice(0, refusalsKeptMax),
    settled: blocks.flatMap((block) => settledOf(session, block)),
    verdict: "ok",
  };
  return succeed({ report, blocks });
}

/** @returns why passages were refused */
async function submitPassages(session: SessionAdvance, timeS: number): Promise<readonly Failure[]> {
  const { passages, members, clock, writer } = session;
  session.passages = [];
  const refused: Failure[] = [];
  for (let at = 0; at < passages.length; at += signedAtOnce) {
    const chunk = passages.slice(at, at + signedAtOnce);
    const signed = await Promise.all(
      chunk.map(({ contractIndex, terminal, timeS: passedS }) =>
        members.passage(contractIndex, terminal, blockSecondsOf(clock, passedS)),
      ),
    );
    for (const outcome of await writer.submit(signed, timeS)) if (!outcome.ok) refused.push(outcome.error);
  }
  return refused;
}

/** Settles what is due. What cannot be settled yet, for whatever reason, is reported by the block. */
async function submitSettlements(session: SessionAdvance, timeS: number): Promise<void> {
  const { solo, clock, writer, due, releases } = session;
  const nowS = blockSecondsOf(clock, timeS);
  for (;;) {
    const instructionIds = [...releases]
      .filter(([, dueS]) => dueS <= nowS)
      .map(([id]) => id)
      .slice(0, releasesPerTransactionMax);
    for (const id of instructionIds) releases.delete(id);
    const taken = due.take(nowS, settlementsPerTransactionMax);
    const contractIds = endedOf(session, taken, nowS);
    if (taken.length + instructionIds.length === 0) return;
    if (contractIds.length + instructionIds.length === 0) continue;
    const settle = unsignedTransaction(solo.chainId, { kind: "settle", contractIds, instructionIds });
    const [outcome] = await writer.submit([settle], timeS);
    if (outcome === undefined || outcome.ok) continue;
    // Not taken now, as when the mempool is full: the next step tries again.
    due.add(contractIds.map((contractId) => ({ contractId, dueS: nowS })));
    for (const id of instructionIds) releases.set(id, nowS);
    return;
  }
}

/**
 * Contracts whose last deadline is over; an instruction may have moved that of the others, who wait again. Those that their
 * holders left are settled.
 */
function endedOf({ solo, due }: SessionAdvance, contractIds: readonly string[], nowS: number): readonly string[] {
  const { challengeS } = readParameters(solo.state);
  return contractIds.filter((contractId) => {
    const contract = readContract(solo.state, contractId);
    if (contract?.state !== "active") return false;
    const dueS = endOf(contract.terms) + challengeS;
    if (dueS > nowS) due.add([{ contractId, dueS }]);
    return dueS <= nowS;
  });
}

/** What the settlements of a block amounted to; its results were verified. */
function settledOf(session: SessionAdvance, { transactions, results }: CommittedBlock): readonly SettledContract[] {
  const { solo, due, holders } = session;
  return results.flatMap((result, index) => {
    const transaction = decodeTransaction(transactions[index]);
    if (result.code !== 0 || !transaction.ok || transaction.value.payload.kind !== "settle") return [];
    const { contractIds } = transaction.value.payload;
    const report = decodeSettlementReport(result.data);
    assert(report.ok && report.value.contracts.length === contractIds.length, "a settlement reports on each contract");
    return report.value.contracts.flatMap(({ code, kind, paidMicro, penaltyMicro }, item): SettledContract[] => {
      const contractId = contractIds[item];
      // An instruction of the same block moved its deadline.
      if (code === tooEarly) due.add([{ contractId, dueS: solo.state.timeS }]);
      const contractIndex = holders.contractIndexOf(contractId);
      if (kind === null || contractIndex === undefined) return [];
      return [{ contractIndex, contractId, outcome: kind, paidMicro: microNumberOf(paidMicro - penaltyMicro) }];
    });
  });
}
