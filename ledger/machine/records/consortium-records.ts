import {
  compareBytes,
  readAmount,
  readCount,
  readFixed,
  readFlag,
  readWhole,
  refuseReading,
  writeAmount,
  writeFixed,
  writeFlag,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { Result } from "../../../common/result";
import { endorsementsPerPolicyMax, validatorsMax } from "../limits";
import { cohorts, publicKeyLength, type Cohort } from "./credential-record";
import { decodeRecord, encodeRecord, readName, writeName } from "./form";

/** Who orders blocks, with which weight; they are also who governs. */
export interface ValidatorsRecord {
  /** How many there may be; 1: the set is fixed, as the embedded engine's is. */
  readonly countMax: number;
  /** Ascending by key; powers are positive. */
  readonly validators: readonly PoweredValidator[];
}

export interface PoweredValidator {
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

/** Whose endorsement a kind of transaction needs, besides who must sign it anyway. */
export interface PolicyRecord {
  /** Of the kind of transaction; see `payload-form.ts`. */
  readonly kindNumber: number;
  /** In the order of `cohorts`, each once. None: nobody's. */
  readonly endorsements: readonly Endorsement[];
}

/** So many endorsers of a cohort. */
export interface Endorsement {
  readonly cohort: Cohort;
  readonly count: number;
}

/** What the supervisory authority allows of one template. */
export interface LicenceRecord {
  readonly templateId: number;
  /** No offers are accepted; contracts in force go on. */
  readonly suspended: boolean;
  /** Contracts that may be accepted in all; 0: no limit. */
  readonly contractsMax: number;
  /** Accepted so far. */
  readonly contracts: number;
}

const consortiumForm = 1;

export function encodeValidators({ countMax, validators }: ValidatorsRecord): Uint8Array {
  return encodeRecord(consortiumForm, (writer) => {
    writeWhole(writer, countMax);
    writeWhole(writer, validators.length);
    for (const { publicKey, power } of validators) {
      writeFixed(writer, publicKey);
      writeAmount(writer, power);
    }
  });
}

export function decodeValidators(bytes: Uint8Array): Result<ValidatorsRecord> {
  return decodeRecord(bytes, consortiumForm, (reader) => {
    const countMax = readWhole(reader);
    const count = readCount(reader, validatorsMax);
    const validators: PoweredValidator[] = [];
    for (let index = 0; index < count && reader.fault === undefined; index++) {
      const publicKey = readFixed(reader, publicKeyLength);
      const last = validators[index - 1];
      if (last !== undefined && compareBytes(last.publicKey, publicKey) >= 0)
        refuseReading(reader, "keys do not ascend");
      validators.push({ publicKey, power: readAmount(reader) });
    }
    return { countMax, validators };
  });
}

export function encodePolicy({ kindNumber, endorsements }: PolicyRecord): Uint8Array {
  return encodeRecord(consortiumForm, (writer) => {
    writeWhole(writer, kindNumber);
    writeEndorsements(writer, endorsements);
  });
}

export function decodePolicy(bytes: Uint8Array): Result<PolicyRecord> {
  return decodeRecord(bytes, consortiumForm, (reader) => ({
    kindNumber: readWhole(reader),
    endorsements: readEndorsements(reader),
  }));
}

export function writeEndorsements(writer: ByteWriter, endorsements: readonly Endorsement[]): void {
  writeWhole(writer, endorsements.length);
  for (const { cohort, count } of endorsements) {
    writeName(writer, cohorts, cohort);
    writeWhole(writer, count);
  }
}

export function readEndorsements(reader: ByteReader): readonly Endorsement[] {
  const length = readCount(reader, cohorts.length);
  const endorsements: Endorsement[] = [];
  let last = -1;
  for (let index = 0; index < length && reader.fault === undefined; index++) {
    const cohort = readName(reader, cohorts);
    if (cohorts.indexOf(cohort) <= last) refuseReading(reader, "cohorts are out of order");
    last = cohorts.indexOf(cohort);
    const count = readWhole(reader);
    if (count < 1 || count > endorsementsPerPolicyMax) refuseReading(reader, `${count} endorsers of a cohort`);
    endorsements.push({ cohort, count });
  }
  return endorsements;
}

export function encodeLicence(record: LicenceRecord): Uint8Array {
  return encodeRecord(consortiumForm, (writer) => {
    writeWhole(writer, record.templateId);
    writeFlag(writer, record.suspended);
    writeWhole(writer, record.contractsMax);
    writeWhole(writer, record.contracts);
  });
}

export function decodeLicence(bytes: Uint8Array): Result<LicenceRecord> {
  return decodeRecord(bytes, consortiumForm, (reader) => ({
    templateId: readWhole(reader),
    suspended: readFlag(reader),
    contractsMax: readWhole(reader),
    contracts: readWhole(reader),
  }));
}
