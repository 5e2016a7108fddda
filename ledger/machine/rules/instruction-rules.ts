import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  fromHex,
  readFixed,
  readWhole,
  toHex,
  writeFixed,
  writeWhole,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import { assert, type Result } from "../../../common/result";
import { flawOfInstruction, type Instruction } from "../../contracts/instruction";
import { isInstructable } from "../../contracts/matching";
import { rewrite } from "../../contracts/rewriting";
import {
  addToPool,
  readPool,
  readTotals,
  requireRole,
  treeToWalk,
  writeTotals,
  type Execution,
  type Rule,
} from "../execution";
import { merkleRootOf } from "../merkle";
import { decodeOwn, writeValue } from "../overlay";
import { decodeContract, encodeContract, isActive, mayConcernTerminals } from "../records/contract-record";
import { readIdentifier, writeIdentifier } from "../records/form";
import { refuse, type Ruling } from "../refusals";
import { identifierLength, instructionIdOf, StateKind } from "../state-paths";
import type { InstructPayload } from "../transactions/payload";
import type { DecodedTransaction } from "../transactions/transaction";
import { pathAt, valueOf, type NodeReference } from "../tree/node-store";
import { bytesOfPath } from "../tree/path";
import { visitKind, type Tree } from "../tree/tree";
import { hasSecondOfficer, judgeArea, outstandingOf, writeInstruction, type RoadAuthorityGrant } from "./officer-rules";

/**
 * Rewrites every contract that the instruction concerns, in this block. First the largest payout, a bonus for each of
 * them, is taken from the authority's pool: what is paid later comes out of that escrow and nothing else.
 */
export const instruct: Rule<InstructPayload> = (execution, payload, transaction) => {
  const judged = judgeInstruct(execution, payload, transaction);
  if (!judged.ok) return judged;
  const { instruction, officerKey, poolId, matches, tree } = judged.value;
  const identifiers: Uint8Array[] = [];
  for (const leaf of matches) {
    const path = pathAt(tree.store, leaf);
    const contract = decodeOwn(valueOf(tree.store, leaf), decodeContract);
    const terms = rewrite(contract.terms, instruction);
    writeValue(execution.overlay, path, encodeContract({ ...contract, terms, revision: contract.revision + 1 }));
    identifiers.push(bytesOfPath(path).subarray(1));
  }
  const rewritten = identifiers.length;
  const rewrittenRoot = merkleRootOf(identifiers);
  const escrowMicro = BigInt(rewritten) * payload.bonusMicro;
  addToPool(execution, poolId, -escrowMicro);
  const { incidentId, scope, action, expiresAtS, bonusMicro, budgetMicro } = payload;
  writeInstruction(execution, instruction.instructionId, null, {
    authority: officerKey,
    twoOfficers: hasSecondOfficer(execution, transaction),
    poolId,
    ...{ incidentId, scope, action, expiresAtS, bonusMicro, budgetMicro },
    issuedAtS: execution.nowS,
    issuedHeight: execution.height,
    revision: 1,
    revisedHeight: execution.height,
    withdrawn: false,
    rewritten,
    rewrittenRoot: toHex(rewrittenRoot),
    openMicro: escrowMicro,
    arrivedMicro: 0n,
    escrowMicro,
    paidMicro: 0n,
    paidCount: 0,
    released: false,
  });
  const totals = readTotals(execution);
  writeTotals(execution, { ...totals, instructions: totals.instructions + 1 });
  return { ok: true, value: encodeOrder({ instructionId: instruction.instructionId, rewritten, rewrittenRoot }) };
};

interface JudgedInstruction {
  readonly instruction: Instruction;
  readonly officerKey: Uint8Array;
  readonly poolId: number;
  /** Leaves of `tree`, in the order of their paths. */
  readonly matches: readonly NodeReference[];
  readonly tree: Tree;
}

