import { fromHex } from "../../common/canonical";
import type { DelegateOrder } from "../../common/ledger-api";
import { refuseSaying, type Result } from "../../common/result";
import { publicKeyLength, type Grant } from "../../ledger/machine/records/credential-record";
import { readContract } from "../../ledger/machine/readers";
import type { Payload } from "../../ledger/machine/transactions/payload";
import { carryOut } from "./contract-setup";
import { sessionOfficerGrant } from "./instruction-desk";
import type { PersonalDesk } from "./personal-desk";
import type { SessionAdvance } from "./session-advance";

/** Signs for the session's certificate authority, in a block of its own; an erasure is carried out by the custodian at once. */
export async function carryOutOrder(
  { solo, members, writer }: Pick<SessionAdvance, "solo" | "members" | "writer">,
  personal: PersonalDesk,
  order: DelegateOrder,
  timeS: number,
): Promise<Result<void>> {
  const payload = payloadOf(order);
  if (!payload.ok) return payload;
  if (order.kind === "erase" && readContract(solo.state, order.contractId) === undefined) {
    return refuseSaying({ code: "contract-unknown", args: {} }, "contractId");
  }
  const carried = await carryOut(writer, [members.signed("certificateAuthority", payload.value)], timeS);
  if (!carried.ok || order.kind !== "erase") return carried;
  const erased = await personal.follow(timeS);
  return erased.ok ? { ok: true, value: undefined } : erased;
}

function payloadOf(order: DelegateOrder): Result<Payload> {
  if (order.kind === "erase") {
    return { ok: true, value: { kind: "orderErasure", contractIds: [order.contractId] } };
  }
  const publicKey = fromHex(order.publicKey);
  if (publicKey?.length !== publicKeyLength) return refuseSaying({ code: "key-form", args: {} }, "publicKey");
  if (order.kind === "revoke") return { ok: true, value: { kind: "revoke", publicKey } };
  const grant = grantOf(order);
  if (grant === undefined) return refuseSaying({ code: "cohort-missing", args: {} }, "cohort");
  return { ok: true, value: { kind: "enrol", publicKey, grant, validUntilS: 0 } };
}

function grantOf({ role, cohort }: Extract<DelegateOrder, { kind: "enrol" }>): Grant | undefined {
  if (role === "roadAuthority") return sessionOfficerGrant;
  if (role === "endorser") return cohort === null ? undefined : { role, cohort };
  return { role };
}
