import { sha256 } from "@noble/hashes/sha2.js";
import { SimpleValidator } from "cosmjs-types/tendermint/types/validator";
import { compareBytes } from "../../common/canonical";
import { merkleRoot } from "./merkle";

/** A member of the validator set. Its address is computed from the key wherever it is needed, and never believed. */
export interface Validator {
  /** ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

export const publicKeyLength = 32;
export const addressLength = 20;

/** @see CometBFT 0.38 `crypto/ed25519` Address: the first 20 bytes of the key's SHA-256 */
export function addressOf(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, addressLength);
}

/** A header's `validatorsHash`, of the validators in the order given. @see CometBFT 0.38 `types/validator_set.go` Hash */
export function hashValidators(validators: readonly Validator[]): Uint8Array {
  return merkleRoot(
    validators.map(({ publicKey, power }) =>
      SimpleValidator.encode({ pubKey: { ed25519: publicKey }, votingPower: power }).finish(),
    ),
  );
}

/** The order of a set: power descending, then address. */
export function sortValidators(validators: readonly Validator[]): readonly Validator[] {
  return [...validators].sort((a, b) =>
    a.power === b.power ? compareBytes(addressOf(a.publicKey), addressOf(b.publicKey)) : a.power > b.power ? -1 : 1,
  );
}

export function totalPowerOf(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { power }) => sum + power, 0n);
}
