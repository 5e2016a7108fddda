import { commandLive, type SessionContext } from "../host/session-context";
import type { SettledContract } from "../ledger/session-ledger";

/**
 * Tells the live city whose bonus was paid and whose was not: people who complied trust the next message more, or less. The
 * do-nothing city is not told: nobody was asked anything there. Call at rest.
 */
export function learnFromSettlements(context: SessionContext, settled: readonly SettledContract[]): void {
  const { contracts, instructions } = context.parts;
  const paidOf = new Map(
    settled.map(({ contractIndex, outcome }) => [
      contracts.personOfContract[contractIndex],
      outcome === "rewardAndBonus",
    ]),
  );
  const people = [...instructions.compliedOf(new Set(paidOf.keys()))].sort((a, b) => a - b);
  if (people.length === 0) return;
  commandLive(context, {
    kind: "settleBonuses",
    tick: context.twins.tick,
    people,
    paid: people.map((person) => paidOf.get(person) === true),
  });
}
