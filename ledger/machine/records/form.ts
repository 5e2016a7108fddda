import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  fromHex,
  readByte,
  readFixed,
  refuseReading,
  toHex,
  writeByte,
  writeFixed,
} from "../../../common/canonical";
import type { ByteReader, ByteWriter } from "../../../common/canonical";
import { assert, type Result } from "../../../common/result";
import { identifierLength } from "../state-paths";

/** Records are written here first; none is written while another one is. */
const scratch = createWriter(4096);
const slabBytes = 1 << 16;
let slab = new Uint8Array(slabBytes);
let slabUsed = 0;

/**
 * The bytes of a record, as a view into a slab that others share: a buffer of their own for each of a hundred thousand
 * records a block would keep the garbage collector busier than the rules do. Views live until the tree has its copy.
 */
export function encodeRecord(form: number, write: (writer: ByteWriter) => void): Uint8Array {
  scratch.length = 0;
  writeByte(scratch, form);
  write(scratch);
  const { bytes, length } = scratch;
  if (length > slabBytes / 4) return finishWriting(scratch);
  if (slabUsed + length > slabBytes) {
    slab = new Uint8Array(slabBytes);
    slabUsed = 0;
  }
  const record = slab.subarray(slabUsed, slabUsed + length);
  record.set(bytes.subarray(0, length));
  slabUsed += length;
  return record;
}

/**
 * Reads what `encodeRecord` wrote, to its last byte. Every record begins with the version of its form, so that later forms
 * can lie beside earlier ones.
 */
export function decodeRecord<T>(bytes: Uint8Array, form: number, read: (reader: ByteReader) => T): Result<T> {
  const reader = createReader(bytes);
  const found = readByte(reader);
  if (found !== form) refuseReading(reader, `record of form ${found}; this program reads form ${form}`);
  return finishReading(reader, read(reader));
}

/** Hexadecimal text as its bytes, of a length that the form fixes. */
export function writeHex(writer: ByteWriter, hex: string, length: number): void {
  const bytes = fromHex(hex);
  assert(bytes?.length === length, `${hex} is not ${length} bytes in hexadecimal`);
  writeFixed(writer, bytes);
}

export function readHex(reader: ByteReader, length: number): string {
  return toHex(readFixed(reader, length));
}

export const writeIdentifier = (writer: ByteWriter, identifier: string): void =>
  writeHex(writer, identifier, identifierLength);

export const readIdentifier = (reader: ByteReader): string => readHex(reader, identifierLength);

/** One of a list of names, as the index of its place. Names are only ever added at the end. */
export function writeName<Name extends string>(writer: ByteWriter, names: readonly Name[], name: Name): void {
  const index = names.indexOf(name);
  assert(index >= 0, `${name} is one of ${names.join(", ")}`);
  writeByte(writer, index);
}

export function readName<Name extends string>(reader: ByteReader, names: readonly [Name, ...Name[]]): Name {
  const index = readByte(reader);
  if (index >= names.length) refuseReading(reader, `${index} stands for none of ${names.join(", ")}`);
  return names[index] ?? names[0];
}
