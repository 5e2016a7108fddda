import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readAmount,
  readCount,
  readWhole,
  writeAmount,
  writeWhole,
  type ByteReader,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import { assert, type Result } from "../../../common/result";
import { hasBegun } from "../../contracts/matching";
import { arrivedForBonus } from "../../contracts/passages";
import {
  outcomeExcused,
  settle as settleContract,
  stateAfter,
  type ContractState,
  type Outcome,
  type OutcomeKind,
} from "../../contracts/settlement";
import type { InstructedWay } from "../../contracts/terms";
import { addToPool, noData, readTotals, writeTotals, type Execution, type Rule } from "../execution";
import { leaveNoticeS, releasesPerTransactionMax, settlementsPerTransactionMax } from "../limits";
import { readRecord, writeValue } from "../overlay";
import { decodeContract, encodeContract, outcomeKinds, type ContractRecord } from "../records/contract-record";
import { readName, writeName } from "../records/form";
import { codeOf, refuse, type Refusal, type Ruling } from "../refusals";
import { contractIdOf, contractPath } from "../state-paths";
import type { LeavePayload, SettlePayload } from "../transactions/payload";
import { readConsent } from "./consent-rules";
import { readInstructionRecord, writeInstruction } from "./officer-rules";

/** What became of one contract of a `settle` transaction. `code` is 0 when it was settled now. */
interface SettledItem {
  readonly code: number;
  readonly kind: OutcomeKind | null;
  /** Reward and bonuses that were paid. */
  readonly paidMicro: MicroTokens;
  /** Penalty that was debited. */
  readonly penaltyMicro: MicroTokens;
}

export interface SettlementReport {
  readonly contracts: readonly SettledItem[];
  /** A code for each instruction, 0 when it was released now. */
  readonly releases: readonly number[];
}

/**
 * Settles each contract and releases each instruction that is due, and says for each of the others why not, so that two
 * parties may settle the same contracts without hindering each other. Refused as a whole when less than half is due: nobody
 * signs it, and what blocks hold of such is bounded by what there is to settle.
 */
export const settle: Rule<SettlePayload> = (execution, { contractIds, instructionIds }) => {
  if (contractIds.length + instructionIds.length === 0) return refuse("settlement-empty");
  let firstRefusal: Refusal | undefined;
  let done = 0;
  const contracts = contractIds.map((contractId): SettledItem => {
    const outcome = settleOne(execution, contractId);
    if (outcome.ok) done++;
    else firstRefusal ??= outcome.error;
    return outcome.ok
      ? itemOf(outcome.value)
      : { code: codeOf(outcome.error), kind: null, paidMicro: 0n, penaltyMicro: 0n };
  });
  const releases = instructionIds.map((instructionId) => {
    const released = release(execution, instructionId);
    if (released.ok) done++;
    else firstRefusal ??= released.error;
    return released.ok ? 0 : codeOf(released.error);
  });
  if (done === 0 && firstRefusal !== undefined) return { ok: false, error: firstRefusal };
  if (2 * done < contractIds.length + instructionIds.length) return refuse("settlement-padded");
  return { ok: true, value: encodeSettlementReport({ contracts, releases }) };
};

function itemOf({ kind, rewardMicro, earned, penaltyMicro }: Outcome): SettledItem {
  return { code: 0, kind, paidMicro: rewardMicro + bonusOf(earned), penaltyMicro };
}

function bonusOf(earned: Outcome["earned"]): MicroTokens {
  return earned.reduce((sum, { bonusMicro }) => sum + bonusMicro, 0n);
}

function settleOne(execution: Execution, contractId: string): Ruling<Outcome> {
  const contract = readRecord(execution.overlay, contractPath(contractId), decodeContract);
  if (contract === undefined) return refuse("contract-unknown");
  const settled = settleContract(contract, contract.passages, execution.nowS, execution.parameters.challengeS);
  if (!settled.ok) return refuse(settled.error);
  const outcome = settled.value.kind === "penalty" && isUnseen(execution, contractId) ? outcomeExcused : settled.value;
  endContract(execution, contractId, contract, outcome, stateAfter(outcome.kind));
  return { ok: true, value: outcome };
}

/** Whose passages are not taken any more, for lack of consent, is not penalised for it: consent costs nothing (GDPR, art. 7(4)). */
function isUnseen(execution: Execution, contractId: string): boolean {
  const { withdrawn, erasure } = readConsent(execution, contractId);
  return withdrawn || erasure !== null;
}

/** The holder leaves the contract, at least `leaveNoticeS` before it begins: reward and bonuses return to their pools. */
export const leave: Rule<LeavePayload> = (execution, { contractKey }) => {
  const contractId = contractIdOf(contractKey);
  const contract = readRecord(execution.overlay, contractPath(contractId), decodeContract);
  if (contract === undefined) return refuse("contract-unknown");
  if (contract.state !== "active") return refuse("contract-settled");
  const { terms, passages } = contract;
  if (hasBegun(terms, passages, execution.nowS + leaveNoticeS)) return refuse("leave-too-late");
  endContract(execution, contractId, contract, outcomeExcused, "left");
  return { ok: true, value: noData };
};

