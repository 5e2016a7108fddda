import { messageOf, refuseSaying, type Result } from "../../common/result";
import { sayInEnglish, type Said } from "../../common/said";

/** Largest file that is read. */
export const cityFileBytesMax = 1 << 30;

export function fileTooLarge(bytes: number, file: string): Result<never> {
  const megabytes = (value: number) => Math.ceil(value / 1e6);
  const args = { megabytes: megabytes(bytes), most: megabytes(cityFileBytesMax) };
  return refuseSaying({ code: "file-too-large", args }, file);
}

/** What the system said, for a person. */
function sayReason(error: unknown): Said {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return { code: "file-missing", args: {} };
  if (code === "EACCES" || code === "EPERM") return { code: "file-forbidden", args: {} };
  if (code === "EISDIR") return { code: "file-is-folder", args: {} };
  if (code === "ENOSPC") return { code: "disk-full", args: {} };
  return { code: "words", args: { text: messageOf(error) } };
}

/** The same in English. */
export function reasonOf(error: unknown): string {
  return sayInEnglish(sayReason(error));
}

/** Of a place that was to be written, in English. */
export function reasonOfWriting(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "EACCES" || code === "EPERM") return "this user may not write there";
  return code === "EROFS" ? "what lies there can only be read" : reasonOf(error);
}

export function failReading(error: unknown, file: string): Result<never> {
  return refuseSaying(sayReason(error), file);
}
