import type { TrustRootReport } from "../../common/ledger-api";
import { refuseSaying, type Result } from "../../common/result";
import { toHex } from "../../common/canonical";
import { writeLog, type SessionContext } from "../host/session-context";
import type { TrustRootChoice } from "../ledger/session-ledger";

/** What the operator chose, and the height typed once more: a slip of the hand must not move what everything is believed from. */
interface AnchorChoice extends TrustRootChoice {
  readonly confirmedHeight: number;
}

/**
 * Has the light client believe from another header on, by the word of the operator whose key is unlocked. Written into the
 * shift log whether it was taken or not. Works on a ledger that has halted: that is what it is for.
 */
export async function reanchorLedger(context: SessionContext, choice: AnchorChoice): Promise<Result<TrustRootReport>> {
  const signer = context.parts.operator.signer();
  if (signer === undefined) return refuseSaying({ code: "key-locked", args: {} }, "operator key");
  const { height, hash, confirmedHeight } = choice;
  if (height !== confirmedHeight) return refuseSaying({ code: "root-unconfirmed", args: {} }, "height");
  const operator = toHex(signer.publicKey).slice(0, keyDigits);
  const chain = context.ledger.ledger;
  const anchored = await chain.reanchor({ height, hash }, signer.publicKey);
  const args = { height, hash: hash.slice(0, keyDigits), operator };
  writeLog(context, "ledger", { code: anchored.ok ? "trust-reanchored" : "trust-not-reanchored", args });
  if (anchored.ok) context.listener.ledger(chain.state());
  return anchored;
}

/** Enough to recognise a key or hash by. */
const keyDigits = 12;
