import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { bytesEqual } from "../../common/canonical";
import { digestPieces } from "../../workers/arena";
import { dataDirectory } from "./folders";

/**
 * Results that take long to make and follow from a key: one file each, below the data directory's `cache`. The file's name
 * is the digest of its key, its first 8 bytes the digest of the rest. What is damaged, or cannot be read, is not there;
 * what cannot be written is made again next time. Nothing but time is lost with any of it.
 */
export interface DiskCache {
  /** The bytes that were kept under a key, checked; undefined when there are none. They may be changed. */
  read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keeps bytes under a key: whole or not at all. @returns false when the disk would not take them */
  write(key: string, bytes: Uint8Array): Promise<boolean>;
}

export interface DiskCacheOptions {
  /** Folder below `cache`. */
  readonly folder: string;
  /** Files that are kept: those that were used last. */
  readonly filesMax: number;
}

const digestBytes = 8;
/** Read and digested at a time, bytes: the next piece is read on a thread of the pool while this one is digested. */
const pieceBytes = 8 * 2 ** 20;
const suffix = ".cached";
const draftSuffix = ".draft";
/** A draft older than this was left by a process that ended while it wrote, ms. */
const draftMsMax = 3_600_000;

export function openDiskCache({ folder, filesMax }: DiskCacheOptions): DiskCache {
  const root = path.join(dataDirectory(), "cache", folder);
  const fileOf = (key: string) => path.join(root, createHash("sha256").update(key).digest("hex").slice(0, 32) + suffix);
  return {
    read: async (key) => {
      const file = fileOf(key);
      try {
        const content = await readWhole(file);
        if (content === undefined) {
          await rm(file, { force: true });
          return undefined;
        }
        const now = new Date();
        await utimes(file, now, now);
        return content;
      } catch {
        return undefined;
      }
    },
    write: async (key, bytes) => {
      const file = fileOf(key);
      const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}${draftSuffix}`;
      try {
        await mkdir(root, { recursive: true, mode: 0o700 });
        await writeFile(draft, [digestOf(bytes), bytes], { mode: 0o600 });
        await rename(draft, file);
        await forgetOldest(root, filesMax);
        return true;
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
        return false;
      }
    },
  };
}

/** @returns what follows the digest; undefined when it is not what was digested */
async function readWhole(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size < digestBytes) return undefined;
    const bytes = new Uint8Array(size);
    const digest = digestPieces(pieceBytes);
    const readPiece = (from: number) => handle.read(bytes, from, Math.min(pieceBytes, size - from), from);
    await handle.read(bytes, 0, digestBytes, 0);
    let reading = readPiece(digestBytes);
    for (let from = digestBytes; from < size; from += pieceBytes) {
      const to = Math.min(from + pieceBytes, size);
      const { bytesRead } = await reading;
      if (bytesRead !== to - from) return undefined;
      if (to < size) reading = readPiece(to);
      digest.take(bytes.subarray(from, to));
    }
    const content = bytes.subarray(digestBytes);
    return bytesEqual(digest.bytes(), bytes.subarray(0, digestBytes)) ? content : undefined;
  } finally {
    await handle.close();
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const digest = digestPieces(pieceBytes);
  for (let from = 0; from < bytes.length; from += pieceBytes) digest.take(bytes.subarray(from, from + pieceBytes));
  return digest.bytes();
}

/** Keeps the files that were used last, and no draft that nobody writes any more. */
async function forgetOldest(root: string, filesMax: number): Promise<void> {
  const files: { readonly file: string; readonly usedMs: number }[] = [];
  for (const name of await readdir(root)) {
    const file = path.join(root, name);
    // Another process may have put it away just now.
    const about = await stat(file).catch(() => undefined);
    if (about === undefined) continue;
    if (name.endsWith(suffix)) files.push({ file, usedMs: about.mtimeMs });
    else if (name.endsWith(draftSuffix) && Date.now() - about.mtimeMs > draftMsMax) await rm(file, { force: true });
  }
  files.sort((a, b) => b.usedMs - a.usedMs || (a.file < b.file ? -1 : 1));
  for (const { file } of files.slice(filesMax)) await rm(file, { force: true });
}
