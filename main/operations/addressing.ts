import type { ContractBook } from "./offers";

/** What proposals start from. Assumptions, for the operator to change. */
export const proposedBonusMicro = 2_000_000;
const terminalsMax = 4;
/** After the window, contracts can still earn the bonus for so long, s. */
const graceS = 3600;
/** A terminal stands for the incident when at least this part of its contracts would come through it. */
const shareMin = 0.5;

/** Where and how long something happens. */
export interface ExpectedIncident {
  /** Of a blocked junction, all roads that come to it. */
  readonly edges: readonly number[];
  readonly endS: number;
}

/**
 * Terminals whose contracts mostly lead over one of the edges, the most used first; looks at terms only, never at persons.
 * @returns ascending; empty where no contract leads there
 */
export function terminalsBefore(edges: readonly number[], book: ContractBook, nowS: number): readonly number[] {
  const through = new Map<number, number>();
  const all = new Map<number, number>();
  book.offers.forEach((offer, contract) => {
    const route = book.routeOfContract[contract] ?? [];
    const concerned = edges.some((edge) => route.indexOf(edge, 1) > 0);
    for (const { terminal, untilS } of offer.itinerary) {
      if (untilS < nowS) continue;
      all.set(terminal, (all.get(terminal) ?? 0) + 1);
      if (concerned) through.set(terminal, (through.get(terminal) ?? 0) + 1);
    }
  });
  const share = (terminal: number) => (through.get(terminal) ?? 0) / (all.get(terminal) ?? 1);
  const found = [...through.keys()].sort(
    (a, b) => (through.get(b) ?? 0) - (through.get(a) ?? 0) || share(b) - share(a) || a - b,
  );
  const fitting = found.filter((terminal) => share(terminal) >= shareMin).slice(0, terminalsMax);
  const chosen = fitting.length > 0 ? fitting : found.sort((a, b) => share(b) - share(a) || a - b).slice(0, 1);
  return chosen.sort((a, b) => a - b);
}

/** From now until the incident's end, in whole minutes, and for how long after it the bonus can be earned. */
export function windowOf({ endS }: Pick<ExpectedIncident, "endS">, nowS: number) {
  const untilS = Math.ceil(Math.max(endS, nowS + 600) / 60) * 60;
  return { fromS: Math.floor(nowS), untilS, expiresAtS: untilS + graceS };
}
