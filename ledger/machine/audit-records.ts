import { fail, succeed, type Result } from "../../common/result";
import { decodeConsent, decodeKeptRecord, decodeKeyRelease } from "./records/personal-records";
import type { State } from "./state";
import { consentPath, contractPath, credentialPath, recordPath, StateKind } from "./state-paths";
import { valueOf } from "./tree/node-store";
import { lookUp, visitKind } from "./tree/tree";

/**
 * Proves that every record that a custodian committed to belongs to a contract, that none was declared erased before it
 * was due, and that no key was released of a record that was erased or had expired. As `audit` does, from the leaves.
 */
export function auditRecords(state: State): Result<void> {
  let fault: Result<void> = succeed(undefined);
  const judgeAll = (kind: StateKind, judge: (value: Uint8Array) => Result<void>) => {
    visitKind(state.tree, kind, (leaf) => {
      fault = judge(valueOf(state.tree.store, leaf));
      return fault.ok;
    });
    return fault.ok;
  };
  const isSound =
    judgeAll(StateKind.record, (value) => judgeRecord(state, value)) &&
    judgeAll(StateKind.keyRelease, (value) => judgeRelease(state, value));
  return isSound ? succeed(undefined) : fault;
}

function judgeRecord(state: State, value: Uint8Array): Result<void> {
  const decoded = decodeKeptRecord(value);
  if (!decoded.ok) return decoded;
  const { recordId, contractId, custodian, committedAtS, expiresAtS, erasedAtS } = decoded.value;
  if (lookUp(state.tree, contractPath(contractId)) === undefined) return fail(`record ${recordId} is of no contract`);
  if (lookUp(state.tree, credentialPath(custodian)) === undefined) return fail(`record ${recordId} has no custodian`);
  if (committedAtS >= expiresAtS) return fail(`record ${recordId} expired before it was committed to`);
  if (erasedAtS === null) return succeed(undefined);
  const consent = lookUp(state.tree, consentPath(contractId));
  const wanted = consent === undefined ? succeed(null) : decodeConsent(consent);
  if (!wanted.ok) return wanted;
  const sinceS = wanted.value?.erasure?.sinceS ?? Infinity;
  return erasedAtS >= Math.min(sinceS, expiresAtS)
    ? succeed(undefined)
    : fail(`record ${recordId} was erased too early`);
}

function judgeRelease(state: State, value: Uint8Array): Result<void> {
  const decoded = decodeKeyRelease(value);
  if (!decoded.ok) return decoded;
  const { recordId, buyer, releasedAtS } = decoded.value;
  const bytes = lookUp(state.tree, recordPath(recordId));
  if (bytes === undefined) return fail(`the key of record ${recordId} was released, and there is no such record`);
  const record = decodeKeptRecord(bytes);
  if (!record.ok) return record;
  const { committedAtS, expiresAtS, erasedAtS } = record.value;
  const isInTime = releasedAtS >= committedAtS && releasedAtS < expiresAtS && releasedAtS <= (erasedAtS ?? Infinity);
  if (!isInTime) return fail(`the key of record ${recordId} was released when it was not kept`);
  const isEnrolled = lookUp(state.tree, credentialPath(buyer)) !== undefined;
  return isEnrolled ? succeed(undefined) : fail(`the key of record ${recordId} was released to a stranger`);
}
