import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { DatexImport, FileSource } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { placeRecords } from "../datex/place-records";
import { readSituations } from "../datex/read-situations";
import { datexBytesMax, tooLarge } from "../datex/read-xml";
import { writeSituations } from "../datex/write-situations";
import { failReading } from "./file-reading";
import { nowOf, writeLog, type SessionContext } from "./session-context";

/** All incidents and instructions of the session as a document that others can read. */
export function exportSituations(context: SessionContext): { readonly name: string; readonly bytes: Uint8Array } {
  const { city, date, incidents, instructions } = context.parts;
  const nowS = nowOf(context);
  const reports = instructions.reports(context.twins.tick, nowS);
  const document = writeSituations({ city, date, nowS, incidents: incidents.all, instructions: reports });
  const name = `situations-${date}.xml`;
  const args = { file: name, incidents: incidents.all.length, instructions: reports.length };
  writeLog(context, "session", { code: "situations-written", args });
  return { name, bytes: new TextEncoder().encode(document) };
}

/** What a document of others would be in this city, now. Nothing is declared. */
export async function importSituations(context: SessionContext, source: FileSource): Promise<Result<DatexImport>> {
  const file = await readSource(source);
  if (!file.ok) return file;
  const { name, bytes } = file.value;
  const read = readSituations(bytes);
  if (!read.ok) {
    const { where, ...failure } = read.error;
    return { ok: false, error: { ...failure, where: where === undefined ? name : `${name}, ${where}` } };
  }
  const { city, date, incidents } = context.parts;
  const { placed, dropped } = placeRecords(read.value, { city, date, nowS: nowOf(context) });
  const judged = placed.map((one) => ({ one, refusal: incidents.refusalOf(one.draft) }));
  const drafts = judged.flatMap(({ one, refusal }) => (refusal === null ? [one] : []));
  const refused = judged.flatMap(({ one, refusal }) =>
    refusal === null
      ? []
      : [
          {
            recordId: one.recordId,
            reason: refusal.said ?? ({ code: "words", args: { text: refusal.message } } as const),
          },
        ],
  );
  const left = [...dropped, ...refused];
  writeLog(context, "session", {
    code: "situations-read",
    args: { file: name, incidents: drafts.length, left: left.length },
  });
  return succeed({ name, drafts, dropped: left });
}

async function readSource(source: FileSource): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array }>> {
  if (source.kind === "bytes") return succeed(source);
  try {
    const name = path.basename(source.path);
    const { size } = await stat(source.path);
    if (size > datexBytesMax) return { ok: false, error: { ...tooLarge(size), where: name } };
    return succeed({ name, bytes: new Uint8Array(await readFile(source.path)) });
  } catch (error) {
    return failReading(error, source.path);
  }
}
