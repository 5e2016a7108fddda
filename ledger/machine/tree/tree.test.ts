import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fc } from "../../../test/support/properties";
import { toHex } from "../../../common/canonical";
import { pathOfBytes, bytesOfPath, type StatePath } from "./path";
import {
  compact,
  countOfKind,
  createTree,
  leavesOfKind,
  lookUp,
  rootHashOf,
  update,
  visitAll,
  type Tree,
} from "./tree";
import { pathsOf, hashAt, valueOf } from "./node-store";
import { pathOfWords } from "./path";

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** The tree's definition, written down as it reads: recursion over a sorted list, node:crypto's hash. */
function referenceRoot(entries: readonly [StatePath, Uint8Array][], depth = 0): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32);
  if (entries.length === 1) return sha256(bytesOfPath(entries[0][0]), sha256(entries[0][1]), new Uint8Array([0]));
  const isRight = ([path]: readonly [StatePath, Uint8Array]) =>
    (path.charCodeAt(depth >> 3) >> (7 - (depth & 7))) % 2 === 1;
  const left = referenceRoot(entries.filter((entry) => !isRight(entry)), depth + 1); // prettier-ignore
  return sha256(left, referenceRoot(entries.filter(isRight), depth + 1), new Uint8Array([1]));
}

/** Few kinds and short differences, so that paths share long prefixes. */
const pathArbitrary: fc.Arbitrary<StatePath> = fc
  .tuple(fc.constantFrom(0x01, 0x40, 0x41, 0xff), fc.uint8Array({ minLength: 2, maxLength: 2 }), fc.boolean())
  .map(([kind, [first, second], late]) => {
    const bytes = new Uint8Array(32);
    bytes[0] = kind;
    bytes[1] = first & 3;
    bytes[late ? 31 : 2] = second & 7;
    return pathOfBytes(bytes);
  });
const entriesArbitrary = fc.array(fc.tuple(pathArbitrary, fc.uint8Array({ minLength: 1, maxLength: 80 })), {
  maxLength: 60,
});

function treeOf(entries: Iterable<[StatePath, Uint8Array]>): Tree {
  return update(createTree(), new Map(entries));
}

function contentsOf(tree: Tree): [StatePath, string][] {
  const contents: [StatePath, string][] = [];
  visitAll(tree, (leaf) => {
    contents.push([pathOfWords(pathsOf(tree.store, leaf), hashAt(leaf)), toHex(valueOf(tree.store, leaf))]);
    return true;
  });
  return contents;
}

describe("the state tree", () => {
  it("has the root that its definition gives, however it was filled", () => {
    fc.assert(
      fc.property(entriesArbitrary, fc.integer({ min: 1, max: 7 }), (entries, stride) => {
        const final = new Map(entries);
        const expected = toHex(referenceRoot([...final]));
        expect(toHex(rootHashOf(treeOf(entries)))).toBe(expected);
        let tree = createTree();
        for (let at = 0; at < entries.length; at += stride) {
          tree = update(tree, new Map(entries.slice(at, at + stride)));
        }
        expect(toHex(rootHashOf(tree))).toBe(expected);
        let reversed = createTree();
        for (const [path, value] of [...final].reverse()) reversed = update(reversed, new Map([[path, value]]));
        expect(toHex(rootHashOf(reversed))).toBe(expected);
      }),
    );
  });

  it("forgets what is taken away, down to the empty root", () => {
    fc.assert(
      fc.property(entriesArbitrary, entriesArbitrary, (kept, extra) => {
        const keptMap = new Map(kept);
        const removals = new Map(extra.filter(([path]) => !keptMap.has(path)).map(([path]) => [path, null]));
        const full = update(treeOf(extra), keptMap);
        const left = update(full, removals);
        expect(toHex(rootHashOf(left))).toBe(toHex(referenceRoot([...keptMap])));
        const emptied = update(left, new Map(kept.map(([path]) => [path, null])));
        expect(emptied.root).toBe(0);
        expect(toHex(rootHashOf(emptied))).toBe("00".repeat(32));
      }),
    );
  });

  it("is a map: it answers what was put last, in the order of paths, and old trees stay as they were", () => {
    fc.assert(
      fc.property(entriesArbitrary, entriesArbitrary, pathArbitrary, (first, second, probe) => {
        const before = treeOf(first);
        const contentsBefore = contentsOf(before);
        const after = update(before, new Map(second));
        const model = new Map([...first, ...second]);
        expect(contentsOf(after)).toEqual(
          [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, value]) => [path, toHex(value)]),
        );
        expect(lookUp(after, probe)).toEqual(model.get(probe));
        expect(contentsOf(before)).toEqual(contentsBefore);
        const [compacted] = compact([after]);
        expect(contentsOf(compacted)).toEqual(contentsOf(after));
        expect(rootHashOf(compacted)).toEqual(rootHashOf(after));
      }),
    );
  });

  it("counts and pages the values of one kind", () => {
    fc.assert(
      fc.property(entriesArbitrary, fc.nat(20), fc.nat(20), (entries, offset, limit) => {
        const tree = treeOf(entries);
        const expected = contentsOf(tree).filter(([path]) => path.charCodeAt(0) === 0x40);
        expect(countOfKind(tree, 0x40)).toBe(expected.length);
        const page = leavesOfKind(tree, 0x40, offset, limit).map((leaf) => toHex(valueOf(tree.store, leaf)));
        expect(page).toEqual(expected.slice(offset, offset + limit).map(([, value]) => value));
      }),
    );
  });

  it("shares what did not change between trees, and compaction keeps the sharing", () => {
    const entries = Array.from({ length: 5000 }, (_, index): [StatePath, Uint8Array] => [
      pathOfBytes(sha256(new Uint8Array([index & 0xff, index >> 8]))),
      new Uint8Array([index & 0xff]),
    ]);
    const tree = treeOf(entries);
    const branchesBefore = tree.store.branchCount;
    const changed = update(tree, new Map([[entries[7][0], new Uint8Array([1, 2])]]));
    expect(tree.store.branchCount - branchesBefore).toBeLessThan(40);
    const [, compacted] = compact([tree, changed]);
    expect(compacted.store.leafCount).toBe(5001);
  });
});
