import { describe, expect, it } from "vitest";
import { fc } from "../test/support/properties";
import {
  amountMax,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  fromHex,
  readAmount,
  readBytes,
  readFlag,
  readText,
  readWhole,
  toHex,
  writeAmount,
  writeBytes,
  writeFlag,
  writeText,
  writeWhole,
} from "./canonical";

const bytesOf = (...bytes: number[]) => new Uint8Array(bytes);

describe("whole numbers and amounts", () => {
  // LEB128 of the DWARF 5 standard, figure 22 (7.6), and the ends of both ranges.
  it.each([
    [2, [0x02]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [129, [0x81, 0x01]],
    [12857, [0xb9, 0x64]],
    [624485, [0xe5, 0x8e, 0x26]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("%d has its LEB128 bytes", (value, bytes) => {
    const writer = createWriter(1);
    writeWhole(writer, value);
    expect([...finishWriting(writer)]).toEqual(bytes);
    expect(readWhole(createReader(bytesOf(...bytes)))).toBe(value);
    expect(readAmount(createReader(bytesOf(...bytes)))).toBe(BigInt(value));
  });

  it("an amount reaches 2^63 − 1 and no further", () => {
    const writer = createWriter();
    writeAmount(writer, amountMax);
    const bytes = finishWriting(writer);
    expect(toHex(bytes)).toBe("ffffffffffffffff7f");
    expect(readAmount(createReader(bytes))).toBe(amountMax);
    const above = createReader(bytesOf(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01));
    readAmount(above);
    expect(above.fault).toMatch(/exceeds/);
    expect(() => writeAmount(createWriter(), amountMax + 1n)).toThrow();
    expect(() => writeAmount(createWriter(), -1n)).toThrow();
    expect(() => writeWhole(createWriter(), 1.5)).toThrow();
  });

  it.each([
    [0x80, 0x00],
    [0xff, 0x00],
    [0x80, 0x80, 0x00],
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  ])("a longer form than the shortest is refused: %s", (...bytes) => {
    const whole = createReader(bytesOf(...bytes));
    readWhole(whole);
    expect(whole.fault).toBeDefined();
    const amount = createReader(bytesOf(...bytes));
    readAmount(amount);
    expect(amount.fault).toBeDefined();
  });

  it("every number survives, and every accepted encoding is the one that is written", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt(0n, amountMax), (whole, amount) => {
        const writer = createWriter(1);
        writeWhole(writer, whole);
        writeAmount(writer, amount);
        const reader = createReader(finishWriting(writer));
        expect(readWhole(reader)).toBe(whole);
        expect(readAmount(reader)).toBe(amount);
        expect(finishReading(reader, true).ok).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 10 }), (bytes) => {
        const reader = createReader(bytes);
        const amount = readAmount(reader);
        if (!finishReading(reader, amount).ok) return;
        const writer = createWriter();
        writeAmount(writer, amount);
        expect(finishWriting(writer)).toEqual(bytes);
      }),
    );
  });
});

describe("the rest of the form", () => {
  it("texts, byte strings and flags survive", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.uint8Array(), fc.boolean(), (text, bytes, flag) => {
        fc.pre(!text.startsWith("\ufeff"));
        const writer = createWriter(1);
        writeText(writer, text);
        writeBytes(writer, bytes);
        writeFlag(writer, flag);
        const reader = createReader(finishWriting(writer));
        expect(readText(reader, 1000)).toBe(text);
        expect(readBytes(reader, 1000)).toEqual(bytes);
        expect(readFlag(reader)).toBe(flag);
        expect(finishReading(reader, true).ok).toBe(true);
      }),
    );
  });

  it.each([
    ["a cut number", [0x80], readWhole],
    ["a byte string longer than the input", [0x05, 1, 2], (r: ReturnType<typeof createReader>) => readBytes(r, 100)],
    ["a byte string above its limit", [0x03, 1, 2, 3], (r: ReturnType<typeof createReader>) => readBytes(r, 2)],
    ["text that is no UTF-8", [0x02, 0xc0, 0x80], (r: ReturnType<typeof createReader>) => readText(r, 100)],
    ["a surrogate in UTF-8", [0x03, 0xed, 0xa0, 0x80], (r: ReturnType<typeof createReader>) => readText(r, 100)],
    ["a byte-order mark", [0x03, 0xef, 0xbb, 0xbf], (r: ReturnType<typeof createReader>) => readText(r, 100)],
    ["a flag of 2", [0x02], readFlag],
    ["a trailing byte", [0x01, 0x00], readFlag],
  ])("%s is refused and does not throw", (_what, bytes, read) => {
    const reader = createReader(bytesOf(...bytes));
    const outcome = finishReading(reader, read(reader));
    expect(outcome.ok).toBe(false);
  });

  it("hexadecimal text is read in both cases and refused when it is none", () => {
    expect(toHex(bytesOf(0, 1, 0xab, 0xff))).toBe("0001abff");
    expect(fromHex("0001ABff")).toEqual(bytesOf(0, 1, 0xab, 0xff));
    expect(fromHex("abc")).toBeUndefined();
    expect(fromHex("0g")).toBeUndefined();
  });
});
