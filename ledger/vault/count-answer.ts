import { randomInt } from "node:crypto";
import type { SaleRecord } from "../machine/records/sale-records";
import { countContributors, mayAnswer } from "../machine/sale-readers";
import type { State } from "../machine/state";
import { drawNoise, noiseMarginOf, type DrawBelow } from "./noise";

/** With this probability a buyer can tell from an answer that a count was just at the threshold; see decision 33. */
export const thresholdDelta = 1e-6;

/** Secret: whoever knows it can take the noise away. */
const ownDraw: DrawBelow = (below) => randomInt(below);

/**
 * What the custodian answers to an order: the count with noise, or null, withheld. Contracts whose holders withdrew their consent
 * since the order are not counted; a buyer who has left since, or left the territory, gets no number.
 * @param state behind the last block, the order in it
 */
export function answerCount(state: State, sale: SaleRecord, draw = ownDraw): number | null {
  return mayAnswer(state, sale) ? withNoise(countContributors(state, sale.saleId), sale, draw) : null;
}

/**
 * Withheld is what has fewer than k contributors, and what looks, with its noise, as if it might have: else an order just above and
 * one just below the threshold could be told apart for certain, and the difference would be one person. So nothing
 * negative is ever released.
 * @see Korolova, Kenthapadi, Mishra, Ntoulas 2009, "Releasing Search Queries and Clicks Privately" (threshold over noisy counts)
 */
export function withNoise(
  exact: number,
  { countMin, epsilonMicro }: Pick<SaleRecord, "countMin" | "epsilonMicro">,
  draw: DrawBelow,
): number | null {
  const noisy = exact + drawNoise(epsilonMicro, draw);
  if (exact < countMin) return null;
  return noisy >= countMin + noiseMarginOf(epsilonMicro, thresholdDelta) ? noisy : null;
}
