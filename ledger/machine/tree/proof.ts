import {
  bytesEqual,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readCount,
  readFixed,
  readFlag,
  refuseReading,
  writeFixed,
  writeFlag,
  writeWhole,
} from "../../../common/canonical";
import { fail, succeed, type Result } from "../../../common/result";
import { bytesOfWords, hashPair, sha256ToWords, wordsOfBytes } from "../sha256";
import {
  branchTag,
  emptyHashWords,
  emptyReference,
  hashAt,
  hashesOf,
  leafTag,
  leftOf,
  pathsOf,
  rightOf,
  valueOf,
  type NodeReference,
} from "./node-store";
import { bitOf, bytesOfPath, pathLength, wordsOfPath, type StatePath } from "./path";
import { leafLiesAt, type Tree } from "./tree";

/**
 * Proof of what lies at a path, or that nothing does. The siblings run from the root down; null is an empty subtree.
 * Absence is shown by an empty place, or by the one other leaf of the subtree in which the path would lie.
 */
export interface StateProof {
  readonly siblings: readonly (Uint8Array | null)[];
  readonly otherLeaf: OtherLeaf | null;
}

interface OtherLeaf {
  readonly path: Uint8Array;
  readonly valueHash: Uint8Array;
}

const proofDepthMax = 256;

const soughtPath = new Int32Array(8);
const scratch = new Int32Array(8);

/** A proof for this path against `rootHashOf(tree)`, of presence or absence as the case may be. */
export function prove(tree: Tree, path: StatePath): StateProof {
  const { store } = tree;
  wordsOfPath(path, soughtPath, 0);
  const siblings: (Uint8Array | null)[] = [];
  let node = tree.root;
  while (node > 0) {
    const goesRight = bitOf(soughtPath, 0, siblings.length) === 1;
    siblings.push(hashOrNull(tree, goesRight ? leftOf(store, node) : rightOf(store, node)));
    node = goesRight ? rightOf(store, node) : leftOf(store, node);
  }
  if (node === emptyReference || leafLiesAt(store, node, soughtPath, 0)) return { siblings, otherLeaf: null };
  sha256ToWords(valueOf(store, node), scratch, 0);
  const otherPath = bytesOfWords(pathsOf(store, node), hashAt(node));
  return { siblings, otherLeaf: { path: otherPath, valueHash: bytesOfWords(scratch, 0) } };
}

function hashOrNull(tree: Tree, node: NodeReference): Uint8Array | null {
  return node === emptyReference ? null : bytesOfWords(hashesOf(tree.store, node), hashAt(node));
}

/**
 * Checks that `value` (null: nothing) lies at the path in the state with this root. Pure; needs no tree.
 * @returns a failure that says what does not hold
 */
export function verifyProof(
  root: Uint8Array,
  path: StatePath,
  value: Uint8Array | null,
  proof: StateProof,
): Result<void> {
  const { siblings, otherLeaf } = proof;
  if (siblings.length > proofDepthMax) return fail("state proof is deeper than a path is long");
  const pathWords = new Int32Array(8);
  wordsOfPath(path, pathWords, 0);
  const hash = new Int32Array(8);
  if (otherLeaf !== null) {
    if (value !== null) return fail("state proof of presence names another leaf");
    const otherWords = new Int32Array(8);
    wordsOfBytes(otherLeaf.path, otherWords, 0);
    if (!sharesPrefix(pathWords, otherWords, siblings.length)) return fail("the other leaf lies in another subtree");
    if (bytesEqual(otherLeaf.path, bytesOfPath(path))) return fail("the other leaf lies at the very path");
    wordsOfBytes(otherLeaf.valueHash, scratch, 0);
    hashPair(otherWords, 0, scratch, 0, leafTag, hash, 0);
  } else if (value !== null) {
    sha256ToWords(value, scratch, 0);
    hashPair(pathWords, 0, scratch, 0, leafTag, hash, 0);
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth];
    if (sibling === null) scratch.set(emptyHashWords);
    else wordsOfBytes(sibling, scratch, 0);
    if (bitOf(pathWords, 0, depth) === 0) hashPair(hash, 0, scratch, 0, branchTag, hash, 0);
    else hashPair(scratch, 0, hash, 0, branchTag, hash, 0);
  }
  return bytesEqual(bytesOfWords(hash, 0), root) ? succeed(undefined) : fail("state proof leads to another root");
}

function sharesPrefix(a: Int32Array, b: Int32Array, bits: number): boolean {
  for (let depth = 0; depth < bits; depth++) if (bitOf(a, 0, depth) !== bitOf(b, 0, depth)) return false;
  return true;
}

/**
 * Canonical bytes: depth, a bit a level that says whether the sibling is not empty (first level in the highest bit),
 * those siblings from the root down, then the other leaf, if any.
 */
export function encodeProof(proof: StateProof): Uint8Array<ArrayBuffer> {
  const writer = createWriter(64 + proof.siblings.length * 32);
  const bitmap = new Uint8Array(Math.ceil(proof.siblings.length / 8));
  proof.siblings.forEach((sibling, depth) => {
    if (sibling !== null) bitmap[depth >> 3] |= 0x80 >> (depth & 7);
  });
  writeWhole(writer, proof.siblings.length);
  writeFixed(writer, bitmap);
  for (const sibling of proof.siblings) if (sibling !== null) writeFixed(writer, sibling);
  writeFlag(writer, proof.otherLeaf !== null);
  if (proof.otherLeaf !== null) {
    writeFixed(writer, proof.otherLeaf.path);
    writeFixed(writer, proof.otherLeaf.valueHash);
  }
  return finishWriting(writer);
}

export function decodeProof(bytes: Uint8Array): Result<StateProof> {
  const reader = createReader(bytes);
  const depth = readCount(reader, proofDepthMax);
  const bitmap = readFixed(reader, Math.ceil(depth / 8));
  if (depth % 8 !== 0 && (bitmap[bitmap.length - 1] & (0xff >> (depth % 8))) !== 0) {
    refuseReading(reader, "bits set beyond the proof's depth");
  }
  const siblings: (Uint8Array | null)[] = [];
  for (let level = 0; level < depth && reader.fault === undefined; level++) {
    if ((bitmap[level >> 3] & (0x80 >> (level & 7))) === 0) siblings.push(null);
    else {
      const sibling = readFixed(reader, 32);
      if (sibling.every((byte) => byte === 0)) refuseReading(reader, "an empty sibling that is said not to be");
      siblings.push(sibling);
    }
  }
  const otherLeaf = readFlag(reader) ? { path: readFixed(reader, pathLength), valueHash: readFixed(reader, 32) } : null;
  return finishReading(reader, { siblings, otherLeaf });
}
