import { sha256 } from "@noble/hashes/sha2.js";
import { assert } from "../../common/result";
import { bytesEqual } from "../../common/canonical";

/**
 * CometBFT's Merkle tree: RFC 6962's hashing, split at the largest power of two below the number of leaves.
 * @see RFC 6962, section 2.1; CometBFT `crypto/merkle/tree.go`
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return rootOfHashes(leaves.map(leafHash));
}

export interface MerkleProof {
  readonly total: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  /** Siblings from the leaf up. */
  readonly aunts: readonly Uint8Array[];
}

/** Most siblings of a proof: no list is longer than 2^100 leaves. As in CometBFT's `MaxAunts`. */
const auntsMax = 100;

export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256
    .create()
    .update(new Uint8Array([0]))
    .update(leaf)
    .digest();
}

function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  if (hashes.length === 1) return hashes[0];
  const split = splitOf(hashes.length);
  return innerHash(rootOfHashes(hashes.slice(0, split)), rootOfHashes(hashes.slice(split)));
}

export function proveLeaf(leaves: readonly Uint8Array[], index: number): MerkleProof {
  assert(index >= 0 && index < leaves.length, "the leaf to be proved is in the list");
  const hashes = leaves.map(leafHash);
  const aunts: Uint8Array[] = [];
  const descend = (from: number, to: number): void => {
    if (to - from === 1) return;
    const middle = from + splitOf(to - from);
    if (index < middle) {
      descend(from, middle);
      aunts.push(rootOfHashes(hashes.slice(middle, to)));
    } else {
      descend(middle, to);
      aunts.push(rootOfHashes(hashes.slice(from, middle)));
    }
  };
  descend(0, leaves.length);
  return { total: leaves.length, index, leafHash: hashes[index], aunts };
}

/** Whether the proof shows `leaf` at its index of a list with this root. */
export function verifyLeaf(root: Uint8Array, leaf: Uint8Array, proof: MerkleProof): boolean {
  if (!bytesEqual(leafHash(leaf), proof.leafHash)) return false;
  const computed = rootOfProof(proof);
  return computed !== undefined && bytesEqual(computed, root);
}

/** The root that a proof leads to; undefined when index, total and number of siblings do not fit each other. */
export function rootOfProof({ total, index, leafHash: leaf, aunts }: MerkleProof): Uint8Array | undefined {
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(index) || aunts.length > auntsMax) return undefined;
  const climb = (position: number, count: number, auntCount: number): Uint8Array | undefined => {
    if (position < 0 || position >= count) return undefined;
    if (count === 1) return auntCount === 0 ? leaf : undefined;
    if (auntCount === 0) return undefined;
    const split = splitOf(count);
    const aunt = aunts[auntCount - 1];
    const isLeft = position < split;
    const below = isLeft
      ? climb(position, split, auntCount - 1)
      : climb(position - split, count - split, auntCount - 1);
    if (below === undefined) return undefined;
    return isLeft ? innerHash(below, aunt) : innerHash(aunt, below);
  };
  return climb(index, total, aunts.length);
}
