import { mkdirSync } from "node:fs";
import { open, type Database, type RootDatabase } from "lmdb";
import { assert, fail, succeed, type Result } from "../../common/result";
import { bytesOfPath, pathOfBytes, type StatePath } from "../machine/tree/path";
import {
  decodeBeginning,
  decodeStoredBlock,
  decodeTip,
  encodeBeginning,
  encodeStoredBlock,
  encodeTip,
  type BlockStore,
  type StoredCommit,
} from "./block-store";
import { checkStoreFile } from "./store-file";

const storeForm = "pendulaire-solo-1";

/**
 * Opens or creates the store of one chain in a folder. Everything of a block is written in one transaction of lmdb,
 * which returns when the disk has it: what was acknowledged survives a kill and a power cut, what was not is not there.
 */
export function openLmdbStore(directory: string, readOnly = false): Result<BlockStore> {
  let root;
  try {
    const checked = checkStoreFile(directory);
    if (!checked.ok) return checked;
    // Without overlapping, a transaction returns only after its fsync.
    const options = { overlappingSync: false, maxDbs: 4, encoding: "binary", keyEncoding: "binary" } as const;
    root = open({ path: directory, readOnly, ...options });
  } catch (error) {
    return fail(`cannot open the ledger's store: ${String(error)}`, directory);
  }
  const table = (name: string): Database<Uint8Array, Uint8Array> =>
    root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
  const [meta, blocks, leaves] = [table("meta"), table("blocks"), table("leaves")];
  const form = meta.get(keyOf("form"));
  if (form !== undefined && Buffer.from(form).toString() !== storeForm) {
    return fail(`the ledger's store has the form ${Buffer.from(form).toString()}; this program reads ${storeForm}`);
  }
  const writeLeaves = (changes: StoredCommit["changes"]) => {
    for (const [path, value] of changes) {
      if (value === null) leaves.removeSync(bytesOfPath(path));
      else leaves.putSync(bytesOfPath(path), value);
    }
  };
  return succeed({
    beginning: () => {
      const bytes = meta.get(keyOf("beginning"));
      return bytes === undefined ? null : decodeOwn(decodeBeginning(plain(bytes)), "beginning");
    },
    begin: (written, changes) => {
      root.transactionSync(() => {
        meta.putSync(keyOf("form"), Buffer.from(storeForm));
        meta.putSync(keyOf("beginning"), encodeBeginning(written));
        writeLeaves(changes);
      });
    },
    tip: () => {
      const bytes = meta.get(keyOf("tip"));
      return bytes === undefined ? null : decodeOwn(decodeTip(plain(bytes)), "tip");
    },
    blockAt: (height) => {
      const bytes = blocks.get(keyOfHeight(height));
      return bytes === undefined ? undefined : decodeOwn(decodeStoredBlock(plain(bytes)), `block ${height}`);
    },
    commit: ({ stored, seenCommit, appHash, changes }) => {
      const { height } = stored.block.header;
      root.transactionSync(() => {
        blocks.putSync(keyOfHeight(height), encodeStoredBlock(stored));
        writeLeaves(changes);
        meta.putSync(keyOf("tip"), encodeTip({ height, seenCommit, appHash }));
      });
    },
    leaves: function* (): Generator<readonly [StatePath, Uint8Array]> {
      for (const { key, value } of leaves.getRange({})) yield [pathOfBytes(key), plain(value)];
    },
    copyTo: (target) => copyEnvironment(root, target),
    close: () => root.close(),
  });
}

/** Copies an environment of lmdb as its last transaction left it, without free pages, into a new folder. */
export async function copyEnvironment(environment: RootDatabase, directory: string): Promise<Result<void>> {
  try {
    mkdirSync(directory, { recursive: true });
    await environment.backup(directory, true);
    return succeed(undefined);
  } catch (error) {
    return fail(`cannot copy the store: ${String(error)}`, directory);
  }
}

/** lmdb gives Buffers, whose slices and comparisons are not those of other arrays. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function keyOf(name: string): Uint8Array {
  return Buffer.from(name);
}

/** Big-endian, so that keys ascend with heights. */
function keyOfHeight(height: number): Uint8Array {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(BigInt(height));
  return key;
}

function decodeOwn<T>(decoded: Result<T>, what: string): T {
  assert(decoded.ok, `the store's ${what} is readable: ${decoded.ok ? "" : decoded.error.message}`);
  return decoded.value;
}
