import type { Incident, InstructionDraft, InstructionReport } from "../../common/console-api";
import { fail, refuseSaying, saidOfFailure, succeed, type Failure, type Result } from "../../common/result";
import { nowOf, tellInstructions, writeLog, type SessionContext } from "../host/session-context";
import type { SessionLedger, Signer } from "../ledger/session-ledger";
import { dispatchOrder } from "./dispatch";
import { freeInstructionSet } from "../../workers/twin-engine";
import { matchDraft } from "./matching";
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
  const { arena } = context.twins.live;
  if (freeInstructionSet(arena) === undefined) {
    return refuseSaying({ code: "instructions-full", args: { most: arena.header.instructionSets } }, "instructions");
  }
  const matched = matchDraft(context, draft).match.contracts;
  const sent = await chain.sendInstruction(draft, signer, nowS);
  if (!sent.ok) return sent;
  const id = sent.value.instructionId;
  const { transactionHash } = sent.value;
  const prediction = predictionOf(context, draft);
  const number = instructions.add({ id, draft, sentS: nowS, transactionHash, matched, prediction });
  const terminals = draft.terminals.map((terminal) => city.meta.terminalNames[terminal] ?? String(terminal));
  writeLog(context, "instruction", { code: "instruction-sent", args: { number, terminals } });

  const advanced = await chain.advance(nowS);
  if (!advanced.ok) return refuse(context, id, number, advanced.error);
  context.listener.ledger(chain.state());
  tellInstructions(context);
  const order = await chain.verifyInstruction(id);
  if (!order.ok) return refuse(context, id, number, order.error);
  instructions.verified(id, performance.now() - begunMs);
  const { contractIndexes, height } = order.value;
  const args = { number, contracts: contractIndexes.length, height };
  writeLog(context, "instruction", { code: "instruction-verified", args });
  await dispatchOrder(context, order.value, incident, draft, number);
  tellInstructions(context);
  const report = instructions.reports(context.twins.tick, nowS)[number - 1];
  return report === undefined ? fail("the instruction is lost", id) : succeed(report);
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
