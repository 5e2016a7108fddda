import { shiftMaxS, type Instruction } from "../../ledger/contracts/instruction";
import type { ContractBook } from "./offers";
import type { Candidate } from "./rank";

/** What proposals start from. Assumptions, for the operator to change; the same as the form's. */
const bonusMicro = 2_000_000n;
const terminalsMax = 4;
/** After the window, contracts can still earn the bonus for so long, s. */
const graceS = 3600;
/** A terminal stands for the incident when at least this part of its contracts would come through it. */
const shareMin = 0.5;
/** Departures are moved by so long, s. */
const shiftS = 900;
/** Parts of the contracts that are addressed, for when one way around does not bear all. */
const doses = [1, 0.5, 0.25] as const;

/** Where and how long something happens. */
export interface ExpectedIncident {
  readonly edge: number;
  readonly endS: number;
}

/**
 * Terminals whose contracts mostly lead over the edge, the most used first; looks at terms only, never at persons.
 * @returns ascending; empty where no contract leads there
 */
export function terminalsBefore(edge: number, book: ContractBook, nowS: number): readonly number[] {
  const through = new Map<number, number>();
  const all = new Map<number, number>();
  book.offers.forEach((offer, contract) => {
    const concerned = (book.routeOfContract[contract] ?? []).indexOf(edge, 1) > 0;
    for (const { terminal, untilS } of offer.itinerary) {
      if (untilS < nowS) continue;
      all.set(terminal, (all.get(terminal) ?? 0) + 1);
      if (concerned) through.set(terminal, (through.get(terminal) ?? 0) + 1);
    }
  });
  const share = (terminal: number) => (through.get(terminal) ?? 0) / (all.get(terminal) ?? 1);
  const found = [...through.keys()].sort((a, b) => (through.get(b) ?? 0) - (through.get(a) ?? 0) || a - b);
  const fitting = found.filter((terminal) => share(terminal) >= shareMin).slice(0, terminalsMax);
  const chosen = fitting.length > 0 ? fitting : found.sort((a, b) => share(b) - share(a) || a - b).slice(0, 1);
  return chosen.sort((a, b) => a - b);
}

/** Candidates for an incident of which nothing else was said. None where no contract leads there. */
export function proposeCandidates(incident: ExpectedIncident, book: ContractBook, sentS: number): readonly Candidate[] {
  const terminals = terminalsBefore(incident.edge, book, sentS);
  if (terminals.length === 0) return [];
  const fromS = Math.floor(sentS);
  const untilS = Math.ceil(Math.max(incident.endS, sentS + 600) / 60) * 60;
  const instruction = (action: Instruction["action"]): Instruction => ({
    instructionId: "candidate",
    action,
    scope: { terminals, fromS, untilS },
    expiresAtS: untilS + graceS,
    bonusMicro,
    budgetMicro: bonusMicro * BigInt(Math.max(1, book.offers.length)),
  });
  const dosed = (name: string, action: Instruction["action"]) =>
    doses.map((part) => ({
      name: part === 1 ? name : `${name}, ${Math.round(100 * part)} % addressed`,
      instruction: instruction(action),
      part,
    }));
  return [
    ...dosed("avoid", { kind: "avoid" }),
    { name: `leave ${shiftS / 60} min later`, instruction: instruction({ kind: "shift", shiftS }), part: 1 },
    {
      name: "hold until open",
      instruction: instruction({ kind: "hold", untilS: Math.min(untilS, fromS + shiftMaxS) }),
      part: 1,
    },
  ];
}
