import { assert } from "../../common/result";
import { noData } from "./execution";
import type { Execution, VerifySignature } from "./execution";
import { createOverlay, dropStaged, keepStaged, readRecord, resetOverlay, settleTree } from "./overlay";
import { decodeParameters } from "./records/governance-records";
import { codeOf, codespace, describeRefusal, refuse, type Refusal, type Ruling } from "./refusals";
import { enrol, revoke } from "./rules/credential-rules";
import { amend, judgeAmend, withdraw } from "./rules/amendment-rules";
import { demandErasure, orderErasure, setConsent, setSeat, withdrawConsent } from "./rules/consent-rules";
import { instruct, judgeInstruct } from "./rules/instruction-rules";
import { fund, mint } from "./rules/money-rules";
import { acceptOffers } from "./rules/offer-rules";
import { attestPassage } from "./rules/passage-rules";
import { govern, readValidatorsRecord, validatorChanges } from "./rules/governance-rules";
import { commitRecords, eraseRecords, releaseKey } from "./rules/record-rules";
import { settle } from "./rules/settlement-rules";
import { publishTemplate, setLicence } from "./rules/template-rules";
import { authenticate } from "./signers";
import { recordMisbehavior, type Misbehavior } from "./misbehavior";
import type { State } from "./state";
import { parametersPath } from "./state-paths";
import { decodeTransaction, type DecodedTransaction } from "./transactions/transaction";
import type { StatePath } from "./tree/path";
import { rootHashOf } from "./tree/tree";

/** The part of a block that the machine decides on. */
export interface MachineBlock {
  readonly height: number;
  /** Block time, whole seconds (cut). */
  readonly timeS: number;
  readonly transactions: readonly Uint8Array[];
  /** What the block's evidence proves against validators. */
  readonly misbehavior?: readonly Misbehavior[];
}

/** As ABCI's ExecTxResult. Code, data and gas are committed to by the next header; log is for people. */
export interface TransactionResult {
  /** 0 = carried out; else one of `refusals.ts`. */
  readonly code: number;
  readonly codespace: string;
  readonly data: Uint8Array;
  readonly log: string;
  readonly gasWanted: number;
  /** Leaves of the state that were written. */
  readonly gasUsed: number;
}

interface ValidatorUpdate {
  readonly publicKey: Uint8Array;
  /** 0 = leaves the set. */
  readonly power: bigint;
}

export interface Applied {
  readonly state: State;
  readonly results: readonly TransactionResult[];
  readonly appHash: Uint8Array;
  /** For consensus, which heeds them from the block after the next on. */
  readonly validatorUpdates: readonly ValidatorUpdate[];
  /** Leaves that differ from the state before, for whoever stores them. */
  readonly changes: ReadonlyMap<StatePath, Uint8Array | null>;
}

/** Carries out a block. Pure: the same state and block give the same bytes everywhere. The old state stays valid. */
export function apply(state: State, block: MachineBlock, verifySignature: VerifySignature): Applied {
  assert(block.height === state.height + 1, "blocks are applied in the order of their heights");
  assert(block.timeS >= state.timeS, "block time does not run backwards");
  const execution = executionAt(state, block.height, block.timeS, verifySignature);
  const validatorsBefore = readValidatorsRecord(execution).validators;
  recordMisbehavior(execution.overlay, block.misbehavior ?? []);
  const results = block.transactions.map((bytes) => execute(execution, bytes));
  const validatorUpdates = validatorChanges(validatorsBefore, readValidatorsRecord(execution).validators);
  const tree = settleTree(execution.overlay);
  return {
    state: { tree, height: block.height, timeS: block.timeS },
    results,
    appHash: rootHashOf(tree),
    validatorUpdates,
    changes: execution.overlay.changes,
  };
}

/**
 * Whether a transaction may wait for a block: everything that `apply` asks, on a copy that is thrown away. A nonce that
 * is a little ahead is let through unexecuted, as those before it may be waiting as well.
 * @param nowS the time that the next block will have, as far as one knows
 */
export function check(
  state: State,
  bytes: Uint8Array,
  verifySignature: VerifySignature,
  nowS = state.timeS,
): TransactionResult {
  return createChecker(state, verifySignature, nowS).check(bytes);
}

/** Judges transactions at one state, each by itself as if it were the only one. */
export interface Checker {
  /** As `check`. */
  readonly check: (bytes: Uint8Array) => TransactionResult;
  /**
   * For one that was let wait at an earlier state: whether it may still come into a block, as `judgeProposal` asks. What
   * its rule says of it now, its block will say, and its sender's nonce is spent then. Where nobody's is, its rule is asked,
   * too: else anyone could fill blocks with what comes to nothing.
   */
  readonly checkAgain: (bytes: Uint8Array) => TransactionResult;
}

export function createChecker(state: State, verifySignature: VerifySignature, nowS = state.timeS): Checker {
  const execution = executionAt(state, state.height + 1, Math.max(nowS, state.timeS), verifySignature);
  const on =
    (judge: (execution: Execution, bytes: Uint8Array) => TransactionResult) =>
    (bytes: Uint8Array): TransactionResult => {
      const result = judge(execution, bytes);
      resetOverlay(execution.overlay, state.tree);
      return result;
    };
  return { check: on(checkOn), checkAgain: on(checkAgainOn) };
}

