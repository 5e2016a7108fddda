import { readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8Of } from "../../common/canonical";
import type { Disk } from "./disk";
import type { RecordContent } from "./content";

/** What a commuter gets who asks for what is kept: a line a record, readable by anybody. */
export const exportName = "records.export";
/** What every line begins with, before the record's identifier. */
export const exportMark = "pendulaire-export-1 ";

interface ExportedRecord {
  readonly recordId: string;
  readonly content: RecordContent;
}

export function writeExport(folder: string, records: readonly ExportedRecord[], disk: Disk): void {
  const lines = records.map(({ recordId, content }) => `${exportMark}${recordId} ${JSON.stringify(content)}\n`);
  disk.write(join(folder, exportName), [{ at: 0, bytes: utf8Of(lines.join("")) }]);
}

/** Identifiers of the records in an export; undefined for a line that is not one of them. */
export function exportedIds(folder: string): readonly (string | undefined)[] {
  const lines = readFileSync(join(folder, exportName), "utf8").split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines.map((line) => (/^pendulaire-export-1 ([0-9a-f]{62}) \{.*\}$/.exec(line) ?? [])[1]);
}
