import { setImmediate } from "node:timers/promises";
import type { InstructionAmendment, InstructionDraft, InstructionMatch } from "../../common/console-api";
import { amountMax, bytesEqual, toHex } from "../../common/canonical";
import { fail, failureSaying, succeed, type Failure, type Result } from "../../common/result";
import {
  listRewritten,
  readCredential,
  readInstruction,
  readParameters,
  tryAmendment,
  tryInstruction,
} from "../../ledger/machine/readers";
import { decodeContract } from "../../ledger/machine/records/contract-record";
import { decodeInstruction, type InstructionRecord } from "../../ledger/machine/records/instruction-record";
import { describeRefusal, type Refusal } from "../../ledger/machine/refusals";
import { decodeOrder, rewrittenRootOf, type Order } from "../../ledger/machine/rules/instruction-rules";
import type { State } from "../../ledger/machine/state";
import { contractPath, instructionIdOf, instructionPath } from "../../ledger/machine/state-paths";
import { shiftMaxS, type InstructedAction } from "../../ledger/contracts/instruction";
import type { AmendPayload, InstructPayload, Payload } from "../../ledger/machine/transactions/payload";
import { signatureLength } from "../../ledger/machine/transactions/payload-form";
import { encodeTransaction, signBytesOf } from "../../ledger/machine/transactions/transaction";
import type { CommittedBlock } from "../../ledger/solo/solo";
import { bonusPoolId } from "../../ledger/solo/consortium";
import { hashTransaction } from "../../ledger/wire/results";
import type { Holders } from "./holders";
import type {
  DraftMatch,
  InstructionCounters,
  InstructionRevision,
  SentDraft,
  SentInstruction,
  Signer,
} from "./session-interface";
import type { NonceBook } from "./session-members";
import { microNumberOf } from "./session-reports";
import { blockSecondsOf, createSessionClock, type SessionClock } from "./session-time";
import type { VerifiedReader } from "./verified-reader";
import type { SessionChain } from "./session-chain";

/** Instructions of this session, from draft to the last verified contract. */
export interface InstructionDesk {
  readonly solo: SessionChain;
  readonly reader: VerifiedReader;
  readonly members: NonceBook;
  readonly clock: SessionClock;
  readonly holders: Holders;
  readonly sent: Map<string, SentRow>;
}

interface SentRow {
  readonly transactionHash: string;
  /** Of the block that carried it out. */
  height: number | null;
  order: Order | null;
  refusal: Failure | null;
  verified: number;
  contractIds: readonly string[] | null;
}

export function createInstructionDesk(
  solo: SessionChain,
  reader: VerifiedReader,
  members: NonceBook,
  clock: SessionClock,
  holders: Holders,
): InstructionDesk {
  return { solo, reader, members, clock, holders, sent: new Map() };
}

/** What the session's certificate authority enrols the operator with. */
export const sessionOfficerGrant = {
  role: "roadAuthority",
  poolId: bonusPoolId,
  budgetMaxMicro: amountMax,
  twoOfficersAboveMicro: null,
  area: null,
} as const;

/** The officer by key, or by the grant that sessions enrol with while the chain does not know the key. */
function officerOf({ state }: SessionChain, key: Uint8Array | null): Uint8Array | typeof sessionOfficerGrant {
  return key !== null && readCredential(state, key) !== undefined ? key : sessionOfficerGrant;
}

/** What a draft would do in the next block, with the refusal that the block would give, and to whose contracts. */
export function matchDraft(
  { solo, clock, holders }: InstructionDesk,
  draft: InstructionDraft,
  officerKey: Uint8Array | null,
  timeS: number,
): DraftMatch {
  const payload = payloadOf(draft, clock);
  if (!payload.ok) {
    const match = { contracts: 0, largestPayoutMicro: 0, poolMicro: 0, refusal: payload.error };
    return { match, contractIndexes: new Uint32Array(0) };
  }
  const officer = officerOf(solo, officerKey);
  const instruction = { instructionId: "", ...payload.value };
  const tried = tryInstruction(solo.state, instruction, officer, blockSecondsOf(clock, timeS));
  const contracts = tried.contractIds?.length ?? readParameters(solo.state).instructionMatchesMax;
  const indexes = (tried.contractIds ?? []).flatMap((contractId) => holders.contractIndexOf(contractId) ?? []);
  const match = {
    contracts,
    largestPayoutMicro: microNumberOf(BigInt(contracts) * payload.value.bonusMicro),
    poolMicro: microNumberOf(tried.poolMicro),
    refusal: tried.refusal === null ? null : failureOfRefusal(tried.refusal),
  };
  return { match, contractIndexes: Uint32Array.from(indexes).sort() };
}

