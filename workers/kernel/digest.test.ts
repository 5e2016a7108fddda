import { expect, test } from "vitest";
import { instantiateDigest } from "./kernel";

/** Test vectors of XXH64 with seed 0: xxHash's own sanity checks, as published with its specification. */
const vectors: readonly (readonly [string, bigint])[] = [
  ["", 0xef46db3751d8e999n],
  ["a", 0xd24ec4f1a98c6e5bn],
  ["abc", 0x44bc2cf5ad770999n],
  ["Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1n],
];

test("the state's hash is XXH64", () => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 32768, shared: true });
  const digestOf = instantiateDigest(memory);
  const at = 65536;
  for (const [text, digest] of vectors) {
    const bytes = new TextEncoder().encode(text);
    new Uint8Array(memory.buffer).set(bytes, at);
    expect(BigInt.asUintN(64, digestOf(at, bytes.length, 0n)).toString(16), text).toBe(digest.toString(16));
  }
});
