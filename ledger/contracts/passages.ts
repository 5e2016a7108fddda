import { beginOf, destinationOf, endOf, isWithin, type ContractTerms, type InstructedWay, type Scope } from "./terms";

/** A terminal that the holder of a contract passed, and when. */
export interface ContractPassage {
  readonly terminal: number;
  readonly timeS: number;
}

/** Passages kept with one contract. */
export const passagesPerContractMax = 32;

/** In the order of time, then of terminals, so that the order in which blocks bring them leaves no trace. */
export function withPassage(passages: readonly ContractPassage[], added: ContractPassage): readonly ContractPassage[] {
  const before = (passage: ContractPassage) =>
    passage.timeS < added.timeS || (passage.timeS === added.timeS && passage.terminal <= added.terminal);
  const at = passages.filter(before).length;
  return [...passages.slice(0, at), added, ...passages.slice(at)];
}

/** A contract is in force from its earliest departure until its last deadline; what is passed at other times is not its matter. */
export function concernsContract(terms: ContractTerms, timeS: number): boolean {
  return timeS >= beginOf(terms) && timeS < endOf(terms);
}

/**
 * Whether the terminals of the itinerary were passed in order, each within its window, the last before the deadline.
 * Takes the earliest fitting passage of each stop, which leaves the later stops the most room.
 * @param passages in the order of `withPassage`
 */
export function followedItinerary(terms: ContractTerms, passages: readonly ContractPassage[]): boolean {
  let next = 0;
  for (const passage of passages) {
    const stop = terms.itinerary[next];
    if (stop === undefined || passage.timeS >= terms.deadlineS) break;
    if (passage.terminal === stop.terminal && isWithin(passage.timeS, stop)) next++;
  }
  return next === terms.itinerary.length;
}

/** Whether none of the scope's terminals was passed within its window. */
export function respectedScope(scope: Scope, passages: readonly ContractPassage[]): boolean {
  return !passages.some((passage) => isWithin(passage.timeS, scope) && scope.terminals.includes(passage.terminal));
}

/** When the destination's terminal was first passed; null so far as it was not. */
export function arrivalOf(terms: ContractTerms, passages: readonly ContractPassage[]): number | null {
  const destination = destinationOf(terms);
  const arrival = passages.find(
    (passage) => passage.terminal === destination && concernsContract(terms, passage.timeS),
  );
  return arrival === undefined ? null : arrival.timeS;
}

/**
 * Whether nothing was passed that a way forbids, so far. Who respects a way is never penalised; whether it was followed
 * to its end, `arrivalBy` says.
 * @param passages in the order of `withPassage`
 */
export function respectsWay(way: InstructedWay, passages: readonly ContractPassage[]): boolean {
  const first = passages[0]?.timeS;
  const begunInTime =
    first === undefined ||
    ((way.notBeforeS === null || first >= way.notBeforeS) && (way.beginsBeforeS === null || first < way.beginsBeforeS));
  return begunInTime && respectedScope(way.avoid, passages);
}

/** When the destination was reached over all the terminals that the way names, in order and before its deadline; null so far as it was not. */
export function arrivalBy(
  way: InstructedWay,
  terms: ContractTerms,
  passages: readonly ContractPassage[],
): number | null {
  const wanted = [...way.via, destinationOf(terms)];
  const beginS = beginOf(terms);
  let next = 0;
  for (const { terminal, timeS } of passages) {
    if (timeS >= way.deadlineS) return null;
    if (timeS < beginS || terminal !== wanted[next]) continue;
    if (++next === wanted.length) return timeS;
  }
  return null;
}

/** Whether the destination was reached in time for a way's bonus; it is earned if the way was respected as well. */
export function arrivedForBonus(
  terms: ContractTerms,
  passages: readonly ContractPassage[],
  way: InstructedWay,
): boolean {
  const arrivalS = arrivalBy(way, terms, passages);
  return arrivalS !== null && arrivalS < way.expiresAtS;
}
