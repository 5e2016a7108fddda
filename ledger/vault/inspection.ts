import { existsSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { toHex, utf8Of } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { erasureGroundOf, listKeptRecords, type ErasureGround } from "../machine/personal-readers";
import { readParameters } from "../machine/readers";
import type { KeptRecord } from "../machine/records/personal-records";
import type { State } from "../machine/state";
import { identifierLength } from "../machine/state-paths";
import { createPatternSet, filesBelow, patternBytesMax, scanFile, type Pattern } from "./byte-scan";
import { decodeContent, unsealRecord } from "./content";
import { filesOfCopy } from "./copies";
import { exportedIds, exportMark, exportName } from "./export-file";
import { placeOf, readRegistry, registryName, type CopyEntry, type Registry } from "./registry";
import { digestOf, findSecrets } from "./secrets";
import { cellBytes, cellMark, decodeSlot, isEmpty, slotBytes, type Slot } from "./slot";
import { cellsName, forEachPiece, slotsName } from "./slot-files";
import { holds, logName } from "./vault";

/** Something that should not be so. */
export interface VaultFault {
  /** Identifier of the record that it is about; null where it cannot be told. */
  readonly recordId: string | null;
  readonly place: string;
  readonly what: string;
}

export interface Inspection {
  /** In the store, each with a commitment on the chain that holds unless a fault says otherwise. */
  readonly kept: number;
  /** Declared erased on the chain, by this custodian. */
  readonly erased: number;
  /** Gone from the store, or never in it, and not declared erased. */
  readonly absent: number;
  readonly copies: number;
  readonly files: number;
  readonly bytes: number;
  /** Identifiers of kept records, and others that were asked for, that were looked for everywhere. */
  readonly identifiers: number;
  /** Too short to be told from chance. */
  readonly identifiersTooShort: number;
  readonly faults: readonly VaultFault[];
}

/** Shorter ones are met by chance. UTF-8. */
const identifierBytesMin = 6;

interface Inspector {
  readonly state: State;
  readonly onChain: ReadonlyMap<string, KeptRecord>;
  readonly faults: Map<string, VaultFault>;
  /** What is in the store and in its copies rightly: `file:offset` of keys, salts and cells. */
  readonly rightful: Set<string>;
  /** Records by the digests of their keys and salts. */
  readonly byDigest: Map<string, string>;
  readonly identifiers: Map<string, string | null>;
  /** Exports and the records that they may hold. */
  readonly exported: Map<string, ReadonlySet<string>>;
}

/**
 * Judges a vault, its copies and every file of some folders by a state of its chain. Changes nothing, and uses no more of
 * the vault's own bookkeeping than the list of copies. What it proves:
 *
 * - The store's and the copies' files are accounted for to the last byte: each slot and cell is empty, or belongs to a record
 *   that may be kept, that opens, and that has a commitment on the chain which holds.
 * - No key or salt lies anywhere else. A key shows by its own check (`secrets.ts`) at whatever offset it lies, as bytes, as
 *   hexadecimal or base64, and its digest on the chain says whose it is: erased, or kept and out of its place.
 * - No cell and no line of an export lies anywhere else, and no identifier of a kept record, nor one that was asked for.
 *
 * What it does not see: what was compressed, enciphered again or cut in pieces, and blocks that a disk or file system keeps
 * of overwritten files.
 */
export function inspectVault(
  givenFolder: string,
  roots: readonly string[],
  state: State,
  identifiers: readonly string[] = [],
): Result<Inspection> {
  const registry = readRegistry(givenFolder);
  if (!registry.ok) return registry;
  if (registry.value === null) return fail("the folder holds no vault", givenFolder);
  const folder = realpathSync(givenFolder);
  const { chainId, custodian, copies } = registry.value;
  if (readParameters(state).chainId !== chainId) return fail(`the vault belongs to chain ${chainId}`, folder);
  const all = listKeptRecords(state);
  const onChain = new Map(all.map((record) => [record.recordId, record]));
  const inspector: Inspector = {
    ...{ state, onChain, faults: new Map(), rightful: new Set(), byDigest: new Map(), exported: new Map() },
    identifiers: new Map(identifiers.map((text) => [text, null])),
  };
  for (const { recordId, keyDigest, saltDigest } of all) {
    inspector.byDigest.set(keyDigest, recordId).set(saltDigest, recordId);
  }
  const inStore = inspectStore(inspector, folder);
  const known = [registryName, `${registryName}.new`, logName, slotsName, cellsName].map((name) => join(folder, name));
  known.push(...inspectCopies(inspector, folder, registry.value));
  for (const file of filesBelow(folder)) {
    if (!known.includes(file)) report(inspector, null, file, "is no file of the vault, and no erasure reaches it");
  }
  const files = filesToScan([folder, ...roots, ...copies.map((entry) => realPlaceOf(folder, entry))]);
  const { bytes, tooShort } = scanAll(inspector, files);
  const own = all.filter((record) => toHex(record.custodian) === custodian);
  const erased = own.filter(({ erasedAtS }) => erasedAtS !== null).length;
  return succeed({
    kept: inStore.size,
    erased,
    absent: own.filter(({ recordId, erasedAtS }) => erasedAtS === null && !inStore.has(recordId)).length,
    copies: copies.length,
    files: files.length,
    bytes,
    identifiers: inspector.identifiers.size - tooShort,
    identifiersTooShort: tooShort,
    faults: [...inspector.faults.values()],
  });
}

function report({ faults }: Inspector, recordId: string | null, place: string, what: string): void {
  faults.set(`${recordId} ${place} ${what}`, { recordId, place, what });
}

const groundWords: Readonly<Record<ErasureGround, string>> = {
  erased: "was declared erased",
  demanded: "is to be erased by its holder's demand or the delegate's order",
  expired: "is kept beyond its expiry",
};

/** Slots and cells of the store or of a copy of it. @returns the records in it */
function inspectStore(inspector: Inspector, folder: string): ReadonlySet<string> {
  const [slotsFile, cellsFile] = [join(folder, slotsName), join(folder, cellsName)];
  const slots = new Map<number, Slot>();
  const found = new Set<string>();
  if (!existsSync(slotsFile) || !existsSync(cellsFile)) {
    report(inspector, null, folder, "the store's files are not there");
    return found;
  }
  forEachPiece(slotsFile, slotBytes, (index, bytes) => {
    const slot = decodeSlot(bytes);
    if (slot === null) return;
    if (slot === undefined) {
      report(inspector, null, slotsFile, `slot ${index} is neither empty nor whole`);
      return;
    }
    slots.set(index, slot);
    found.add(slot.recordId);
    inspector.byDigest.set(digestOf(slot.secrets.key), slot.recordId);
    inspector.byDigest.set(digestOf(slot.secrets.salt), slot.recordId);
    const ground = erasureGroundOf(inspector.state, inspector.onChain.get(slot.recordId) ?? slot);
    if (ground !== null) report(inspector, slot.recordId, slotsFile, `key and salt: the record ${groundWords[ground]}`);
    findSecrets(bytes, (at) => inspector.rightful.add(`${slotsFile}:${index * slotBytes + at}`));
  });
  const sealed = new Set(slots.keys());
  forEachPiece(cellsFile, cellBytes, (index, bytes) => {
    const slot = slots.get(index);
    sealed.delete(index);
    if (slot !== undefined) inspectRecord(inspector, slot, bytes, cellsFile, index * cellBytes);
    else if (!isEmpty(bytes)) {
      const recordId = cellOwner(bytes);
      report(inspector, recordId, cellsFile, `cell ${index} has a ciphertext and no slot`);
    }
  });
  for (const index of sealed)
    report(inspector, slots.get(index)?.recordId ?? null, cellsFile, "the ciphertext is lost");
  return found;
}

function inspectRecord(inspector: Inspector, slot: Slot, cell: Uint8Array, file: string, at: number): void {
  const { recordId } = slot;
  const committed = inspector.onChain.get(recordId);
  const ground = erasureGroundOf(inspector.state, committed ?? slot);
  if (ground !== null) report(inspector, recordId, file, `ciphertext: the record ${groundWords[ground]}`);
  if (cellOwner(cell) === recordId) inspector.rightful.add(`${file}:${at}`);
  const data = unsealRecord(slot, cell);
  if (data === undefined || cellOwner(cell) !== recordId) {
    report(inspector, recordId, file, "the ciphertext does not fit its key");
    return;
  }
  const content = decodeContent(data);
  if (content.ok) for (const identifier of content.value.identifiers) inspector.identifiers.set(identifier, recordId);
  if (committed === undefined) report(inspector, recordId, file, "the chain has no commitment to this record");
  else if (!holds(committed, slot.secrets, data)) report(inspector, recordId, file, "the commitment does not hold");
}

function cellOwner(cell: Uint8Array): string {
  return toHex(cell.subarray(cellMark.length, cellMark.length + identifierLength));
}

/** @returns the files that copies consist of */
function inspectCopies(inspector: Inspector, folder: string, { copies }: Registry): readonly string[] {
  return copies.flatMap((entry) => {
    const place = realPlaceOf(folder, entry);
    const files = filesOfCopy(entry).map((name) => join(place, name));
    if (!entry.finished) {
      report(inspector, null, place, "the copy was not finished: opening the vault destroys it");
    } else if (!files.every((file) => existsSync(file))) {
      report(inspector, null, place, `the ${entry.kind} is not there, and cannot be judged`);
    } else if (entry.kind === "export") {
      const ids = exportedIds(place);
      if (ids.includes(undefined)) report(inspector, null, place, "a line of the export is no record");
      for (const recordId of ids) {
        const committed = recordId === undefined ? undefined : inspector.onChain.get(recordId);
        const ground = committed === undefined ? null : erasureGroundOf(inspector.state, committed);
        if (ground !== null) report(inspector, recordId ?? null, place, `export: the record ${groundWords[ground]}`);
      }
      inspector.exported.set(join(place, exportName), new Set(ids.filter((id): id is string => id !== undefined)));
    } else {
      inspectStore(inspector, place);
    }
    return files;
  });
}

/** One name for one file, however it is reached. */
function realPlaceOf(folder: string, entry: CopyEntry): string {
  const place = placeOf(folder, entry);
  return existsSync(place) ? realpathSync(place) : place;
}

/** Each file once, also where folders lie in each other. */
function filesToScan(folders: readonly string[]): readonly string[] {
  const present = folders.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder));
  return [...new Set(present.flatMap(filesBelow))];
}

