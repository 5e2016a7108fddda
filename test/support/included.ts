import { setTimeout as pause } from "node:timers/promises";
import { assert, describeFailure } from "../../common/result";
import { toHex } from "../../common/canonical";
import type { NodeReader } from "../../ledger/network/node-reader";
import { hashTransaction } from "../../ledger/wire/results";

/**
 * Waits until each transaction was carried out in a block, however many blocks that takes on a busy machine.
 * @returns the height after the last of these blocks, which the reader's node has
 */
export async function untilIncluded(
  reader: NodeReader,
  transactions: readonly Uint8Array[],
  patienceMs = 120_000,
): Promise<number> {
  const missing = new Set(transactions.map((one) => toHex(hashTransaction(one))));
  const untilMs = performance.now() + patienceMs;
  for (let height = 1; ;) {
    const latest = await reader.latestHeight();
    while (missing.size > 0 && latest.ok && height <= latest.value) {
      const block = await reader.block(height);
      assert(block.ok, block.ok ? "" : describeFailure(block.error));
      for (const one of block.value.transactions) missing.delete(toHex(hashTransaction(one)));
      height++;
    }
    // A block is told before it is carried out: the next one has the state behind it.
    if (missing.size === 0 && latest.ok && latest.value >= height) return height;
    assert(performance.now() < untilMs, `${missing.size} transactions are in no block up to ${height - 1}`);
    await pause(50);
  }
}
