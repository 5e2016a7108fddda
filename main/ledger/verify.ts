import { bytesEqual, toHex } from "../../common/canonical";
import { CommitFlag, signBytesOfEntry, type Commit } from "../../ledger/wire/commit";
import { hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds, compareTimestamps, formatTimestamp, type Timestamp } from "../../ledger/wire/timestamp";
import { addressOf, hashValidators, totalPowerOf, type Validator } from "../../ledger/wire/validators";
import { faultOfForm } from "./light-block-form";

/**
 * The light client's decision, pure: whether a header is to be believed by who believes another. Nothing of the input
 * is taken for granted; `now` is an argument.
 * @see CometBFT 0.38 `light/verifier.go`, `types/validation.go`; clauses as in the light-client specification
 */
export interface VerifyInput {
  readonly trusted: TrustedHeader;
  readonly untrusted: LightBlock;
  readonly options: VerifyOptions;
  readonly now: Timestamp;
}

/** What is believed already. */
export interface TrustedHeader {
  readonly header: Header;
  readonly nextValidators: readonly Validator[];
}

export interface VerifyOptions {
  /** How long a header is to be relied on after its time. */
  readonly trustingPeriodS: number;
  /** By how much a header may be ahead of `now`. */
  readonly clockDriftS: number;
  /** How much of the trusted set must have signed a header that does not follow directly; 1/3 … 1. */
  readonly trustLevel: { readonly numerator: number; readonly denominator: number };
  /** Check also the signatures that the decision does not need; CometBFT stops at two thirds. */
  readonly everySignature: boolean;
  readonly verifySignature: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

export type Clause =
  | "form"
  | "chain-id"
  | "commit-height"
  | "header-hash"
  | "trusting-period"
  | "height"
  | "time-order"
  | "clock-drift"
  | "validator-power"
  | "validator-twice"
  | "validators-hash"
  | "next-validators-hash"
  | "trusted-validators-hash"
  | "commit-size"
  | "adjacent-validators"
  | "last-block-id"
  | "address"
  | "double-vote"
  | "signature"
  | "trust-level"
  | "two-thirds";

export type Verification =
  | { readonly verdict: "success" }
  | { readonly verdict: "not-enough-trust" | "invalid"; readonly clause: Clause; readonly reason: string };

export const trustOneThird = { numerator: 1, denominator: 3 } as const;
/** As CometBFT's default: ten seconds. */
export const clockDriftDefaultS = 10;

const success: Verification = { verdict: "success" };
const powerMax = (1n << 63n) - 1n;
/** Total power of a set, at most: sums of products with small fractions stay within 64 bits elsewhere. */
const totalPowerMax = powerMax / 8n;

function invalid(clause: Clause, reason: string): Verification {
  return { verdict: "invalid", clause, reason };
}

export function verify({ trusted, untrusted, options, now }: VerifyInput): Verification {
  const { header } = untrusted;
  const steps: readonly (() => Verification)[] = [
    () => verifyConsistency(untrusted, trusted.header.chainId),
    () => verifyTimes(trusted.header, header, options, now),
    () => verifyTrustedSet(trusted),
    () =>
      header.height === trusted.header.height + 1
        ? verifyAdjacent(trusted.header, header)
        : verifyOverlap(trusted.nextValidators, untrusted, options),
    () => verifyTwoThirds(untrusted, options),
  ];
  for (const step of steps) {
    const verification = step();
    if (verification.verdict !== "success") return verification;
  }
  return success;
}

/**
 * Whether a header is the one before another that is believed: the later one has its hash.
 * @see CometBFT 0.38 `light/verifier.go` VerifyBackwards
 */
export function verifyBackwards(trusted: Header, untrusted: Header): Verification {
  if (untrusted.chainId !== trusted.chainId) {
    return invalid("chain-id", `header of chain ${untrusted.chainId}, not ${trusted.chainId}`);
  }
  if (untrusted.height !== trusted.height - 1) {
    return invalid("height", `height ${untrusted.height} is not the one before ${trusted.height}`);
  }
  if (compareTimestamps(untrusted.time, trusted.time) >= 0) {
    return invalid("time-order", `time ${formatTimestamp(untrusted.time)} is not before the trusted header's`);
  }
  return bytesEqual(hashHeader(untrusted), trusted.lastBlockId.hash)
    ? success
    : invalid("last-block-id", "the header is not the one that the trusted header follows");
}

/** A light block by itself: header, commit and sets belong together, and to this chain. */
export function verifyConsistency(block: LightBlock, chainId: string): Verification {
  const { header, commit, validators, nextValidators } = block;
  const fault = faultOfForm(block);
  if (fault !== null) return invalid("form", fault);
  if (header.chainId !== chainId) return invalid("chain-id", `header of chain ${header.chainId}, not ${chainId}`);
  if (!Number.isSafeInteger(header.height) || header.height <= 0) return invalid("height", "height is not positive");
  if (commit.height !== header.height) {
    return invalid("commit-height", `commit of height ${commit.height} for the header of height ${header.height}`);
  }
  const hash = hashHeader(header);
  if (!bytesEqual(hash, commit.blockId.hash)) return invalid("header-hash", "the commit is for another header");
  for (const set of [validators, nextValidators]) {
    const powers = verifyPowers(set);
    if (powers.verdict !== "success") return powers;
  }
  if (!bytesEqual(hashValidators(validators), header.validatorsHash)) {
    return invalid("validators-hash", "the validators are not the header's");
  }
  if (!bytesEqual(hashValidators(nextValidators), header.nextValidatorsHash)) {
    return invalid("next-validators-hash", "the next validators are not the header's");
  }
  if (commit.signatures.length !== validators.length) {
    return invalid("commit-size", `${commit.signatures.length} votes of ${validators.length} validators`);
  }
  return success;
}

function verifyPowers(validators: readonly Validator[]): Verification {
  const seen = new Set<string>();
  for (const { publicKey, power } of validators) {
    if (power < 0n || power > powerMax) return invalid("validator-power", `${power} is no voting power`);
    const address = toHex(addressOf(publicKey));
    if (seen.has(address)) return invalid("validator-twice", `validator ${address} is in the set twice`);
    seen.add(address);
  }
  const total = totalPowerOf(validators);
  if (total > totalPowerMax) return invalid("validator-power", `total power of ${total}`);
  return success;
}

/** Whether a header that is believed has grown too old to believe others from. */
export function isExpired(
  { time }: Header,
  { trustingPeriodS }: Pick<VerifyOptions, "trustingPeriodS">,
  now: Timestamp,
): boolean {
  return compareTimestamps(addSeconds(time, trustingPeriodS), now) <= 0;
}

function verifyTimes(trusted: Header, header: Header, options: VerifyOptions, now: Timestamp): Verification {
  if (isExpired(trusted, options, now)) {
    return invalid("trusting-period", `the trusted header of ${formatTimestamp(trusted.time)} is too old to rely on`);
  }
  if (header.height <= trusted.height) {
    return invalid("height", `height ${header.height} is not above the trusted ${trusted.height}`);
  }
  if (compareTimestamps(header.time, trusted.time) <= 0) {
    return invalid("time-order", `time ${formatTimestamp(header.time)} is not after the trusted header's`);
  }
  if (compareTimestamps(header.time, addSeconds(now, options.clockDriftS)) >= 0) {
    return invalid("clock-drift", `time ${formatTimestamp(header.time)} is in the future`);
  }
  return success;
}

function verifyTrustedSet({ header, nextValidators }: TrustedHeader): Verification {
  return bytesEqual(hashValidators(nextValidators), header.nextValidatorsHash)
    ? success
    : invalid("trusted-validators-hash", "the trusted next validators are not the trusted header's");
}

function verifyAdjacent(trusted: Header, header: Header): Verification {
  return bytesEqual(header.validatorsHash, trusted.nextValidatorsHash)
    ? success
    : invalid("adjacent-validators", "the validators are not those that the header before announced");
}

/** Whether enough of the trusted set signed, found by address; each may sign once. */
function verifyOverlap(trusted: readonly Validator[], block: LightBlock, options: VerifyOptions): Verification {
  const { commit, header } = block;
  const byAddress = new Map(trusted.map((validator) => [toHex(addressOf(validator.publicKey)), validator]));
  const { numerator, denominator } = options.trustLevel;
  const needed = totalPowerOf(trusted) * BigInt(numerator);
  const voted = new Set<string>();
  let power = 0n;
  for (const entry of commit.signatures) {
    if (entry.flag !== CommitFlag.commit) continue;
    const address = toHex(entry.validatorAddress);
    const validator = byAddress.get(address);
    if (validator === undefined) continue;
    if (voted.has(address)) return invalid("double-vote", `validator ${address} voted twice`);
    voted.add(address);
    const signBytes = signBytesOfEntry(header.chainId, commit, entry);
    if (signBytes === null || !options.verifySignature(validator.publicKey, signBytes, entry.signature)) {
      return invalid("signature", `the vote of ${address} is not signed by it`);
    }
    power += validator.power;
    if (power * BigInt(denominator) > needed) return success;
  }
  return {
    verdict: "not-enough-trust",
    clause: "trust-level",
    reason: `power ${power} of the trusted ${totalPowerOf(trusted)} is not more than ${numerator}/${denominator}`,
  };
}

/** Whether more than two thirds of a block's own set signed it, each in its place. */
export function verifyTwoThirds(
  block: Pick<LightBlock, "header" | "commit" | "validators">,
  options: Pick<VerifyOptions, "everySignature" | "verifySignature">,
): Verification {
  const { header, commit, validators } = block;
  const needed = totalPowerOf(validators) * 2n;
  let power = 0n;
  for (const [index, entry] of commit.signatures.entries()) {
    if (entry.flag === CommitFlag.absent || (entry.flag === CommitFlag.nil && !options.everySignature)) continue;
    const validator = validators[index];
    const vote = verifyVote(header.chainId, commit, index, validator, options);
    if (vote.verdict !== "success") return vote;
    if (entry.flag === CommitFlag.commit) power += validator.power;
    if (power * 3n > needed && !options.everySignature) return success;
  }
  if (power * 3n > needed) return success;
  return invalid("two-thirds", `power ${power} of ${totalPowerOf(validators)} is not more than two thirds`);
}

function verifyVote(
  chainId: string,
  commit: Commit,
  index: number,
  validator: Validator,
  options: Pick<VerifyOptions, "verifySignature">,
): Verification {
  const entry = commit.signatures[index];
  const address = addressOf(validator.publicKey);
  if (!bytesEqual(entry.validatorAddress, address)) {
    return invalid("address", `vote ${index} is not of the validator in that place`);
  }
  const signBytes = signBytesOfEntry(chainId, commit, entry);
  return signBytes !== null && options.verifySignature(validator.publicKey, signBytes, entry.signature)
    ? success
    : invalid("signature", `the vote of ${toHex(address)} is not signed by it`);
}
