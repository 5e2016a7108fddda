import { fail, succeed, type Result } from "./result";

/**
 * The canonical binary form: every value has exactly one encoding, and a reader refuses all others, so that equal
 * meaning is equal bytes and a hash of bytes is a hash of meaning.
 *
 * - whole numbers: LEB128, shortest form only, 0 … 2^53 − 1
 * - amounts: LEB128, shortest form only, 0 … 2^63 − 1
 * - byte strings and texts (UTF-8): length, then bytes; fixed-length byte strings: bytes only
 * - records: fields in their order, nothing between them, nothing after the last
 *
 * A reader keeps its first fault and answers zeros from there on, so that decoders read straight through and ask once,
 * at the end, with `finishReading`. It never throws.
 */
export interface ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  /** What was wrong first, undefined so far as all is well. */
  fault: string | undefined;
}

export interface ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Largest amount of the canonical form: what a signed 64-bit integer holds. */
export const amountMax = (1n << 63n) - 1n;

export function createReader(bytes: Uint8Array): ByteReader {
  return { bytes, offset: 0, fault: undefined };
}

function setFault(reader: ByteReader, what: string): void {
  reader.fault ??= `${what} at byte ${reader.offset}`;
}

/** Notes a fault of meaning that the caller found; the first one stands. */
export function refuseReading(reader: ByteReader, what: string): void {
  setFault(reader, what);
}

export function readByte(reader: ByteReader): number {
  if (reader.fault !== undefined) return 0;
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) {
    setFault(reader, "input ends");
    return 0;
  }
  reader.offset++;
  return byte;
}

/** A whole number, 0 … 2^53 − 1. */
export function readWhole(reader: ByteReader): number {
  const first = readByte(reader);
  if (first < 0x80) return first;
  let value = first & 0x7f;
  let scale = 0x80;
  for (let index = 1; index < 8; index++) {
    const byte = readByte(reader);
    if (byte < 0x80) {
      if (byte === 0) setFault(reader, "number is not in its shortest form");
      value += byte * scale;
      if (!Number.isSafeInteger(value)) setFault(reader, "number exceeds 2^53 − 1");
      return reader.fault === undefined ? value : 0;
    }
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
  }
  setFault(reader, "number exceeds 2^53 − 1");
  return 0;
}

/** An amount, 0 … 2^63 − 1. */
export function readAmount(reader: ByteReader): bigint {
  let low = 0;
  let scale = 1;
  for (let index = 0; index < 7; index++) {
    const byte = readByte(reader);
    low += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (byte === 0 && index > 0) setFault(reader, "amount is not in its shortest form");
      return reader.fault === undefined ? BigInt(low) : 0n;
    }
    scale *= 0x80;
  }
  const eighth = readByte(reader);
  let high = eighth & 0x7f;
  let last = eighth;
  if (eighth >= 0x80) {
    last = readByte(reader);
    if (last >= 0x80) setFault(reader, "amount exceeds 2^63 − 1");
    high += (last & 0x7f) * 0x80;
  }
  if (last === 0) setFault(reader, "amount is not in its shortest form");
  return reader.fault === undefined ? BigInt(low) + (BigInt(high) << 49n) : 0n;
}

/** A view of the next `length` bytes. */
export function readFixed(reader: ByteReader, length: number): Uint8Array {
  if (reader.fault === undefined && reader.offset + length > reader.bytes.length) setFault(reader, "input ends");
  if (reader.fault !== undefined) return new Uint8Array(length);
  const start = reader.offset;
  reader.offset += length;
  return reader.bytes.subarray(start, start + length);
}

/** A view of a byte string that carries its length. @param lengthMax longer ones are a fault */
export function readBytes(reader: ByteReader, lengthMax: number): Uint8Array {
  const length = readWhole(reader);
  if (length > lengthMax) setFault(reader, `byte string of ${length}, more than ${lengthMax}`);
  return reader.fault === undefined ? readFixed(reader, length) : new Uint8Array(0);
}

