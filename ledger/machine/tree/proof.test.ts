import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fc } from "../../../test/support/properties";
import { decodeProof, encodeProof, prove, verifyProof } from "./proof";
import { pathOfBytes, type StatePath } from "./path";
import { createTree, lookUp, rootHashOf, update } from "./tree";

const pathOf = (index: number): StatePath => {
  const digest = new Uint8Array(createHash("sha256").update(String(index)).digest());
  digest[0] = index % 5 === 0 ? 0x01 : 0x40;
  return pathOfBytes(digest);
};
const valueAt = (index: number) => new Uint8Array([1, index & 0xff, index >> 8]);

const treeOfSize = (size: number) =>
  update(createTree(), new Map(Array.from({ length: size }, (_, index) => [pathOf(index), valueAt(index)])));

describe("proofs of state", () => {
  it.each([0, 1, 2, 3, 17, 1000])("hold for every present and absent path of a tree of %d", (size) => {
    const tree = treeOfSize(size);
    const root = rootHashOf(tree);
    for (let index = 0; index < Math.min(size, 200) + 50; index++) {
      const path = pathOf(index < 50 ? 1_000_000 + index : index - 50);
      const value = lookUp(tree, path) ?? null;
      expect(value === null).toBe(index < 50);
      const proof = prove(tree, path);
      const decoded = decodeProof(encodeProof(proof));
      expect(decoded).toEqual({ ok: true, value: proof });
      expect(verifyProof(root, path, value, proof)).toEqual({ ok: true, value: undefined });
      // The same proof proves nothing else: not the opposite, not another value, not another path.
      expect(verifyProof(root, path, value === null ? new Uint8Array([9]) : null, proof).ok).toBe(false);
      if (value !== null) expect(verifyProof(root, path, new Uint8Array([...value, 0]), proof).ok).toBe(false);
      expect(verifyProof(root, pathOf(2_000_000 + index), value ?? new Uint8Array([1]), proof).ok).toBe(false);
    }
  });

  it("fall with any change of any bit, and never throw", () => {
    const tree = treeOfSize(300);
    const root = rootHashOf(tree);
    const cases = fc.record({
      index: fc.nat(400),
      at: fc.nat(),
      flip: fc.integer({ min: 1, max: 255 }),
      cut: fc.option(fc.nat(40)),
    });
    fc.assert(
      fc.property(cases, ({ index, at, flip, cut }) => {
        const path = pathOf(index);
        const value = lookUp(tree, path) ?? null;
        const bytes = encodeProof(prove(tree, path));
        const changed = cut === null ? bytes.slice() : bytes.slice(0, Math.max(0, bytes.length - 1 - cut));
        if (cut === null) changed[at % changed.length] ^= flip;
        const decoded = decodeProof(changed);
        if (decoded.ok) expect(verifyProof(root, path, value, decoded.value).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("an absent path is not shown absent by a leaf of another subtree, nor by the leaf itself", () => {
    const tree = treeOfSize(50);
    const root = rootHashOf(tree);
    const present = pathOf(7);
    const absent = [...Array(200).keys()].map((index) => pathOf(5000 + index));
    const withOther = absent.map((path) => prove(tree, path)).filter((proof) => proof.otherLeaf !== null);
    expect(withOther.length).toBeGreaterThan(10);
    for (const proof of withOther) expect(verifyProof(root, present, null, proof).ok).toBe(false);
    const own = prove(tree, present);
    const valueHash = new Uint8Array(createHash("sha256").update(valueAt(7)).digest());
    const path = Uint8Array.from(present, (character) => character.charCodeAt(0));
    expect(verifyProof(root, present, null, { ...own, otherLeaf: { path, valueHash } }).ok).toBe(false);
  });
});
