import { createReader, readText, readWhole } from "../../common/canonical";
import { amended, type Instruction } from "../../ledger/contracts/instruction";
import { hasBegun, isAmendable, isInstructable } from "../../ledger/contracts/matching";
import type { ContractPassage } from "../../ledger/contracts/passages";
import { rewrite, withoutWay } from "../../ledger/contracts/rewriting";
import type { ContractTerms, InstructedWay } from "../../ledger/contracts/terms";
import { listInstructions } from "../../ledger/machine/readers";
import { instructionIdOf } from "../../ledger/machine/state-paths";
import { payloadKindOf } from "../../ledger/machine/transactions/payload-form";
import { decodeTransaction, type DecodedTransaction } from "../../ledger/machine/transactions/transaction";
import type { SessionChain } from "./session-chain";

/** Where a transaction stands on the chain. */
export interface Position {
  readonly height: number;
  readonly index: number;
}

/** An instruction, or a later word about one, that the chain carried out. */
export interface Revision extends Position {
  readonly by: "instruct" | "amend" | "withdraw";
  readonly instructionId: string;
  /** As it stands from here on. */
  readonly instruction: Instruction;
  /** Time of its block, whole seconds. */
  readonly blockS: number;
  readonly transaction: DecodedTransaction;
}

/** All instructions of a chain and what was said about them later, in the order of the chain. */
export interface RevisionIndex {
  upTo(height: number): readonly Revision[];
}

/**
 * Reads each block once, from that of the first instruction on, when it is first asked about.
 * A chain has few instructions; of other transactions only the first bytes are read.
 */
export function createRevisionIndex(solo: SessionChain): RevisionIndex {
  const revisions: Revision[] = [];
  const standing = new Map<string, Instruction>();
  let readTo: number | undefined;
  return {
    upTo: (height) => {
      if (readTo === undefined) {
        const heights = listInstructions(solo.state).map(([, { issuedHeight }]) => issuedHeight);
        if (heights.length === 0) return [];
        readTo = Math.min(...heights) - 1;
      }
      while (readTo < height) {
        readTo++;
        revisions.push(...revisionsIn(solo, readTo, standing));
      }
      return revisions.filter((revision) => revision.height <= height);
    },
  };
}

function revisionsIn(solo: SessionChain, height: number, standing: Map<string, Instruction>): Revision[] {
  const stored = solo.block(height);
  if (stored === undefined) return [];
  const blockS = stored.block.header.time.seconds;
  return stored.block.transactions.flatMap((raw, index): Revision[] => {
    if (stored.results[index].code !== 0 || !mayRevise(raw)) return [];
    const decoded = decodeTransaction(raw);
    if (!decoded.ok) return [];
    const transaction = decoded.value;
    const revised = reviseBy(transaction, standing);
    if (revised === undefined) return [];
    standing.set(revised.instruction.instructionId, revised.instruction);
    return [{ ...revised, height, index, instructionId: revised.instruction.instructionId, blockS, transaction }];
  });
}

/** By the kind in its first bytes. */
function mayRevise(raw: Uint8Array): boolean {
  const reader = createReader(raw);
  readText(reader, 64);
  readText(reader, 64);
  const kind = payloadKindOf(readWhole(reader), readWhole(reader));
  return kind === "instruct" || kind === "amend" || kind === "withdraw";
}

function reviseBy(
  { payload, signBytes }: DecodedTransaction,
  standing: ReadonlyMap<string, Instruction>,
): Pick<Revision, "by" | "instruction"> | undefined {
  // Other kinds change no instruction.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (payload.kind) {
    case "instruct": {
      const { scope, action, expiresAtS, bonusMicro, budgetMicro } = payload;
      const instructionId = instructionIdOf(signBytes);
      return { by: "instruct", instruction: { instructionId, scope, action, expiresAtS, bonusMicro, budgetMicro } };
    }
    case "amend": {
      const before = standing.get(payload.instructionId);
      const { untilS, expiresAtS, bonusMicro, budgetMicro } = payload;
      return before && { by: "amend", instruction: amended(before, { untilS, expiresAtS, bonusMicro, budgetMicro }) };
    }
    case "withdraw": {
      const instruction = standing.get(payload.instructionId);
      return instruction && { by: "withdraw", instruction };
    }
    default:
      return undefined;
  }
}

/** A contract as far as instructions care, and where on the chain it changed otherwise. */
export interface ReplayedContract {
  /** As it was accepted. */
  readonly offered: ContractTerms;
  /** undefined: before all revisions. */
  readonly acceptedAt: Position | undefined;
  /** `at` undefined: not found in any block, and taken to be there from its time on. */
  readonly passages: readonly (ContractPassage & { readonly at: Position | undefined })[];
  readonly settledAt: Position | undefined;
}

export interface ReplayedRevision {
  readonly revision: Revision;
  readonly before: readonly InstructedWay[];
  readonly after: readonly InstructedWay[];
}

/** Does again, by the rules of contracts, what each instruction did to one contract; those that did nothing are left out. Pure. */
export function replayRevisions(
  { offered, acceptedAt, passages, settledAt }: ReplayedContract,
  revisions: readonly Revision[],
): readonly ReplayedRevision[] {
  const replayed: ReplayedRevision[] = [];
  let terms = offered;
  for (const revision of revisions) {
    if (acceptedAt !== undefined && isBefore(revision, acceptedAt)) continue;
    if (settledAt !== undefined && !isBefore(revision, settledAt)) break;
    const known = passages.filter(({ at, timeS }) =>
      at === undefined ? timeS < revision.blockS : isBefore(at, revision),
    );
    const next = termsAfter(terms, known, revision);
    if (next === terms) continue;
    replayed.push({ revision, before: terms.ways, after: next.ways });
    terms = next;
  }
  return replayed;
}

function isBefore(a: Position, b: Position): boolean {
  return a.height < b.height || (a.height === b.height && a.index < b.index);
}

/** @returns the same terms when the revision does not concern the contract */
function termsAfter(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  { by, instruction, instructionId, blockS }: Revision,
): ContractTerms {
  const carries = terms.ways.some((way) => way.instructionId === instructionId);
  switch (by) {
    case "instruct":
      return isInstructable(terms, passages, instruction, blockS) ? rewrite(terms, instruction) : terms;
    case "amend": {
      const isRewritten = carries
        ? isAmendable(terms, passages, instruction, blockS)
        : isInstructable(terms, passages, instruction, blockS);
      return isRewritten ? rewrite(terms, instruction) : terms;
    }
    case "withdraw":
      return carries && !hasBegun(terms, passages, blockS) ? withoutWay(terms, instructionId) : terms;
  }
}
