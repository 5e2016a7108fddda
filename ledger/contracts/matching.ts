import type { AvoidInstruction } from "./instruction";
import { arrivalOf, respectedScope, type ContractPassage } from "./passages";
import { avoidWaysMax, destinationOf, windowsOverlap, type AvoidScope, type ContractTerms } from "./terms";

/**
 * Whether the itinerary leads through the scope: a predicate over terms only, never over persons.
 * A stop matches when its terminal is in the scope and its window meets the scope's.
 */
export function matchesScope(terms: ContractTerms, scope: AvoidScope): boolean {
  return terms.itinerary.some((stop) => windowsOverlap(stop, scope) && scope.terminals.includes(stop.terminal));
}

/**
 * Whether the destination's terminal can be passed from now on without passing it within the scope. Who lives or works
 * behind what is to be avoided, and must be there before it is over, cannot do as instructed.
 */
export function canRespectScope(terms: ContractTerms, scope: AvoidScope, nowS: number): boolean {
  if (!scope.terminals.includes(destinationOf(terms))) return true;
  const earliestS = Math.max(nowS, terms.departure.fromS);
  return earliestS < scope.fromS || scope.untilS < terms.deadlineS;
}

/**
 * Whether an instruction given now rewrites this contract: the scope matches its terms, and there still is something to
 * instruct: the journey is not over, it can go by another way, the scope was not passed already, and the contract has room
 * for one more way.
 */
export function isInstructable(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  instruction: AvoidInstruction,
  nowS: number,
): boolean {
  return (
    nowS < terms.deadlineS &&
    matchesScope(terms, instruction.scope) &&
    canRespectScope(terms, instruction.scope, nowS) &&
    terms.avoidWays.length < avoidWaysMax &&
    arrivalOf(terms, passages) === null &&
    respectedScope(instruction.scope, passages)
  );
}
