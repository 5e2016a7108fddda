import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import type { Disk } from "./disk";
import { exportedIds, exportName } from "./export-file";
import { placeOf, type CopyEntry } from "./registry";
import { cellsName, openSlotFiles, slotsName, type SlotFiles } from "./slot-files";

/** Names of the files that a copy consists of. */
export function filesOfCopy({ kind }: CopyEntry): readonly string[] {
  return kind === "export" ? [exportName] : [slotsName, cellsName];
}

/** Puts the store's two files into an empty folder. */
export function copyStore(store: SlotFiles, target: string, disk: Disk): void {
  for (const name of [slotsName, cellsName]) {
    disk.write(join(target, name), [{ at: 0, bytes: readFileSync(join(store.folder, name)) }]);
  }
}

/** Overwrites the store's two files in place with those of a backup; what was longer is overwritten with nothing. */
export function copyBack(source: string, folder: string, disk: Disk): void {
  for (const name of [slotsName, cellsName]) {
    const file = join(folder, name);
    const bytes = readFileSync(join(source, name));
    const size = existsSync(file) ? statSync(file).size : 0;
    const filled = Buffer.alloc(Math.max(size, bytes.length));
    filled.set(bytes);
    disk.write(file, [{ at: 0, bytes: filled }]);
  }
}

/** Overwrites and removes a copy's files, and its folder when nothing else is in it. */
export function destroyCopy(place: string, entry: CopyEntry, disk: Disk): void {
  if (!existsSync(place)) return;
  for (const name of filesOfCopy(entry)) {
    if (existsSync(join(place, name))) disk.destroy(join(place, name));
  }
  if (readdirSync(place).length === 0) disk.removeFolder(place);
}

/** A copy that an erasure went through. */
interface ReachedCopy {
  /** What is still in it. */
  readonly recordIds: ReadonlySet<string>;
  readonly erased: readonly string[];
  /** An export of which a record is to be erased: it has to go as a whole. */
  readonly mustGo: boolean;
}

/** Erases from a copy what is due. Fails when the copy is not where it should be: it may be on a disk that is away. */
export function eraseInCopy(
  folder: string,
  entry: CopyEntry,
  isDue: (recordId: string, files: SlotFiles | null) => boolean,
  disk: Disk,
): Result<ReachedCopy> {
  const place = placeOf(folder, entry);
  if (!filesOfCopy(entry).every((name) => existsSync(join(place, name)))) return fail("the copy is not there", place);
  if (entry.kind === "export") {
    const ids = exportedIds(place);
    const known = ids.filter((id): id is string => id !== undefined);
    const erased = known.filter((id) => isDue(id, null));
    const mustGo = erased.length > 0 || known.length < ids.length;
    return succeed({ recordIds: new Set(mustGo ? [] : known), erased, mustGo });
  }
  const files = openSlotFiles(place, disk);
  const erased = [...files.headers.keys()].filter((id) => isDue(id, files));
  files.wipe(erased);
  return succeed({ recordIds: new Set(files.headers.keys()), erased, mustGo: false });
}
