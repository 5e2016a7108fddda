import type { ContractPassage } from "./passages";
import { isWithin, type TimeWindow } from "./terms";

/**
 * What may be counted for sale. Nothing finer: four points in place and time identify 95 % of people.
 * @see de Montjoye, Hidalgo, Verleysen, Blondel 2013, "Unique in the Crowd", Scientific Reports 3:1376
 */
export type CountQuestion =
  /** Contracts whose holder passed the terminal. */
  | { readonly kind: "link"; readonly terminal: number }
  /** Contracts whose first passage was at the origin, and whose last at the destination. */
  | { readonly kind: "originDestination"; readonly origin: number; readonly destination: number };

/**
 * Whether a contract counts, once, however often its holder passed: so one contract changes a count by one at most.
 * @param passages in the order of `withPassage`
 */
export function contributesTo(
  question: CountQuestion,
  window: TimeWindow,
  passages: readonly ContractPassage[],
): boolean {
  if (question.kind === "link") {
    return passages.some(({ terminal, timeS }) => terminal === question.terminal && isWithin(timeS, window));
  }
  const first = passages[0];
  const last = passages[passages.length - 1];
  if (first === undefined || first.terminal !== question.origin || last.terminal !== question.destination) return false;
  return isWithin(first.timeS, window) && isWithin(last.timeS, window);
}

/** The terminals that a question names: whoever contributes passed each of them. */
export function terminalsOf(question: CountQuestion): readonly [number, ...number[]] {
  return question.kind === "link" ? [question.terminal] : [question.origin, question.destination];
}
