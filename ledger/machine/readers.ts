import type { MicroTokens } from "../../common/money";
import { assert, succeed } from "../../common/result";
import type { Instruction } from "../contracts/instruction";
import { endOf } from "../contracts/terms";
import { executionAt } from "./apply";
import { readPool, requireRole } from "./execution";
import { decodeOwn } from "./overlay";
import { decodeValidators, type PoweredValidator } from "./records/consortium-records";
import { decodeContract, type ContractRecord } from "./records/contract-record";
import { decodeCredential, type CredentialRecord } from "./records/credential-record";
import {
  decodeParameters,
  decodeTemplate,
  type ParametersRecord,
  type TemplateRecord,
} from "./records/governance-records";
import { decodeInstruction, type InstructionRecord } from "./records/instruction-record";
import { decodeAccount, decodePool, decodeTotals, type TotalsRecord } from "./records/money-records";
import type { Refusal } from "./refusals";
import { judgeAmendment } from "./rules/amendment-rules";
import { findMatches, judgeInstruction, judgeMatches } from "./rules/instruction-rules";
import { outstandingOf, type RoadAuthorityGrant } from "./rules/officer-rules";
import type { AmendPayload } from "./transactions/payload";
import type { State } from "./state";
import { readAt } from "./state-reading";
import {
  accountPath,
  credentialPath,
  identifierOfPath,
  parametersPath,
  pathOfIdentifier,
  poolPath,
  StateKind,
  templatePath,
  totalsPath,
  validatorsPath,
} from "./state-paths";
import { pathAt, valueOf, type NodeReference } from "./tree/node-store";
import { countOfKind, leavesOfKind, visitKind } from "./tree/tree";

/** Questions to a state. They change nothing and prove nothing: proofs are `tree/proof.ts`'s. */

export function readContract(state: State, contractId: string): ContractRecord | undefined {
  const path = pathOfIdentifier(StateKind.contract, contractId);
  return path === undefined ? undefined : readAt(state, path, decodeContract);
}

export function readInstruction(state: State, instructionId: string): InstructionRecord | undefined {
  const path = pathOfIdentifier(StateKind.instruction, instructionId);
  return path === undefined ? undefined : readAt(state, path, decodeInstruction);
}

export function readCredential(state: State, publicKey: Uint8Array): CredentialRecord | undefined {
  return readAt(state, credentialPath(publicKey), decodeCredential);
}

/** undefined where there is no such pool. */
export function readPoolBalance(state: State, poolId: number): MicroTokens | undefined {
  return readAt(state, poolPath(poolId), decodePool)?.balanceMicro;
}

/** 0 where the key has no account. */
export function readBalance(state: State, publicKey: Uint8Array): MicroTokens {
  return readAt(state, accountPath(publicKey), decodeAccount)?.balanceMicro ?? 0n;
}

/** The version in force. */
export function readTemplate(state: State, templateId: number): TemplateRecord | undefined {
  return readAt(state, templatePath(templateId), decodeTemplate);
}

/** Supply, cap and counts: one look-up. */
export function readTotals(state: State): TotalsRecord {
  const totals = readAt(state, totalsPath, decodeTotals);
  assert(totals !== undefined, "the totals exist since the genesis");
  return totals;
}

export function readParameters(state: State): ParametersRecord {
  const parameters = readAt(state, parametersPath, decodeParameters);
  assert(parameters !== undefined, "the parameters exist since the genesis");
  return parameters;
}

export function countContracts(state: State): number {
  return countOfKind(state.tree, StateKind.contract);
}

/** Contract ids in the order of their paths, which is that of the ids. Costs O(log n + limit). */
export function listContractIds(state: State, offset: number, limit: number): readonly string[] {
  return leavesOfKind(state.tree, StateKind.contract, offset, limit).map((leaf) => identifierOf(state, leaf));
}

function identifierOf(state: State, leaf: NodeReference): string {
  return identifierOfPath(pathAt(state.tree.store, leaf));
}

/** Ids of the contracts that an instruction rewrote, ascending. Walks over all contracts. */
export function listRewritten(state: State, instructionId: string): readonly string[] {
  const ids: string[] = [];
  visitKind(state.tree, StateKind.contract, (leaf) => {
    const { terms } = decodeOwn(valueOf(state.tree.store, leaf), decodeContract);
    if (terms.ways.some((way) => way.instructionId === instructionId)) ids.push(identifierOf(state, leaf));
    return true;
  });
  return ids;
}

