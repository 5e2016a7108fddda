import { bytesEqual } from "../../common/canonical";
import { consentOfSigning, type Consent } from "../contracts/consent";
import { executionAt } from "./apply";
import { decodeOwn } from "./overlay";
import {
  decodeConsent,
  decodeKeptRecord,
  decodeKeyRelease,
  decodeSeat,
  type KeptRecord,
  type KeyRelease,
  type SeatRecord,
} from "./records/personal-records";
import { refuse, type Ruling } from "./refusals";
import { judgeRelease } from "./rules/record-rules";
import type { State } from "./state";
import { readAt } from "./state-reading";
import { consentPath, keyReleasePath, recordPath, seatPath, StateKind } from "./state-paths";
import { valueOf } from "./tree/node-store";
import { visitKind } from "./tree/tree";

/** Questions to a state about what custodians keep of commuters. */

/** What the holder of a contract agrees to. */
export function readConsent(state: State, contractId: string): Consent {
  return readAt(state, consentPath(contractId), decodeConsent) ?? consentOfSigning;
}

/** Under whose law a member handles data; undefined where nobody noted it. */
export function readSeat(state: State, publicKey: Uint8Array): SeatRecord | undefined {
  return readAt(state, seatPath(publicKey), decodeSeat);
}

/** What holders agree to who have said something, or whose records are wanted erased. Walks over all of them. */
export function visitConsents(state: State, visit: (consent: Consent) => void): void {
  visitKind(state.tree, StateKind.consent, (leaf) => {
    visit(decodeOwn(valueOf(state.tree.store, leaf), decodeConsent));
    return true;
  });
}

export function readKeptRecord(state: State, recordId: string): KeptRecord | undefined {
  return readAt(state, recordPath(recordId), decodeKeptRecord);
}

/** What custodians committed to, erased or not, ascending by identifier. Walks over all of them. */
export function listKeptRecords(state: State): readonly KeptRecord[] {
  const records: KeptRecord[] = [];
  visitKind(state.tree, StateKind.record, (leaf) => {
    records.push(decodeOwn(valueOf(state.tree.store, leaf), decodeKeptRecord));
    return true;
  });
  return records;
}

/** Why a record may not be kept any more; null while it may. */
export type ErasureGround = "erased" | "demanded" | "expired";

/** @param record what the chain has of it, or as much as its keeper knows before it is committed to */
export function erasureGroundOf(
  state: State,
  record: Pick<KeptRecord, "contractId" | "expiresAtS"> & Partial<Pick<KeptRecord, "erasedAtS">>,
): ErasureGround | null {
  if ((record.erasedAtS ?? null) !== null) return "erased";
  if (readConsent(state, record.contractId).erasure !== null) return "demanded";
  return record.expiresAtS <= state.timeS ? "expired" : null;
}

/** Whether a key that was released may be handed over now: everything that the release asked is asked again. */
export function judgeHandOver(
  state: State,
  custodian: Uint8Array,
  recordId: string,
  buyer: Uint8Array,
): Ruling<KeyRelease> {
  const record = readKeptRecord(state, recordId);
  if (record === undefined) return refuse("record-unknown", recordId);
  if (!bytesEqual(record.custodian, custodian)) return refuse("record-of-others", recordId);
  const release = readAt(state, keyReleasePath(recordId, buyer), decodeKeyRelease);
  if (release === undefined) return refuse("release-unknown", recordId);
  const execution = executionAt(state, state.height + 1, state.timeS, () => false);
  const judged = judgeRelease(execution, record, buyer, release.purpose);
  return judged.ok ? { ok: true, value: release } : judged;
}
