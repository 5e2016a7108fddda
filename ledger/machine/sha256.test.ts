import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { toHex } from "../../common/canonical";
import { bytesOfWords, hashPair, sha256, wordsOfBytes } from "./sha256";

const nodeSha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

describe("sha256", () => {
  // NIST, "SHA-256 examples" and the long message of FIPS 180-2, appendix B.
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("has the published digest", (text, digest) => {
    expect(toHex(sha256(new TextEncoder().encode(text)))).toBe(digest);
  });

  it("agrees with node:crypto at every length up to 300", () => {
    for (let length = 0; length <= 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff);
      expect(toHex(sha256(bytes))).toBe(toHex(nodeSha256(bytes)));
    }
  });

  it("hashes a tagged pair as the 65 bytes that it stands for", () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(digest, digest, fc.constantFrom<0 | 1>(0, 1), (left, right, tag) => {
        const words = new Int32Array(16);
        wordsOfBytes(left, words, 0);
        wordsOfBytes(right, words, 8);
        hashPair(words, 0, words, 8, tag, words, 0);
        expect(bytesOfWords(words, 0)).toEqual(nodeSha256(new Uint8Array([...left, ...right, tag])));
      }),
    );
  });
});
