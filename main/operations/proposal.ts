import type { Incident, InstructionDraft } from "../../common/console-api";
import { proposedBonusMicro, terminalsBefore, windowOf } from "./addressing";
import type { ContractBook } from "./offers";

/** Proposes whom to address, and what to offer them: the form starts with it. @param closed the roads that it closes */
export function proposeInstruction(
  incident: Incident,
  closed: readonly number[],
  book: ContractBook,
  nowS: number,
  poolMicro: number,
): InstructionDraft {
  const terminals = terminalsBefore(closed, book, nowS);
  const matched = book.offers.filter(({ itinerary }) => itinerary.some(({ terminal }) => terminals.includes(terminal)));
  const largestMicro = Math.max(1, matched.length) * proposedBonusMicro;
  return {
    incidentId: incident.id,
    action: { kind: "avoid" },
    terminals,
    ...windowOf(incident, nowS),
    bonusMicro: proposedBonusMicro,
    budgetMicro: Math.min(poolMicro, largestMicro),
  };
}
