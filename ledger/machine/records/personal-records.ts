import {
  readByte,
  readFixed,
  readFlag,
  readText,
  readWhole,
  refuseReading,
  writeByte,
  writeFixed,
  writeFlag,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { Result } from "../../../common/result";
import {
  consentPurposes,
  releasePurposes,
  territoryLengthMax,
  type Consent,
  type ConsentPurpose,
  type ReleasePurpose,
} from "../../contracts/consent";
import { publicKeyLength } from "./credential-record";
import {
  decodeRecord,
  encodeRecord,
  readHex,
  readIdentifier,
  readName,
  writeHex,
  writeIdentifier,
  writeName,
} from "./form";
import { readSeconds } from "./terms-form";

/**
 * What the chain knows of a record about a commuter that a custodian keeps elsewhere, enciphered: enough to hold the
 * custodian to it, and nothing that says anything about anybody once the record's key is gone.
 */
export interface KeptRecord extends RecordCommitment {
  /** Key of the custodian who keeps it. */
  readonly custodian: Uint8Array;
  readonly committedAtS: number;
  /** When its custodian declared it erased; null while it is kept. */
  readonly erasedAtS: number | null;
}

/** What a custodian commits to for one record. */
export interface RecordCommitment {
  /** Drawn at random, as long as an identifier. */
  readonly recordId: string;
  readonly contractId: string;
  /** HMAC-SHA-256 of the data under a key of the record's own, 32 bytes in hexadecimal. */
  readonly commitment: string;
  /** SHA-256 of the record's key and of its salt, by which a copy of them is found that should not be there. */
  readonly keyDigest: string;
  readonly saltDigest: string;
  /** Where the data were produced, ISO 3166. */
  readonly territory: string;
  /** From this second on it may not be kept. */
  readonly expiresAtS: number;
  /** The holder's consent that it was made under. */
  readonly consentSequence: number;
}

/** That a record's key may be given to a buyer. */
export interface KeyRelease {
  readonly recordId: string;
  readonly buyer: Uint8Array;
  readonly purpose: ReleasePurpose;
  readonly releasedAtS: number;
}

/** Under whose law a member of the consortium handles data. */
export interface SeatRecord {
  readonly publicKey: Uint8Array;
  readonly territory: string;
}

const personalForm = 1;
const erasureWishes = ["holder", "delegate"] as const;

export function encodeConsent(record: Consent): Uint8Array {
  return encodeRecord(personalForm, (writer) => {
    writeWhole(writer, record.sequence);
    writeFlag(writer, record.withdrawn);
    writePurposes(writer, record.purposes);
    writeFlag(writer, record.erasure !== null);
    if (record.erasure === null) return;
    writeName(writer, erasureWishes, record.erasure.wantedBy);
    writeWhole(writer, record.erasure.sinceS);
  });
}

export function decodeConsent(bytes: Uint8Array): Result<Consent> {
  return decodeRecord(bytes, personalForm, (reader) => ({
    sequence: readWhole(reader),
    withdrawn: readFlag(reader),
    purposes: readPurposes(reader),
    erasure: readFlag(reader) ? { wantedBy: readName(reader, erasureWishes), sinceS: readSeconds(reader, 0) } : null,
  }));
}

/** One bit each. */
export function writePurposes(writer: ByteWriter, purposes: readonly ConsentPurpose[]): void {
  let bits = 0;
  for (const purpose of purposes) bits |= 1 << consentPurposes.indexOf(purpose);
  writeByte(writer, bits);
}

export function readPurposes(reader: ByteReader): readonly ConsentPurpose[] {
  const bits = readByte(reader);
  if (bits >= 1 << consentPurposes.length) refuseReading(reader, `${bits} stands for purposes that there are not`);
  return consentPurposes.filter((_, bit) => (bits & (1 << bit)) !== 0);
}

export function writeCommitment(writer: ByteWriter, commitment: RecordCommitment): void {
  writeIdentifier(writer, commitment.recordId);
  writeIdentifier(writer, commitment.contractId);
  writeHex(writer, commitment.commitment, 32);
  writeHex(writer, commitment.keyDigest, 32);
  writeHex(writer, commitment.saltDigest, 32);
  writeText(writer, commitment.territory);
  writeWhole(writer, commitment.expiresAtS);
  writeWhole(writer, commitment.consentSequence);
}

export function readCommitment(reader: ByteReader): RecordCommitment {
  return {
    recordId: readIdentifier(reader),
    contractId: readIdentifier(reader),
    commitment: readHex(reader, 32),
    keyDigest: readHex(reader, 32),
    saltDigest: readHex(reader, 32),
    territory: readText(reader, territoryLengthMax),
    expiresAtS: readSeconds(reader, 0),
    consentSequence: readWhole(reader),
  };
}

export function encodeKeptRecord(record: KeptRecord): Uint8Array {
  return encodeRecord(personalForm, (writer) => {
    writeCommitment(writer, record);
    writeFixed(writer, record.custodian);
    writeWhole(writer, record.committedAtS);
    writeFlag(writer, record.erasedAtS !== null);
    if (record.erasedAtS !== null) writeWhole(writer, record.erasedAtS);
  });
}

export function decodeKeptRecord(bytes: Uint8Array): Result<KeptRecord> {
  return decodeRecord(bytes, personalForm, (reader) => ({
    ...readCommitment(reader),
    custodian: readFixed(reader, publicKeyLength),
    committedAtS: readSeconds(reader, 0),
    erasedAtS: readFlag(reader) ? readSeconds(reader, 0) : null,
  }));
}

export function encodeKeyRelease(record: KeyRelease): Uint8Array {
  return encodeRecord(personalForm, (writer) => {
    writeIdentifier(writer, record.recordId);
    writeFixed(writer, record.buyer);
    writeName(writer, releasePurposes, record.purpose);
    writeWhole(writer, record.releasedAtS);
  });
}

export function decodeKeyRelease(bytes: Uint8Array): Result<KeyRelease> {
  return decodeRecord(bytes, personalForm, (reader) => ({
    recordId: readIdentifier(reader),
    buyer: readFixed(reader, publicKeyLength),
    purpose: readName(reader, releasePurposes),
    releasedAtS: readSeconds(reader, 0),
  }));
}

export function encodeSeat(record: SeatRecord): Uint8Array {
  return encodeRecord(personalForm, (writer) => {
    writeFixed(writer, record.publicKey);
    writeText(writer, record.territory);
  });
}

export function decodeSeat(bytes: Uint8Array): Result<SeatRecord> {
  return decodeRecord(bytes, personalForm, (reader) => ({
    publicKey: readFixed(reader, publicKeyLength),
    territory: readText(reader, territoryLengthMax),
  }));
}