/** Every contract that is not settled, with its last deadline, ascending by id. Walks over all contracts. */
export function listActive(state: State): readonly { readonly contractId: string; readonly endS: number }[] {
  const active: { readonly contractId: string; readonly endS: number }[] = [];
  visitKind(state.tree, StateKind.contract, (leaf) => {
    const contract = decodeOwn(valueOf(state.tree.store, leaf), decodeContract);
    if (contract.state === "active") {
      active.push({ contractId: identifierOf(state, leaf), endS: endOf(contract.terms) });
    }
    return true;
  });
  return active;
}

/** Every instruction, ascending by id. */
export function listInstructions(state: State): readonly (readonly [instructionId: string, InstructionRecord])[] {
  const instructions: (readonly [string, InstructionRecord])[] = [];
  visitKind(state.tree, StateKind.instruction, (leaf) => {
    const record = decodeOwn(valueOf(state.tree.store, leaf), decodeInstruction);
    instructions.push([identifierOf(state, leaf), record]);
    return true;
  });
  return instructions;
}

/** How many contracts an instruction of this scope would rewrite; undefined when more than one may. */
export function countMatches(state: State, instruction: Instruction, nowS: number): number | undefined {
  return findMatches(state.tree, instruction, nowS, readParameters(state).instructionMatchesMax)?.length;
}

export interface DryRun {
  /** Ids of the contracts that would be rewritten, ascending; null when they are more than one instruction may rewrite. */
  readonly contractIds: readonly string[] | null;
  readonly poolMicro: MicroTokens;
  /** Why the block would refuse it, or null. */
  readonly refusal: Refusal | null;
}

/**
 * What an instruction would do in a block at this time. The refusal is the one that the block gives.
 * @param officer key of an enrolled officer, or the grant of one who is to be enrolled
 */
export function tryInstruction(
  state: State,
  instruction: Instruction,
  officer: Uint8Array | RoadAuthorityGrant,
  nowS: number,
): DryRun {
  const { execution, grant, officerKey } = nextBlock(state, officer, nowS);
  const { instructionMatchesMax } = execution.parameters;
  const matches = findMatches(state.tree, instruction, execution.nowS, instructionMatchesMax);
  const contractIds = matches?.map((leaf) => identifierOf(state, leaf)) ?? null;
  if (!grant.ok) return { contractIds, poolMicro: 0n, refusal: grant.error };
  const poolMicro = readPool(execution, grant.value.poolId)?.balanceMicro ?? 0n;
  const outstandingMicro = officerKey === null ? 0n : outstandingOf(execution, officerKey);
  const orderly = judgeInstruction(execution, instruction, grant.value, outstandingMicro);
  const judged = orderly.ok ? judgeMatches(instruction, matches) : orderly;
  return { contractIds, poolMicro, refusal: judged.ok ? null : judged.error };
}

/** The block that a dry run is asked in, and whether the officer may be heard there. */
function nextBlock(state: State, officer: Uint8Array | RoadAuthorityGrant, nowS: number) {
  const execution = executionAt(state, state.height + 1, Math.max(nowS, state.timeS), () => false);
  const officerKey = officer instanceof Uint8Array ? officer : null;
  const grant = officer instanceof Uint8Array ? requireRole(execution, officer, "roadAuthority") : succeed(officer);
  return { execution, grant, officerKey };
}

export interface AmendmentDryRun {
  /** That would carry the instruction afterwards. */
  readonly contracts: number;
  /** What they may cost more. */
  readonly addedMicro: MicroTokens;
  readonly poolMicro: MicroTokens;
  /** Why the block would refuse it, or null. */
  readonly refusal: Refusal | null;
}

/** What an amendment would do in a block at this time. @param officer as in `tryInstruction` */
export function tryAmendment(
  state: State,
  payload: AmendPayload,
  officer: Uint8Array | RoadAuthorityGrant,
  nowS: number,
): AmendmentDryRun {
  const { execution, grant, officerKey } = nextBlock(state, officer, nowS);
  if (!grant.ok) return { contracts: 0, addedMicro: 0n, poolMicro: 0n, refusal: grant.error };
  const poolMicro = readPool(execution, grant.value.poolId)?.balanceMicro ?? 0n;
  const judged = judgeAmendment(execution, payload, grant.value, officerKey);
  if (!judged.ok) return { contracts: 0, addedMicro: 0n, poolMicro, refusal: judged.error };
  const { changes, refusal } = judged.value;
  return { contracts: changes.carriers.length, addedMicro: changes.addedMicro, poolMicro, refusal };
}

/** Who orders blocks from the block after the next on. */
export function readValidators(state: State): readonly PoweredValidator[] {
  return readAt(state, validatorsPath, decodeValidators)?.validators ?? [];
}
