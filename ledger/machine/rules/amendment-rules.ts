import { toHex } from "../../../common/canonical";
import { amended, flawOfInstruction, onlyAdds, type Instruction } from "../../contracts/instruction";
import { hasBegun, isAmendable, isInstructable } from "../../contracts/matching";
import { rewrite, withoutWay } from "../../contracts/rewriting";
import type { ContractTerms, InstructedWay } from "../../contracts/terms";
import type { MicroTokens } from "../../../common/money";
import { addToPool, readPool, requireRole, treeToWalk, type Execution, type Rule } from "../execution";
import { merkleRootOf } from "../merkle";
import { decodeOwn, writeValue } from "../overlay";
import { decodeContract, encodeContract, mayConcernTerminals, type ContractRecord } from "../records/contract-record";
import type { InstructionRecord } from "../records/instruction-record";
import { refuse, type Refusal, type Ruling } from "../refusals";
import { StateKind } from "../state-paths";
import type { AmendPayload, WithdrawPayload } from "../transactions/payload";
import type { DecodedTransaction } from "../transactions/transaction";
import { pathAt, valueOf, type NodeReference } from "../tree/node-store";
import { bytesOfPath, type StatePath } from "../tree/path";
import { visitKind, type Tree } from "../tree/tree";
import { encodeOrder } from "./instruction-rules";
import {
  hasSecondOfficer,
  judgeArea,
  outstandingBeside,
  readInstructionRecord,
  writeInstruction,
  type RoadAuthorityGrant,
} from "./officer-rules";

/**
 * Gives the amended instruction to every contract that carries it and can still follow it as amended, and to those that
 * it concerns only now. The others keep what they were promised. What it may cost more is escrowed first.
 */
export const amend: Rule<AmendPayload> = (execution, payload, transaction) => {
  const judged = judgeAmend(execution, payload, transaction);
  if (!judged.ok) return judged;
  const { record, instruction, changes, tree, officerKey } = judged.value;
  addToPool(execution, record.poolId, -changes.addedMicro);
  for (const leaf of changes.rewrites) {
    rewriteContract(execution, tree, leaf, (terms) => rewrite(terms, instruction));
  }
  const { scope, expiresAtS, bonusMicro, budgetMicro } = instruction;
  return keepRevised(execution, instruction.instructionId, changes.carriers, record, {
    ...record,
    authority: officerKey,
    twoOfficers: record.twoOfficers || hasSecondOfficer(execution, transaction),
    ...{ scope, expiresAtS, bonusMicro, budgetMicro },
    openMicro: record.openMicro + changes.addedMicro,
    escrowMicro: record.escrowMicro + changes.addedMicro,
  });
};

interface JudgedAmendment {
  readonly record: InstructionRecord;
  readonly instruction: Instruction;
  readonly changes: Changes;
  readonly tree: Tree;
}

/** Contracts that an amendment rewrites; those that carry the instruction afterwards; what they may earn more. */
interface Changes {
  readonly rewrites: readonly NodeReference[];
  readonly carriers: readonly StatePath[];
  readonly addedMicro: MicroTokens;
}

/** Whether the sender may amend the instruction so, and what that would rewrite. Changes nothing. */
export function judgeAmend(
  execution: Execution,
  payload: AmendPayload,
  { sender }: DecodedTransaction,
): Ruling<JudgedAmendment & { readonly officerKey: Uint8Array }> {
  const grant = requireRole(execution, sender, "roadAuthority");
  if (!grant.ok) return grant;
  if (sender === null) return refuse("sender-unknown");
  const judged = judgeAmendment(execution, payload, grant.value, sender);
  if (!judged.ok) return judged;
  const { refusal, ...amendment } = judged.value;
  return refusal === null ? { ok: true, value: { ...amendment, officerKey: sender } } : { ok: false, error: refusal };
}

/**
 * @param officerKey null: of one who is to be enrolled
 * @returns also what it would change when only money refuses it: `refusal`
 */
export function judgeAmendment(
  execution: Execution,
  { instructionId, ...amendment }: AmendPayload,
  grant: RoadAuthorityGrant,
  officerKey: Uint8Array | null,
): Ruling<JudgedAmendment & { readonly refusal: Refusal | null }> {
  const { poolId, budgetMaxMicro } = grant;
  const found = findInForce(execution, instructionId, grant);
  if (!found.ok) return found;
  const record = found.value;
  if (execution.nowS >= record.expiresAtS) return refuse("instruction-over");
  const before = { ...record, instructionId };
  const instruction = amended(before, amendment);
  if (!onlyAdds(before, amendment)) return refuse("amendment-takes-back");
  const { untilS, expiresAtS, bonusMicro, budgetMicro } = amendment;
  const isSame = untilS === record.scope.untilS && expiresAtS === record.expiresAtS && bonusMicro === record.bonusMicro;
  if (isSame && budgetMicro === record.budgetMicro) return refuse("amendment-empty");
  const flaw = flawOfInstruction(instruction, execution.nowS);
  // A hold whose time has come is kept, and can still be prolonged for those who were asked.
  if (flaw !== null && flaw !== "hold-in-the-past") return refuse(flaw);
  const outstandingMicro = officerKey === null ? 0n : outstandingBeside(execution, officerKey, instructionId);
  if (outstandingMicro + budgetMicro > budgetMaxMicro) return refuse("budget-above-grant");
  const tree = treeToWalk(execution);
  const changes = changesOf(tree, instruction, execution);
  if (changes === undefined) return refuse("matches-too-many");
  const isOverBudget = record.paidMicro + record.escrowMicro + changes.addedMicro > budgetMicro;
  const isOverPool = changes.addedMicro > (readPool(execution, poolId)?.balanceMicro ?? 0n);
  const refused = isOverBudget ? refuse("payout-above-budget") : isOverPool ? refuse("pool-too-low") : null;
  return { ok: true, value: { record, instruction, changes, tree, refusal: refused?.error ?? null } };
}

