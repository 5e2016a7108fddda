import type { City } from "../../common/city";
import type { Incident, InstructionAction, InstructionDraft } from "../../common/console-api";
import { assert, refuseSaying, succeed, type Result } from "../../common/result";
import type { InstructedAction, TwinCommand } from "../../workers/messages";
import { freeInstructionSet, setOfInstruction } from "../../workers/twin-engine";
import { approachesOf } from "../host/incidents";
import { commandLive, tickAtTime, type SessionContext } from "../host/session-context";
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
  return context.twins.branch((tick) => {
    const command = instructCommand(context, order, incident, draft, number, tick);
    context.parts.store.addCommand(command);
    return command;
  });
}

/** Asks the people of an amended instruction again, in the live city. The one beside it stays as it is: there nothing was ever sent. */
export function dispatchAmendment(
  context: SessionContext,
  order: VerifiedOrder,
  incident: Incident,
  draft: InstructionDraft,
  number: number,
): void {
  commandLive(context, instructCommand(context, order, incident, draft, number, context.twins.tick));
}

/** Tells those whose contracts are as before that nothing is asked of them any more. */
export function dispatchWithdrawal(
  context: SessionContext,
  people: readonly number[],
  draft: InstructionDraft,
  number: number,
): void {
  commandLive(context, {
    kind: "withdraw",
    tick: context.twins.tick,
    instruction: number,
    people,
    action: actionOf(context, draft),
  });
}

/**
 * Other ways go by a set of trees of their own, of which there are few; other departures need none. Call at rest.
 * @param number of the instruction: given again, it keeps its set while people still go by it
 */
export function checkRoom({ twins }: SessionContext, { kind }: InstructionAction, number: number): Result<void> {
  const { arena } = twins.live;
  if (kind === "shift" || kind === "hold") return succeed(undefined);
  if ((setOfInstruction(arena, number) ?? freeInstructionSet(arena)) !== undefined) return succeed(undefined);
  return refuseSaying({ code: "instructions-full", args: { most: arena.header.instructionSets } }, "instructions");
}

/** The command of a draft. @param order whose people are asked; at the height that says so */
export function instructCommand(
  context: SessionContext,
  order: Pick<VerifiedOrder, "contractIndexes" | "height" | "transactionHash">,
  incident: Incident,
  draft: InstructionDraft,
  number: number,
  tick: number,
): Extract<TwinCommand, { kind: "instruct" }> {
  return {
    kind: "instruct",
    tick,
    instruction: number,
    blockHeight: order.height,
    transactionHash: order.transactionHash,
    people: peopleOf(context, order.contractIndexes),
    bonusEur: draft.bonusMicro / microTokensPerEur,
    avoidEdges: avoidedEdges(context.parts.city, closedEdges(context.parts.city, incident), draft.terminals),
    action: actionOf(context, draft),
  };
}

function actionOf(context: SessionContext, { action }: InstructionDraft): InstructedAction {
  return engineAction(action, context.parts.city, (timeS) => tickAtTime(context, timeS));
}

/** Whose contracts these are. */
export function peopleOf({ parts }: SessionContext, contractIndexes: ArrayLike<number>): number[] {
  return Array.from(contractIndexes, (contract) => {
    const person = parts.contracts.personOfContract[contract];
    assert(person !== undefined, "every contract of the day has its person");
    return person;
  });
}

/** What the engine asks of people. @param tickAt the first tick at or after a session time */
export function engineAction(
  action: InstructionAction,
  city: City,
  tickAt: (timeS: number) => number,
): InstructedAction {
  switch (action.kind) {
    case "avoid":
    case "shift":
      return action;
    case "itinerary":
      return { kind: "itinerary", viaEdges: action.via.map((terminal) => city.columns.terminalEdge[terminal]) };
    case "hold":
      return { kind: "hold", untilTick: tickAt(action.untilS) };
  }
}

/** The road of an incident; of a blocked junction, all that come to it. */
export const closedEdges = (city: City, { kind, edge }: Incident): readonly number[] =>
  kind === "junction" ? approachesOf(city, edge) : [edge];

/** The incident's roads and those of the terminals that are not to be passed. */
export function avoidedEdges(
  { columns }: City,
  incidentEdges: readonly number[],
  terminals: readonly number[],
): number[] {
  return [...new Set([...incidentEdges, ...terminals.map((terminal) => columns.terminalEdge[terminal])])];
}
