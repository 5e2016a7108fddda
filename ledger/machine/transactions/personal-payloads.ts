import {
  readCount,
  readFixed,
  readText,
  readWhole,
  writeFixed,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import { unreachable } from "../../../common/result";
import { releasePurposes, territoryLengthMax, type ConsentPurpose, type ReleasePurpose } from "../../contracts/consent";
import { recordsPerTransactionMax } from "../limits";
import { publicKeyLength } from "../records/credential-record";
import { readIdentifier, readName, writeIdentifier, writeName } from "../records/form";
import {
  readCommitment,
  readPurposes,
  writeCommitment,
  writePurposes,
  type RecordCommitment,
} from "../records/personal-records";

/** Payloads about personal data, which itself is never on the chain. */
export type PersonalPayload =
  | SetConsentPayload
  | WithdrawConsentPayload
  | DemandErasurePayload
  | OrderErasurePayload
  | CommitRecordsPayload
  | EraseRecordsPayload
  | ReleaseKeyPayload
  | SetSeatPayload;

/** A statement of a contract's holder, signed by the contract's own key. `sequence` is its next number. */
interface HolderStatement {
  readonly contractKey: Uint8Array;
  readonly sequence: number;
}

/** What the holder allows from now on; gives consent again where it was withdrawn. */
export interface SetConsentPayload extends HolderStatement {
  readonly kind: "setConsent";
  readonly purposes: readonly ConsentPurpose[];
}

/** Nothing may be kept any more beyond what is, and nothing be passed on. */
export interface WithdrawConsentPayload extends HolderStatement {
  readonly kind: "withdrawConsent";
}

/** Everything that is kept about the holder of this contract is to be erased. Withdraws consent. */
export interface DemandErasurePayload extends HolderStatement {
  readonly kind: "demandErasure";
}

/** The data-protection delegate, who is the certificate authority, has contracts' records erased. */
export interface OrderErasurePayload {
  readonly kind: "orderErasure";
  readonly contractIds: readonly string[];
}

/** A custodian commits to records that it keeps. */
export interface CommitRecordsPayload {
  readonly kind: "commitRecords";
  readonly records: readonly RecordCommitment[];
}

/** A custodian declares that records are erased: ciphertext, key and salt, in every copy. */
export interface EraseRecordsPayload {
  readonly kind: "eraseRecords";
  readonly recordIds: readonly string[];
}

/** A custodian asks for leave to give a record's key to a data buyer. */
export interface ReleaseKeyPayload {
  readonly kind: "releaseKey";
  readonly recordId: string;
  readonly buyer: Uint8Array;
  readonly purpose: ReleasePurpose;
}

/** The certificate authority notes under whose law a member handles data. */
export interface SetSeatPayload {
  readonly kind: "setSeat";
  readonly publicKey: Uint8Array;
  readonly territory: string;
}

export const personalPayloadKinds = {
  setConsent: { number: 20, version: 1 },
  withdrawConsent: { number: 21, version: 1 },
  demandErasure: { number: 22, version: 1 },
  orderErasure: { number: 23, version: 1 },
  commitRecords: { number: 24, version: 1 },
  eraseRecords: { number: 25, version: 1 },
  releaseKey: { number: 26, version: 1 },
  setSeat: { number: 27, version: 1 },
} as const satisfies Record<PersonalPayload["kind"], { number: number; version: number }>;

export function writePersonalPayload(writer: ByteWriter, payload: PersonalPayload): void {
  switch (payload.kind) {
    case "setConsent":
    case "withdrawConsent":
    case "demandErasure":
      writeFixed(writer, payload.contractKey);
      writeWhole(writer, payload.sequence);
      if (payload.kind === "setConsent") writePurposes(writer, payload.purposes);
      return;
    case "orderErasure":
      writeList(writer, payload.contractIds, writeIdentifier);
      return;
    case "commitRecords":
      writeList(writer, payload.records, writeCommitment);
      return;
    case "eraseRecords":
      writeList(writer, payload.recordIds, writeIdentifier);
      return;
    case "releaseKey":
      writeIdentifier(writer, payload.recordId);
      writeFixed(writer, payload.buyer);
      writeName(writer, releasePurposes, payload.purpose);
      return;
    case "setSeat":
      writeFixed(writer, payload.publicKey);
      writeText(writer, payload.territory);
      return;
    default:
      unreachable(payload);
  }
}

export function readPersonalPayload(kind: PersonalPayload["kind"], reader: ByteReader): PersonalPayload {
  switch (kind) {
    case "setConsent":
      return { kind, ...readStatement(reader), purposes: readPurposes(reader) };
    case "withdrawConsent":
    case "demandErasure":
      return { kind, ...readStatement(reader) };
    case "orderErasure":
      return { kind, contractIds: readList(reader, readIdentifier) };
    case "commitRecords":
      return { kind, records: readList(reader, readCommitment) };
    case "eraseRecords":
      return { kind, recordIds: readList(reader, readIdentifier) };
    case "releaseKey":
      return {
        kind,
        recordId: readIdentifier(reader),
        buyer: readFixed(reader, publicKeyLength),
        purpose: readName(reader, releasePurposes),
      };
    case "setSeat":
      return {
        kind,
        publicKey: readFixed(reader, publicKeyLength),
        territory: readText(reader, territoryLengthMax),
      };
    default:
      return unreachable(kind);
  }
}

function readStatement(reader: ByteReader): HolderStatement {
  return { contractKey: readFixed(reader, publicKeyLength), sequence: readWhole(reader) };
}

function writeList<T>(writer: ByteWriter, items: readonly T[], write: (writer: ByteWriter, item: T) => void): void {
  writeWhole(writer, items.length);
  for (const item of items) write(writer, item);
}

function readList<T>(reader: ByteReader, read: (reader: ByteReader) => T): readonly T[] {
  const count = readCount(reader, recordsPerTransactionMax);
  const items: T[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) items.push(read(reader));
  return items;
}
