import { fail, succeed, type Failure, type Result } from "../../common/result";
import { failureOfResult } from "../../ledger/machine/refusals";
import type { CommittedBlock, Solo } from "../../ledger/solo/solo";
import { blockIntervalMinNanos } from "../../ledger/solo/solo";
import { addNanos, compareTimestamps, type Timestamp } from "../../ledger/wire/timestamp";
import type { LightClient } from "./follow";
import type { SessionMembers } from "./session-members";
import { blockSecondsOf, blockTimeOf, type SessionClock } from "./session-time";
import { verifyResults } from "./state-proof";

/** Writes the session's blocks at the session's clock, and has the light client verify each of them. */
export interface ChainWriter {
  /** Queues transactions, their signatures verified in the thread pool. @returns for each its hash, or why not */
  submit(transactions: readonly Uint8Array[], timeS: number): Promise<readonly Result<string>[]>;
  /**
   * Commits all that waits, then one block more: the state and the results of a block are proved by the header after
   * it. Fails when the light client does not believe a header, or results are not what it commits to.
   */
  write(timeS: number): Promise<Result<readonly CommittedBlock[]>>;
}

/** Transactions verified at a time, so that neither the thread pool's queue nor this process stays busy for long. */
const verifyAheadMax = 500;

export function createChainWriter(
  solo: Solo,
  client: LightClient,
  members: SessionMembers,
  clock: SessionClock,
): ChainWriter {
  /** The wanted time, or the earliest that is later than the last block's. */
  const nextTime = (timeS: number): Timestamp => {
    const wanted = blockTimeOf(clock, timeS);
    if (solo.height === 0) return solo.time;
    const earliest = addNanos(solo.time, blockIntervalMinNanos);
    return compareTimestamps(wanted, earliest) < 0 ? earliest : wanted;
  };
  const writeWaiting = (timeS: number): Result<readonly CommittedBlock[]> => {
    const blocks: CommittedBlock[] = [];
    do {
      const block = solo.commitBlock(nextTime(timeS));
      members.forgetNonces();
      if (!block.ok) return block;
      blocks.push(block.value);
    } while (solo.waiting > 0);
    const proving = solo.commitBlock(nextTime(timeS));
    return proving.ok ? succeed([...blocks, proving.value]) : proving;
  };
  return {
    submit: async (transactions, timeS) => {
      const outcomes: Result<string>[] = [];
      for (let at = 0; at < transactions.length; at += verifyAheadMax) {
        const chunk = transactions.slice(at, at + verifyAheadMax);
        await solo.verifyAhead(chunk);
        for (const transaction of chunk) outcomes.push(solo.submit(transaction, blockSecondsOf(clock, timeS)));
      }
      return outcomes;
    },
    write: async (timeS) => {
      const written = writeWaiting(timeS);
      if (!written.ok) return written;
      const followed = await client.follow(solo.time);
      if (!followed.ok) return followed;
      const committed = written.value.slice(0, -1);
      for (const { height, results } of committed) {
        const next = client.trustedAt(height + 1);
        const verified =
          next === undefined ? fail("the next header is not kept") : verifyResults(next.header, height, results);
        if (!verified.ok) return verified;
      }
      return succeed(committed);
    },
  };
}

/** Refusals among the results of blocks: the reason, and where. */
export function refusalsOf(blocks: readonly CommittedBlock[]): readonly Failure[] {
  return blocks.flatMap(({ height, results }) =>
    results
      .filter(({ code }) => code !== 0)
      .map((result) => failureOfResult(result, `height ${height}, code ${result.code}`)),
  );
}
