import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readBytes,
  readCount,
  readWhole,
  writeBytes,
  writeWhole,
} from "../../common/canonical";
import { fail, type Result } from "../../common/result";
import type { StatePath } from "../machine/tree/path";
import type { Block } from "../wire/block";
import {
  readBlockId,
  readCommit,
  readHeader,
  readValidators,
  writeBlockId,
  writeCommit,
  writeHeader,
  writeValidators,
} from "../wire/canonical-form";
import type { Commit } from "../wire/commit";
import type { BlockId } from "../wire/header";
import type { CommittedResult } from "../wire/results";
import type { Validator } from "../wire/validators";

/** A block with its id and the part of its results that the next header commits to. */
export interface StoredBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly results: readonly CommittedResult[];
}

/** What is written, all or nothing, when a block is committed. */
export interface StoredCommit {
  readonly stored: StoredBlock;
  /** Of this block, until the next block carries its own. */
  readonly seenCommit: Commit;
  /** Root of the state behind this block. */
  readonly appHash: Uint8Array;
  readonly changes: ReadonlyMap<StatePath, Uint8Array | null>;
}

export interface StoredTip {
  readonly height: number;
  readonly seenCommit: Commit;
  readonly appHash: Uint8Array;
}

/** What a chain cannot change without being another one. */
export interface StoredBeginning {
  readonly genesisHash: Uint8Array;
  /** The set that signs every block. */
  readonly validators: readonly Validator[];
}

/** Where blocks and the leaves of the last state lie. */
export interface BlockStore {
  /** What was written first; null in a new store. */
  beginning(): StoredBeginning | null;
  /** Writes the beginning, and the state before the first block. */
  begin(beginning: StoredBeginning, changes: ReadonlyMap<StatePath, Uint8Array | null>): void;
  /** Null before the first block. */
  tip(): StoredTip | null;
  blockAt(height: number): StoredBlock | undefined;
  /** One transaction: after a crash either all of it is there, or nothing. */
  commit(commit: StoredCommit): void;
  /** All leaves of the last state, ascending by path. */
  leaves(): Iterable<readonly [StatePath, Uint8Array]>;
  /** Copies the store as it is, between two blocks, into a folder that does not exist yet. */
  copyTo(directory: string): Promise<Result<void>>;
  close(): Promise<void>;
}

const blockTransactionsMax = 1_000_000;
const blockBytesMax = 22_020_096;

export function encodeStoredBlock({ block, blockId, results }: StoredBlock): Uint8Array<ArrayBuffer> {
  const writer = createWriter(1024);
  writeHeader(writer, block.header);
  writeBlockId(writer, blockId);
  writeCommit(writer, block.lastCommit);
  writeWhole(writer, block.transactions.length);
  for (const transaction of block.transactions) writeBytes(writer, transaction);
  for (const result of results) {
    writeWhole(writer, result.code);
    writeBytes(writer, result.data);
    writeWhole(writer, result.gasWanted);
    writeWhole(writer, result.gasUsed);
  }
  return finishWriting(writer);
}

export function decodeStoredBlock(bytes: Uint8Array): Result<StoredBlock> {
  const reader = createReader(bytes);
  const header = readHeader(reader);
  const blockId = readBlockId(reader);
  const lastCommit = readCommit(reader);
  const count = readCount(reader, blockTransactionsMax);
  const transactions: Uint8Array[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    transactions.push(readBytes(reader, blockBytesMax));
  }
  const results: CommittedResult[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    const [code, data] = [readWhole(reader), readBytes(reader, blockBytesMax)];
    results.push({ code, data, gasWanted: readWhole(reader), gasUsed: readWhole(reader) });
  }
  return finishReading(reader, { block: { header, transactions, evidence: [], lastCommit }, blockId, results });
}

export function encodeTip({ height, seenCommit, appHash }: StoredTip): Uint8Array<ArrayBuffer> {
  const writer = createWriter(256);
  writeWhole(writer, height);
  writeCommit(writer, seenCommit);
  writeBytes(writer, appHash);
  return finishWriting(writer);
}

export function decodeTip(bytes: Uint8Array): Result<StoredTip> {
  const reader = createReader(bytes);
  return finishReading(reader, {
    height: readWhole(reader),
    seenCommit: readCommit(reader),
    appHash: readBytes(reader, 32),
  });
}

export function encodeBeginning({ genesisHash, validators }: StoredBeginning): Uint8Array<ArrayBuffer> {
  const writer = createWriter(128);
  writeBytes(writer, genesisHash);
  writeValidators(writer, validators);
  return finishWriting(writer);
}

export function decodeBeginning(bytes: Uint8Array): Result<StoredBeginning> {
  const reader = createReader(bytes);
  return finishReading(reader, { genesisHash: readBytes(reader, 32), validators: readValidators(reader) });
}

/** Blocks in memory, for forks, tests and sessions that are not kept. Leaves are not: nobody reopens it. */
export function createMemoryStore(): BlockStore {
  const blocks = new Map<number, StoredBlock>();
  let tip: StoredTip | null = null;
  let beginning: StoredBeginning | null = null;
  return {
    beginning: () => beginning,
    begin: (written) => {
      beginning = written;
    },
    tip: () => tip,
    blockAt: (height) => blocks.get(height),
    commit: ({ stored, seenCommit, appHash }) => {
      const { height } = stored.block.header;
      blocks.set(height, stored);
      tip = { height, seenCommit, appHash };
    },
    leaves: () => [],
    copyTo: (directory) => Promise.resolve(fail("a chain in memory has no copy", directory)),
    close: () => Promise.resolve(),
  };
}
