import { hkdfSync } from "node:crypto";
import { keyPairOf, type KeyPair } from "../solo/ed25519";

/** An ed25519 key with its secret, for the files that CometBFT reads it from. */
export interface KeySecret extends Pick<KeyPair, "publicKey"> {
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** A key as a function of the network's secret, what it is for and a number. @see RFC 5869, with SHA-512 */
export function networkKey(seed: Uint8Array, use: "validator" | "node", index: number): KeySecret {
  const secret = new Uint8Array(hkdfSync("sha512", seed, "pendulaire-network-1", `${use}/${index}`, 32));
  return { secret, publicKey: keyPairOf(secret).publicKey };
}