/**
 * Why the next block would refuse a draft of an officer as sessions enrol them, or null. Reads only.
 * @param date of the chain's session @param atS session time of the block; when absent, that of the last block
 */
export function refusalOfDraft(state: State, date: string, draft: InstructionDraft, atS?: number): Failure | null {
  const clock = createSessionClock(date);
  const payload = clock.ok ? payloadOf(draft, clock.value) : clock;
  if (!clock.ok || !payload.ok) return payload.ok ? null : payload.error;
  const instruction = { instructionId: "", ...payload.value };
  const nowS = Math.max(state.timeS, atS === undefined ? 0 : blockSecondsOf(clock.value, atS));
  const { refusal } = tryInstruction(state, instruction, sessionOfficerGrant, nowS);
  return refusal === null ? null : failureOfRefusal(refusal);
}

function failureOfRefusal(refusal: Refusal): Failure {
  const reason = describeRefusal(refusal);
  return failureSaying({ code: "ledger-refusal", args: { name: refusal.name, reason } }, refusal.name);
}

/** Has a draft signed, and submits it. */
export async function sendDraft(
  desk: InstructionDesk,
  draft: InstructionDraft,
  officer: Signer,
  timeS: number,
): Promise<Result<SentDraft>> {
  const { solo, clock } = desk;
  const payload = payloadOf(draft, clock);
  if (!payload.ok) return payload;
  const nowS = blockSecondsOf(clock, timeS);
  const tried = tryInstruction(solo.state, { instructionId: "", ...payload.value }, officer.publicKey, nowS);
  if (tried.refusal !== null) return { ok: false, error: failureOfRefusal(tried.refusal) };
  const submitted = await signAndSubmit(desk, payload.value, officer, nowS);
  if (!submitted.ok) return submitted;
  const { signBytes, transactionHash } = submitted.value;
  const instructionId = instructionIdOf(signBytes);
  desk.sent.set(instructionId, rowOf(transactionHash));
  return succeed({ instructionId, transactionHash, matched: tried.contractIds?.length ?? 0 });
}

/** What an amendment would do in the next block, with the refusal that the block would give. */
export function matchAmendment(
  { solo, clock }: InstructionDesk,
  amendment: InstructionAmendment,
  officerKey: Uint8Array | null,
  timeS: number,
): InstructionMatch {
  const payload = amendPayloadOf(amendment, clock);
  if (!payload.ok) return { contracts: 0, largestPayoutMicro: 0, poolMicro: 0, refusal: payload.error };
  const officer = officerOf(solo, officerKey);
  const tried = tryAmendment(solo.state, payload.value, officer, blockSecondsOf(clock, timeS));
  return {
    contracts: tried.contracts,
    largestPayoutMicro: microNumberOf(tried.addedMicro),
    poolMicro: microNumberOf(tried.poolMicro),
    refusal: tried.refusal === null ? null : failureOfRefusal(tried.refusal),
  };
}

/** Has a later word about an instruction signed, and submits it. Its contracts are to be verified anew. */
export async function sendRevision(
  desk: InstructionDesk,
  revision: InstructionRevision,
  officer: Signer,
  timeS: number,
): Promise<Result<SentInstruction>> {
  const { solo, clock } = desk;
  const nowS = blockSecondsOf(clock, timeS);
  const instructionId = revision.kind === "amend" ? revision.amendment.instructionId : revision.instructionId;
  if (readInstruction(solo.state, instructionId) === undefined)
    return fail("there is no such instruction", instructionId);
  const payload: Result<Payload> =
    revision.kind === "amend"
      ? amendPayloadOf(revision.amendment, clock)
      : succeed({ kind: "withdraw", instructionId });
  if (!payload.ok) return payload;
  if (payload.value.kind === "amend") {
    const { refusal } = tryAmendment(solo.state, payload.value, officer.publicKey, nowS);
    if (refusal !== null) return { ok: false, error: failureOfRefusal(refusal) };
  }
  const submitted = await signAndSubmit(desk, payload.value, officer, nowS);
  if (!submitted.ok) return submitted;
  desk.sent.set(instructionId, rowOf(submitted.value.transactionHash));
  return succeed({ instructionId, transactionHash: submitted.value.transactionHash });
}