function changesOf(
  tree: Tree,
  instruction: Instruction,
  { nowS, parameters: { instructionMatchesMax } }: Execution,
): Changes | undefined {
  const rewrites: NodeReference[] = [];
  const carriers: StatePath[] = [];
  let addedMicro = 0n;
  visitConcerned(tree, instruction.scope.terminals, (leaf, path, contract) => {
    const { terms, passages, state } = contract;
    const way = wayIn(terms, instruction.instructionId);
    const isRewritten =
      state === "active" &&
      (way === undefined
        ? isInstructable(terms, passages, instruction, nowS)
        : isAmendable(terms, passages, instruction, nowS));
    if (isRewritten) {
      rewrites.push(leaf);
      addedMicro += instruction.bonusMicro - (way?.bonusMicro ?? 0n);
    }
    if (isRewritten || way !== undefined) carriers.push(path);
    return carriers.length <= instructionMatchesMax;
  });
  return carriers.length > instructionMatchesMax ? undefined : { rewrites, carriers, addedMicro };
}

/**
 * Takes the instruction back: contracts whose holders cannot have left yet are as before it; whoever may be under way
 * keeps way and bonus, and may go on as instructed. The bonuses of the others return to the pool.
 */
export const withdraw: Rule<WithdrawPayload> = (execution, { instructionId }, { sender }) => {
  const grant = requireRole(execution, sender, "roadAuthority");
  if (!grant.ok) return grant;
  const found = findInForce(execution, instructionId, grant.value);
  if (!found.ok) return found;
  const record = found.value;
  const tree = treeToWalk(execution);
  const taken: NodeReference[] = [];
  const carriers: StatePath[] = [];
  let freedMicro = 0n;
  visitConcerned(tree, record.scope.terminals, (leaf, path, { terms, passages, state }) => {
    const way = wayIn(terms, instructionId);
    if (way === undefined) return true;
    if (state === "active" && !hasBegun(terms, passages, execution.nowS)) {
      taken.push(leaf);
      freedMicro += way.bonusMicro;
    } else {
      carriers.push(path);
    }
    return true;
  });
  for (const leaf of taken) rewriteContract(execution, tree, leaf, (terms) => withoutWay(terms, instructionId));
  if (freedMicro > 0n) addToPool(execution, record.poolId, freedMicro);
  return keepRevised(execution, instructionId, carriers, record, {
    ...record,
    withdrawn: true,
    openMicro: record.openMicro - freedMicro,
    escrowMicro: record.escrowMicro - freedMicro,
  });
};

/** The instruction, when it is in force, was issued for the officer's pool, and lies in the officer's area. */
function findInForce(
  execution: Execution,
  instructionId: string,
  grant: RoadAuthorityGrant,
): Ruling<InstructionRecord> {
  const record = readInstructionRecord(execution, instructionId);
  if (record === undefined) return refuse("instruction-unknown");
  if (record.poolId !== grant.poolId) return refuse("instruction-of-others");
  const inArea = judgeArea(grant, record);
  if (!inArea.ok) return inArea;
  if (record.withdrawn) return refuse("instruction-withdrawn");
  if (record.released) return refuse("instruction-released");
  return { ok: true, value: record };
}

function wayIn(terms: ContractTerms, instructionId: string): InstructedWay | undefined {
  return terms.ways.find((way) => way.instructionId === instructionId);
}

/** Every contract, settled or not, whose itinerary names one of the terminals, in the order of their paths. */
function visitConcerned(
  tree: Tree,
  scopeTerminals: readonly number[],
  visit: (leaf: NodeReference, path: StatePath, contract: ContractRecord) => boolean,
): void {
  const { store } = tree;
  const terminals = new Set(scopeTerminals);
  visitKind(tree, StateKind.contract, (leaf) => {
    const bytes = valueOf(store, leaf);
    if (!mayConcernTerminals(bytes, terminals)) return true;
    return visit(leaf, pathAt(store, leaf), decodeOwn(bytes, decodeContract));
  });
}

function rewriteContract(
  execution: Execution,
  tree: Tree,
  leaf: NodeReference,
  change: (terms: ContractTerms) => ContractTerms,
): void {
  const path = pathAt(tree.store, leaf);
  const contract = decodeOwn(valueOf(tree.store, leaf), decodeContract);
  const terms = change(contract.terms);
  writeValue(execution.overlay, path, encodeContract({ ...contract, terms, revision: contract.revision + 1 }));
}

function keepRevised(
  execution: Execution,
  instructionId: string,
  carriers: readonly StatePath[],
  before: InstructionRecord,
  after: InstructionRecord,
): Ruling<Uint8Array> {
  const rewritten = carriers.length;
  const rewrittenRoot = merkleRootOf(carriers.map((path) => bytesOfPath(path).subarray(1)));
  const revised: InstructionRecord = {
    ...after,
    revision: before.revision + 1,
    revisedHeight: execution.height,
    rewritten,
    rewrittenRoot: toHex(rewrittenRoot),
  };
  writeInstruction(execution, instructionId, before, revised);
  return { ok: true, value: encodeOrder({ instructionId, rewritten, rewrittenRoot }) };
}
