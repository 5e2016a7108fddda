import { renameSync, rmSync, writeFileSync } from "node:fs";
import { fail, succeed, type Result } from "../../common/result";
import { reasonOf } from "../host/city-files";

/** Writes a file whole or not at all: beside its place first, then into it. */
export function writeWhole(file: string, content: string | Uint8Array): Result<void> {
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, file);
    return succeed(undefined);
  } catch (error) {
    rmSync(draft, { force: true });
    return fail(reasonOf(error), file);
  }
}
