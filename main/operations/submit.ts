import type { City } from "../../common/city";
import type { Incident, InstructionAmendment, InstructionDraft, InstructionReport } from "../../common/console-api";
import type { Said } from "../../common/said";
import { fail, refuseSaying, saidOfFailure, succeed, type Failure, type Result } from "../../common/result";
import { nowOf, tellInstructions, writeLog, type SessionContext } from "../host/session-context";
import type { InstructionRevision, SessionLedger, Signer, VerifiedOrder } from "../ledger/session-ledger";
import { checkRoom, dispatchAmendment, dispatchOrder, dispatchWithdrawal, peopleOf } from "./dispatch";
import { predictionOf } from "./predict";

/**
 * Signs an instruction, has it put into a block, verifies every contract that the block rewrote, and dispatches what was
 * proved to the live city. The city stands still meanwhile: what is sent is what was seen.
 */
export function submitInstruction(
  context: SessionContext,
  draft: InstructionDraft,
): Promise<Result<InstructionReport>> {
  const { operator, incidents } = context.parts;
  const signer = operator.signer();
  const incident = incidents.find(draft.incidentId);
  if (signer === undefined) return Promise.resolve(refuseSaying({ code: "key-locked", args: {} }, "operator key"));
  if (incident === undefined)
    return Promise.resolve(refuseSaying({ code: "incident-unknown", args: {} }, draft.incidentId));
  if (!context.ledger.ready) return Promise.resolve(refuseSaying({ code: "contracts-unready", args: {} }, "ledger"));
  return context.ledger.exclusively((chain) => context.atRest(() => submit(context, chain, signer, incident, draft)));
}

async function submit(
  context: SessionContext,
  chain: SessionLedger,
  signer: Signer,
  incident: Incident,
  draft: InstructionDraft,
): Promise<Result<InstructionReport>> {
  const begunMs = performance.now();
  const { city, instructions } = context.parts;
  const nowS = nowOf(context);
  const enrolled = await enrolOnce(context, chain, signer);
  if (!enrolled.ok) return enrolled;
  const room = checkRoom(context, draft.action, instructions.count + 1);
  if (!room.ok) return room;
  const sent = await chain.sendInstruction(draft, signer, nowS);
  if (!sent.ok) return sent;
  const { instructionId: id, transactionHash, matched } = sent.value;
  const prediction = predictionOf(context, draft);
  const number = instructions.add({ id, draft, sentS: nowS, transactionHash, matched, prediction });
  writeLog(context, "instruction", sentSaying(city, number, draft));

  const advanced = await chain.advance(nowS);
  if (!advanced.ok) return refuse(context, id, number, advanced.error);
  context.listener.ledger(chain.state());
  tellInstructions(context);
  const order = await chain.verifyInstruction(id);
  if (!order.ok) return refuse(context, id, number, order.error);
  instructions.verified(id, performance.now() - begunMs);
  const { contracts, height } = order.value;
  const args = { number, contracts, height };
  writeLog(context, "instruction", { code: "instruction-verified", args });
  await dispatchOrder(context, order.value, incident, draft, number);
  tellInstructions(context);
  const report = instructions.reports(context.twins.tick, nowS)[number - 1];
  return report === undefined ? fail("the instruction is lost", id) : succeed(report);
}

/**
 * Signs a later word about an instruction, has it put into a block, verifies the contracts that carry it afterwards, and
 * tells the people of the live city.
 */
export function reviseInstruction(
  context: SessionContext,
  revision: InstructionRevision,
): Promise<Result<InstructionReport>> {
  const signer = context.parts.operator.signer();
  if (signer === undefined) return Promise.resolve(refuseSaying({ code: "key-locked", args: {} }, "operator key"));
  if (!context.ledger.ready) return Promise.resolve(refuseSaying({ code: "contracts-unready", args: {} }, "ledger"));
  return context.ledger.exclusively((chain) => context.atRest(() => revise(context, chain, signer, revision)));
}

