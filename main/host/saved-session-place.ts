import { existsSync } from "node:fs";
import path from "node:path";

/** The session's file in the folder of a save. */
export const savedDocumentName = "session.pendulaire";

/** The folder of a save, which may be named by the session's file in it. */
export function savedFolderOf(file: string): string {
  return path.basename(file) === savedDocumentName ? path.dirname(file) : file;
}

/** The saved session that a file or folder is, if it is one. @returns its folder */
export function savedSessionAt(file: string): string | undefined {
  const folder = savedFolderOf(file);
  return existsSync(path.join(folder, savedDocumentName)) ? path.resolve(folder) : undefined;
}
