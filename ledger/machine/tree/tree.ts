import { bytesOfWords } from "../sha256";
import {
  addBranch,
  addLeaf,
  copyBranch,
  copyLeaf,
  createNodeStore,
  emptyReference,
  hashAt,
  hashesOf,
  leafCountOf,
  leftOf,
  pathsOf,
  rightOf,
  valueOf,
  type NodeReference,
  type NodeStore,
} from "./node-store";
import { bitOf, wordsOfPath, type StatePath } from "./path";

/**
 * A sparse Merkle tree of SHA-256 over 256-bit paths, immutable. A subtree that holds one leaf only *is* that leaf, so
 * a tree of n leaves is about log2 n deep; an empty subtree hashes to 32 zero bytes.
 *
 *   leaf   = SHA-256(path ‖ SHA-256(value) ‖ 00)
 *   branch = SHA-256(left ‖ right ‖ 01)
 *
 * The shape, and so the root, depends on what the tree holds and not on how it came to hold it.
 */
export interface Tree {
  readonly store: NodeStore;
  readonly root: NodeReference;
}

/** A value to put at a path, or null to take away what lies there. */
export type Changes = ReadonlyMap<StatePath, Uint8Array | null>;

export function createTree(): Tree {
  return { store: createNodeStore(), root: emptyReference };
}

/** 32 bytes that stand for all that the tree holds. */
export function rootHashOf(tree: Tree): Uint8Array<ArrayBuffer> {
  return bytesOfWords(hashesOf(tree.store, tree.root), hashAt(tree.root));
}

const soughtPath = new Int32Array(8);

/** The value at a path, a view that is not to be written to; undefined where there is none. */
export function lookUp(tree: Tree, path: StatePath): Uint8Array | undefined {
  const { store } = tree;
  wordsOfPath(path, soughtPath, 0);
  let node = tree.root;
  for (let depth = 0; node > 0; depth++) {
    node = bitOf(soughtPath, 0, depth) === 0 ? leftOf(store, node) : rightOf(store, node);
  }
  if (node === emptyReference || !leafLiesAt(store, node, soughtPath, 0)) return undefined;
  return valueOf(store, node);
}

export function leafLiesAt(store: NodeStore, leaf: NodeReference, path: Int32Array, pathAt: number): boolean {
  const paths = pathsOf(store, leaf);
  const at = hashAt(leaf);
  for (let word = 0; word < 8; word++) if (paths[at + word] !== path[pathAt + word]) return false;
  return true;
}

/** The leaves of one update in the order of their paths; a removal is the empty reference. */
interface Batch {
  readonly paths: Int32Array;
  readonly leaves: Int32Array;
}

/** The tree with all changes made; every new node is hashed once. The old tree stays as it was. */
export function update(tree: Tree, changes: Changes): Tree {
  const { store } = tree;
  const order = [...changes.keys()].sort();
  const batch = { paths: new Int32Array(order.length * 8), leaves: new Int32Array(order.length) };
  for (let row = 0; row < order.length; row++) {
    wordsOfPath(order[row], batch.paths, row * 8);
    const value = changes.get(order[row]) ?? null;
    if (value !== null) batch.leaves[row] = addLeaf(store, batch.paths, row * 8, value);
  }
  return { store, root: merge(store, tree.root, 0, batch, 0, order.length) };
}

