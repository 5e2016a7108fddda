import type { City } from "../../common/city";
import type { Incident, InstructionDraft } from "../../common/console-api";
import { assert } from "../../common/result";
import type { TwinCommand } from "../../workers/messages";
import type { SessionContext } from "../host/session-context";
import type { VerifiedOrder } from "../ledger/session-ledger";

/** Tokens that a euro is worth: an input of the scenario. */
export const tokensPerEur = 1;
const microTokensPerEur = 1_000_000 * tokensPerEur;

/** Turns a proved order into the command that asks its people, in the live city only: the other one is forked first. */
export function dispatchOrder(
  context: SessionContext,
  order: VerifiedOrder,
  incident: Incident,
  draft: InstructionDraft,
  number: number,
): Promise<void> {
  const { contracts, city, store } = context.parts;
  const people = Array.from(order.contractIndexes, (contract) => {
    const person = contracts.personOfContract[contract];
    assert(person !== undefined, "every contract of the day has its person");
    return person;
  });
  return context.twins.branch((tick) => {
    const command: TwinCommand = {
      kind: "instruct",
      tick,
      instruction: number,
      blockHeight: order.height,
      transactionHash: order.transactionHash,
      people,
      bonusEur: draft.bonusMicro / microTokensPerEur,
      avoidEdges: avoidedEdges(city, incident, draft),
      action: { kind: "avoid" },
    };
    store.addCommand(command);
    return command;
  });
}

/** The incident's road and those of the terminals that are not to be passed. */
export function avoidedEdges(city: City, incident: Incident, draft: InstructionDraft): number[] {
  return [...new Set([incident.edge, ...draft.terminals.map((terminal) => city.columns.terminalEdge[terminal])])];
}
