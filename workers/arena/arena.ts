import { assert, fail, succeed, type Result } from "../../common/result";
import { instantiateKernel, type Kernel } from "../kernel/kernel";
import { directoryAt, headerAt, headerNames, headerOffsets, layOut, sectionNames, type Layout } from "./layout";
import {
  headerFields,
  isRouted,
  none,
  sections,
  type ArenaCounts,
  type HeaderField,
  type SectionName,
} from "./sections";

interface ColumnOf {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  f32: Float32Array;
  f64: Float64Array;
  /** Records of 32 bytes, as bytes. */
  vehicle: Uint8Array;
}

export type ArenaColumns = { readonly [Name in SectionName]: ColumnOf[(typeof sections)[Name]["type"]] };
type CountName = Exclude<keyof ArenaCounts, "routed">;
export type ArenaHeader = Record<HeaderField, number>;

/**
 * The whole state of one city at one tick, in one shared WebAssembly memory: what a thread owns, forks, saves and hashes.
 * Views and kernel belong to the thread that opened it; the memory may be opened by others that only read.
 */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  readonly counts: ArenaCounts;
  readonly layout: Layout;
  readonly header: ArenaHeader;
  readonly columns: ArenaColumns;
  readonly kernel: Kernel;
}

/** What another thread needs to open the same arena. */
export interface ArenaHandle {
  readonly memory: WebAssembly.Memory;
  readonly counts: ArenaCounts;
}

const pageBytes = 65536;
/** Of the operating system; larger ones are multiples of it. */
const systemPageBytes = 4096;
const mebibyte = 1 << 20;
const pausedAfterBytes = 2 * mebibyte;
/** 2 GiB, as the kernel's memory is declared. */
const maximumPages = 32768;

/** An arena of zeros but for its counts. @returns a failure when it would not fit into 2 GiB */
export function createArena(counts: ArenaCounts): Result<Arena> {
  const layout = layOut(counts);
  const pages = Math.ceil(layout.end / pageBytes);
  if (pages > maximumPages) {
    return fail(`the city needs ${Math.ceil(layout.end / mebibyte)} MiB; an arena holds at most 2048 MiB`);
  }
  const memory = new WebAssembly.Memory({ initial: pages, maximum: maximumPages, shared: true });
  const directory = new Uint32Array(memory.buffer, directoryAt, sectionNames.length);
  sectionNames.forEach((name, row) => (directory[row] = layout.at[name]));
  const arena = openArena({ memory, counts });
  for (const name of headerNames) if (name in counts) arena.header[name] = counts[name as CountName];
  clearScratch(arena);
  return succeed(arena);
}

/** Views of an arena that exists, with a kernel of this thread's own. */
export function openArena({ memory, counts }: ArenaHandle): Arena {
  const layout = layOut(counts);
  const addresses = sectionNames.map((name) => layout.at[name]);
  const kernel = instantiateKernel(memory, { addresses, isRouted: isRouted(counts) });
  return { memory, counts, layout, header: viewHeader(memory), columns: viewColumns(memory, layout), kernel };
}

/**
 * A copy that goes its own way from here. @param room of `makeRoom`, or an arena's that nobody uses any more; of another
 * size, or left out, the copy gets new memory, whose pages the system gives one by one: three times as long
 * @returns the handle; the thread that will own it opens it
 */
export function forkArena(arena: Arena, room?: WebAssembly.Memory): ArenaHandle {
  const { memory, counts } = arena;
  const copy = room?.buffer.byteLength === memory.buffer.byteLength ? room : memoryLike(arena);
  for (const { at, length } of savedRanges(arena, arena.header.treeCount))
    new Uint8Array(copy.buffer, at, length).set(new Uint8Array(memory.buffer, at, length));
  clearScratch(openArena({ memory: copy, counts }));
  return { memory: copy, counts };
}

/**
 * Memory for a fork to come, each of its pages written once, so that the city that is forked does not wait for them. It
 * yields after some milliseconds of work, for the thread to do others.
 */
export function* makeRoom(arena: Arena): Generator<void, WebAssembly.Memory, void> {
  const room = memoryLike(arena);
  for (const { at, length } of savedRanges(arena, arena.header.treeCount)) {
    const bytes = new Uint8Array(room.buffer, at, length);
    for (let byte = 0; byte < length; byte += systemPageBytes) {
      bytes[byte] = 0;
      if (byte % pausedAfterBytes === 0) yield;
    }
  }
  return room;
}

const memoryLike = ({ memory }: Arena): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: memory.buffer.byteLength / pageBytes, maximum: maximumPages, shared: true });

/** XXH64 of everything that decides what happens next, 16 hexadecimal digits. */
export function hashArena(arena: Arena): string {
  assert(arena.header.eventCount === 0, "events are taken before the state is hashed");
  let digest = 0n;
  for (const { at, length } of rangesUpTo(arena, arena.header.treeCount, arena.layout.stateEnd))
    digest = arena.kernel.digest(at, length, digest);
  return BigInt.asUintN(64, digest).toString(16).padStart(16, "0");
}

/** The bytes to save: a copy. */
export function saveArena(arena: Arena): Uint8Array<ArrayBuffer> {
  assert(arena.header.eventCount === 0, "events are taken before the state is saved");
  const ranges = savedRanges(arena, arena.header.treeCount);
  const bytes = new Uint8Array(ranges.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const { at, length } of ranges) {
    bytes.set(new Uint8Array(arena.memory.buffer, at, length), to);
    to += length;
  }
  return bytes;
}

