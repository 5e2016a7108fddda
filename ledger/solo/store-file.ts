import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../common/result";

/** Of lmdb's data version 2: two meta pages, each with these fields. @see lmdb `MDB_meta` */
const magicAt = 24;
const magic = 0xbeefc0de;
const pageBytesAt = 48;
const lastPageAt = 144;
const metaBytes = 152;

/**
 * Whether a store's file is one of lmdb and has all of its pages. lmdb maps the file and reads it as memory: one that was
 * cut would end the process with a fault instead of an error.
 */
export function checkStoreFile(directory: string): Result<void> {
  const file = join(directory, "data.mdb");
  if (!existsSync(file)) return succeed(undefined);
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const meta = Buffer.alloc(metaBytes);
    const readMeta = (at: number) =>
      readSync(descriptor, meta, 0, metaBytes, at) === metaBytes && meta.readUInt32LE(magicAt) === magic;
    if (!readMeta(0)) return fail("not a store of lmdb, or cut off", file);
    const pageBytes = meta.readUInt32LE(pageBytesAt);
    const first = meta.readBigUInt64LE(lastPageAt);
    if (!readMeta(pageBytes)) return fail("not a store of lmdb, or cut off", file);
    const second = meta.readBigUInt64LE(lastPageAt);
    const lastPage = first > second ? first : second;
    return BigInt(size) >= (lastPage + 1n) * BigInt(pageBytes)
      ? succeed(undefined)
      : fail(`cut off: ${size} bytes where ${lastPage + 1n} pages of ${pageBytes} are expected`, file);
  } finally {
    closeSync(descriptor);
  }
}
