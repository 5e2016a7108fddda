import type { ConsentPurpose, ConsentReport } from "../../common/commuter-api";
import { refuseSaying, type Result } from "../../common/result";
import type { SessionLedger } from "../ledger/session-ledger";
import { nowOf, type SessionContext } from "./session-context";

/**
 * What simulated commuters say about the data kept of them. They have no phones: the host keeps their contracts' keys, as it
 * plays the custodian who brings their contracts, and signs with the contract's own.
 */

export function commuterConsent(context: SessionContext, person: number): Result<ConsentReport> {
  const held = contractOf(context, person);
  return held.ok ? context.ledger.ledger.consent(held.value.contractId) : held;
}

/** @param purposes what records may be passed on for; null: consent is withdrawn */
export function stateConsent(
  context: SessionContext,
  person: number,
  purposes: readonly ConsentPurpose[] | null,
): Promise<Result<ConsentReport>> {
  return carryOut(context, person, (chain, row, nowS) => chain.personal.state(row, purposes, nowS));
}

export function demandErasure(context: SessionContext, person: number): Promise<Result<ConsentReport>> {
  return carryOut(context, person, (chain, row, nowS) => chain.personal.erase([row], "holder", nowS));
}

/** In a block of its own, proved by the next one: what is returned is what the ledger then has. */
function carryOut(
  context: SessionContext,
  person: number,
  work: (chain: SessionLedger, row: number, nowS: number) => Promise<Result<unknown>>,
): Promise<Result<ConsentReport>> {
  const held = contractOf(context, person);
  if (!held.ok) return Promise.resolve(held);
  const { row, contractId } = held.value;
  return context.ledger.exclusively(async (chain) => {
    const done = await work(chain, row, nowOf(context));
    if (!done.ok) return done;
    context.listener.ledger(chain.state());
    return chain.consent(contractId);
  });
}

function contractOf(
  { parts, ledger }: SessionContext,
  person: number,
): Result<{ readonly row: number; readonly contractId: string }> {
  const row = parts.contracts.contractOfPerson[person] ?? -1;
  const contractId = ledger.ready && row >= 0 ? ledger.ledger.contractIdOf(row) : undefined;
  return contractId === undefined
    ? refuseSaying({ code: "commuter-without-contract", args: {} }, "person")
    : { ok: true, value: { row, contractId } };
}
