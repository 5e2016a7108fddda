import { bytesEqual } from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Instruction } from "../../contracts/instruction";
import { readCredential, type Execution } from "../execution";
import { readRecord, writeValue } from "../overlay";
import type { Grant } from "../records/credential-record";
import { decodeInstruction, encodeInstruction, type InstructionRecord } from "../records/instruction-record";
import { decodeOutstanding, encodeOutstanding } from "../records/money-records";
import { refuse, type Ruling } from "../refusals";
import { instructionPath, outstandingPath } from "../state-paths";
import type { AmendPayload, InstructPayload, Payload, WithdrawPayload } from "../transactions/payload";
import type { DecodedTransaction } from "../transactions/transaction";

export type RoadAuthorityGrant = Extract<Grant, { readonly role: "roadAuthority" }>;

export function readInstructionRecord(execution: Execution, instructionId: string): InstructionRecord | undefined {
  return readRecord(execution.overlay, instructionPath(instructionId), decodeInstruction);
}

/** What the instructions that an officer answers for may still pay: the sum of their escrows. */
export function outstandingOf(execution: Execution, officerKey: Uint8Array): MicroTokens {
  return readRecord(execution.overlay, outstandingPath(officerKey), decodeOutstanding)?.outstandingMicro ?? 0n;
}

/** As `outstandingOf`, without what the instruction that is to be amended may pay: its new budget takes that in. */
export function outstandingBeside(execution: Execution, officerKey: Uint8Array, instructionId: string): MicroTokens {
  const record = readInstructionRecord(execution, instructionId);
  const isOwn = record !== undefined && bytesEqual(record.authority, officerKey);
  return outstandingOf(execution, officerKey) - (isOwn ? record.escrowMicro : 0n);
}

/** Writes an instruction, and keeps account of what its officer answers for. @param before null: it is issued now */
export function writeInstruction(
  execution: Execution,
  instructionId: string,
  before: InstructionRecord | null,
  after: InstructionRecord,
): void {
  const isSame = before !== null && bytesEqual(before.authority, after.authority);
  if (before !== null && !isSame) addOutstanding(execution, before.authority, -before.escrowMicro);
  addOutstanding(execution, after.authority, after.escrowMicro - (isSame ? before.escrowMicro : 0n));
  writeValue(execution.overlay, instructionPath(instructionId), encodeInstruction(after));
}

function addOutstanding(execution: Execution, publicKey: Uint8Array, addedMicro: MicroTokens): void {
  if (addedMicro === 0n) return;
  const outstandingMicro = outstandingOf(execution, publicKey) + addedMicro;
  writeValue(execution.overlay, outstandingPath(publicKey), encodeOutstanding({ publicKey, outstandingMicro }));
}

/** Whether an authority may speak of all the terminals that an instruction names. */
export function judgeArea(
  { area }: RoadAuthorityGrant,
  { scope, action }: Pick<Instruction, "scope" | "action">,
): Ruling<null> {
  const named = action.kind === "itinerary" ? [...scope.terminals, ...action.via] : scope.terminals;
  const outside = area === null ? undefined : named.find((terminal) => !area.includes(terminal));
  return outside === undefined ? { ok: true, value: null } : refuse("outside-area", `terminal ${outside}`);
}

export type OfficersWord = InstructPayload | AmendPayload | WithdrawPayload;

export function isOfficersWord(payload: Payload): payload is OfficersWord {
  return payload.kind === "instruct" || payload.kind === "amend" || payload.kind === "withdraw";
}

/**
 * Whether a second officer signs as well: when the budget, with all else that the first one answers for, is above the
 * grant's threshold; and to take back what two have signed.
 */
export function needsSecondOfficer(
  execution: Execution,
  payload: OfficersWord,
  officerKey: Uint8Array,
  { twoOfficersAboveMicro }: RoadAuthorityGrant,
): boolean {
  if (payload.kind === "withdraw") return readInstructionRecord(execution, payload.instructionId)?.twoOfficers === true;
  if (twoOfficersAboveMicro === null) return false;
  const outstandingMicro =
    payload.kind === "instruct"
      ? outstandingOf(execution, officerKey)
      : outstandingBeside(execution, officerKey, payload.instructionId);
  return outstandingMicro + payload.budgetMicro > twoOfficersAboveMicro;
}

/** Whether another officer signed a transaction of one. */
export function hasSecondOfficer(execution: Execution, { sender, signatures }: DecodedTransaction): boolean {
  return signatures.some(
    ({ publicKey }) =>
      sender !== null &&
      !bytesEqual(publicKey, sender) &&
      readCredential(execution, publicKey)?.grant.role === "roadAuthority",
  );
}
