import { createHash } from "node:crypto";
import { fromHex, toHex, utf8Of } from "../../common/canonical";
import { assert } from "../../common/result";
import { territoryLengthMax } from "../contracts/consent";
import { identifierLength } from "../machine/state-paths";
import { nonceBytes, secretBytes, tagBytes, type RecordSecrets } from "./secrets";

/** What the vault keeps with a record's key. */
export interface SlotHeader {
  readonly recordId: string;
  readonly contractId: string;
  readonly territory: string;
  readonly expiresAtS: number;
  readonly consentSequence: number;
}

export interface Slot extends SlotHeader {
  readonly secrets: RecordSecrets;
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
}

/** A slot holds a key, the cell of the same number its ciphertext. Both are a whole part of a disk's sector or page. */
export const slotBytes = 256;
export const cellBytes = 1024;

/** What every cell that is used begins with, before the record's identifier. */
export const cellMark = utf8Of("pendulaire-cell\n");
export const cellTextBytes = cellBytes - cellMark.length - identifierLength;

const slotForm = 1;
const territoryAt = 1 + 2 * identifierLength;
const expiresAt = territoryAt + territoryLengthMax;
const sequenceAt = expiresAt + 6;
const keyAt = sequenceAt + 6;
const saltAt = keyAt + secretBytes;
const nonceAt = saltAt + secretBytes;
const tagAt = nonceAt + nonceBytes;
const sumAt = slotBytes - 16;

export function encodeSlot(slot: Slot): Uint8Array {
  const bytes = Buffer.alloc(slotBytes);
  bytes[0] = slotForm;
  bytes.set(headerBytes(slot), 1);
  bytes.set(slot.secrets.key, keyAt);
  bytes.set(slot.secrets.salt, saltAt);
  bytes.set(slot.nonce, nonceAt);
  bytes.set(slot.tag, tagAt);
  bytes.set(sumOf(bytes), sumAt);
  return new Uint8Array(bytes);
}

/** null = free; undefined = neither free nor whole, as a power cut or a failing disk leaves it. */
export function decodeSlot(bytes: Uint8Array): Slot | null | undefined {
  if (isEmpty(bytes)) return null;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length !== slotBytes || bytes[0] !== slotForm) return undefined;
  if (!sumOf(view).equals(view.subarray(sumAt))) return undefined;
  const territory = view.subarray(territoryAt, expiresAt).toString("latin1").replace(/\0+$/, "");
  return {
    recordId: toHex(bytes.subarray(1, 1 + identifierLength)),
    contractId: toHex(bytes.subarray(1 + identifierLength, territoryAt)),
    territory,
    expiresAtS: view.readUIntBE(expiresAt, 6),
    consentSequence: view.readUIntBE(sequenceAt, 6),
    secrets: { key: bytes.slice(keyAt, saltAt), salt: bytes.slice(saltAt, nonceAt) },
    nonce: bytes.slice(nonceAt, tagAt),
    tag: bytes.slice(tagAt, tagAt + tagBytes),
  };
}

/** What the ciphertext is bound to. */
export function headerBytes(header: SlotHeader): Uint8Array {
  const bytes = Buffer.alloc(keyAt - 1);
  bytes.set(identifierBytes(header.recordId));
  bytes.set(identifierBytes(header.contractId), identifierLength);
  bytes.write(header.territory, territoryAt - 1, "latin1");
  bytes.writeUIntBE(header.expiresAtS, expiresAt - 1, 6);
  bytes.writeUIntBE(header.consentSequence, sequenceAt - 1, 6);
  return bytes;
}

/** Against accidents, not against people. */
function sumOf(bytes: Uint8Array): Buffer {
  return createHash("sha256")
    .update(bytes.subarray(0, sumAt))
    .digest()
    .subarray(0, slotBytes - sumAt);
}

export function identifierBytes(identifier: string): Uint8Array {
  const bytes = fromHex(identifier);
  assert(bytes?.length === identifierLength, "an identifier has 62 hexadecimal digits");
  return bytes;
}

export function encodeCell(recordId: string, ciphertext: Uint8Array): Uint8Array {
  assert(ciphertext.length === cellTextBytes, "a cell is filled");
  const bytes = new Uint8Array(cellBytes);
  bytes.set(cellMark);
  bytes.set(identifierBytes(recordId), cellMark.length);
  bytes.set(ciphertext, cellBytes - cellTextBytes);
  return bytes;
}

export function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