/** Ends one contract: escrow, deposit and the instructions' escrows are emptied of what was there for it. */
function endContract(
  execution: Execution,
  contractId: string,
  contract: ContractRecord,
  outcome: Outcome,
  state: Exclude<ContractState, "active">,
): void {
  const { rewardMicro, penaltyMicro } = contract.terms;
  const backToPool = rewardMicro - outcome.rewardMicro + outcome.penaltyMicro;
  if (backToPool > 0n) addToPool(execution, contract.rewardPoolId, backToPool);
  for (const way of contract.terms.ways) {
    closeWay(
      execution,
      contract,
      way,
      outcome.earned.some((bonus) => bonus.instructionId === way.instructionId),
    );
  }
  const bonusMicro = bonusOf(outcome.earned);
  const walletMicro = penaltyMicro - outcome.penaltyMicro + outcome.rewardMicro + bonusMicro;
  const settlement = { settledAtS: execution.nowS, kind: outcome.kind, bonusMicro, walletMicro };
  writeValue(execution.overlay, contractPath(contractId), encodeContract({ ...contract, state, settlement }));
  const totals = readTotals(execution);
  writeTotals(execution, { ...totals, [state]: totals[state] + 1 });
}

/** Pays a way's bonus out of its instruction's escrow, or returns to the pool what was kept there for it. */
function closeWay(execution: Execution, contract: ContractRecord, way: InstructedWay, isEarned: boolean): void {
  const instruction = readInstructionRecord(execution, way.instructionId);
  assert(instruction !== undefined, "a contract's ways come from instructions of the state");
  const arrived = arrivedForBonus(contract.terms, contract.passages, way);
  const isEscrowed = !instruction.released || arrived;
  assert(isEscrowed || !isEarned, "a bonus that is earned was not released");
  const { bonusMicro } = way;
  writeInstruction(execution, way.instructionId, instruction, {
    ...instruction,
    openMicro: instruction.openMicro - bonusMicro,
    arrivedMicro: instruction.arrivedMicro - (arrived ? bonusMicro : 0n),
    escrowMicro: instruction.escrowMicro - (isEscrowed ? bonusMicro : 0n),
    paidMicro: instruction.paidMicro + (isEarned ? bonusMicro : 0n),
    paidCount: instruction.paidCount + (isEarned ? 1 : 0),
  });
  if (isEscrowed && !isEarned) addToPool(execution, instruction.poolId, bonusMicro);
}

/** After the expiry, keeps the bonuses of contracts that arrived in time and returns all others to the pool. */
function release(execution: Execution, instructionId: string): Ruling<undefined> {
  const instruction = readInstructionRecord(execution, instructionId);
  if (instruction === undefined) return refuse("instruction-unknown");
  if (instruction.released) return refuse("instruction-released");
  if (execution.nowS < instruction.expiresAtS + execution.parameters.challengeS) return refuse("release-too-early");
  const escrowMicro = instruction.arrivedMicro;
  const backToPool = instruction.escrowMicro - escrowMicro;
  if (backToPool > 0n) addToPool(execution, instruction.poolId, backToPool);
  writeInstruction(execution, instructionId, instruction, { ...instruction, escrowMicro, released: true });
  return { ok: true, value: undefined };
}

function encodeSettlementReport(report: SettlementReport): Uint8Array<ArrayBuffer> {
  const writer = createWriter(16 * report.contracts.length + 64);
  writeWhole(writer, report.contracts.length);
  for (const item of report.contracts) {
    writeWhole(writer, item.code);
    if (item.kind === null) continue;
    writeName(writer, outcomeKinds, item.kind);
    writeAmount(writer, item.paidMicro);
    writeAmount(writer, item.penaltyMicro);
  }
  writeWhole(writer, report.releases.length);
  for (const code of report.releases) writeWhole(writer, code);
  return finishWriting(writer);
}

/** Reads the data of a `settle` transaction's result; items stand in the order of the transaction. */
export function decodeSettlementReport(bytes: Uint8Array): Result<SettlementReport> {
  const reader = createReader(bytes);
  const contracts = Array.from({ length: readCount(reader, settlementsPerTransactionMax) }, () => readItem(reader));
  const releases = Array.from({ length: readCount(reader, releasesPerTransactionMax) }, () => readWhole(reader));
  return finishReading(reader, { contracts, releases });
}

function readItem(reader: ByteReader): SettledItem {
  const code = readWhole(reader);
  if (code !== 0) return { code, kind: null, paidMicro: 0n, penaltyMicro: 0n };
  return {
    code,
    kind: readName(reader, outcomeKinds),
    paidMicro: readAmount(reader),
    penaltyMicro: readAmount(reader),
  };
}
