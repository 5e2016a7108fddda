import { assert, type Result } from "../../common/result";
import { lookUp, update, type Tree } from "./tree/tree";
import type { StatePath } from "./tree/path";

/**
 * The state while a block is carried out: the tree before it, what its transactions changed so far (kept), and what
 * the present transaction changes (staged), which is kept or dropped as a whole.
 */
export interface Overlay {
  tree: Tree;
  /** Kept since the tree was last brought up to date. */
  readonly kept: Map<StatePath, Uint8Array | null>;
  readonly staged: Map<StatePath, Uint8Array | null>;
  /** All that the block changed, for whoever stores leaves. */
  readonly changes: Map<StatePath, Uint8Array | null>;
}

export function createOverlay(tree: Tree): Overlay {
  return { tree, kept: new Map(), staged: new Map(), changes: new Map() };
}

export function readValue(overlay: Overlay, path: StatePath): Uint8Array | undefined {
  const staged = overlay.staged.get(path);
  if (staged !== undefined) return staged ?? undefined;
  const kept = overlay.kept.get(path);
  if (kept !== undefined) return kept ?? undefined;
  return lookUp(overlay.tree, path);
}

/** The record at a path; undefined where there is none. What the machine wrote, it can read. */
export function readRecord<T>(
  overlay: Overlay,
  path: StatePath,
  decode: (bytes: Uint8Array) => Result<T>,
): T | undefined {
  const bytes = readValue(overlay, path);
  return bytes === undefined ? undefined : decodeOwn(bytes, decode);
}

/** Decodes what the machine itself wrote. */
export function decodeOwn<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => Result<T>): T {
  const record = decode(bytes);
  assert(record.ok, `a record of the state is readable: ${record.ok ? "" : record.error.message}`);
  return record.value;
}

export function writeValue(overlay: Overlay, path: StatePath, value: Uint8Array): void {
  overlay.staged.set(path, value);
}

/** Makes the staged changes part of the block. @returns how many there were */
export function keepStaged(overlay: Overlay): number {
  const count = overlay.staged.size;
  for (const [path, value] of overlay.staged) {
    overlay.kept.set(path, value);
    overlay.changes.set(path, value);
  }
  overlay.staged.clear();
  return count;
}

export function dropStaged(overlay: Overlay): void {
  overlay.staged.clear();
}

/** Forgets all that changed since `tree`, so that one overlay serves for many trials. */
export function resetOverlay(overlay: Overlay, tree: Tree): void {
  overlay.tree = tree;
  overlay.kept.clear();
  overlay.staged.clear();
  overlay.changes.clear();
}

/** Brings the tree up to date with what was kept, so that it can be walked; staged changes stay staged. */
export function settleTree(overlay: Overlay): Tree {
  if (overlay.kept.size > 0) {
    overlay.tree = update(overlay.tree, overlay.kept);
    overlay.kept.clear();
  }
  return overlay.tree;
}
