import type { InstructionDraft, InstructionMatch } from "../../common/console-api";
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
