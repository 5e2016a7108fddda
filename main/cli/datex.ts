import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import { sayInEnglish } from "../../common/said";
import { readSituations } from "../datex/read-situations";
import { datexBytesMax, tooLarge } from "../datex/read-xml";
import { writeSituations } from "../datex/write-situations";
import { reasonOf } from "../host/file-reading";
import { savedFolderOf } from "../host/saved-session-place";
import { readSavedSituations } from "../host/saved-sessions";
import { done, readArguments, unusable, type Command, type CommandOutcome } from "./command";
import { checkOutputs } from "./output-places";
import { isFolder, writeWhole } from "./whole-files";

const options = { out: { type: "string" }, seed: { type: "string" } } as const;

export const datex: Command = {
  usage: "datex export SAVED_SESSION [--out FILE] | datex check FILE [--json]",
  summary:
    "writes a saved session's incidents and instructions as a DATEX II situation publication, or says of each record of one what it would be here; check ends with 1 when a record has no counterpart",
  run: async (argv) => {
    const read = readArguments(argv, options, 2);
    if (!read.ok) return unusable(read.error);
    const { values, positionals } = read.value;
    const [task, place] = positionals;
    if (task !== "export" && task !== "check") {
      return unusable({ message: "what is to be done is missing: export or check", where: task ?? "datex" });
    }
    if (place === undefined) return unusable({ message: "the file is missing", where: `datex ${task}` });
    if (task === "export") return exportSession(place, values.out);
    return values.out === undefined ? check(place) : unusable({ message: "check writes no file", where: "--out" });
  },
};

async function exportSession(folder: string, out: string | undefined): Promise<CommandOutcome> {
  const outputs = out === undefined ? [] : [{ option: "--out", file: out }];
  const places = checkOutputs(outputs, filesOfSave(folder));
  if (!places.ok) return unusable(places.error);
  const report = await readSavedSituations(folder);
  if (!report.ok) return unusable(report.error);
  const document = writeSituations(report.value);
  const counts = { incidents: report.value.incidents.length, instructions: report.value.instructions.length };
  if (out === undefined) return done({ ...counts, out: null, document }, document.trimEnd());
  const written = writeWhole(out, document);
  if (!written.ok) return unusable(written.error);
  return done({ ...counts, out }, `${counts.incidents} incidents and ${counts.instructions} instructions in ${out}`);
}

/** A save is a folder of files, or named by one of them. */
function filesOfSave(place: string): readonly string[] {
  const folder = savedFolderOf(place);
  return isFolder(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [place];
}

function check(file: string): CommandOutcome {
  const bytes = readBounded(file);
  if (!bytes.ok) return unusable(bytes.error);
  const read = readSituations(bytes.value);
  if (!read.ok) {
    const { message, where } = read.error;
    return unusable({ message, where: where === undefined ? file : `${file}, ${where}` });
  }
  const records = read.value.records.map(({ id, version, type, effect, notes }) => ({
    ...{ record: id, version, type, becomes: effect.kind, notes: notes.map(sayInEnglish) },
  }));
  const dropped = read.value.dropped.map(({ recordId, reason }) => ({
    record: recordId,
    reason: sayInEnglish(reason),
  }));
  const lines = [
    ...records.map(({ record, type, becomes, notes }) => `${record}  ${type}: ${[becomes, ...notes].join("; ")}`),
    ...dropped.map(({ record, reason }) => `${record}  left out: ${reason}`),
  ];
  const text = lines.length === 0 ? "no records" : lines.join("\n");
  return { kind: dropped.length === 0 ? "done" : "checkFailed", document: { records, dropped }, text };
}

function readBounded(file: string): Result<Uint8Array> {
  try {
    const { size } = statSync(file);
    if (size > datexBytesMax) return fail(tooLarge(size).message, file);
    return succeed(new Uint8Array(readFileSync(file)));
  } catch (error) {
    return fail(reasonOf(error), file);
  }
}
