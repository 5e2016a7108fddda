import type { Instruction } from "./instruction";
import { arrivalOf, respectedScope, type ContractPassage } from "./passages";
import { beginOf, destinationOf, waysMax, windowsOverlap, type ContractTerms, type Scope } from "./terms";

/**
 * Whether the itinerary leads through the scope: a predicate over terms only, never over persons.
 * A stop matches when its terminal is in the scope and its window meets the scope's.
 */
export function matchesScope(terms: ContractTerms, scope: Scope): boolean {
  return terms.itinerary.some((stop) => windowsOverlap(stop, scope) && scope.terminals.includes(stop.terminal));
}

/**
 * Whether the destination's terminal can be passed from now on without passing it within the scope. Who lives or works
 * behind what is to be avoided, and must be there before it is over, cannot do as instructed.
 */
export function canRespectScope(terms: ContractTerms, scope: Scope, nowS: number): boolean {
  if (!scope.terminals.includes(destinationOf(terms))) return true;
  const earliestS = Math.max(nowS, terms.departure.fromS);
  return earliestS < scope.fromS || scope.untilS < terms.deadlineS;
}

/**
 * Whether an instruction given now rewrites this contract: the scope matches its terms, there still is something to
 * instruct, and the contract has room for one more way.
 */
export function isInstructable(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  instruction: Instruction,
  nowS: number,
): boolean {
  return (
    nowS < terms.deadlineS &&
    matchesScope(terms, instruction.scope) &&
    terms.ways.length < waysMax &&
    terms.ways.every(({ instructionId }) => instructionId !== instruction.instructionId) &&
    canComply(terms, passages, instruction, nowS)
  );
}

/** Whether the amended instruction takes the place of its own way in this contract: it can still be followed as amended. */
export function isAmendable(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  instruction: Instruction,
  nowS: number,
): boolean {
  const carries = terms.ways.some(({ instructionId }) => instructionId === instruction.instructionId);
  return carries && nowS < terms.deadlineS && canComply(terms, passages, instruction, nowS);
}

/** Whether the journey is not over, and can go on as it is asked. */
function canComply(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  { scope, action }: Instruction,
  nowS: number,
): boolean {
  const { departure } = terms;
  switch (action.kind) {
    case "avoid":
    case "itinerary":
      return (
        canRespectScope(terms, scope, nowS) && arrivalOf(terms, passages) === null && respectedScope(scope, passages)
      );
    case "shift":
      // Who was seen has left; whose window is over has, too.
      return passages.length === 0 && nowS < departure.untilS + Math.min(0, action.shiftS);
    case "hold":
      return passages.length === 0 && nowS < departure.untilS && departure.fromS < action.untilS;
  }
}

/** Whether the holder may be under way: a withdrawal leaves such a contract its way, and it cannot be left any more. */
export function hasBegun(terms: ContractTerms, passages: readonly ContractPassage[], nowS: number): boolean {
  return passages.length > 0 || nowS >= beginOf(terms);
}
