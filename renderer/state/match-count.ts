import type { InstructionMatch } from "../../common/console-api";
import type { Result } from "../../common/result";

/** Typing pauses this long before the host is asked, ms. */
export const pauseMs = 250;
/** Counted anew at most so often, ms of wall time: a count looks at each of the ledger's contracts. */
export const recountMs = 15_000;

export interface CountedMatch {
  readonly outcome: Result<InstructionMatch>;
  /** The city's time for which it was counted, s. */
  readonly atS: number;
}

/**
 * Counts a form's contracts once typing pauses, and anew as the city's clock goes on: contracts end and people leave without
 * a change to the form. The next count is due `recountMs` after the last was answered.
 * @param nowS the city's time, s @returns stops counting; an answer that comes later is not told
 */
export function followMatch(
  ask: () => Promise<Result<InstructionMatch>>,
  nowS: () => number,
  tell: (counted: CountedMatch) => void,
): () => void {
  let isFollowed = true;
  let countedS: number | null = null;
  async function count(): Promise<void> {
    const atS = nowS();
    if (atS !== countedS) {
      const outcome = await ask();
      if (!isFollowed) return;
      countedS = atS;
      tell({ outcome, atS });
    }
    timer = setTimeout(() => void count(), recountMs);
  }
  let timer = setTimeout(() => void count(), pauseMs);
  return () => {
    isFollowed = false;
    clearTimeout(timer);
  };
}
