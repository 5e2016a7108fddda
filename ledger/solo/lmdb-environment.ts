import { mkdirSync } from "node:fs";
import { open, type Database, type RootDatabase } from "lmdb";
import { assert, fail, succeed, type Result } from "../../common/result";
import { bytesOfPath, pathOfBytes, type StatePath } from "../machine/tree/path";
import { checkStoreFile } from "./store-file";

export type Table = Database<Uint8Array, Uint8Array>;

/** A chain's or an application's store in a folder, with what both have: words by name, and the leaves of the last state. */
export interface LmdbEnvironment {
  readonly root: RootDatabase;
  readonly meta: Table;
  table(name: string): Table;
  /** Within a transaction. */
  writeLeaves(changes: ReadonlyMap<StatePath, Uint8Array | null>): void;
  /** Within a transaction. */
  clearLeaves(): void;
  /** Ascending by path. */
  leaves(): Generator<readonly [StatePath, Uint8Array]>;
}

/**
 * Opens or creates a store. A transaction of lmdb returns when the disk has it: what was acknowledged survives a kill
 * and a power cut, what was not is not there.
 * @param form what the store's contents are called; one of another form is refused
 */
export function openEnvironment(directory: string, form: string, readOnly = false): Result<LmdbEnvironment> {
  let root: RootDatabase;
  try {
    const checked = checkStoreFile(directory);
    if (!checked.ok) return checked;
    // Without overlapping, a transaction returns only after its fsync.
    const options = { overlappingSync: false, maxDbs: 4, encoding: "binary", keyEncoding: "binary" } as const;
    root = open({ path: directory, readOnly, ...options });
  } catch (error) {
    return fail(`cannot open the ledger's store: ${String(error)}`, directory);
  }
  const table = (name: string): Table => root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
  const [meta, leaves] = [table("meta"), table("leaves")];
  const found = meta.get(keyOf("form"));
  if (found !== undefined && Buffer.from(found).toString() !== form) {
    void root.close();
    return fail(
      `the ledger's store has the form ${Buffer.from(found).toString()}; this program reads ${form}`,
      directory,
    );
  }
  return succeed({
    root,
    meta,
    table,
    writeLeaves: (changes) => {
      for (const [path, value] of changes) {
        if (value === null) leaves.removeSync(bytesOfPath(path));
        else leaves.putSync(bytesOfPath(path), value);
      }
    },
    clearLeaves: () => {
      leaves.clearSync();
    },
    leaves: function* (): Generator<readonly [StatePath, Uint8Array]> {
      for (const { key, value } of leaves.getRange({})) yield [pathOfBytes(key), plain(value)];
    },
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
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

export function keyOf(name: string): Uint8Array {
  return Buffer.from(name);
}

/** What the store itself wrote must be readable. */
export function decodeOwn<T>(decoded: Result<T>, what: string): T {
  assert(decoded.ok, `the store's ${what} is readable: ${decoded.ok ? "" : decoded.error.message}`);
  return decoded.value;
}
