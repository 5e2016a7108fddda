import * as crypto from "node:crypto";
import { createHash } from "node:crypto";

/**
 * Transactions that a node let wait. CometBFT hands each of them over again in a proposal and in its block, as bytes of
 * their own: the same object for the same bytes spares reading it and looking at its signatures again.
 */
export interface KnownTransactions {
  /** The bytes that were remembered when they are equal to these, else these. */
  same(bytes: Uint8Array): Uint8Array;
  /** @param bytes copied: what they are part of may be large */
  remember(bytes: Uint8Array): Uint8Array;
  /** Of those that are in a block. */
  forget(transactions: readonly Uint8Array[]): void;
}

/** @param bytesMax of all together; the oldest go first */
export function createKnownTransactions(bytesMax: number): KnownTransactions {
  const known = new Map<string, Uint8Array>();
  let held = 0;
  const drop = (digest: string) => {
    held -= known.get(digest)?.length ?? 0;
    known.delete(digest);
  };
  return {
    same: (bytes) => known.get(digestOf(bytes)) ?? bytes,
    remember: (bytes) => {
      const digest = digestOf(bytes);
      const before = known.get(digest);
      if (before !== undefined) return before;
      const copy = bytes.slice();
      known.set(digest, copy);
      held += copy.length;
      for (const oldest of known.keys()) {
        if (held <= bytesMax) break;
        drop(oldest);
      }
      return copy;
    },
    forget: (transactions) => {
      for (const bytes of transactions) drop(digestOf(bytes));
    },
  };
}

/** The one-shot function came with Node 20.12; Electron 25 has Node 18.15. */
const digestOf: (bytes: Uint8Array) => string =
  typeof (crypto as { hash?: unknown }).hash === "function"
    ? (bytes) => crypto.hash("sha256", bytes, "binary")
    : (bytes) => createHash("sha256").update(bytes).digest("binary");