function scanAll(
  inspector: Inspector,
  files: readonly string[],
): { readonly bytes: number; readonly tooShort: number } {
  const patterns: Pattern[] = [
    { bytes: cellMark, label: "cell" },
    { bytes: utf8Of(exportMark), label: "export" },
  ];
  let tooShort = 0;
  for (const identifier of inspector.identifiers.keys()) {
    const utf8 = utf8Of(identifier);
    if (utf8.length < identifierBytesMin) tooShort++;
    else {
      const wide = new Uint8Array(Buffer.from(identifier, "utf16le"));
      for (const bytes of [utf8, wide]) patterns.push({ bytes: bytes.subarray(0, patternBytesMax), label: identifier });
    }
  }
  const set = createPatternSet(patterns);
  let bytes = 0;
  for (const file of files) {
    bytes += scanFile(file, {
      patterns: set,
      onSecret: (secret, at) => {
        const recordId = inspector.byDigest.get(digestOf(secret));
        if (recordId === undefined || (at !== null && inspector.rightful.has(`${file}:${at}`))) return;
        report(inspector, recordId, file, `its key or salt lies ${at === null ? "here as text" : `at byte ${at}`}`);
      },
      onPattern: ({ label, bytes: pattern }, at, after) => {
        if (pattern === cellMark) judgeCell(inspector, file, at, after);
        else if (label === "export") judgeLine(inspector, file, after);
        else judgeIdentifier(inspector, file, at, label);
      },
    });
  }
  return { bytes, tooShort };
}

