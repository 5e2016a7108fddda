import { readAmount, readFixed, readWhole, writeAmount, writeFixed, writeWhole } from "../../common/canonical";
import type { Result } from "../../common/result";
import { keepStaged, readRecord, writeValue, type Overlay } from "./overlay";
import { decodeRecord, encodeRecord, readName, writeName } from "./records/form";
import type { State } from "./state";
import { readAt } from "./state-reading";
import { misbehaviorPath } from "./state-paths";

/** Only ever added to at the end. */
const kinds = ["duplicateVote", "lightClientAttack"] as const;

/** What consensus proved against a validator, as a block's evidence says it. The embedded engine proves nothing. */
export interface Misbehavior {
  readonly kind: (typeof kinds)[number];
  /** 20 bytes. */
  readonly validatorAddress: Uint8Array;
  readonly power: bigint;
  /** Of the votes, or of the last header that both chains have. */
  readonly height: number;
  /** Of the block at that height, whole seconds (cut). */
  readonly timeS: number;
}

/** What was proved against one validator last, and how often anything was. It stays when the validator goes. */
export interface MisbehaviorRecord extends Misbehavior {
  /** Proofs so far, 1 or more. */
  readonly proofs: number;
}

const addressLength = 20;
const misbehaviorForm = 1;

/**
 * Writes down what a block's evidence proves. Nothing follows from it by itself: whether the validator goes is for the
 * others to decide (`setValidator`), who can show the record with its proof.
 */
export function recordMisbehavior(overlay: Overlay, misbehavior: readonly Misbehavior[]): void {
  for (const one of misbehavior) {
    const path = misbehaviorPath(one.validatorAddress);
    const proofs = (readRecord(overlay, path, decodeMisbehavior)?.proofs ?? 0) + 1;
    writeValue(overlay, path, encodeMisbehavior({ ...one, proofs }));
  }
  keepStaged(overlay);
}

/** @param validatorAddress 20 bytes @returns undefined when nothing was ever proved against it */
export function readMisbehavior(state: State, validatorAddress: Uint8Array): MisbehaviorRecord | undefined {
  return readAt(state, misbehaviorPath(validatorAddress), decodeMisbehavior);
}

function encodeMisbehavior(record: MisbehaviorRecord): Uint8Array {
  return encodeRecord(misbehaviorForm, (writer) => {
    writeName(writer, kinds, record.kind);
    writeFixed(writer, record.validatorAddress);
    writeAmount(writer, record.power);
    writeWhole(writer, record.height);
    writeWhole(writer, record.timeS);
    writeWhole(writer, record.proofs);
  });
}

function decodeMisbehavior(bytes: Uint8Array): Result<MisbehaviorRecord> {
  return decodeRecord(bytes, misbehaviorForm, (reader) => ({
    kind: readName(reader, kinds),
    validatorAddress: readFixed(reader, addressLength).slice(),
    power: readAmount(reader),
    height: readWhole(reader),
    timeS: readWhole(reader),
    proofs: readWhole(reader),
  }));
}
