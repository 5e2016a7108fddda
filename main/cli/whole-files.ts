import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import { reasonOf } from "../host/file-reading";

/** Writes a file whole or not at all: beside its place first, then into it. */
export function writeWhole(file: string, content: string | Uint8Array, mode = 0o666): Result<void> {
  const draft = draftOf(file);
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, file);
    return succeed(undefined);
  } catch (error) {
    rmSync(draft, { force: true });
    return fail(reasonOf(error), file);
  }
}

/** The name beside a file or folder under which it is made. */
export function draftOf(file: string): string {
  return `${path.resolve(file)}.${process.pid}.new`;
}

/** Asked before long work, so that it is not done in vain: a folder in the way, or none to write into. */
export function checkPlace(file: string): Result<void> {
  if (isFolder(file)) return fail("is a folder", file);
  const folder = path.dirname(path.resolve(file));
  return isFolder(folder) ? succeed(undefined) : fail(`there is no folder ${folder}`, file);
}

/** False also where nothing can be: below a file, or where this user may not look. */
export function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

/**
 * A folder with those above it. Node's own recursive form never returns where a file system has no new folders (/proc).
 */
export function makeFolder(folder: string): Result<void> {
  if (isFolder(folder)) return succeed(undefined);
  const above = path.dirname(path.resolve(folder));
  if (above !== path.resolve(folder)) {
    const made = makeFolder(above);
    if (!made.ok) return made;
  }
  try {
    mkdirSync(folder);
    return succeed(undefined);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return fail(code === "EEXIST" || code === "ENOTDIR" ? "a file, not a folder" : "the folder cannot be made", folder);
  }
}