function judgeCell(inspector: Inspector, file: string, at: number, after: Uint8Array): void {
  if (inspector.rightful.has(`${file}:${at}`)) return;
  // A program's own text may name the mark: what follows it there is no record's identifier.
  const recordId = toHex(after.subarray(0, identifierLength));
  const isKnown = inspector.onChain.has(recordId);
  if (isKnown) report(inspector, recordId, file, `its ciphertext lies at byte ${at}`);
}

function judgeLine(inspector: Inspector, file: string, after: Uint8Array): void {
  const recordId = Buffer.from(after.subarray(0, 2 * identifierLength)).toString("latin1");
  const isRightful = inspector.exported.get(file)?.has(recordId) === true;
  if (!isRightful && inspector.onChain.has(recordId))
    report(inspector, recordId, file, "an export that no erasure reaches");
}

function judgeIdentifier(inspector: Inspector, file: string, at: number, identifier: string): void {
  const recordId = inspector.identifiers.get(identifier) ?? null;
  if (recordId !== null && inspector.exported.get(file)?.has(recordId) === true) return;
  report(inspector, recordId, file, `an identifier can be read at byte ${at}`);
}

/** One line for a person. The identifier itself is not said again. */
export function describeFault({ recordId, place, what }: VaultFault, folder: string): string {
  return `${recordId === null ? "no record" : `record ${recordId}`}: ${relative(folder, place) || place}: ${what}`;
}
