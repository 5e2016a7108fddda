import {
  readCredential,
  readPool,
  noData,
  requireRole,
  writeCredential,
  type Execution,
  type Rule,
} from "../execution";
import { readRecord, writeValue } from "../overlay";
import type { Grant, Role } from "../records/credential-record";
import { decodeTerminal, encodeTerminal } from "../records/governance-records";
import { encodePool } from "../records/money-records";
import { refuse, type Ruling } from "../refusals";
import { poolPath, terminalPath } from "../state-paths";
import type { EnrolPayload, RevokePayload } from "../transactions/payload";

/**
 * Roles that the certificate authority admits to. It may not move tokens, so it may not make a treasury either: members
 * of the bodies that govern come with the genesis, and by governance.
 */
const enrollableRoles: readonly Role[] = [
  "endorser",
  "roadAuthority",
  "terminal",
  "custodian",
  "dataBuyer",
  "prosumer",
  "parkingOwner",
  "merchant",
  "exchange",
];

export const enrol: Rule<EnrolPayload> = (execution, { publicKey, grant, validUntilS }, { sender }) => {
  const authority = requireRole(execution, sender, "certificateAuthority");
  if (!authority.ok) return authority;
  if (!enrollableRoles.includes(grant.role)) return refuse("role-not-enrollable", grant.role);
  return admit(execution, publicKey, grant, validUntilS);
};

/** Writes a new credential and what belongs to it. Used by the genesis too. */
export function admit(
  execution: Execution,
  publicKey: Uint8Array,
  grant: Grant,
  validUntilS: number,
): Ruling<Uint8Array> {
  if (readCredential(execution, publicKey) !== undefined) return refuse("credential-exists");
  if (grant.role === "terminal") {
    const path = terminalPath(grant.terminal);
    const present = readRecord(execution.overlay, path, decodeTerminal);
    if (present !== undefined && readCredential(execution, present.publicKey)?.revoked === false) {
      return refuse("terminal-taken", `terminal ${grant.terminal}`);
    }
    writeValue(execution.overlay, path, encodeTerminal({ terminal: grant.terminal, publicKey, place: grant.place }));
  }
  if (grant.role === "roadAuthority") {
    const pool = readPool(execution, grant.poolId);
    if (pool !== undefined && pool.purpose !== "bonuses") return refuse("pool-purpose-wrong", `pool ${grant.poolId}`);
    if (pool === undefined) {
      const empty = encodePool({ poolId: grant.poolId, purpose: "bonuses", balanceMicro: 0n });
      writeValue(execution.overlay, poolPath(grant.poolId), empty);
    }
  }
  writeCredential(execution, { publicKey, grant, revoked: false, validUntilS, nonce: 0 });
  return { ok: true, value: noData };
}

export const revoke: Rule<RevokePayload> = (execution, { publicKey }, { sender }) => {
  const authority = requireRole(execution, sender, "certificateAuthority");
  if (!authority.ok) return authority;
  const credential = readCredential(execution, publicKey);
  if (credential === undefined) return refuse("credential-unknown");
  if (credential.revoked) return refuse("credential-revoked");
  if (!enrollableRoles.includes(credential.grant.role)) return refuse("role-not-enrollable", credential.grant.role);
  writeCredential(execution, { ...credential, revoked: true });
  return { ok: true, value: noData };
};
