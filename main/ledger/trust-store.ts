import { open, type Database, type RootDatabase } from "lmdb";
import { createReader, createWriter, finishReading, finishWriting } from "../../common/canonical";
import { assert, fail, succeed, type Result } from "../../common/result";
import { copyEnvironment } from "../../ledger/solo/lmdb-environment";
import { checkStoreFile } from "../../ledger/solo/store-file";
import {
  decodeLightBlock,
  encodeLightBlock,
  readLightBlock,
  writeLightBlock,
  type LightBlock,
} from "../../ledger/wire/light-block";
import type { Fork } from "./divergence";

/** Since when, and by whose word, the trust root is believed. */
export interface Anchor {
  /** Wall time, ms since 1970. */
  readonly atMs: number;
  /** Public key of the operator who chose it, hexadecimal; null: what the chain, or the launch, began with. */
  readonly by: string | null;
}

/** What a light client remembers: its trust root, the last headers it verified, and why it halted, if it did. */
export interface TrustStore {
  /** The first header that was believed; kept until the operator chooses another one. */
  root(): LightBlock | null;
  /** null while there is no root, and for a root of before this was noted. */
  anchor(): Anchor | null;
  /** Forgets all that was believed and why it halted: from here on everything is believed from this block. */
  restart(block: LightBlock, anchor: Anchor): void;
  /** The highest header that was verified. */
  last(): LightBlock | null;
  at(height: number): LightBlock | undefined;
  /** Of the headers that are kept, the root's left out where it is no longer among them; ascending. */
  heights(): readonly number[];
  /** Keeps a verified block; the oldest beyond `trustedBlocksMax` go, the root stays. */
  keep(block: LightBlock): void;
  haltReason(): string | null;
  /** The two chains that it halted for; null: it has not, or halted before they were kept. */
  fork(): Fork | null;
  /** For good: a client that saw a fork does not believe again by itself. On disk when this returns. */
  halt(reason: string, fork: Fork): void;
  /** Copies the store into a folder that does not exist yet. */
  copyTo(directory: string): Promise<Result<void>>;
  close(): Promise<void>;
}

/** Headers kept besides the root. */
export const trustedBlocksMax = 1_000;

export function createMemoryTrustStore(): TrustStore {
  const blocks = new Map<number, LightBlock>();
  let root: LightBlock | null = null;
  let last: LightBlock | null = null;
  let reason: string | null = null;
  let fork: Fork | null = null;
  let anchor: Anchor | null = null;
  return {
    root: () => root,
    anchor: () => anchor,
    restart: (block, chosen) => {
      blocks.clear();
      blocks.set(block.header.height, block);
      [root, last, reason, fork, anchor] = [block, block, null, null, chosen];
    },
    last: () => last,
    at: (height) => (root?.header.height === height ? root : blocks.get(height)),
    heights: () => [...blocks.keys()].sort((a, b) => a - b),
    keep: (block) => {
      anchor ??= root === null ? beginning() : null;
      root ??= block;
      if (last === null || block.header.height > last.header.height) last = block;
      blocks.set(block.header.height, block);
      for (const height of blocks.keys()) {
        if (blocks.size <= trustedBlocksMax) break;
        blocks.delete(height);
      }
    },
    haltReason: () => reason,
    fork: () => fork,
    halt: (why, found) => {
      if (reason === null) [reason, fork] = [why, found];
    },
    copyTo: (directory) => Promise.resolve(fail("a trust store in memory has no copy", directory)),
    close: () => Promise.resolve(),
  };
}

const beginning = (): Anchor => ({ atMs: Date.now(), by: null });

const storeForm = "pendulaire-trust-1";

/**
 * A trust store in a folder. What was written is on disk when a call returns. Fails on a store that is cut off, unreadable or
 * another program's: it says what to do.
 */
export function openTrustStore(directory: string): Result<TrustStore> {
  const unusable = (reason: string) =>
    fail(
      `the trust store cannot be used: ${reason}. Move this folder away: the chain is then believed from its first header, or from the one that is named`,
      directory,
    );
  const checked = checkStoreFile(directory);
  if (!checked.ok) return unusable(checked.error.message);
  let environment: RootDatabase;
  try {
    // Without overlapping, a transaction returns only after its fsync.
    const options = { overlappingSync: false, maxDbs: 2, encoding: "binary", keyEncoding: "binary" } as const;
    environment = open({ path: directory, ...options });
  } catch (error) {
    return unusable(String(error));
  }
  const read = readStore(environment);
  if (read.ok) return succeed(createStore(environment, read.value));
  void environment.close();
  return unusable(read.error.message);
}

interface Tables {
  readonly meta: Database<Uint8Array, string>;
  readonly blocks: Database<Uint8Array, number>;
}

interface Remembered extends Tables {
  readonly root: LightBlock | null;
  readonly last: LightBlock | null;
  readonly reason: string | null;
  readonly fork: Fork | null;
  readonly anchor: Anchor | null;
}

