import { fromHex, toHex } from "../../common/canonical";
import { headerHashDigits, type TrustRootReport } from "../../common/ledger-api";
import { refuseSaying, saidOfFailure, succeed, type Result } from "../../common/result";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { isUnconfirmed } from "./detect";
import { reportRoot } from "./consortium-report";
import type { LightClient } from "./follow";
import type { TrustRootChoice } from "./session-interface";

/** The chain is followed from the new root at once, as far as witnesses have it: what is shown next is believed from there. */
export async function reanchor(
  client: LightClient,
  { height, hash }: TrustRootChoice,
  by: Uint8Array,
  now: Timestamp,
): Promise<Result<TrustRootReport>> {
  const bytes = fromHex(hash.toLowerCase());
  if (bytes?.length !== headerHashDigits / 2) return refuseSaying({ code: "root-hash-form", args: {} }, "hash");
  const anchored = await client.reanchor({ height, hash: bytes }, { atMs: Date.now(), by: toHex(by) });
  if (!anchored.ok) {
    return refuseSaying({ code: "root-not-believed", args: { height, reason: saidOfFailure(anchored.error) } }, "root");
  }
  const followed = await client.follow(now);
  return followed.ok || isUnconfirmed(followed.error) ? succeed(reportRoot(client)) : followed;
}
