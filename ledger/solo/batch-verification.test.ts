import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { fromHex, utf8Of } from "../../common/canonical";
import { fc } from "../../test/support/properties";
import { smallOrder } from "../../test/support/zip215";
import { batchSignaturesMax, verifyTogether, type SignedMessage } from "./batch-verification";
import { createSignatureCache } from "./ed25519";

/** Keys and signatures of @noble/curves: another program than the one that is tested. */
const secrets = Array.from({ length: 40 }, (_, row) => new Uint8Array(32).fill(row + 1));
const signedBy = (row: number): SignedMessage => {
  const secret = secrets[row % secrets.length];
  const message = utf8Of(`message ${row}`);
  return { publicKey: ed25519.getPublicKey(secret), message, signature: ed25519.sign(message, secret) };
};
const signed = Array.from({ length: 160 }, (_, row) => signedBy(row));
/** Batches of the sizes at which digits get wider. */
const sizes = [1, 2, 24, 60, 160, 900] as const;
const batchOf = (size: number) => Array.from({ length: size }, (_, row) => signed[row % signed.length]);

describe("a batch of ed25519 signatures", () => {
  it.each(sizes)("of %d that hold is accepted", (size) => {
    expect(verifyTogether(batchOf(size))).toBe(true);
  });

  it.each(sizes)("of %d is refused for any changed bit of any one key, message or signature", (size) => {
    fc.assert(
      fc.property(fc.nat(size - 1), fc.nat(32 + 64 + 9 - 1), fc.nat(7), (row, at, bit) => {
        const batch = batchOf(size);
        const { publicKey, message, signature } = batch[row];
        const all = new Uint8Array([...publicKey, ...signature, ...message]);
        all[at] ^= 1 << bit;
        batch[row] = { publicKey: all.slice(0, 32), signature: all.slice(32, 96), message: all.slice(96) };
        expect(verifyTogether(batch)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("is refused when two errors would cancel out without random factors", () => {
    const [first, second] = [signed[0], signed[1]];
    const move = (signature: Uint8Array, by: bigint) => {
      const changed = signature.slice();
      let s = by;
      for (let index = 63; index >= 32; index--) s += BigInt(signature[index]) << BigInt(8 * (index - 32));
      for (let index = 32; index < 64; index++, s >>= 8n) changed[index] = Number(s & 255n);
      return changed;
    };
    const pair = [
      { ...first, signature: move(first.signature, 1n) },
      { ...second, signature: move(second.signature, -1n) },
    ];
    expect(verifyTogether([...pair, ...batchOf(40).slice(2)])).toBe(false);
  });

  const points = smallOrder.map((hex) => fromHex(hex) ?? new Uint8Array(0));
  const vectorsWith = (s: number) =>
    points.flatMap((publicKey) =>
      points.map((r) => ({
        publicKey,
        message: utf8Of("Zcash"),
        signature: new Uint8Array([...r, s, ...new Uint8Array(31)]),
      })),
    );

  it("answers as ZIP-215 does: all 196 vectors are accepted, alone and together; with s = 1 none is", () => {
    expect(verifyTogether(vectorsWith(0))).toBe(true);
    for (const vector of vectorsWith(0)) expect(verifyTogether([vector])).toBe(true);
    for (const vector of vectorsWith(1)) expect(verifyTogether([vector, ...batchOf(3)])).toBe(false);
  });

  it("is judged as @noble/curves judges, for arbitrary points as key and R", () => {
    const point = fc.uint8Array({ minLength: 32, maxLength: 32 });
    let points = 0;
    fc.assert(
      fc.property(point, point, (publicKey, r) => {
        const signature = new Uint8Array([...r, ...new Uint8Array(32)]);
        const message = utf8Of("m");
        let expected = false;
        try {
          expected = ed25519.verify(signature, message, publicKey, { zip215: true });
          points++;
        } catch {
          expected = false;
        }
        expect(verifyTogether([{ publicKey, message, signature }])).toBe(expected);
      }),
      { numRuns: 100 },
    );
    expect(points).toBeGreaterThan(0);
  });

  it("is refused beyond its limit, with s from the group's order on, and with keys or signatures of other lengths", () => {
    expect(verifyTogether(batchOf(batchSignaturesMax + 1))).toBe(false);
    const [one] = signed;
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    const wrapped = one.signature.slice();
    let s = order;
    for (let index = 32; index < 64; index++) s += BigInt(one.signature[index]) << BigInt(8 * (index - 32));
    for (let index = 32; index < 64; index++, s >>= 8n) wrapped[index] = Number(s & 255n);
    expect(verifyTogether([{ ...one, signature: wrapped }])).toBe(false);
    expect(verifyTogether([{ ...one, signature: one.signature.slice(1) }])).toBe(false);
    expect(verifyTogether([{ ...one, publicKey: one.publicKey.slice(1) }])).toBe(false);
  });

  it("with one forged among many leaves the cache with all the others", async () => {
    const cache = createSignatureCache(1000);
    const batch = batchOf(100);
    const forged = { ...batch[17], message: utf8Of("another") };
    await cache.verifyAhead([...batch, forged]);
    for (const { publicKey, message, signature } of batch)
      expect(cache.verify(publicKey, message, signature)).toBe(true);
    expect(cache.verify(forged.publicKey, forged.message, forged.signature)).toBe(false);
    const other = createSignatureCache(1000);
    other.verifyNow([...batch, forged]);
    expect(other.verify(forged.publicKey, forged.message, forged.signature)).toBe(false);
    expect(other.verify(batch[0].publicKey, batch[0].message, batch[0].signature)).toBe(true);
  });
});
