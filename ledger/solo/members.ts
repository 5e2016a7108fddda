import { hkdfSync } from "node:crypto";
import { keyPairOf, type KeyPair } from "./ed25519";

/** Members of the consortium that the embedded mode plays itself. The road authority is the operator: never here. */
export type SimulatedRole =
  | "validator"
  | "certificateAuthority"
  | "supervisoryAuthority"
  | "treasury"
  | "custodian"
  | "dataBuyer"
  | "terminal"
  | "commuter";

/**
 * The key of a simulated member, a function of the session's secret, the role and a number. Whoever has the secret can
 * sign for all of them, which is what makes the embedded ledger a simulation of a consortium and not one.
 * @param seed 32 bytes or more of secret @see RFC 5869 (HKDF), with SHA-512
 */
export function memberKey(seed: Uint8Array, role: SimulatedRole, index: number): KeyPair {
  const secret = hkdfSync("sha512", seed, "pendulaire-simulated-consortium-1", `${role}/${index}`, 32);
  return keyPairOf(new Uint8Array(secret));
}
