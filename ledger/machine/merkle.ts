import { sha256 } from "./sha256";

/**
 * Merkle root over a list of byte strings, split at the largest power of two below its length.
 * @see RFC 6962, section 2.1; the empty list's root is SHA-256 of nothing
 */
export function merkleRootOf(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return rootOfRange(items, 0, items.length);
}

function rootOfRange(items: readonly Uint8Array[], from: number, to: number): Uint8Array<ArrayBuffer> {
  if (to === from) return sha256(new Uint8Array(0));
  if (to - from === 1) return hashWithPrefix(0, items[from], new Uint8Array(0));
  let split = 1;
  while (split * 2 < to - from) split *= 2;
  return hashWithPrefix(1, rootOfRange(items, from, from + split), rootOfRange(items, from + split, to));
}

function hashWithPrefix(prefix: number, first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + first.length + second.length);
  bytes[0] = prefix;
  bytes.set(first, 1);
  bytes.set(second, 1 + first.length);
  return sha256(bytes);
}
