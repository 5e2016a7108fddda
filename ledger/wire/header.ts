import { BinaryWriter } from "cosmjs-types/binary";
import { Timestamp as TimestampMessage } from "cosmjs-types/google/protobuf/timestamp";
import { BlockID, type Header as HeaderMessage } from "cosmjs-types/tendermint/types/types";
import { Consensus } from "cosmjs-types/tendermint/version/types";
import { merkleRoot } from "./merkle";
import type { Timestamp } from "./timestamp";

export const hashLength = 32;
/** A uint32 in CometBFT. */
export const partTotalMax = 0xffff_ffff;

/** What a commit is over: the header's hash, and the hash of the block's parts. */
export interface BlockId {
  /** 32 bytes; empty in the first header's `lastBlockId`. */
  readonly hash: Uint8Array;
  readonly partTotal: number;
  readonly partsHash: Uint8Array;
}

/** A block header of CometBFT 0.38. Hashes are 32 bytes or empty. */
export interface Header {
  readonly blockVersion: number;
  readonly appVersion: number;
  readonly chainId: string;
  readonly height: number;
  readonly time: Timestamp;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  /** Of the set that signs this block. */
  readonly validatorsHash: Uint8Array;
  /** Of the set that signs the next one. */
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  /** The state behind the *previous* block. */
  readonly appHash: Uint8Array;
  /** The results of the *previous* block. */
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  /** 20 bytes. */
  readonly proposerAddress: Uint8Array;
}

/** Version of the block protocol of CometBFT 0.38. */
export const blockProtocolVersion = 11;

export const emptyBlockId: BlockId = { hash: new Uint8Array(0), partTotal: 0, partsHash: new Uint8Array(0) };

/** A block id as protobuf; the parts' header is always there, even when empty. */
export function blockIdMessage(blockId: BlockId): BlockID {
  return { hash: blockId.hash, partSetHeader: { total: blockId.partTotal, hash: blockId.partsHash } };
}

export function timestampMessage({ seconds, nanos }: Timestamp): TimestampMessage {
  return { seconds: BigInt(seconds), nanos };
}

/**
 * The header's hash: Merkle root over its fourteen fields. Scalars are wrapped as field 1 of a message of their own, and
 * are empty leaves when zero.
 * @see CometBFT 0.38 `types/block.go` Header.Hash, `types/encoding_helper.go`
 */
export function hashHeader(header: Header): Uint8Array {
  const version = { block: BigInt(header.blockVersion), app: BigInt(header.appVersion) };
  return merkleRoot([
    Consensus.encode(version).finish(),
    wrapText(header.chainId),
    wrapInteger(header.height),
    TimestampMessage.encode(timestampMessage(header.time)).finish(),
    BlockID.encode(blockIdMessage(header.lastBlockId)).finish(),
    wrapBytes(header.lastCommitHash),
    wrapBytes(header.dataHash),
    wrapBytes(header.validatorsHash),
    wrapBytes(header.nextValidatorsHash),
    wrapBytes(header.consensusHash),
    wrapBytes(header.appHash),
    wrapBytes(header.lastResultsHash),
    wrapBytes(header.evidenceHash),
    wrapBytes(header.proposerAddress),
  ]);
}

const fieldOneText = 0x0a;
const fieldOneInteger = 0x08;

function wrapBytes(value: Uint8Array): Uint8Array {
  if (value.length === 0) return new Uint8Array(0);
  const writer = BinaryWriter.create();
  writer.uint32(fieldOneText).bytes(value);
  return writer.finish();
}

function wrapText(value: string): Uint8Array {
  if (value === "") return new Uint8Array(0);
  const writer = BinaryWriter.create();
  writer.uint32(fieldOneText).string(value);
  return writer.finish();
}

function wrapInteger(value: number): Uint8Array {
  if (value === 0) return new Uint8Array(0);
  const writer = BinaryWriter.create();
  writer.uint32(fieldOneInteger).int64(BigInt(value));
  return writer.finish();
}

export function headerMessage(header: Header): HeaderMessage {
  return {
    version: { block: BigInt(header.blockVersion), app: BigInt(header.appVersion) },
    chainId: header.chainId,
    height: BigInt(header.height),
    time: timestampMessage(header.time),
    lastBlockId: blockIdMessage(header.lastBlockId),
    lastCommitHash: header.lastCommitHash,
    dataHash: header.dataHash,
    validatorsHash: header.validatorsHash,
    nextValidatorsHash: header.nextValidatorsHash,
    consensusHash: header.consensusHash,
    appHash: header.appHash,
    lastResultsHash: header.lastResultsHash,
    evidenceHash: header.evidenceHash,
    proposerAddress: header.proposerAddress,
  };
}