/** Each block is read once, so that later none can be unreadable. */
function readStore(environment: RootDatabase): Result<Remembered> {
  const meta: Tables["meta"] = environment.openDB({ name: "meta", encoding: "binary" });
  const blocks: Tables["blocks"] = environment.openDB({ name: "blocks", encoding: "binary" });
  const form = meta.get("form");
  if (form === undefined) meta.putSync("form", Buffer.from(storeForm));
  else if (Buffer.from(form).toString() !== storeForm) return fail("it is not one of this program");
  let last: LightBlock | null = null;
  for (const { key, value } of blocks.getRange({})) {
    const block = decodeLightBlock(new Uint8Array(value));
    if (!block.ok) return fail(`its header of height ${key}: ${block.error.message}`);
    last = block.value;
  }
  const [rootBytes, forkBytes, haltBytes] = [meta.get("root"), meta.get("fork"), meta.get("halted")];
  const root = rootBytes === undefined ? succeed(null) : decodeLightBlock(new Uint8Array(rootBytes));
  if (!root.ok) return fail(`its root: ${root.error.message}`);
  const fork = forkBytes === undefined ? succeed(null) : decodeFork(new Uint8Array(forkBytes));
  if (!fork.ok) return fail(`what it halted for: ${fork.error.message}`);
  const anchor = readAnchor(meta.get("anchor"));
  if (!anchor.ok) return anchor;
  const reason = haltBytes === undefined ? null : Buffer.from(haltBytes).toString();
  return succeed({ meta, blocks, last, reason, root: root.value, fork: fork.value, anchor: anchor.value });
}

function createStore(environment: RootDatabase, remembered: Remembered): TrustStore {
  const { meta, blocks } = remembered;
  let { root, last, reason, fork, anchor } = remembered;
  const readBlock = (bytes: Uint8Array | undefined): LightBlock | undefined => {
    if (bytes === undefined) return undefined;
    const block = decodeLightBlock(new Uint8Array(bytes));
    assert(block.ok, `a kept header is readable: ${block.ok ? "" : block.error.message}`);
    return block.value;
  };
  const putAnchor = (chosen: Anchor) => {
    anchor = chosen;
    meta.putSync("anchor", Buffer.from(JSON.stringify(chosen)));
  };
  return {
    root: () => root,
    anchor: () => anchor,
    restart: (block, chosen) => {
      const bytes = encodeLightBlock(block);
      environment.transactionSync(() => {
        blocks.clearSync();
        blocks.putSync(block.header.height, bytes);
        meta.putSync("root", bytes);
        for (const name of ["halted", "fork"]) meta.removeSync(name);
        putAnchor(chosen);
      });
      [root, last, reason, fork] = [block, block, null, null];
    },
    last: () => last,
    at: (height) => (root?.header.height === height ? root : readBlock(blocks.get(height))),
    heights: () => [...blocks.getKeys({})],
    keep: (block) => {
      const bytes = encodeLightBlock(block);
      environment.transactionSync(() => {
        if (root === null) {
          meta.putSync("root", bytes);
          putAnchor(beginning());
        }
        blocks.putSync(block.header.height, bytes);
        const surplus = blocks.getCount() - trustedBlocksMax;
        if (surplus > 0) for (const height of [...blocks.getKeys({ limit: surplus })]) blocks.removeSync(height);
      });
      root ??= block;
      if (last === null || block.header.height > last.header.height) last = block;
    },
    haltReason: () => reason,
    fork: () => fork,
    halt: (why, found) => {
      if (reason !== null) return;
      environment.transactionSync(() => {
        meta.putSync("halted", Buffer.from(why));
        meta.putSync("fork", encodeFork(found));
      });
      [reason, fork] = [why, found];
    },
    copyTo: (target) => copyEnvironment(environment, target),
    close: () => environment.close(),
  };
}

function encodeFork({ common, ours, theirs }: Fork): Uint8Array {
  const writer = createWriter(4096);
  for (const block of [common, ours, theirs]) writeLightBlock(writer, block);
  return finishWriting(writer);
}

function decodeFork(bytes: Uint8Array): Result<Fork> {
  const reader = createReader(bytes);
  const [common, ours, theirs] = [readLightBlock(reader), readLightBlock(reader), readLightBlock(reader)];
  return finishReading(reader, { common, ours, theirs });
}

function readAnchor(bytes: Uint8Array | undefined): Result<Anchor | null> {
  if (bytes === undefined) return succeed(null);
  try {
    const read = JSON.parse(Buffer.from(bytes).toString()) as Partial<Anchor>;
    return succeed(typeof read.atMs === "number" ? { atMs: read.atMs, by: read.by ?? null } : null);
  } catch (error) {
    return fail(`since when it believes: ${String(error)}`);
  }
}