/** Whether the sender may send this instruction, and what it would rewrite. Changes nothing. */
export function judgeInstruct(
  execution: Execution,
  payload: InstructPayload,
  { sender, signBytes }: DecodedTransaction,
): Ruling<JudgedInstruction> {
  const grant = requireRole(execution, sender, "roadAuthority");
  if (!grant.ok) return grant;
  if (sender === null) return refuse("sender-unknown");
  const instruction: Instruction = { instructionId: instructionIdOf(signBytes), ...payload };
  const judged = judgeInstruction(execution, instruction, grant.value, outstandingOf(execution, sender));
  if (!judged.ok) return judged;
  const tree = treeToWalk(execution);
  const { instructionMatchesMax } = execution.parameters;
  const found = findMatches(tree, instruction, execution.nowS, instructionMatchesMax);
  const matches = judgeMatches(instruction, found);
  if (!matches.ok) return matches;
  const { poolId } = grant.value;
  return { ok: true, value: { instruction, officerKey: sender, poolId, matches: matches.value, tree } };
}

/**
 * Everything that can refuse an instruction from a road authority before contracts are looked at, in order.
 * @param outstandingMicro what the officer answers for already
 */
export function judgeInstruction(
  execution: Execution,
  instruction: Instruction,
  grant: RoadAuthorityGrant,
  outstandingMicro: MicroTokens,
): Ruling<null> {
  const flaw = flawOfInstruction(instruction, execution.nowS);
  if (flaw !== null) return refuse(flaw);
  const inArea = judgeArea(grant, instruction);
  if (!inArea.ok) return inArea;
  const { budgetMaxMicro, poolId } = grant;
  if (outstandingMicro + instruction.budgetMicro > budgetMaxMicro) return refuse("budget-above-grant");
  if (instruction.budgetMicro > (readPool(execution, poolId)?.balanceMicro ?? 0n)) return refuse("budget-above-pool");
  return { ok: true, value: null };
}

/** @param matches as `findMatches` gives them @returns the contracts that the instruction rewrites */
export function judgeMatches(
  { bonusMicro, budgetMicro }: Instruction,
  matches: readonly NodeReference[] | undefined,
): Ruling<readonly NodeReference[]> {
  if (matches === undefined) return refuse("matches-too-many");
  if (BigInt(matches.length) * bonusMicro > budgetMicro) return refuse("payout-above-budget");
  return { ok: true, value: matches };
}

/**
 * The contracts that an instruction would rewrite, in the order of their paths; undefined when they exceed the limit.
 * Only their leaves are kept: a hundred thousand decoded contracts would outlive the collector's nursery.
 */
export function findMatches(
  tree: Tree,
  instruction: Instruction,
  nowS: number,
  matchesMax: number,
): readonly NodeReference[] | undefined {
  const { store } = tree;
  const terminals = new Set(instruction.scope.terminals);
  const matches: NodeReference[] = [];
  visitKind(tree, StateKind.contract, (leaf) => {
    const bytes = valueOf(store, leaf);
    if (!isActive(bytes) || !mayConcernTerminals(bytes, terminals)) return true;
    const contract = decodeOwn(bytes, decodeContract);
    if (!isInstructable(contract.terms, contract.passages, instruction, nowS)) return true;
    return matches.push(leaf) <= matchesMax;
  });
  return matches.length > matchesMax ? undefined : matches;
}

/** The order that an instruction's result carries, proved by the next header's `last_results_hash`. */
export interface Order {
  readonly instructionId: string;
  readonly rewritten: number;
  /** Merkle root over the rewritten contracts' identifiers, ascending: whoever lists them can check the list. */
  readonly rewrittenRoot: Uint8Array;
}

export function encodeOrder(order: Order): Uint8Array<ArrayBuffer> {
  const writer = createWriter(80);
  writeIdentifier(writer, order.instructionId);
  writeWhole(writer, order.rewritten);
  writeFixed(writer, order.rewrittenRoot);
  return finishWriting(writer);
}

export function decodeOrder(bytes: Uint8Array): Result<Order> {
  const reader = createReader(bytes);
  return finishReading(reader, {
    instructionId: readIdentifier(reader),
    rewritten: readWhole(reader),
    rewrittenRoot: readFixed(reader, 32),
  });
}

/** The root that an order must carry for these contracts. @param contractIds ascending */
export function rewrittenRootOf(contractIds: readonly string[]): Uint8Array {
  return merkleRootOf(
    contractIds.map((contractId) => {
      const digest = fromHex(contractId);
      assert(digest?.length === identifierLength, "a contract's identifier is 62 hexadecimal digits");
      return digest;
    }),
  );
}