function rowOf(transactionHash: string): SentRow {
  return { transactionHash, height: null, order: null, refusal: null, verified: 0, contractIds: null };
}

async function signAndSubmit(
  { solo, members }: InstructionDesk,
  payload: Payload,
  officer: Signer,
  nowS: number,
): Promise<Result<{ readonly signBytes: Uint8Array; readonly transactionHash: string }>> {
  const sender = officer.publicKey;
  const nonce = members.takeNonce(sender);
  const signBytes = signBytesOf({ chainId: solo.chainId, sender, nonce, payload });
  const signature = await signatureOf(officer, signBytes);
  const submitted = signature.ok
    ? await solo.submit(encodeTransaction(signBytes, [{ publicKey: sender, signature: signature.value }]), nowS)
    : signature;
  if (submitted.ok) return succeed({ signBytes, transactionHash: submitted.value });
  members.forgetNonces();
  return submitted;
}

/** The key lies elsewhere: it may be locked by now, or gone. */
async function signatureOf(officer: Signer, message: Uint8Array): Promise<Result<Uint8Array>> {
  try {
    const signature = await officer.sign(message);
    return signature.length === signatureLength ? succeed(signature) : fail("the operator's key gave no signature");
  } catch (error) {
    return fail(`the operator's key did not sign: ${String(error)}`);
  }
}

/** Takes note of what blocks did with instructions that were sent. Their results were verified. */
export function noteBlocks({ sent }: InstructionDesk, blocks: readonly CommittedBlock[]): void {
  const waiting = [...sent.values()].filter(({ height, refusal }) => height === null && refusal === null);
  if (waiting.length === 0) return;
  for (const { height, transactions, results } of blocks) {
    for (const [index, result] of results.entries()) {
      const hash = toHex(hashTransaction(transactions[index]));
      const row = waiting.find(({ transactionHash }) => transactionHash === hash);
      if (row === undefined) continue;
      const order = result.code === 0 ? decodeOrder(result.data) : fail(result.log, `code ${result.code}`);
      if (order.ok) Object.assign(row, { height, order: order.value });
      else row.refusal = order.error;
    }
  }
}

/** Ids of the contracts that an instruction rewrote, ascending; the list is checked against the root that was ordered. */
export function rewrittenBy(desk: InstructionDesk, instructionId: string): Result<readonly string[]> {
  const row = desk.sent.get(instructionId);
  if (row?.contractIds) return succeed(row.contractIds);
  const record = recordOf(desk, instructionId);
  if (record === null) return fail("no instruction of this id is proved", instructionId);
  const contractIds = listRewritten(desk.solo.state, instructionId);
  const listed = rewrittenRootOf(contractIds);
  const ordered = row?.order?.rewrittenRoot ?? listed;
  const isComplete = toHex(listed) === record.rewrittenRoot && bytesEqual(ordered, listed);
  if (!isComplete) return fail("the list of rewritten contracts is not the one that was ordered", instructionId);
  if (row !== undefined) row.contractIds = contractIds;
  return succeed(contractIds);
}

/** Proofs verified before other work gets its turn. */
const proofsAtOnce = 500;

