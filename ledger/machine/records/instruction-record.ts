import {
  createReader,
  finishReading,
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
import type { AvoidScope } from "../../contracts/terms";
import { publicKeyLength } from "./credential-record";
import { encodeRecord, readForm, readHex, writeHex } from "./form";
import { readScope, readSeconds, writeScope } from "./terms-form";

/**
 * An instruction that was carried out. Its escrow is always the bonus times the number of open contracts that can still
 * earn it: `openCount`, and after the release that follows the expiry `arrivedCount`.
 */
export interface InstructionRecord {
  /** Key of the officer who signed. */
  readonly authority: Uint8Array;
  readonly poolId: number;
  /** The authority's name of what happened on the road; nothing follows from it. */
  readonly incidentId: string;
  readonly scope: AvoidScope;
  readonly expiresAtS: number;
  readonly bonusMicro: MicroTokens;
  readonly budgetMicro: MicroTokens;
  readonly issuedAtS: number;
  readonly issuedHeight: number;
  /** Contracts rewritten. */
  readonly rewritten: number;
  /** Merkle root (RFC 6962, SHA-256) over the identifiers of the rewritten contracts, 31 bytes each, ascending. */
  readonly rewrittenRoot: string;
  /** Of the rewritten contracts, those not settled yet. */
  readonly openCount: number;
  /** Of the open ones, those whose destination was reached before the expiry. */
  readonly arrivedCount: number;
  readonly escrowMicro: MicroTokens;
  /** Bonuses paid, and to how many contracts. */
  readonly paidMicro: MicroTokens;
  readonly paidCount: number;
  /** After the expiry, when what nobody can earn any more went back to the pool. */
  readonly released: boolean;
}

const instructionForm = 1;
/** UTF-8 bytes. */
export const incidentIdLengthMax = 64;

export function encodeInstruction(record: InstructionRecord): Uint8Array {
  return encodeRecord(instructionForm, (writer) => {
    writeFixed(writer, record.authority);
    writeWhole(writer, record.poolId);
    writeText(writer, record.incidentId);
    writeScope(writer, record.scope);
    writeWhole(writer, record.expiresAtS);
    writeAmount(writer, record.bonusMicro);
    writeAmount(writer, record.budgetMicro);
    writeWhole(writer, record.issuedAtS);
    writeWhole(writer, record.issuedHeight);
    writeWhole(writer, record.rewritten);
    writeHex(writer, record.rewrittenRoot, 32);
    writeWhole(writer, record.openCount);
    writeWhole(writer, record.arrivedCount);
    writeAmount(writer, record.escrowMicro);
    writeAmount(writer, record.paidMicro);
    writeWhole(writer, record.paidCount);
    writeFlag(writer, record.released);
  });
}

export function decodeInstruction(bytes: Uint8Array): Result<InstructionRecord> {
  const reader = createReader(bytes);
  readForm(reader, instructionForm);
  return finishReading(reader, {
    authority: readFixed(reader, publicKeyLength),
    poolId: readWhole(reader),
    incidentId: readText(reader, incidentIdLengthMax),
    scope: readScope(reader),
    expiresAtS: readSeconds(reader, 0),
    bonusMicro: readAmount(reader),
    budgetMicro: readAmount(reader),
    issuedAtS: readSeconds(reader, 0),
    issuedHeight: readWhole(reader),
    rewritten: readWhole(reader),
    rewrittenRoot: readHex(reader, 32),
    openCount: readWhole(reader),
    arrivedCount: readWhole(reader),
    escrowMicro: readAmount(reader),
    paidMicro: readAmount(reader),
    paidCount: readWhole(reader),
    released: readFlag(reader),
  });
}
