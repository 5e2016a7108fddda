import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import path from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import { reasonOfWriting } from "../host/file-reading";

/**
 * Writes a file whole or not at all: beside its place first, then into it. A symbolic link stays, and its target is
 * written; what is no regular file is not replaced.
 */
export function writeWhole(file: string, content: string | Uint8Array, mode = 0o666): Result<void> {
  const target = targetOf(file);
  if (!target.ok) return target;
  const draft = draftOf(target.value);
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, target.value);
    return succeed(undefined);
  } catch (error) {
    rmSync(draft, { force: true });
    return fail(reasonOfWriting(error), file);
  }
}

/** The name beside a file or folder under which it is made. */
export function draftOf(file: string): string {
  return `${path.resolve(file)}.${process.pid}.new`;
}

/** Whether this user may write a file, or into a folder. */
export type WriteAccess = (place: string) => boolean;

/**
 * Asked before long work, so that it is not done in vain: something in the way that is not replaced, no folder to write
 * into, or no right to.
 */
export function checkPlace(file: string, mayWrite: WriteAccess = hasWriteAccess): Result<void> {
  const target = targetOf(file);
  if (!target.ok) return target;
  const folder = path.dirname(target.value);
  if (!isFolder(folder)) return fail(`there is no folder ${folder}`, file);
  if (!mayWrite(folder)) return fail(`this user may not write into the folder ${folder}`, file);
  if (statOf(target.value) !== undefined && !mayWrite(target.value)) return fail("this user may not write it", file);
  return succeed(undefined);
}

/** The same of a folder that is made if need be, with those above it. */
export function checkFolder(folder: string, mayWrite: WriteAccess = hasWriteAccess): Result<void> {
  let above = path.resolve(folder);
  while (statOf(above) === undefined && path.dirname(above) !== above) above = path.dirname(above);
  if (!isFolder(above)) return fail("a file, not a folder", above);
  if (mayWrite(above)) return succeed(undefined);
  const message = `this user may not write into the folder ${above}`;
  return fail(above === path.resolve(folder) ? message : `the folder cannot be made: ${message}`, folder);
}

function hasWriteAccess(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Links that one path may lead over, as Linux has it. */
const linksMost = 40;

/** Where a file's content goes: links are followed, also to what is not there yet. */
function targetOf(file: string): Result<string> {
  // Links of /proc/self/fd state no path: what they lead to is asked first.
  const about = statOf(file);
  if (about?.isDirectory() === true) return fail("is a folder", file);
  if (about?.isFile() === false) return fail("is a device, pipe or socket: only regular files are replaced", file);
  let place = realPlaceOf(file);
  for (let links = 0; links <= linksMost; links++) {
    if (statOf(place, lstatSync)?.isSymbolicLink() !== true) return succeed(place);
    place = realPlaceOf(path.resolve(path.dirname(place), readlinkSync(place)));
  }
  return fail("is a symbolic link that leads in a circle", file);
}

/** With the links of its folders followed, not its own. */
function realPlaceOf(file: string): string {
  const place = path.resolve(file);
  try {
    return path.join(realpathSync(path.dirname(place)), path.basename(place));
  } catch {
    return place;
  }
}

/** Equal for two names of one file: links, symbolic and hard, and ways to write a path. */
export function identityOf(file: string): string {
  const about = statOf(file);
  if (about !== undefined) return `${about.dev}:${about.ino}`;
  const target = targetOf(file);
  return target.ok ? target.value : path.resolve(file);
}

/** undefined also where nothing can be: below a file, or where this user may not look. */
function statOf(name: string, stat: typeof lstatSync = statSync): BigIntStats | undefined {
  try {
    return stat(name, { bigint: true });
  } catch {
    return undefined;
  }
}

/** False also where nothing can be: below a file, or where this user may not look. */
export function isFolder(name: string): boolean {
  return statOf(name)?.isDirectory() === true;
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
    if (code === "EEXIST" || code === "ENOTDIR") return fail("a file, not a folder", folder);
    return fail(`the folder cannot be made: ${reasonOfWriting(error)}`, folder);
  }
}
