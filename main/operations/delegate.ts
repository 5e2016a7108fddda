import type { ConsortiumReport, DelegateOrder } from "../../common/ledger-api";
import { refuseSaying, type Result } from "../../common/result";
import { nowOf, writeLog, type SessionContext } from "../host/session-context";

/** Has the session's certificate authority carry out an order. What was done is in the shift log, without saying about whom. */
export function carryOutDelegateOrder(
  context: SessionContext,
  order: DelegateOrder,
): Promise<Result<ConsortiumReport>> {
  if (!context.ledger.ready) return Promise.resolve(refuseSaying({ code: "contracts-unready", args: {} }, "ledger"));
  return context.ledger.exclusively(async (chain) => {
    const done = await chain.administer(order, nowOf(context));
    if (!done.ok) return done;
    context.listener.ledger(chain.state());
    if (order.kind === "erase") writeLog(context, "ledger", { code: "erasure-ordered", args: {} });
    else {
      const args = { key: order.publicKey.slice(0, keyDigits), role: order.kind === "enrol" ? order.role : "" };
      writeLog(context, "ledger", { code: order.kind === "enrol" ? "member-enrolled" : "member-revoked", args });
    }
    return chain.consortium();
  });
}

/** Enough to recognise a key by. */
const keyDigits = 12;
