import { ed25519 } from "@noble/curves/ed25519.js";
import { fromHex, toHex } from "../../common/canonical";
import { contractIdOf } from "../../ledger/machine/state-paths";

/** A contract's own key. It is made here, kept by this browser, and of use for this one contract only. */
export interface ContractKey {
  readonly contractId: string;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

const item = "pendulaire-commuter-keys";

/** Keeps nothing yet: a key whose offer was refused is nobody's. */
export function makeKey(): ContractKey & { readonly keep: () => void } {
  const secret = ed25519.utils.randomSecretKey();
  return { ...keyOf(secret), keep: () => localStorage.setItem(item, [...kept(), toHex(secret)].join(" ")) };
}

/** Keys that this browser keeps, oldest first. */
export function keptKeys(): readonly ContractKey[] {
  return kept().flatMap((hex) => {
    const secret = fromHex(hex);
    return secret?.length === 32 ? [keyOf(secret)] : [];
  });
}

function kept(): readonly string[] {
  return (localStorage.getItem(item) ?? "").split(" ").filter((hex) => hex !== "");
}

function keyOf(secret: Uint8Array): ContractKey {
  const publicKey = ed25519.getPublicKey(secret);
  return {
    contractId: contractIdOf(publicKey),
    publicKey,
    sign: (message) => ed25519.sign(message, secret),
  };
}
