import { failureSaying, succeed, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import { readEffect, type RecordEffect } from "./read-effect";
import { readLocation, type RecordLocation } from "./read-location";
import { below, child, numberAt, readXml, textAt, type ReadElement } from "./read-xml";
import { namespaces } from "./namespaces";

/** A record that can become an incident, wherever there is a city for it. Times are as they were written. */
export interface ReadRecord {
  readonly id: string;
  readonly version: string;
  /** Of the model, without prefix: "Accident". */
  readonly type: string;
  readonly effect: RecordEffect;
  readonly location: RecordLocation;
  readonly start: string;
  /** "" where no end is known. */
  readonly end: string;
  /** The time at which this version was made. */
  readonly versionTime: string;
  /** Of our own extension, s; 0 in records of others. */
  readonly endSpreadS: number;
  /** What the operator should know before it is declared. */
  readonly notes: readonly Said[];
}

/** A record that has no counterpart here. */
export interface DroppedRecord {
  readonly recordId: string;
  readonly reason: Said;
}

export interface ReadPublication {
  readonly records: readonly ReadRecord[];
  readonly dropped: readonly DroppedRecord[];
}

/**
 * Reads situations of DATEX II version 3: a payload by itself, or those in a message container. Attributes that the
 * schema asks for but nothing here needs may be missing, as they are in messages in the field.
 */
export function readSituations(bytes: Uint8Array): Result<ReadPublication> {
  const document = readXml(bytes);
  if (!document.ok) return document;
  const publications = publicationsIn(document.value);
  if (!publications.ok) return publications;
  const read = publications.value
    .flatMap((publication) => publication.children.filter(({ name }) => name === "situation"))
    .flatMap(newestRecords);
  return succeed({
    records: read.flatMap((one) => ("record" in one ? [one.record] : [])),
    dropped: read.flatMap((one) => ("dropped" in one ? [one.dropped] : [])),
  });
}

/** The situation publications of a document, or why it holds none. */
function publicationsIn(root: ReadElement): Result<readonly ReadElement[]> {
  const refuse = (said: Said): Result<never> => ({ ok: false, error: failureSaying(said) });
  const isVersion3 = root.namespace.startsWith("http://datex2.eu/schema/3/");
  if (root.name === "d2LogicalModel" || /datex2\.eu\/schema\/[12]/.test(root.namespace)) {
    return refuse({ code: "datex-version", args: {} });
  }
  const isPayload = root.name === "payload" || root.name === "situationPublication";
  if (!isVersion3 || !(isPayload || root.name === "messageContainer")) {
    return refuse({ code: "datex-unknown", args: { element: root.name } });
  }
  const payloads = isPayload ? [root] : root.children.filter(({ name }) => name === "payload");
  const situations = payloads.filter(
    (one) => one.type === "SituationPublication" || one.name === "situationPublication",
  );
  if (situations.length > 0) return succeed(situations);
  return refuse({ code: "datex-other-publication", args: { type: payloads.at(0)?.type ?? "" } });
}

type Reading = { readonly record: ReadRecord } | { readonly dropped: DroppedRecord };

/** The newest version of each record of a situation; older ones are told. */
function newestRecords(situation: ReadElement): readonly Reading[] {
  const records = situation.children.filter(({ name }) => name === "situationRecord");
  const newest = new Map<string, ReadElement>();
  for (const record of records) {
    const id = record.attributes["id"] ?? "";
    const other = newest.get(id);
    if (other === undefined || isNewer(record, other)) newest.set(id, record);
  }
  return records.map((record): Reading => {
    const recordId = record.attributes["id"] ?? "";
    const drop = (reason: Said): Reading => ({ dropped: { recordId: recordId || "?", reason } });
    if (recordId === "") return drop({ code: "record-without-id", args: {} });
    const last = newest.get(recordId);
    if (last !== record)
      return drop({ code: "record-superseded", args: { version: last?.attributes["version"] ?? "" } });
    return readRecord(record, recordId, situation, drop);
  });
}

/** Versions are numbers in all but the oddest feeds; else the time of the version decides. */
function isNewer(a: ReadElement, b: ReadElement): boolean {
  const [versionA, versionB] = [Number(a.attributes["version"]), Number(b.attributes["version"])];
  if (versionA !== versionB && !Number.isNaN(versionA + versionB)) return versionA > versionB;
  return textAt(a, "situationRecordVersionTime") > textAt(b, "situationRecordVersionTime");
}

function readRecord(record: ReadElement, id: string, situation: ReadElement, drop: (reason: Said) => Reading): Reading {
  const validity = child(record, "validity");
  const period = child(validity, "validityTimeSpecification");
  if (textAt(validity, "validityStatus") === "suspended") return drop({ code: "record-suspended", args: {} });
  const read = readEffect(record);
  if ("why" in read) return drop(read.why);
  const placed = readLocation(record);
  if ("why" in placed) return drop(placed.why);
  const end = textAt(period, "overallEndTime");
  const isLate = textAt(validity, "overrunning") === "true";
  return {
    record: {
      id,
      version: record.attributes["version"] ?? "",
      type: record.type,
      effect: read.effect,
      location: placed.location,
      start: textAt(period, "overallStartTime"),
      // It goes on beyond its end: when it ends is not known.
      end: isLate ? "" : end,
      versionTime: textAt(record, "situationRecordVersionTime"),
      endSpreadS: Math.max(0, spreadOf(record)),
      notes: notesOf(record, situation, period, placed.location),
    },
  };
}

function spreadOf(record: ReadElement): number {
  const [ours] = below(record, "incident").filter(({ namespace }) => namespace === namespaces.pnd);
  return numberAt(ours, "endSpread") ?? 0;
}

function notesOf(
  record: ReadElement,
  situation: ReadElement,
  period: ReadElement | undefined,
  { places }: RecordLocation,
): readonly Said[] {
  const notes: Said[] = [];
  const probability = textAt(record, "probabilityOfOccurrence");
  if (probability !== "certain") notes.push({ code: "record-uncertain", args: { probability } });
  const status = textAt(situation, "headerInformation", "informationStatus");
  if (status !== "real") notes.push({ code: "record-not-real", args: { status } });
  if (child(period, "validPeriod") !== undefined) notes.push({ code: "record-recurring", args: {} });
  if (places > 1) notes.push({ code: "location-first", args: { places } });
  return notes;
}