async function revise(
  context: SessionContext,
  chain: SessionLedger,
  signer: Signer,
  revision: InstructionRevision,
): Promise<Result<InstructionReport>> {
  const begunMs = performance.now();
  const { instructions, incidents } = context.parts;
  const nowS = nowOf(context);
  const id = revision.kind === "amend" ? revision.amendment.instructionId : revision.instructionId;
  const before = instructions.report(id, context.twins.tick, nowS);
  const incident = before === undefined ? undefined : incidents.find(before.incidentId);
  if (before === undefined || incident === undefined) return fail("no such instruction", id);
  const enrolled = await enrolOnce(context, chain, signer);
  if (!enrolled.ok) return enrolled;
  const room = revision.kind === "amend" ? checkRoom(context, before.action, before.number) : succeed(undefined);
  if (!room.ok) return room;
  const carried = chain.carriers(id);
  const sent = await chain.sendRevision(revision, signer, nowS);
  if (!sent.ok) return sent;
  const advanced = await chain.advance(nowS);
  if (!advanced.ok) return advanced;
  context.listener.ledger(chain.state());
  const order = await chain.verifyInstruction(id);
  if (!order.ok) {
    const args = { number: before.number, reason: saidOfFailure(order.error) };
    writeLog(context, "instruction", { code: "instruction-unchanged", args });
    return order;
  }
  instructions.verified(id, performance.now() - begunMs);
  if (revision.kind === "amend") amendLive(context, revision.amendment, order.value, incident, before);
  else withdrawLive(context, carried, order.value, before);
  tellInstructions(context);
  const report = instructions.report(id, context.twins.tick, nowS);
  return report === undefined ? fail("the instruction is lost", id) : succeed(report);
}

function amendLive(
  context: SessionContext,
  amendment: InstructionAmendment,
  order: VerifiedOrder,
  incident: Incident,
  before: InstructionReport,
): void {
  const count = order.contracts;
  context.parts.instructions.amended(amendment, count, nowOf(context));
  const args = { number: before.number, contracts: count, height: order.height };
  writeLog(context, "instruction", { code: "instruction-amended", args });
  dispatchAmendment(context, order, incident, { ...before, ...amendment }, before.number);
}

function withdrawLive(
  context: SessionContext,
  carried: Uint32Array,
  order: VerifiedOrder,
  before: InstructionReport,
): void {
  const kept = new Set(order.contractIndexes);
  const freed = [...carried].filter((contract) => !kept.has(contract));
  const args = { number: before.number, freed: freed.length, kept: kept.size, height: order.height };
  writeLog(context, "instruction", { code: "instruction-withdrawn", args });
  const people = peopleOf(context, freed);
  context.parts.instructions.withdrawn(before.id, people, nowOf(context));
  dispatchWithdrawal(context, people, before, before.number);
}

function refuse(context: SessionContext, id: string, number: number, failure: Failure): Result<never> {
  context.parts.instructions.refused(id, failure);
  tellInstructions(context);
  writeLog(context, "instruction", { code: "instruction-refused", args: { number, reason: saidOfFailure(failure) } });
  return { ok: false, error: failure };
}

/** The chain learns the operator's key once, in a block before the first instruction. */
async function enrolOnce(context: SessionContext, chain: SessionLedger, signer: Signer): Promise<Result<void>> {
  if (context.operatorEnrolled) return succeed(undefined);
  const enrolled = await chain.enrolOperator(signer.publicKey);
  if (!enrolled.ok) return enrolled;
  const advanced = await chain.advance(nowOf(context));
  if (!advanced.ok) return advanced;
  context.operatorEnrolled = true;
  return succeed(undefined);
}

function sentSaying(city: City, number: number, { action, terminals: rows }: InstructionDraft): Said {
  const terminals = namesOf(city, rows);
  switch (action.kind) {
    case "avoid":
      return { code: "instruction-sent", args: { number, terminals } };
    case "itinerary":
      return { code: "instruction-sent-itinerary", args: { number, terminals, via: namesOf(city, action.via) } };
    case "shift": {
      const minutes = Math.round(Math.abs(action.shiftS) / 60);
      const code = action.shiftS < 0 ? "instruction-sent-earlier" : "instruction-sent-later";
      return { code, args: { number, terminals, minutes } };
    }
    case "hold":
      return { code: "instruction-sent-hold", args: { number, terminals, untilS: action.untilS } };
  }
}

function namesOf(city: City, terminals: readonly number[]): readonly string[] {
  return terminals.map((terminal) => city.meta.terminalNames[terminal] ?? String(terminal));
}
