import type { Incident, InstructionDraft } from "../../common/console-api";
import type { ContractBook } from "./offers";

/** What the form starts with. Assumptions, for the operator to change. */
const bonusMicro = 2_000_000;
const terminalsMax = 4;
/** After the window, contracts can still earn the bonus for so long, s. */
const graceS = 3600;
/** A terminal stands for the incident when at least this part of its contracts would come through it. */
const shareMin = 0.5;

/**
 * Proposes whom to address: terminals whose contracts mostly lead over the incident's edge, the most used first. Looks
 * at terms only, never at persons.
 */
export function proposeInstruction(
  incident: Incident,
  book: ContractBook,
  nowS: number,
  poolMicro: number,
): InstructionDraft {
  const through = new Map<number, number>();
  const all = new Map<number, number>();
  book.offers.forEach((offer, contract) => {
    const route = book.routeOfContract[contract] ?? [];
    const concerned = route.indexOf(incident.edge, 1) > 0;
    for (const { terminal, untilS } of offer.itinerary) {
      if (untilS < nowS) continue;
      all.set(terminal, (all.get(terminal) ?? 0) + 1);
      if (concerned) through.set(terminal, (through.get(terminal) ?? 0) + 1);
    }
  });
  const share = (terminal: number) => (through.get(terminal) ?? 0) / (all.get(terminal) ?? 1);
  const candidates = [...through.keys()].sort(
    (a, b) => (through.get(b) ?? 0) - (through.get(a) ?? 0) || share(b) - share(a) || a - b,
  );
  const fitting = candidates.filter((terminal) => share(terminal) >= shareMin);
  const best = candidates.sort((a, b) => share(b) - share(a) || a - b).slice(0, 1);
  const terminals = (fitting.length > 0 ? fitting.slice(0, terminalsMax) : best).sort((a, b) => a - b);
  const matched = new Set<number>();
  book.offers.forEach((offer, contract) => {
    if (offer.itinerary.some(({ terminal }) => terminals.includes(terminal))) matched.add(contract);
  });
  const untilS = Math.ceil(Math.max(incident.endS, nowS + 600) / 60) * 60;
  return {
    incidentId: incident.id,
    action: { kind: "avoid" },
    terminals,
    fromS: Math.floor(nowS),
    untilS,
    expiresAtS: untilS + graceS,
    bonusMicro,
    budgetMicro: Math.min(poolMicro, Math.max(bonusMicro, matched.size * bonusMicro)),
  };
}
