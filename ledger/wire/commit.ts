import { BinaryWriter } from "cosmjs-types/binary";
import { Timestamp as TimestampMessage } from "cosmjs-types/google/protobuf/timestamp";
import { CommitSig, type Commit as CommitMessage } from "cosmjs-types/tendermint/types/types";
import { BlockIDFlag } from "cosmjs-types/tendermint/types/validator";
import { blockIdMessage, timestampMessage, type BlockId } from "./header";
import { merkleRoot } from "./merkle";
import { zeroTime, type Timestamp } from "./timestamp";

/** How a validator took part: not at all, for the block, or for no block. */
export const CommitFlag = { absent: 1, commit: 2, nil: 3 } as const;
export type CommitFlag = (typeof CommitFlag)[keyof typeof CommitFlag];

export const signatureLength = 64;
/** An int32 in CometBFT. */
export const roundMax = 0x7fff_ffff;

export interface CommitSignature {
  readonly flag: CommitFlag;
  /** 20 bytes; empty when absent. */
  readonly validatorAddress: Uint8Array;
  readonly time: Timestamp;
  /** 64 bytes; empty when absent. */
  readonly signature: Uint8Array;
}

/** The precommits for a block, one for each validator of its set, in the set's order. */
export interface Commit {
  readonly height: number;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSignature[];
}

export const absentSignature: CommitSignature = {
  flag: CommitFlag.absent,
  validatorAddress: new Uint8Array(0),
  time: zeroTime,
  signature: new Uint8Array(0),
};

const flagMessages: Readonly<Record<CommitFlag, BlockIDFlag>> = {
  1: BlockIDFlag.BLOCK_ID_FLAG_ABSENT,
  2: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
  3: BlockIDFlag.BLOCK_ID_FLAG_NIL,
};

function signatureMessage({ flag, validatorAddress, time, signature }: CommitSignature): CommitSig {
  return { blockIdFlag: flagMessages[flag], validatorAddress, timestamp: timestampMessage(time), signature };
}

/** The next header's `lastCommitHash`. @see CometBFT 0.38 `types/block.go` Commit.Hash */
export function hashCommit(commit: Commit): Uint8Array {
  return merkleRoot(commit.signatures.map((signature) => CommitSig.encode(signatureMessage(signature)).finish()));
}

export function commitMessage(commit: Commit): CommitMessage {
  return {
    height: BigInt(commit.height),
    round: commit.round,
    blockId: blockIdMessage(commit.blockId),
    signatures: commit.signatures.map(signatureMessage),
  };
}

const precommitType = 2;

/**
 * What a validator signs: the length, then a CanonicalVote of type precommit. Height and round are sfixed64 and left out
 * when 0, the block id is left out when the vote is for no block, the time is always there.
 * @param blockId null for a vote for no block
 * @see CometBFT 0.38 `types/canonical.go`, `proto/tendermint/types/canonical.proto`
 */
export function precommitSignBytes(
  chainId: string,
  height: number,
  round: number,
  blockId: BlockId | null,
  time: Timestamp,
): Uint8Array {
  const vote = BinaryWriter.create();
  vote.uint32(0x08).int32(precommitType);
  if (height !== 0) vote.uint32(0x11).sfixed64(BigInt(height));
  if (round !== 0) vote.uint32(0x19).sfixed64(BigInt(round));
  if (blockId !== null) vote.uint32(0x22).bytes(canonicalBlockId(blockId));
  vote.uint32(0x2a).bytes(TimestampMessage.encode(timestampMessage(time)).finish());
  if (chainId !== "") vote.uint32(0x32).string(chainId);
  const delimited = BinaryWriter.create();
  delimited.bytes(vote.finish());
  return delimited.finish();
}

function canonicalBlockId({ hash, partTotal, partsHash }: BlockId): Uint8Array {
  const parts = BinaryWriter.create();
  if (partTotal !== 0) parts.uint32(0x08).uint32(partTotal);
  if (partsHash.length > 0) parts.uint32(0x12).bytes(partsHash);
  const blockId = BinaryWriter.create();
  if (hash.length > 0) blockId.uint32(0x0a).bytes(hash);
  blockId.uint32(0x12).bytes(parts.finish());
  return blockId.finish();
}

/** What one entry of a commit is a signature over; null for an absent validator. */
export function signBytesOfEntry(chainId: string, commit: Commit, entry: CommitSignature): Uint8Array | null {
  if (entry.flag === CommitFlag.absent) return null;
  const blockId = entry.flag === CommitFlag.commit ? commit.blockId : null;
  return precommitSignBytes(chainId, commit.height, commit.round, blockId, entry.time);
}
