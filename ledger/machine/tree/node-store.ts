import { assert } from "../../../common/result";
import { hashPair, sha256ToWords } from "../sha256";
import { pathOfWords, type StatePath } from "./path";

/**
 * Nodes of any number of state trees, in typed arrays, written once and never changed, so that trees share what they
 * have in common and a fork is a copy of the root's number. Nothing is freed: `compact` copies what is still wanted
 * into a new store, and the old one goes when no tree refers to it.
 *
 * A reference is a number: 0 = empty subtree, positive = branch, negative = leaf. A branch takes 44 bytes, a leaf 72
 * and its value.
 */
export interface NodeStore {
  readonly branchPages: BranchPage[];
  readonly leafPages: LeafPage[];
  readonly valuePages: Uint8Array[];
  branchCount: number;
  leafCount: number;
  /** Where the next value goes, in bytes from the start of the first page. */
  valueEnd: number;
}

export type NodeReference = number;
export const emptyReference: NodeReference = 0;

interface BranchPage {
  /** Left reference, right reference, leaves below; three a branch. */
  readonly links: Int32Array;
  readonly hashes: Int32Array;
}

interface LeafPage {
  readonly paths: Int32Array;
  readonly hashes: Int32Array;
  /** Where the value lies, in units of 4 bytes, and its length in bytes; two a leaf. */
  readonly places: Uint32Array;
}

const pageBits = 13;
const pageSize = 1 << pageBits;
const slotMask = pageSize - 1;
/** A value lies within one page. */
const valuePageBytes = 1 << 20;

/** Longest value of a leaf, bytes. */
export const valueBytesMax = 65_536;

export const branchTag = 1;
export const leafTag = 0;

/** Hash of the empty subtree: 32 zero bytes. */
export const emptyHashWords = new Int32Array(8);

export function createNodeStore(): NodeStore {
  return { branchPages: [], leafPages: [], valuePages: [], branchCount: 0, leafCount: 0, valueEnd: 0 };
}

function branchPageOf(store: NodeStore, reference: NodeReference): BranchPage {
  return store.branchPages[(reference - 1) >>> pageBits];
}

function leafPageOf(store: NodeStore, reference: NodeReference): LeafPage {
  return store.leafPages[~reference >>> pageBits];
}

export function leftOf(store: NodeStore, branch: NodeReference): NodeReference {
  return branchPageOf(store, branch).links[((branch - 1) & slotMask) * 3];
}

export function rightOf(store: NodeStore, branch: NodeReference): NodeReference {
  return branchPageOf(store, branch).links[((branch - 1) & slotMask) * 3 + 1];
}

/** Leaves at and below a node. */
export function leafCountOf(store: NodeStore, reference: NodeReference): number {
  if (reference <= 0) return reference === emptyReference ? 0 : 1;
  return branchPageOf(store, reference).links[((reference - 1) & slotMask) * 3 + 2];
}

/** The words that hold a node's hash; it starts at `hashAt(reference)`. */
export function hashesOf(store: NodeStore, reference: NodeReference): Int32Array {
  if (reference === emptyReference) return emptyHashWords;
  return reference > 0 ? branchPageOf(store, reference).hashes : leafPageOf(store, reference).hashes;
}

export function hashAt(reference: NodeReference): number {
  if (reference === emptyReference) return 0;
  return ((reference > 0 ? reference - 1 : ~reference) & slotMask) * 8;
}

/** The words that hold a leaf's path; it starts at `hashAt(reference)`, as the hash does. */
export function pathsOf(store: NodeStore, leaf: NodeReference): Int32Array {
  return leafPageOf(store, leaf).paths;
}

export function pathAt(store: NodeStore, leaf: NodeReference): StatePath {
  return pathOfWords(pathsOf(store, leaf), hashAt(leaf));
}

/** A view of a leaf's value: not to be written to. */
export function valueOf(store: NodeStore, leaf: NodeReference): Uint8Array {
  const { places } = leafPageOf(store, leaf);
  const slot = (~leaf & slotMask) * 2;
  const start = places[slot] * 4;
  const pageStart = start % valuePageBytes;
  return store.valuePages[(start - pageStart) / valuePageBytes].subarray(pageStart, pageStart + places[slot + 1]);
}

