import { toHex } from "../../common/canonical";
import { hashTransaction } from "../wire/results";

/** Transactions that wait for a block, in the order in which they came. */
export interface Mempool {
  readonly waiting: Map<string, Uint8Array>;
  bytes: number;
}

const mempoolTransactionsMax = 100_000;
export const mempoolBytesMax = 64 * 1024 * 1024;

export function createMempool(): Mempool {
  return { waiting: new Map(), bytes: 0 };
}

export type Admission = "admitted" | "known" | "full";

export function admitToMempool(mempool: Mempool, hash: string, transaction: Uint8Array): Admission {
  if (mempool.waiting.has(hash)) return "known";
  const isFull = mempool.waiting.size >= mempoolTransactionsMax || mempool.bytes + transaction.length > mempoolBytesMax;
  if (isFull) return "full";
  mempool.waiting.set(hash, transaction);
  mempool.bytes += transaction.length;
  return "admitted";
}

/** Takes out what fits into a block, oldest first. @param overheadBytes what the block needs for each of them */
export function takeForBlock(mempool: Mempool, bytesMax: number, overheadBytes: number): readonly Uint8Array[] {
  const taken: Uint8Array[] = [];
  let bytes = 0;
  for (const [hash, transaction] of mempool.waiting) {
    bytes += transaction.length + overheadBytes;
    if (bytes > bytesMax) break;
    taken.push(transaction);
    mempool.waiting.delete(hash);
    mempool.bytes -= transaction.length;
  }
  return taken;
}

/** Puts back what was taken for a block that was not written, before all others. */
export function returnToMempool(mempool: Mempool, taken: readonly Uint8Array[]): void {
  const later = [...mempool.waiting];
  mempool.waiting.clear();
  for (const transaction of taken) {
    mempool.waiting.set(toHex(hashTransaction(transaction)), transaction);
    mempool.bytes += transaction.length;
  }
  for (const [hash, transaction] of later) mempool.waiting.set(hash, transaction);
}