/** UTF-8. @param lengthMax in bytes; longer texts are a fault */
export function readText(reader: ByteReader, lengthMax: number): string {
  const bytes = readBytes(reader, lengthMax);
  if (reader.fault !== undefined) return "";
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // A leading byte-order mark is dropped by the decoder: then the text would have two encodings.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) setFault(reader, "text with a byte-order mark");
    return text;
  } catch {
    setFault(reader, "text is not valid UTF-8");
    return "";
  }
}

/** How many items follow, bounded by `countMax`; 0 after a fault, so that a loop over them ends. */
export function readCount(reader: ByteReader, countMax: number): number {
  const count = readWhole(reader);
  if (count > countMax) setFault(reader, `${count} items, more than ${countMax}`);
  return reader.fault === undefined ? count : 0;
}

/** 0 or 1. */
export function readFlag(reader: ByteReader): boolean {
  const byte = readByte(reader);
  if (byte > 1) setFault(reader, "flag is neither 0 nor 1");
  return byte === 1;
}

/** The value, when all of the input was read without a fault. */
export function finishReading<T>(reader: ByteReader, value: T): Result<T> {
  if (reader.fault === undefined && reader.offset < reader.bytes.length) {
    setFault(reader, `${reader.bytes.length - reader.offset} bytes too many`);
  }
  return reader.fault === undefined ? succeed(value) : fail(reader.fault);
}

export function createWriter(capacity = 256): ByteWriter {
  return { bytes: new Uint8Array(capacity), length: 0 };
}

function reserve(writer: ByteWriter, count: number): void {
  if (writer.length + count <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(writer.bytes.length * 2, writer.length + count));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}

export function writeByte(writer: ByteWriter, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length++] = byte;
}

/** @param value a safe integer ≥ 0: anything else is a defect of the caller, and throws */
export function writeWhole(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`broken invariant: ${value} is no whole number`);
  reserve(writer, 8);
  let rest = value;
  while (rest >= 0x80) {
    writer.bytes[writer.length++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  writer.bytes[writer.length++] = rest;
}

/** @param amount 0 … 2^63 − 1: anything else is a defect of the caller, and throws */
export function writeAmount(writer: ByteWriter, amount: bigint): void {
  if (amount < 0n || amount > amountMax) throw new Error(`broken invariant: ${amount} is no amount`);
  if (amount <= BigInt(Number.MAX_SAFE_INTEGER)) {
    writeWhole(writer, Number(amount));
    return;
  }
  reserve(writer, 9);
  let rest = amount;
  while (rest >= 0x80n) {
    writer.bytes[writer.length++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  writer.bytes[writer.length++] = Number(rest);
}

/** Bytes whose length the form fixes. */
export function writeFixed(writer: ByteWriter, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writeWhole(writer, bytes.length);
  writeFixed(writer, bytes);
}

export function writeText(writer: ByteWriter, text: string): void {
  writeBytes(writer, utf8Of(text));
}

export function writeFlag(writer: ByteWriter, flag: boolean): void {
  writeByte(writer, flag ? 1 : 0);
}

/** The bytes written so far, as a copy of their own. */
export function finishWriting(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  return writer.bytes.slice(0, writer.length);
}

export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Value of each ASCII character as a hexadecimal digit, −1 for those that are none. */
const digitOfCode = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** Lower case, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += hexOfByte[byte];
  return hex;
}

/** @returns undefined when the text is not an even number of hexadecimal digits; both cases are read */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const [high, low] = [text.charCodeAt(index * 2), text.charCodeAt(index * 2 + 1)];
    const byte = high < 128 && low < 128 ? (digitOfCode[high] << 4) | digitOfCode[low] : -1;
    if (byte < 0) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** Order by the first byte that differs, then by length. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = a[index] - b[index];
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
