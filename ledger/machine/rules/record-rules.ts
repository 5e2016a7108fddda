import { bytesEqual } from "../../../common/canonical";
import { isTerritory, liesWithin, type ReleasePurpose } from "../../contracts/consent";
import { noData, requireRole, type Execution, type Rule } from "../execution";
import { retentionMaxS } from "../limits";
import { readRecord, readValue, writeValue } from "../overlay";
import {
  decodeKeptRecord,
  decodeSeat,
  encodeKeptRecord,
  encodeKeyRelease,
  type KeptRecord,
  type RecordCommitment,
} from "../records/personal-records";
import { refuse, type Ruling } from "../refusals";
import { contractPath, keyReleasePath, recordPath, seatPath } from "../state-paths";
import type { CommitRecordsPayload, EraseRecordsPayload, ReleaseKeyPayload } from "../transactions/personal-payloads";
import type { DecodedTransaction } from "../transactions/transaction";
import { readConsent } from "./consent-rules";

/** All records of the transaction are committed to, or none is. */
export const commitRecords: Rule<CommitRecordsPayload> = (execution, { records }, { sender }) => {
  const custodian = requireRole(execution, sender, "custodian");
  if (!custodian.ok) return custodian;
  if (sender === null) return refuse("sender-unknown");
  if (records.length === 0) return refuse("records-empty");
  for (const record of records) {
    const judged = judgeCommitment(execution, record);
    if (!judged.ok) return refuse(judged.error.name, record.recordId);
    const kept = { ...record, custodian: sender, committedAtS: execution.nowS, erasedAtS: null };
    writeValue(execution.overlay, recordPath(record.recordId), encodeKeptRecord(kept));
  }
  return { ok: true, value: noData };
};

function judgeCommitment(execution: Execution, record: RecordCommitment): Ruling<undefined> {
  if (!isTerritory(record.territory)) return refuse("territory-malformed");
  if (record.expiresAtS <= execution.nowS) return refuse("record-expired");
  if (record.expiresAtS > execution.nowS + retentionMaxS) return refuse("retention-too-long");
  if (readValue(execution.overlay, contractPath(record.contractId)) === undefined) return refuse("contract-unknown");
  const consent = readConsent(execution, record.contractId);
  if (consent.erasure !== null) return refuse("erasure-demanded");
  if (consent.withdrawn) return refuse("consent-missing");
  if (record.consentSequence !== consent.sequence) return refuse("consent-sequence-wrong");
  if (readValue(execution.overlay, recordPath(record.recordId)) !== undefined) return refuse("record-exists");
  return { ok: true, value: undefined };
}

/** The record, when it is this custodian's and not erased. */
function findKept(execution: Execution, recordId: string, { sender }: DecodedTransaction): Ruling<KeptRecord> {
  const custodian = requireRole(execution, sender, "custodian");
  if (!custodian.ok) return custodian;
  const record = readRecord(execution.overlay, recordPath(recordId), decodeKeptRecord);
  if (record === undefined) return refuse("record-unknown", recordId);
  if (sender === null || !bytesEqual(record.custodian, sender)) return refuse("record-of-others", recordId);
  return record.erasedAtS === null ? { ok: true, value: record } : refuse("record-erased", recordId);
}

/** Marks records erased: all of the transaction, or none. What has neither expired nor is wanted erased is kept. */
export const eraseRecords: Rule<EraseRecordsPayload> = (execution, { recordIds }, transaction) => {
  if (recordIds.length === 0) return refuse("records-empty");
  for (const recordId of recordIds) {
    const found = findKept(execution, recordId, transaction);
    if (!found.ok) return found;
    const record = found.value;
    const isDue = record.expiresAtS <= execution.nowS || readConsent(execution, record.contractId).erasure !== null;
    if (!isDue) return refuse("erasure-not-due", recordId);
    writeValue(execution.overlay, recordPath(recordId), encodeKeptRecord({ ...record, erasedAtS: execution.nowS }));
  }
  return { ok: true, value: noData };
};

/** Allows a record's key to be given to a buyer, once. */
export const releaseKey: Rule<ReleaseKeyPayload> = (execution, { recordId, buyer, purpose }, transaction) => {
  const found = findKept(execution, recordId, transaction);
  if (!found.ok) return found;
  const judged = judgeRelease(execution, found.value, buyer, purpose);
  if (!judged.ok) return judged;
  const path = keyReleasePath(recordId, buyer);
  if (readValue(execution.overlay, path) !== undefined) return refuse("key-released");
  const release = { recordId, buyer, purpose, releasedAtS: execution.nowS };
  writeValue(execution.overlay, path, encodeKeyRelease(release));
  return { ok: true, value: noData };
};

/**
 * Whether a record's key may be given to a buyer: while the record may be kept, the holder consents to the purpose at this
 * very place in the block, and the buyer handles data under the law of where they were produced.
 */
export function judgeRelease(
  execution: Execution,
  { recordId, contractId, territory, expiresAtS, erasedAtS }: KeptRecord,
  buyer: Uint8Array,
  purpose: ReleasePurpose,
): Ruling<undefined> {
  if (erasedAtS !== null) return refuse("record-erased", recordId);
  if (expiresAtS <= execution.nowS) return refuse("record-expired", recordId);
  const consent = readConsent(execution, contractId);
  if (consent.erasure !== null) return refuse("erasure-demanded");
  if (!consent.purposes.includes(purpose)) return refuse("consent-missing", purpose);
  if (!requireRole(execution, buyer, "dataBuyer").ok) return refuse("buyer-unknown");
  const seat = readRecord(execution.overlay, seatPath(buyer), decodeSeat);
  if (seat === undefined) return refuse("buyer-without-seat");
  return liesWithin(seat.territory, territory)
    ? { ok: true, value: undefined }
    : refuse("outside-territory", `${seat.territory} is not in ${territory}`);
}