/** Checks every rewritten contract by its proof. @returns their ids, ascending */
export async function verifyRewritten(
  desk: InstructionDesk,
  instructionId: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Result<readonly string[]>> {
  const rewritten = rewrittenBy(desk, instructionId);
  if (!rewritten.ok) return rewritten;
  const row = desk.sent.get(instructionId);
  const total = rewritten.value.length;
  for (const [index, contractId] of rewritten.value.entries()) {
    const read = desk.reader.read(contractPath(contractId), decodeContract);
    if (!read.ok) return read;
    const isRewritten = read.value?.terms.ways.some((way) => way.instructionId === instructionId) === true;
    if (!isRewritten) return fail("the contract does not carry the instruction", contractId);
    const done = index + 1;
    if (row !== undefined) row.verified = done;
    if (done % proofsAtOnce === 0 && done < total) {
      onProgress?.(done, total);
      await setImmediate();
    }
  }
  onProgress?.(total, total);
  return rewritten;
}

function recordOf({ reader }: InstructionDesk, instructionId: string): InstructionRecord | null {
  const read = reader.read(instructionPath(instructionId), decodeInstruction);
  return read.ok ? read.value : null;
}

/** The ledger's counters of an instruction, proved; undefined when none was sent or carried out under this id. */
export function countersOf(desk: InstructionDesk, instructionId: string): InstructionCounters | undefined {
  const row = desk.sent.get(instructionId);
  const record = recordOf(desk, instructionId);
  if (row === undefined && record === null) return undefined;
  return {
    instructionId,
    height: record?.issuedHeight ?? null,
    revision: record?.revision ?? 1,
    withdrawn: record?.withdrawn ?? false,
    rewritten: record?.rewritten ?? 0,
    verified: row?.verified ?? null,
    paidContracts: record?.paidCount ?? 0,
    paidMicro: microNumberOf(record?.paidMicro ?? 0n),
    escrowLeftMicro: microNumberOf(record?.escrowMicro ?? 0n),
    refusal: row?.refusal ?? null,
  };
}

/** A draft as it would be signed, or why it has no such form. */
function payloadOf(draft: InstructionDraft, clock: SessionClock): Result<InstructPayload> {
  const fault = faultOf([draft.fromS, draft.untilS, draft.expiresAtS], draft, clock);
  if (fault !== null) return fail(fault);
  if (!draft.terminals.every(isTerminal)) return fail("a terminal is not a row of the city");
  const action = actionOf(draft, clock);
  if (!action.ok) return action;
  return succeed({
    kind: "instruct",
    incidentId: draft.incidentId,
    scope: {
      terminals: [...new Set(draft.terminals)].sort((a, b) => a - b),
      fromS: blockSecondsOf(clock, draft.fromS),
      untilS: blockSecondsOf(clock, draft.untilS),
    },
    action: action.value,
    expiresAtS: blockSecondsOf(clock, draft.expiresAtS),
    bonusMicro: BigInt(draft.bonusMicro),
    budgetMicro: BigInt(draft.budgetMicro),
  });
}

function amendPayloadOf(amendment: InstructionAmendment, clock: SessionClock): Result<AmendPayload> {
  const fault = faultOf([amendment.untilS, amendment.expiresAtS], amendment, clock);
  if (fault !== null) return fail(fault);
  return succeed({
    kind: "amend",
    instructionId: amendment.instructionId,
    untilS: blockSecondsOf(clock, amendment.untilS),
    expiresAtS: blockSecondsOf(clock, amendment.expiresAtS),
    bonusMicro: BigInt(amendment.bonusMicro),
    budgetMicro: BigInt(amendment.budgetMicro),
  });
}

function faultOf(
  times: readonly number[],
  { bonusMicro, budgetMicro }: Pick<InstructionDraft, "bonusMicro" | "budgetMicro">,
  clock: SessionClock,
): string | null {
  if (!times.every((timeS) => Number.isFinite(timeS) && clock.midnightS + timeS >= 0)) return "a time is missing";
  if (!Number.isSafeInteger(bonusMicro)) return "the bonus is not in whole micro-tokens";
  if (!Number.isSafeInteger(budgetMicro)) return "the budget is not in whole micro-tokens";
  return null;
}

const isTerminal = (terminal: number) => Number.isSafeInteger(terminal) && terminal >= 0;

function actionOf({ action }: InstructionDraft, clock: SessionClock): Result<InstructedAction> {
  switch (action.kind) {
    case "avoid":
      return succeed(action);
    case "itinerary":
      return action.via.every(isTerminal) ? succeed(action) : fail("a terminal is not a row of the city");
    case "shift": {
      const shiftS = Math.round(action.shiftS);
      if (!(Math.abs(shiftS) <= shiftMaxS)) return fail(`a departure is moved by ${shiftMaxS / 3600} hours at most`);
      return succeed({ kind: "shift", shiftS });
    }
    case "hold": {
      const isTime = Number.isFinite(action.untilS) && clock.midnightS + action.untilS >= 0;
      return isTime
        ? succeed({ kind: "hold", untilS: blockSecondsOf(clock, action.untilS) })
        : fail("a time is missing");
    }
  }
}
