import { open, type Database } from "lmdb";
import { assert, fail, succeed, type Result } from "../../common/result";
import { copyEnvironment } from "../../ledger/solo/lmdb-environment";
import { decodeLightBlock, encodeLightBlock, type LightBlock } from "../../ledger/wire/light-block";

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
  /** Keeps a verified block; the oldest beyond `trustedBlocksMax` go, the root stays. */
  keep(block: LightBlock): void;
  haltReason(): string | null;
  /** For good: a client that saw what cannot be does not believe again by itself. */
  halt(reason: string): void;
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
  let anchor: Anchor | null = null;
  return {
    root: () => root,
    anchor: () => anchor,
    restart: (block, chosen) => {
      blocks.clear();
      blocks.set(block.header.height, block);
      [root, last, reason, anchor] = [block, block, null, chosen];
    },
    last: () => last,
    at: (height) => (root?.header.height === height ? root : blocks.get(height)),
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
    halt: (why) => {
      reason ??= why;
    },
    copyTo: (directory) => Promise.resolve(fail("a trust store in memory has no copy", directory)),
    close: () => Promise.resolve(),
  };
}

const beginning = (): Anchor => ({ atMs: Date.now(), by: null });

const storeForm = "pendulaire-trust-1";

/** A trust store in a folder, written with each header. */
export function openTrustStore(directory: string): Result<TrustStore> {
  let environment;
  try {
    environment = open({ path: directory, maxDbs: 2, encoding: "binary", keyEncoding: "binary" });
  } catch (error) {
    return fail(`cannot open the trust store: ${String(error)}`, directory);
  }
  const meta: Database<Uint8Array, string> = environment.openDB({ name: "meta", encoding: "binary" });
  const blocks: Database<Uint8Array, number> = environment.openDB({ name: "blocks", encoding: "binary" });
  const form = meta.get("form");
  if (form === undefined) meta.putSync("form", Buffer.from(storeForm));
  else if (Buffer.from(form).toString() !== storeForm) return fail("not a trust store of this program", directory);
  const readBlock = (bytes: Uint8Array | undefined): LightBlock | undefined => {
    if (bytes === undefined) return undefined;
    const block = decodeLightBlock(new Uint8Array(bytes));
    assert(block.ok, `the trust store is readable: ${block.ok ? "" : block.error.message}`);
    return block.value;
  };
  let root = readBlock(meta.get("root")) ?? null;
  let last: LightBlock | null = null;
  for (const { value } of blocks.getRange({ reverse: true, limit: 1 })) last = readBlock(value) ?? null;
  const haltBytes = meta.get("halted");
  let reason = haltBytes === undefined ? null : Buffer.from(haltBytes).toString();
  let anchor = readAnchor(meta.get("anchor"));
  const putAnchor = (chosen: Anchor) => {
    anchor = chosen;
    meta.putSync("anchor", Buffer.from(JSON.stringify(chosen)));
  };
  return succeed({
    root: () => root,
    anchor: () => anchor,
    restart: (block, chosen) => {
      const bytes = encodeLightBlock(block);
      environment.transactionSync(() => {
        blocks.clearSync();
        blocks.putSync(block.header.height, bytes);
        meta.putSync("root", bytes);
        meta.removeSync("halted");
        putAnchor(chosen);
      });
      [root, last, reason] = [block, block, null];
    },
    last: () => last,
    at: (height) => (root?.header.height === height ? root : readBlock(blocks.get(height))),
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
    halt: (why) => {
      if (reason !== null) return;
      reason = why;
      meta.putSync("halted", Buffer.from(why));
    },
    copyTo: (target) => copyEnvironment(environment, target),
    close: () => environment.close(),
  });
}

function readAnchor(bytes: Uint8Array | undefined): Anchor | null {
  if (bytes === undefined) return null;
  const read = JSON.parse(Buffer.from(bytes).toString()) as Partial<Anchor>;
  return typeof read.atMs === "number" ? { atMs: read.atMs, by: read.by ?? null } : null;
}
