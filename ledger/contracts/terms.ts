import { amountMax } from "../../common/canonical";
import type { MicroTokens } from "../../common/money";
import { assert } from "../../common/result";

/**
 * The terms of a commuter's contract. All times are whole seconds of one common scale: on the chain seconds of the
 * Unix epoch (block time), in a twin seconds since midnight. No rule depends on where the scale begins.
 * A window [fromS, untilS) holds its first second and not its last.
 */
export interface ContractTerms {
  readonly template: TemplateReference;
  /** The notification and validation clause that the commuter consented to by signing. */
  readonly clause: ClauseReference;
  /** When the commuter leaves. No terminal attests it: it says when the itinerary begins, and predictions use it. */
  readonly departure: TimeWindow;
  /** Terminals in the order of passing, 1 … `itineraryStopsMax`; the last one is the destination's. */
  readonly itinerary: readonly ItineraryStop[];
  /** The destination's terminal must be passed before it. */
  readonly deadlineS: number;
  readonly rewardMicro: MicroTokens;
  readonly penaltyMicro: MicroTokens;
  /** What instructions added, oldest first, at most `waysMax`. */
  readonly ways: readonly InstructedWay[];
}

export interface TimeWindow {
  readonly fromS: number;
  readonly untilS: number;
}

export interface ItineraryStop extends TimeWindow {
  readonly terminal: number;
}

export interface TemplateReference {
  readonly templateId: number;
  readonly version: number;
}

export interface ClauseReference {
  readonly version: number;
  /** SHA-256 of the clause's text (UTF-8), hexadecimal. */
  readonly hash: string;
}

/**
 * A way to fulfil the contract that an instruction added: conditions over passages, all of which must hold. The bonus is
 * earned when the destination is reached before `expiresAtS` too. What an instruction asks becomes such conditions in
 * `rewriting.ts`; the rules that judge passages know no other actions than these.
 */
export interface InstructedWay {
  readonly instructionId: string;
  /** Not passed within the window; no terminal, no such condition. */
  readonly avoid: Scope;
  /** Passed in this order before the destination, at most `viaMax` (common/itinerary.ts). */
  readonly via: readonly number[];
  /** Nothing is passed before it, or null. */
  readonly notBeforeS: number | null;
  /** What is passed first is passed before it, or null. */
  readonly beginsBeforeS: number | null;
  /** The destination's terminal is passed before it. */
  readonly deadlineS: number;
  readonly expiresAtS: number;
  readonly bonusMicro: MicroTokens;
}

/** Terminals, each once, ascending, and a window: in which they lie on an itinerary, or are not to be passed. */
export interface Scope extends TimeWindow {
  readonly terminals: readonly number[];
}

export const itineraryStopsMax = 8;
export const waysMax = 4;
/** From the earliest departure to the deadline. */
const contractSpanMaxS = 172_800;

export type TermsFlaw =
  | "itinerary-empty"
  | "itinerary-too-long"
  | "window-empty"
  | "itinerary-out-of-order"
  | "deadline-before-itinerary"
  | "contract-span-too-long"
  | "reward-not-positive"
  | "amount-out-of-range";

/** What is wrong with terms as they are offered, or null. */
export function flawOfTerms(terms: ContractTerms): TermsFlaw | null {
  const { departure, itinerary, deadlineS, rewardMicro, penaltyMicro } = terms;
  if (itinerary.length === 0) return "itinerary-empty";
  if (itinerary.length > itineraryStopsMax) return "itinerary-too-long";
  if (departure.fromS >= departure.untilS) return "window-empty";
  let earliestS = departure.fromS;
  let latestS = departure.fromS;
  for (const stop of itinerary) {
    if (stop.fromS >= stop.untilS) return "window-empty";
    if (stop.fromS < earliestS || stop.untilS < latestS) return "itinerary-out-of-order";
    earliestS = stop.fromS;
    latestS = stop.untilS;
  }
  if (deadlineS < latestS) return "deadline-before-itinerary";
  if (deadlineS - departure.fromS > contractSpanMaxS) return "contract-span-too-long";
  if (rewardMicro <= 0n) return "reward-not-positive";
  if (rewardMicro > amountMax || penaltyMicro < 0n || penaltyMicro > amountMax) return "amount-out-of-range";
  return null;
}

/** The destination's terminal. */
export function destinationOf(terms: ContractTerms): number {
  assert(terms.itinerary.length > 0, "terms have an itinerary");
  return terms.itinerary[terms.itinerary.length - 1].terminal;
}

/** The first second of a contract: what is passed before is not its matter. An instruction may have moved it forward. */
export function beginOf(terms: ContractTerms): number {
  const usualS = terms.departure.fromS;
  const firstUntilS = terms.itinerary[0].untilS;
  const movedS = terms.ways.map(({ beginsBeforeS }) => usualS + (beginsBeforeS ?? firstUntilS) - firstUntilS);
  return Math.max(0, Math.min(usualS, ...movedS));
}

/** The second from which on nothing more can fulfil the contract: the last deadline of all its ways. */
export function endOf(terms: ContractTerms): number {
  return Math.max(terms.deadlineS, ...terms.ways.map(({ deadlineS }) => deadlineS));
}

export function windowsOverlap(a: TimeWindow, b: TimeWindow): boolean {
  return a.fromS < b.untilS && b.fromS < a.untilS;
}

export function isWithin(timeS: number, window: TimeWindow): boolean {
  return timeS >= window.fromS && timeS < window.untilS;
}
