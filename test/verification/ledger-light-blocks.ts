import { keyPairOf, verifySignature, type KeyPair } from "../../ledger/solo/ed25519";
import {
  absentSignature,
  CommitFlag,
  signBytesOfEntry,
  type Commit,
  type CommitSignature,
} from "../../ledger/wire/commit";
import { emptyBlockId, hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds, type Timestamp } from "../../ledger/wire/timestamp";
import { addressOf, hashValidators, sortValidators, type Validator } from "../../ledger/wire/validators";
import { trustOneThird, type VerifyOptions } from "../../main/ledger/verify";

/** Headers of a made-up chain, signed by made-up validators, to be bent as an attacker would. */
export const lightChainId = "light-test";
export const genesisTime: Timestamp = { seconds: 1_700_000_000, nanos: 0 };
/** Long after every header of the tests, within the trusting period. */
export const now = addSeconds(genesisTime, 5_000);

const keys = new Map<number, KeyPair>();

export function validatorKey(index: number): KeyPair {
  const key = keys.get(index) ?? keyPairOf(new Uint8Array(32).fill(index + 1));
  keys.set(index, key);
  return key;
}

/** A set of the validators with these numbers and powers, in the set's order. */
export function setOf(powers: Readonly<Record<number, bigint>>): readonly Validator[] {
  return sortValidators(
    Object.entries(powers).map(([index, power]) => ({ publicKey: validatorKey(Number(index)).publicKey, power })),
  );
}

export const options: VerifyOptions = {
  trustingPeriodS: 10_000,
  clockDriftS: 10,
  trustLevel: trustOneThird,
  everySignature: false,
  verifySignature,
};

export interface BlockPlan {
  readonly height: number;
  readonly validators: readonly Validator[];
  readonly nextValidators?: readonly Validator[];
  /** Numbers of the validators that sign; all of the set when not given. */
  readonly signers?: readonly number[];
  /** Numbers of those that sign for no block. */
  readonly nil?: readonly number[];
  readonly header?: Partial<Header>;
}

export function lightBlock(plan: BlockPlan): LightBlock {
  const { height, validators, nextValidators = validators } = plan;
  const header: Header = {
    ...{ blockVersion: 11, appVersion: 1, chainId: lightChainId, height },
    time: addSeconds(genesisTime, height * 10),
    lastBlockId: emptyBlockId,
    lastCommitHash: new Uint8Array(32).fill(height),
    dataHash: new Uint8Array(32),
    validatorsHash: hashValidators(validators),
    nextValidatorsHash: hashValidators(nextValidators),
    consensusHash: new Uint8Array(32),
    appHash: new Uint8Array(32).fill(height),
    lastResultsHash: new Uint8Array(32),
    evidenceHash: new Uint8Array(32),
    proposerAddress: addressOf(validators[0]?.publicKey ?? new Uint8Array(32)),
    ...plan.header,
  };
  return { header, commit: commitOf(header, plan), validators, nextValidators };
}

function commitOf(header: Header, plan: BlockPlan): Commit {
  const blockId = { hash: hashHeader(header), partTotal: 1, partsHash: new Uint8Array(32).fill(7) };
  const unsigned: Commit = { height: header.height, round: 0, blockId, signatures: [] };
  const indexOf = (validator: Validator) =>
    [...keys].find(([, key]) => key.publicKey === validator.publicKey)?.[0] ?? -1;
  const signatures = plan.validators.map((validator): CommitSignature => {
    const index = indexOf(validator);
    const isNil = plan.nil?.includes(index) === true;
    if (!isNil && plan.signers !== undefined && !plan.signers.includes(index)) return absentSignature;
    return voteOf(unsigned, index, isNil ? CommitFlag.nil : CommitFlag.commit, header.chainId);
  });
  return { ...unsigned, signatures };
}

export function voteOf(commit: Commit, index: number, flag: 2 | 3, chainId = lightChainId): CommitSignature {
  const key = validatorKey(index);
  const time = addSeconds(genesisTime, commit.height * 10 + 1);
  const vote = { flag, validatorAddress: addressOf(key.publicKey), time, signature: new Uint8Array(64) };
  const signBytes = signBytesOfEntry(chainId, commit, vote);
  return signBytes === null ? vote : { ...vote, signature: key.sign(signBytes) };
}