/** The first row of [from, to) whose path has bit `depth` set. */
function splitOf(batch: Batch, depth: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bitOf(batch.paths, middle * 8, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(
  store: NodeStore,
  node: NodeReference,
  depth: number,
  batch: Batch,
  from: number,
  to: number,
): NodeReference {
  if (from === to) return node;
  if (node === emptyReference && to - from === 1) return batch.leaves[from];
  if (node < 0 && to - from === 1 && leafLiesAt(store, node, batch.paths, from * 8)) return batch.leaves[from];
  const middle = splitOf(batch, depth, from, to);
  let [left, right] = [emptyReference, emptyReference];
  if (node > 0) [left, right] = [leftOf(store, node), rightOf(store, node)];
  else if (node < 0) {
    if (bitOf(pathsOf(store, node), hashAt(node), depth) === 0) left = node;
    else right = node;
  }
  const newLeft = merge(store, left, depth + 1, batch, from, middle);
  const newRight = merge(store, right, depth + 1, batch, middle, to);
  if (node > 0 && newLeft === left && newRight === right) return node;
  return join(store, newLeft, newRight);
}

/** A branch of both, or the one leaf where there is no more than one. */
function join(store: NodeStore, left: NodeReference, right: NodeReference): NodeReference {
  if (left === emptyReference && right <= 0) return right;
  if (right === emptyReference && left <= 0) return left;
  return addBranch(store, left, right);
}

/** Copies what these trees hold, shared parts once, into a store of their own. */
export function compact(trees: readonly Tree[]): readonly Tree[] {
  const target = createNodeStore();
  const copies = new Map<NodeStore, { readonly branches: Int32Array; readonly leaves: Int32Array }>();
  return trees.map((tree) => {
    const { store } = tree;
    const copied = copies.get(store) ?? {
      branches: new Int32Array(store.branchCount),
      leaves: new Int32Array(store.leafCount),
    };
    copies.set(store, copied);
    const copy = (node: NodeReference): NodeReference => {
      if (node === emptyReference) return node;
      if (node < 0) return (copied.leaves[~node] ||= copyLeaf(target, store, node));
      return (copied.branches[node - 1] ||= copyBranch(
        target,
        store,
        node,
        copy(leftOf(store, node)),
        copy(rightOf(store, node)),
      ));
    };
    return { store: target, root: copy(tree.root) };
  });
}

/** The subtree of all paths that begin with the byte `kind`; it is empty, one leaf or a branch at depth 8. */
function subtreeOf(tree: Tree, kind: number): NodeReference {
  const { store } = tree;
  let node = tree.root;
  for (let depth = 0; depth < 8 && node > 0; depth++) {
    node = (kind >>> (7 - depth)) & 1 ? rightOf(store, node) : leftOf(store, node);
  }
  if (node < 0 && pathsOf(store, node)[hashAt(node)] >>> 24 !== kind) return emptyReference;
  return node;
}

/** How many values of a kind the tree holds. */
export function countOfKind(tree: Tree, kind: number): number {
  return leafCountOf(tree.store, subtreeOf(tree, kind));
}

/** Visits the leaves of a kind in the order of their paths until `visit` answers false. */
export function visitKind(tree: Tree, kind: number, visit: (leaf: NodeReference) => boolean): void {
  visitSubtree(tree.store, subtreeOf(tree, kind), 0, visit);
}

/** As `visitKind`, of all kinds. */
export function visitAll(tree: Tree, visit: (leaf: NodeReference) => boolean): void {
  visitSubtree(tree.store, tree.root, 0, visit);
}

/** Leaves of a kind in the order of their paths, without the first `offset`, at most `limit`. */
export function leavesOfKind(tree: Tree, kind: number, offset: number, limit: number): readonly NodeReference[] {
  const leaves: NodeReference[] = [];
  if (limit <= 0) return leaves;
  visitSubtree(tree.store, subtreeOf(tree, kind), offset, (leaf) => leaves.push(leaf) < limit);
  return leaves;
}

/** @returns whether the visit went on to the end */
function visitSubtree(
  store: NodeStore,
  node: NodeReference,
  skip: number,
  visit: (leaf: NodeReference) => boolean,
): boolean {
  if (node === emptyReference || skip >= leafCountOf(store, node)) return true;
  if (node < 0) return visit(node);
  const left = leftOf(store, node);
  const rest = Math.max(0, skip - leafCountOf(store, left));
  return visitSubtree(store, left, skip, visit) && visitSubtree(store, rightOf(store, node), rest, visit);
}
