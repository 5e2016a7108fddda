import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { smallOrder } from "../../test/support/zip215";
import { fromHex, toHex, utf8Of } from "../../common/canonical";
import { createSignatureCache, keyPairOf, verifySignature } from "./ed25519";

const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array(0);

describe("ed25519", () => {
  // RFC 8032, section 7.1, tests 1 to 3.
  it.each([
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("has the keys and signatures of RFC 8032", (secret, publicKey, message, signature) => {
    const key = keyPairOf(bytes(secret));
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(toHex(key.sign(bytes(message)))).toBe(signature);
    expect(verifySignature(key.publicKey, bytes(message), bytes(signature))).toBe(true);
  });

  it("accepts all 196 vectors of ZIP-215", () => {
    const zero = "00".repeat(32);
    for (const publicKey of smallOrder) {
      for (const r of smallOrder) {
        expect(verifySignature(bytes(publicKey), utf8Of("Zcash"), bytes(r + zero))).toBe(true);
        // s = 1 leaves the base point over, which no small order makes up for.
        expect(verifySignature(bytes(publicKey), utf8Of("Zcash"), bytes(`${r}01${zero.slice(2)}`))).toBe(false);
      }
    }
  });

  it("refuses s beyond the group's order, and every changed bit", () => {
    const key = keyPairOf(new Uint8Array(32).fill(1));
    const message = utf8Of("a message");
    const signature = key.sign(message);
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    let s = 0n;
    for (let index = 63; index >= 32; index--) s = (s << 8n) | BigInt(signature[index]);
    const wrapped = signature.slice();
    for (let rest = s + order, index = 32; index < 64; index++, rest >>= 8n) wrapped[index] = Number(rest & 255n);
    expect(verifySignature(key.publicKey, message, wrapped)).toBe(false);
    fc.assert(
      fc.property(fc.nat(32 + 9 + 64 - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const all = new Uint8Array([...key.publicKey, ...message, ...signature]);
        all[at] ^= flip;
        expect(verifySignature(all.slice(0, 32), all.slice(32, 41), all.slice(41))).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(verifySignature(key.publicKey.slice(1), message, signature)).toBe(false);
    expect(verifySignature(key.publicKey, message, signature.slice(1))).toBe(false);
  });

  it("the cache answers as the verifier does, and forgets the oldest", async () => {
    const cache = createSignatureCache(2);
    const key = keyPairOf(new Uint8Array(32).fill(2));
    const signed = [1, 2, 3].map((number) => {
      const message = new Uint8Array([number]);
      return { publicKey: key.publicKey, message, signature: key.sign(message) };
    });
    const forged = { ...signed[0], message: new Uint8Array([9]) };
    await cache.verifyAhead([...signed, forged, { ...forged, publicKey: new Uint8Array(3) }]);
    for (const { publicKey, message, signature } of signed)
      expect(cache.verify(publicKey, message, signature)).toBe(true);
    expect(cache.verify(forged.publicKey, forged.message, forged.signature)).toBe(false);
    expect(cache.verify(new Uint8Array(3), forged.message, forged.signature)).toBe(false);
  });
});