const letWait: TransactionResult = { code: 0, codespace: "", data: noData, log: "", gasWanted: 0, gasUsed: 0 };

function checkAgainOn(execution: Execution, bytes: Uint8Array): TransactionResult {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) return refusedResult(transaction.error, 0);
  if (transaction.value.sender === null) return checkOn(execution, bytes);
  const ahead = authenticate(execution, transaction.value);
  return ahead.ok ? letWait : refusedResult(ahead.error, 0);
}

function checkOn(execution: Execution, bytes: Uint8Array): TransactionResult {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) return refusedResult(transaction.error, 0);
  const ahead = authenticate(execution, transaction.value);
  if (!ahead.ok) return refusedResult(ahead.error, 0);
  if (ahead.value > 0) {
    return { ...letWait, log: "waits for its nonce" };
  }
  const { payload } = transaction.value;
  if (payload.kind !== "instruct" && payload.kind !== "amend") return carryOut(execution, transaction.value, 0);
  // Judged only: to rewrite contracts that are thrown away would cost as much as the block itself.
  const judged =
    payload.kind === "instruct"
      ? judgeInstruct(execution, payload, transaction.value)
      : judgeAmend(execution, payload, transaction.value);
  return judged.ok ? letWait : refusedResult(judged.error, 0);
}

/**
 * Which transactions of a proposed block are in order: readable, of this chain, signed by exactly those who must, with the
 * next nonce of its sender. None is carried out, so that whoever proposes and whoever judges the proposal agree at the
 * cost of the signatures. A sender that is enrolled in the same block has to wait for the next one.
 */
export function judgeProposal(state: State, block: MachineBlock, verifySignature: VerifySignature): readonly boolean[] {
  const execution = executionAt(state, block.height, Math.max(block.timeS, state.timeS), verifySignature);
  return block.transactions.map((bytes) => {
    const transaction = decodeTransaction(bytes);
    if (!transaction.ok) return false;
    const ahead = authenticate(execution, transaction.value);
    if (ahead.ok && ahead.value === 0) {
      keepStaged(execution.overlay);
      return true;
    }
    dropStaged(execution.overlay);
    return false;
  });
}

export function executionAt(state: State, height: number, nowS: number, verifySignature: VerifySignature): Execution {
  const overlay = createOverlay(state.tree);
  const parameters = readRecord(overlay, parametersPath, decodeParameters);
  assert(parameters !== undefined, "the parameters exist since the genesis");
  return { overlay, parameters, height, nowS, verifySignature };
}

function execute(execution: Execution, bytes: Uint8Array): TransactionResult {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) return refusedResult(transaction.error, 0);
  const ahead = authenticate(execution, transaction.value);
  const authentic = ahead.ok && ahead.value > 0 ? refuse("nonce-wrong") : ahead;
  if (!authentic.ok) {
    dropStaged(execution.overlay);
    return refusedResult(authentic.error, 0);
  }
  // The nonce stays spent when the rule refuses: else anyone could send the same bytes again when they suit better.
  return carryOut(execution, transaction.value, keepStaged(execution.overlay));
}

function carryOut(execution: Execution, transaction: DecodedTransaction, written: number): TransactionResult {
  const ruling = rule(execution, transaction);
  if (!ruling.ok) {
    dropStaged(execution.overlay);
    return refusedResult(ruling.error, written);
  }
  const gasUsed = written + keepStaged(execution.overlay);
  return { code: 0, codespace: "", data: ruling.value, log: "", gasWanted: 0, gasUsed };
}

function refusedResult(refusal: Refusal, gasUsed: number): TransactionResult {
  return { code: codeOf(refusal), codespace, data: noData, log: describeRefusal(refusal), gasWanted: 0, gasUsed };
}

function rule(execution: Execution, transaction: DecodedTransaction): Ruling<Uint8Array> {
  const { payload } = transaction;
  switch (payload.kind) {
    case "enrol":
      return enrol(execution, payload, transaction);
    case "revoke":
      return revoke(execution, payload, transaction);
    case "mint":
      return mint(execution, payload, transaction);
    case "fund":
      return fund(execution, payload, transaction);
    case "publishTemplate":
      return publishTemplate(execution, payload, transaction);
    case "acceptOffers":
      return acceptOffers(execution, payload, transaction);
    case "attestPassage":
      return attestPassage(execution, payload, transaction);
    case "instruct":
      return instruct(execution, payload, transaction);
    case "settle":
      return settle(execution, payload, transaction);
    case "amend":
      return amend(execution, payload, transaction);
    case "withdraw":
      return withdraw(execution, payload, transaction);
    case "govern":
      return govern(execution, payload, transaction);
    case "setLicence":
      return setLicence(execution, payload, transaction);
    case "setConsent":
      return setConsent(execution, payload, transaction);
    case "withdrawConsent":
      return withdrawConsent(execution, payload, transaction);
    case "demandErasure":
      return demandErasure(execution, payload, transaction);
    case "orderErasure":
      return orderErasure(execution, payload, transaction);
    case "commitRecords":
      return commitRecords(execution, payload, transaction);
    case "eraseRecords":
      return eraseRecords(execution, payload, transaction);
    case "releaseKey":
      return releaseKey(execution, payload, transaction);
    case "setSeat":
      return setSeat(execution, payload, transaction);
  }
}
