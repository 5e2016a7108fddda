import { shiftMaxS, type Instruction } from "../../ledger/contracts/instruction";
import { proposedBonusMicro, terminalsBefore, windowOf, type ExpectedIncident } from "./addressing";
import type { ContractBook } from "./offers";
import type { Candidate } from "./rank";

const bonusMicro = BigInt(proposedBonusMicro);
/** Departures are moved by so long, s. */
const shiftS = 900;
/** Parts of the contracts that are addressed, for when one way around does not bear all. */
const doses = [1, 0.5, 0.25] as const;

/** Candidates for an incident of which nothing else was said. None where no contract leads there. */
export function proposeCandidates(incident: ExpectedIncident, book: ContractBook, sentS: number): readonly Candidate[] {
  const terminals = terminalsBefore(incident.edges, book, sentS);
  if (terminals.length === 0) return [];
  const { fromS, untilS, expiresAtS } = windowOf(incident, sentS);
  const instruction = (action: Instruction["action"]): Instruction => ({
    instructionId: "candidate",
    action,
    scope: { terminals, fromS, untilS },
    expiresAtS,
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