/** Adds a branch of two nodes that are not both empty. */
export function addBranch(store: NodeStore, left: NodeReference, right: NodeReference): NodeReference {
  const branch = placeBranch(store, left, right);
  const [leftHashes, rightHashes] = [hashesOf(store, left), hashesOf(store, right)];
  hashPair(leftHashes, hashAt(left), rightHashes, hashAt(right), branchTag, hashesOf(store, branch), hashAt(branch));
  return branch;
}

const valueHash = new Int32Array(8);

/** Adds a leaf. Its hash is SHA-256(path ‖ SHA-256(value) ‖ 00). @param path words, at `pathAt` */
export function addLeaf(store: NodeStore, path: Int32Array, pathAt: number, value: Uint8Array): NodeReference {
  const leaf = placeLeaf(store, path, pathAt, value);
  sha256ToWords(value, valueHash, 0);
  hashPair(path, pathAt, valueHash, 0, leafTag, hashesOf(store, leaf), hashAt(leaf));
  return leaf;
}

/** Copies a leaf of another store, hash and all. */
export function copyLeaf(store: NodeStore, from: NodeStore, leaf: NodeReference): NodeReference {
  const at = hashAt(leaf);
  const copy = placeLeaf(store, pathsOf(from, leaf), at, valueOf(from, leaf));
  hashesOf(store, copy).set(hashesOf(from, leaf).subarray(at, at + 8), hashAt(copy));
  return copy;
}

/** Copies a branch of another store whose children were copied before. */
export function copyBranch(
  store: NodeStore,
  from: NodeStore,
  branch: NodeReference,
  left: NodeReference,
  right: NodeReference,
): NodeReference {
  const copy = placeBranch(store, left, right);
  const at = hashAt(branch);
  hashesOf(store, copy).set(hashesOf(from, branch).subarray(at, at + 8), hashAt(copy));
  return copy;
}

function placeBranch(store: NodeStore, left: NodeReference, right: NodeReference): NodeReference {
  const index = store.branchCount++;
  assert(index < 0x7fff_fffe, "a store holds fewer than 2^31 branches");
  const slot = index & slotMask;
  if (slot === 0) {
    store.branchPages.push({ links: new Int32Array(pageSize * 3), hashes: new Int32Array(pageSize * 8) });
  }
  const { links } = store.branchPages[index >>> pageBits];
  links[slot * 3] = left;
  links[slot * 3 + 1] = right;
  links[slot * 3 + 2] = leafCountOf(store, left) + leafCountOf(store, right);
  return index + 1;
}

function placeLeaf(store: NodeStore, path: Int32Array, pathAt: number, value: Uint8Array): NodeReference {
  assert(value.length > 0 && value.length <= valueBytesMax, "a value has 1 … 65,536 bytes");
  const index = store.leafCount++;
  assert(index < 0x7fff_fffe, "a store holds fewer than 2^31 leaves");
  const slot = index & slotMask;
  if (slot === 0) {
    store.leafPages.push({
      paths: new Int32Array(pageSize * 8),
      hashes: new Int32Array(pageSize * 8),
      places: new Uint32Array(pageSize * 2),
    });
  }
  const { paths, places } = store.leafPages[index >>> pageBits];
  for (let word = 0; word < 8; word++) paths[slot * 8 + word] = path[pathAt + word];
  places[slot * 2] = placeValue(store, value) / 4;
  places[slot * 2 + 1] = value.length;
  return ~index;
}

/** @returns where the value starts, a multiple of 4 */
function placeValue(store: NodeStore, value: Uint8Array): number {
  let start = Math.ceil(store.valueEnd / 4) * 4;
  const left = valuePageBytes - (start % valuePageBytes);
  if (start === store.valuePages.length * valuePageBytes || left < value.length) {
    start = store.valuePages.length * valuePageBytes;
    store.valuePages.push(new Uint8Array(valuePageBytes));
  }
  store.valuePages[store.valuePages.length - 1].set(value, start % valuePageBytes);
  store.valueEnd = start + value.length;
  return start;
}
