import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../../common/result";
import type { Disk, Piece } from "./disk";
import { cellBytes, decodeSlot, encodeSlot, isEmpty, slotBytes, type Slot, type SlotHeader } from "./slot";

export const slotsName = "keys.slots";
export const cellsName = "records.cells";

/** The two files of a store or of a copy of it: slots with keys, cells with ciphertexts, of the same numbers. */
export interface SlotFiles {
  readonly folder: string;
  /** Headers of what is in it, by record. Keys stay on the disk. */
  readonly headers: ReadonlyMap<string, SlotHeader & { readonly index: number }>;
  /** Slots that were neither free nor whole; they and their cells were overwritten. */
  readonly repaired: number;
  slotAt(index: number): Slot | null | undefined;
  cellAt(index: number): Uint8Array;
  /** Ciphertexts first: a slot without its cell is never there, a cell without its slot is overwritten at the next opening. */
  add(records: readonly { readonly slot: Slot; readonly cell: Uint8Array }[]): void;
  /** Keys first: without them the ciphertexts say nothing. */
  wipe(recordIds: readonly string[]): void;
}

export function openSlotFiles(folder: string, disk: Disk): SlotFiles {
  const [slotsFile, cellsFile] = [join(folder, slotsName), join(folder, cellsName)];
  for (const file of [slotsFile, cellsFile]) if (!existsSync(file)) disk.write(file, []);
  const headers = new Map<string, SlotHeader & { readonly index: number }>();
  const free: number[] = [];
  const torn: number[] = [];
  const slotAt = (index: number) => decodeSlot(readPiece(slotsFile, index, slotBytes));
  const count = Math.ceil(statSync(slotsFile).size / slotBytes);
  forEachPiece(slotsFile, slotBytes, (index, bytes) => {
    const slot = decodeSlot(bytes);
    if (slot === null) free.push(index);
    else if (slot === undefined || headers.has(slot.recordId)) torn.push(index);
    else headers.set(slot.recordId, { ...headerOf(slot), index });
  });
  const zeroSlot = new Uint8Array(slotBytes);
  const zeroCell = new Uint8Array(cellBytes);
  if (torn.length > 0) disk.write(slotsFile, torn.map(pieceOf(zeroSlot)));
  free.push(...torn);
  const used = new Set([...headers.values()].map(({ index }) => index));
  const left: Piece[] = [];
  forEachPiece(cellsFile, cellBytes, (index, bytes) => {
    if (!used.has(index) && !isEmpty(bytes)) left.push({ at: index * cellBytes, bytes: zeroCell });
  });
  if (left.length > 0) disk.write(cellsFile, left);
  let end = count;
  return {
    folder,
    headers,
    repaired: torn.length,
    slotAt,
    cellAt: (index) => readPiece(cellsFile, index, cellBytes),
    add: (records) => {
      const placed = records.map((record) => ({ ...record, index: free.pop() ?? end++ }));
      disk.write(
        cellsFile,
        placed.map(({ cell, index }) => ({ at: index * cellBytes, bytes: cell })),
      );
      disk.write(
        slotsFile,
        placed.map(({ slot, index }) => ({ at: index * slotBytes, bytes: encodeSlot(slot) })),
      );
      for (const { slot, index } of placed) headers.set(slot.recordId, { ...headerOf(slot), index });
    },
    wipe: (recordIds) => {
      if (recordIds.length === 0) return;
      const indexes = recordIds.map((recordId) => {
        const header = headers.get(recordId);
        assert(header !== undefined, "what is wiped is there");
        return header.index;
      });
      disk.write(slotsFile, indexes.map(pieceOf(zeroSlot)));
      disk.write(cellsFile, indexes.map(pieceOf(zeroCell)));
      for (const recordId of recordIds) headers.delete(recordId);
      free.push(...indexes);
    },
  };
}

function headerOf({ recordId, contractId, territory, expiresAtS, consentSequence }: Slot): SlotHeader {
  return { recordId, contractId, territory, expiresAtS, consentSequence };
}

function pieceOf(bytes: Uint8Array): (index: number) => Piece {
  return (index) => ({ at: index * bytes.length, bytes });
}

/** One piece of a file, shorter where the file ends. */
function readPiece(file: string, index: number, length: number): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, index * length));
  } finally {
    closeSync(descriptor);
  }
}

const piecesAtOnce = 4096;

/** Every piece of a file in turn, as views that live until the next; the last one may be shorter. */
export function forEachPiece(file: string, length: number, visit: (index: number, bytes: Uint8Array) => void): void {
  const descriptor = openSync(file, "r");
  try {
    const chunk = new Uint8Array(length * piecesAtOnce);
    for (let first = 0; ; first += piecesAtOnce) {
      const read = readSync(descriptor, chunk, 0, chunk.length, first * length);
      for (let at = 0; at < read; at += length) {
        visit(first + at / length, chunk.subarray(at, Math.min(at + length, read)));
      }
      if (read < chunk.length) return;
    }
  } finally {
    closeSync(descriptor);
  }
}
