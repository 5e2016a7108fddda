import {
  readAmount,
  readFixed,
  readFlag,
  readText,
  readWhole,
  writeAmount,
  writeFixed,
  writeFlag,
  writeText,
  writeWhole,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Result } from "../../../common/result";
import type { InstructedAction } from "../../contracts/instruction";
import type { Scope } from "../../contracts/terms";
import { publicKeyLength } from "./credential-record";
import { decodeRecord, encodeRecord, readHex, writeHex } from "./form";
import { readAction, readScope, readSeconds, writeAction, writeScope } from "./terms-form";

/**
 * An instruction that was carried out. Its escrow is always the sum of the bonuses that open contracts can still earn of
 * it: `openMicro`, and after the release that follows the expiry `arrivedMicro`. Contracts that could not be given an
 * amendment any more keep the bonus that they were promised, so that not all bonuses need be `bonusMicro`.
 */
export interface InstructionRecord {
  /** Key of the officer who answers for it: who issued it, or amended it last. */
  readonly authority: Uint8Array;
  /** Whether a second officer signed it, or an amendment of it. */
  readonly twoOfficers: boolean;
  readonly poolId: number;
  /** The authority's name of what happened on the road; nothing follows from it. */
  readonly incidentId: string;
  readonly scope: Scope;
  readonly action: InstructedAction;
  readonly expiresAtS: number;
  readonly bonusMicro: MicroTokens;
  readonly budgetMicro: MicroTokens;
  readonly issuedAtS: number;
  readonly issuedHeight: number;
  /** 1 as issued, one more with each amendment or withdrawal. */
  readonly revision: number;
  /** Block of the last revision. */
  readonly revisedHeight: number;
  readonly withdrawn: boolean;
  /** Contracts that carry it. */
  readonly rewritten: number;
  /** Merkle root (RFC 6962, SHA-256) over the identifiers of the contracts that carry it, 31 bytes each, ascending. */
  readonly rewrittenRoot: string;
  /** Bonuses of those that are not settled yet. */
  readonly openMicro: MicroTokens;
  /** Of the open ones, bonuses of those whose destination was reached before the expiry. */
  readonly arrivedMicro: MicroTokens;
  readonly escrowMicro: MicroTokens;
  /** Bonuses paid, and to how many contracts. */
  readonly paidMicro: MicroTokens;
  readonly paidCount: number;
  /** After the expiry, when what nobody can earn any more went back to the pool. */
  readonly released: boolean;
}

const instructionForm = 3;
/** UTF-8 bytes. */
export const incidentIdLengthMax = 64;

export function encodeInstruction(record: InstructionRecord): Uint8Array {
  return encodeRecord(instructionForm, (writer) => {
    writeFixed(writer, record.authority);
    writeFlag(writer, record.twoOfficers);
    writeWhole(writer, record.poolId);
    writeText(writer, record.incidentId);
    writeScope(writer, record.scope);
    writeAction(writer, record.action);
    writeWhole(writer, record.expiresAtS);
    writeAmount(writer, record.bonusMicro);
    writeAmount(writer, record.budgetMicro);
    writeWhole(writer, record.issuedAtS);
    writeWhole(writer, record.issuedHeight);
    writeWhole(writer, record.revision);
    writeWhole(writer, record.revisedHeight);
    writeFlag(writer, record.withdrawn);
    writeWhole(writer, record.rewritten);
    writeHex(writer, record.rewrittenRoot, 32);
    writeAmount(writer, record.openMicro);
    writeAmount(writer, record.arrivedMicro);
    writeAmount(writer, record.escrowMicro);
    writeAmount(writer, record.paidMicro);
    writeWhole(writer, record.paidCount);
    writeFlag(writer, record.released);
  });
}

export function decodeInstruction(bytes: Uint8Array): Result<InstructionRecord> {
  return decodeRecord(bytes, instructionForm, (reader) => ({
    authority: readFixed(reader, publicKeyLength),
    twoOfficers: readFlag(reader),
    poolId: readWhole(reader),
    incidentId: readText(reader, incidentIdLengthMax),
    scope: readScope(reader),
    action: readAction(reader),
    expiresAtS: readSeconds(reader, 0),
    bonusMicro: readAmount(reader),
    budgetMicro: readAmount(reader),
    issuedAtS: readSeconds(reader, 0),
    issuedHeight: readWhole(reader),
    revision: readWhole(reader),
    revisedHeight: readWhole(reader),
    withdrawn: readFlag(reader),
    rewritten: readWhole(reader),
    rewrittenRoot: readHex(reader, 32),
    openMicro: readAmount(reader),
    arrivedMicro: readAmount(reader),
    escrowMicro: readAmount(reader),
    paidMicro: readAmount(reader),
    paidCount: readWhole(reader),
    released: readFlag(reader),
  }));
}