/** Where each part of a snapshot lies: trees last, which grow, so that pages before them keep their places. */
function snapshotRanges({ counts, layout }: Pick<Arena, "counts" | "layout">, treeCount: number): readonly ByteRange[] {
  const after = layout.at.tree + layout.length.tree;
  return [
    { at: headerAt, length: layout.at.tree - headerAt },
    { at: after, length: layout.savedEnd - after },
    { at: layout.at.tree, length: 4 * Math.ceil((treeCount * counts.edges) / 4) },
  ];
}

/** Bytes of a snapshot, a multiple of 4. */
export function snapshotLength(arena: Arena): number {
  return snapshotRanges(arena, arena.header.treeCount).reduce((sum, { length }) => sum + length, 0);
}

/** The same once every tree is built that there is room for: a buffer of so much is never too small. */
export function snapshotLengthMost(arena: Pick<Arena, "counts" | "layout">): number {
  return snapshotRanges(arena, arena.counts.treeCapacity).reduce((sum, { length }) => sum + length, 0);
}

/** Copies what is saved, trees last. @param into at least `snapshotLength` bytes */
export function takeSnapshot(arena: Arena, into: Uint8Array): void {
  assert(arena.header.eventCount === 0, "events are taken before the state is kept");
  let to = 0;
  for (const { at, length } of snapshotRanges(arena, arena.header.treeCount)) {
    into.set(new Uint8Array(arena.memory.buffer, at, length), to);
    to += length;
  }
}

/** Goes on from a snapshot of an arena with the same counts. */
export function adoptSnapshot(arena: Arena, snapshot: Uint8Array): void {
  const ranges = snapshotRanges(arena, savedTreeCount(snapshot));
  const expected = ranges.reduce((sum, { length }) => sum + length, 0);
  assert(snapshot.byteLength === expected, "a snapshot is of this arena's layout");
  let from = 0;
  for (const { at, length } of ranges) {
    new Uint8Array(arena.memory.buffer, at, length).set(snapshot.subarray(from, from + length));
    from += length;
  }
  clearScratch(arena);
}

/** An arena from saved bytes. @param counts as they were when it was saved */
export function loadArena(counts: ArenaCounts, bytes: Uint8Array): Result<Arena> {
  const created = createArena(counts);
  if (!created.ok) return created;
  const arena = created.value;
  const directory = new Uint32Array(arena.memory.buffer, directoryAt, sectionNames.length).slice();
  const treeCount = savedTreeCount(bytes);
  const ranges = savedRanges(arena, treeCount);
  const expected = ranges.reduce((sum, { length }) => sum + length, 0);
  if (treeCount > counts.treeCapacity || bytes.length !== expected) {
    return fail(`saved state of ${bytes.length} bytes where ${expected} are expected`);
  }
  let from = 0;
  for (const { at, length } of ranges) {
    new Uint8Array(arena.memory.buffer, at, length).set(bytes.subarray(from, from + length));
    from += length;
  }
  const loaded = new Uint32Array(arena.memory.buffer, directoryAt, sectionNames.length);
  if (directory.some((address, row) => loaded[row] !== address)) {
    return fail("saved by a version of this program with another layout of the state");
  }
  return succeed(arena);
}

function savedTreeCount(bytes: Uint8Array): number {
  if (bytes.length < directoryAt - headerAt) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(headerOffsets.treeCount, true);
}

interface ByteRange {
  readonly at: number;
  readonly length: number;
}

const savedRanges = (arena: Pick<Arena, "counts" | "layout">, treeCount: number): readonly ByteRange[] =>
  rangesUpTo(arena, treeCount, arena.layout.savedEnd);

/** From the header on, without the room for trees that are not built: most of a large city's arena. */
function rangesUpTo(
  { counts, layout }: Pick<Arena, "counts" | "layout">,
  treeCount: number,
  end: number,
): readonly ByteRange[] {
  const treesEnd = layout.at.tree + treeCount * counts.edges;
  const after = layout.at.tree + layout.length.tree;
  return [
    { at: headerAt, length: treesEnd - headerAt },
    { at: after, length: end - after },
  ];
}

function clearScratch(arena: Arena): void {
  arena.columns.laneFirstEntrant.fill(none);
}

function viewHeader(memory: WebAssembly.Memory): ArenaHeader {
  const view = new DataView(memory.buffer, headerAt, directoryAt - headerAt);
  const header = {} as ArenaHeader;
  for (const name of headerNames) {
    const at = headerOffsets[name];
    const type = headerFields[name];
    Object.defineProperty(header, name, {
      enumerable: true,
      get: () =>
        type === "f64"
          ? view.getFloat64(at, true)
          : type === "f32"
            ? view.getFloat32(at, true)
            : view.getUint32(at, true),
      set: (value: number) => {
        if (type === "f64") view.setFloat64(at, value, true);
        else if (type === "f32") view.setFloat32(at, value, true);
        else view.setUint32(at, value, true);
      },
    });
  }
  return header;
}

function viewColumns(memory: WebAssembly.Memory, layout: Layout): ArenaColumns {
  const columns: Partial<Record<SectionName, unknown>> = {};
  for (const name of sectionNames) {
    const at = layout.at[name];
    const length = layout.length[name];
    columns[name] = viewColumn(memory.buffer, name, at, length);
  }
  return columns as unknown as ArenaColumns;
}

function viewColumn(
  buffer: SharedArrayBuffer,
  name: SectionName,
  at: number,
  length: number,
): ColumnOf[keyof ColumnOf] {
  switch (sections[name].type) {
    case "u8":
      return new Uint8Array(buffer, at, length);
    case "u16":
      return new Uint16Array(buffer, at, length);
    case "u32":
      return new Uint32Array(buffer, at, length);
    case "i32":
      return new Int32Array(buffer, at, length);
    case "f32":
      return new Float32Array(buffer, at, length);
    case "f64":
      return new Float64Array(buffer, at, length);
    case "vehicle":
      return new Uint8Array(buffer, at, length * 32);
  }
}
