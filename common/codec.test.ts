import { describe, expect, test } from "vitest";
import { fc } from "../test/support/properties";
import { packColumns, unpackColumns } from "./columns";
import { decodeMessage, encodeMessage } from "./wire";

describe("column files", () => {
  const packed = () =>
    packColumns(
      { name: "né" },
      { ids: Uint32Array.of(1, 2, 3), xs: Float64Array.of(0.5), flags: Uint8Array.of(9, 8, 7, 6, 5) },
    );

  test("give back what was packed", () => {
    const unpacked = unpackColumns(packed());
    expect(unpacked.ok && unpacked.value.meta).toEqual({ name: "né" });
    expect(unpacked.ok && unpacked.value.columns).toMatchObject({
      ids: Uint32Array.of(1, 2, 3),
      xs: Float64Array.of(0.5),
      flags: Uint8Array.of(9, 8, 7, 6, 5),
    });
  });

  test("are read at any offset of a larger buffer", () => {
    const bytes = packed();
    for (let shift = 0; shift < 9; shift++) {
      const larger = new Uint8Array(bytes.length + 16);
      larger.set(bytes, shift);
      const unpacked = unpackColumns(larger.subarray(shift, shift + bytes.length));
      expect(unpacked.ok && [...(unpacked.value.columns["xs"] ?? [])]).toEqual([0.5]);
    }
  });

  test("that are cut short or changed are refused or read, never thrown", () => {
    const bytes = packed();
    for (let length = 0; length < bytes.length; length++) {
      // Only padding after the last column may be missing.
      if (length < bytes.length - 3) expect(unpackColumns(bytes.subarray(0, length)).ok).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = packed();
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(typeof unpackColumns(changed).ok).toBe("boolean");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("messages as bytes", () => {
  test("give back any JSON value with one binary field in it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 64 }), (value, bytes) => {
        const message = { kind: "reply", value, nested: [{ bytes }] };
        const decoded = decodeMessage(encodeMessage(message));
        expect(decoded.ok).toBe(true);
        const { nested, ...rest } = (decoded as { value: typeof message }).value;
        expect(rest).toEqual(JSON.parse(JSON.stringify({ kind: "reply", value })));
        expect([...(nested[0]?.bytes ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  test("take the bytes of a Buffer as they are", () => {
    const decoded = decodeMessage(encodeMessage({ bytes: Buffer.from([1, 2, 3]) }));
    expect(decoded.ok && [...(decoded.value as { bytes: Uint8Array }).bytes]).toEqual([1, 2, 3]);
  });

  test("that are none are refused", () => {
    for (const bytes of [[], [1, 2], [255, 255, 255, 255, 1], [2, 0, 0, 0, 123, 33]]) {
      expect(decodeMessage(Uint8Array.from(bytes)).ok).toBe(false);
    }
  });
});
