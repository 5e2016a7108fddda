import { fail, succeed, type Result } from "./result";

/**
 * The binary form of tables that cross processes and files: named typed arrays beside one JSON document.
 *
 * Layout, little-endian: magic "PNDC", u32 version, u32 byte length of the JSON index, the index (UTF-8), padding to 8,
 * then each column at its 8-aligned offset from the start of the data. The index is `{ meta, columns: [{name, type, offset, length}] }`.
 */
export type Column = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array;
export type Columns = Readonly<Record<string, Column>>;

const magic = 0x43444e50;
const version = 1;

const columnTypes = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  i16: Int16Array,
  u8: Uint8Array,
} as const;
type ColumnType = keyof typeof columnTypes;

interface IndexEntry {
  readonly name: string;
  readonly type: ColumnType;
  /** Bytes from the start of the data, a multiple of 8. */
  readonly offset: number;
  /** Elements, not bytes. */
  readonly length: number;
}

function typeOfColumn(column: Column): ColumnType {
  for (const type of Object.keys(columnTypes) as ColumnType[]) {
    if (column instanceof columnTypes[type]) return type;
  }
  throw new Error("broken invariant: a column is one of the seven array types");
}

const align8 = (offset: number) => Math.ceil(offset / 8) * 8;

/** Packs columns and a JSON-serialisable document into one buffer that owns its bytes. */
export function packColumns(meta: unknown, columns: Columns): Uint8Array<ArrayBuffer> {
  const pieces = columnPieces(meta, columns);
  const packed = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const piece of pieces) {
    packed.set(piece, to);
    to += piece.length;
  }
  return packed;
}

/** The bytes of `packColumns` one after the other, without a buffer for them all: columns are views, not copies. */
export function columnPieces(meta: unknown, columns: Columns): readonly Uint8Array[] {
  const index: IndexEntry[] = [];
  const data: Uint8Array[] = [];
  let dataLength = 0;
  for (const [name, column] of Object.entries(columns)) {
    index.push({ name, type: typeOfColumn(column), offset: dataLength, length: column.length });
    const padding = new Uint8Array(align8(column.byteLength) - column.byteLength);
    data.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), padding);
    dataLength += column.byteLength + padding.length;
  }
  const indexBytes = new TextEncoder().encode(JSON.stringify({ meta, columns: index }));
  const head = new Uint8Array(align8(12 + indexBytes.length));
  const view = new DataView(head.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, indexBytes.length, true);
  head.set(indexBytes, 12);
  return [head, ...data];
}

export interface UnpackedColumns {
  readonly meta: unknown;
  readonly columns: Record<string, Column>;
}

/**
 * Reads what `packColumns` wrote. Columns are views into `bytes` where its alignment allows, else copies.
 * @returns a failure that names what is wrong when the bytes are cut short or are something else
 */
export function unpackColumns(bytes: Uint8Array): Result<UnpackedColumns> {
  if (bytes.length < 12) return fail(`${bytes.length} bytes are too few for a column file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) return fail("not a column file (wrong first bytes)");
  if (view.getUint32(4, true) !== version) {
    return fail(`column file of version ${view.getUint32(4, true)}; this program reads version ${version}`);
  }
  const indexLength = view.getUint32(8, true);
  const dataStart = align8(12 + indexLength);
  if (dataStart > bytes.length) return fail("column file ends inside its index");
  let index: { meta: unknown; columns: IndexEntry[] };
  try {
    // Each entry is checked below before it is used.
    index = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(12, 12 + indexLength)),
    ) as typeof index;
  } catch {
    return fail("the index of the column file is not valid JSON");
  }
  if (!Array.isArray(index?.columns)) return fail("the index of the column file lists no columns");
  const columns = Object.create(null) as Record<string, Column>;
  let end = dataStart;
  for (const entry of index.columns) {
    const arrayType = columnTypes[entry.type];
    if (arrayType === undefined) return fail(`unknown column type ${JSON.stringify(entry.type)}`, entry.name);
    const byteLength = entry.length * arrayType.BYTES_PER_ELEMENT;
    if (!isCount(entry.length) || !isCount(entry.offset) || dataStart + entry.offset + byteLength > bytes.length) {
      return fail("column file ends inside a column", entry.name);
    }
    end = Math.max(end, dataStart + entry.offset + byteLength);
    const start = bytes.byteOffset + dataStart + entry.offset;
    columns[entry.name] =
      start % arrayType.BYTES_PER_ELEMENT === 0
        ? new arrayType(bytes.buffer as ArrayBuffer, start, entry.length)
        : new arrayType(bytes.slice(dataStart + entry.offset, dataStart + entry.offset + byteLength).buffer);
  }
  if (bytes.length > align8(end)) return fail("column file goes on after its last column");
  return succeed({ meta: index.meta, columns });
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
