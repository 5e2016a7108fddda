import type { InstructionDraft, InstructionMatch, InstructionStage } from "../../common/console-api";
import { nowOf, type SessionContext } from "../host/session-context";

/** What a draft would rewrite if it stood in the next block, and whose contracts. */
export interface DraftMatch {
  readonly match: InstructionMatch;
  readonly contractIndexes: Uint32Array;
}

export function matchDraft(context: SessionContext, draft: InstructionDraft): DraftMatch {
  const { match, contractIndexes } = context.ledger.ledger.matchInstruction(
    draft,
    context.parts.operator.signer()?.publicKey ?? null,
    nowOf(context),
  );
  return { match, contractIndexes };
}

/** The same for whoever drafts it, with how many of these contracts would carry two instructions, which may ask opposites. */
export function describeMatch(context: SessionContext, draft: InstructionDraft): InstructionMatch {
  const { match, contractIndexes } = matchDraft(context, draft);
  const carrying = new Set<number>();
  for (const { id, stage } of context.parts.instructions.reports(context.twins.tick, nowOf(context))) {
    if (openStages.has(stage)) for (const contract of context.ledger.ledger.carriers(id)) carrying.add(contract);
  }
  const instructed = contractIndexes.reduce((count, contract) => count + (carrying.has(contract) ? 1 : 0), 0);
  return { ...match, instructed };
}

const openStages: ReadonlySet<InstructionStage> = new Set(["rewritten", "verified", "active"]);
