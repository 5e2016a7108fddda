import {
  readAmount,
  readByte,
  readBytes,
  readCount,
  readFixed,
  readText,
  readWhole,
  refuseReading,
  writeAmount,
  writeByte,
  writeBytes,
  writeFixed,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../common/canonical";
import { CommitFlag, absentSignature, type Commit, type CommitSignature } from "./commit";
import type { BlockId, Header } from "./header";
import { isTimestamp, zeroTime, type Timestamp } from "./timestamp";
import { addressLength, type Validator } from "./validators";

/**
 * Headers, commits and validator sets in the project's canonical binary form, for stores and proof files:
 * unlike protobuf, it has one encoding for one value and refuses every other.
 */
export const validatorsMax = 1_000;
export const chainIdBytesMax = 50;
const hashBytesMax = 32;
/** Application hashes may be of any length; CometBFT's own examples have 8 bytes. */
export const appHashBytesMax = 64;
const signatureBytes = 64;

function writeTimestamp(writer: ByteWriter, { seconds, nanos }: Timestamp): void {
  writeWhole(writer, seconds - zeroTime.seconds);
  writeWhole(writer, nanos);
}

function readTimestamp(reader: ByteReader): Timestamp {
  const time = { seconds: readWhole(reader) + zeroTime.seconds, nanos: readWhole(reader) };
  if (reader.fault === undefined && !isTimestamp(time)) refuseReading(reader, "no such time");
  return time;
}

export function writeBlockId(writer: ByteWriter, { hash, partTotal, partsHash }: BlockId): void {
  writeBytes(writer, hash);
  writeWhole(writer, partTotal);
  writeBytes(writer, partsHash);
}

export function readBlockId(reader: ByteReader): BlockId {
  const hash = readHash(reader);
  const partTotal = readWhole(reader);
  if (partTotal > 0xffff_ffff) refuseReading(reader, "number of parts exceeds 32 bits");
  return { hash, partTotal, partsHash: readHash(reader) };
}

/** 32 bytes, or none. */
function readHash(reader: ByteReader): Uint8Array {
  const hash = readBytes(reader, hashBytesMax);
  if (hash.length !== 0 && hash.length !== hashBytesMax) refuseReading(reader, `hash of ${hash.length} bytes`);
  return hash;
}

export function writeHeader(writer: ByteWriter, header: Header): void {
  writeWhole(writer, header.blockVersion);
  writeWhole(writer, header.appVersion);
  writeText(writer, header.chainId);
  writeWhole(writer, header.height);
  writeTimestamp(writer, header.time);
  writeBlockId(writer, header.lastBlockId);
  writeBytes(writer, header.lastCommitHash);
  writeBytes(writer, header.dataHash);
  writeBytes(writer, header.validatorsHash);
  writeBytes(writer, header.nextValidatorsHash);
  writeBytes(writer, header.consensusHash);
  writeBytes(writer, header.appHash);
  writeBytes(writer, header.lastResultsHash);
  writeBytes(writer, header.evidenceHash);
  writeBytes(writer, header.proposerAddress);
}

export function readHeader(reader: ByteReader): Header {
  return {
    blockVersion: readWhole(reader),
    appVersion: readWhole(reader),
    chainId: readText(reader, chainIdBytesMax),
    height: readWhole(reader),
    time: readTimestamp(reader),
    lastBlockId: readBlockId(reader),
    lastCommitHash: readHash(reader),
    dataHash: readHash(reader),
    validatorsHash: readHash(reader),
    nextValidatorsHash: readHash(reader),
    consensusHash: readHash(reader),
    appHash: readBytes(reader, appHashBytesMax),
    lastResultsHash: readHash(reader),
    evidenceHash: readHash(reader),
    proposerAddress: readBytes(reader, addressLength),
  };
}

export function writeCommit(writer: ByteWriter, commit: Commit): void {
  writeWhole(writer, commit.height);
  writeWhole(writer, commit.round);
  writeBlockId(writer, commit.blockId);
  writeWhole(writer, commit.signatures.length);
  for (const entry of commit.signatures) writeEntry(writer, entry);
}

export function readCommit(reader: ByteReader): Commit {
  const height = readWhole(reader);
  const round = readWhole(reader);
  if (round > 0x7fff_ffff) refuseReading(reader, "round exceeds 31 bits");
  const blockId = readBlockId(reader);
  const count = readCount(reader, validatorsMax);
  const signatures: CommitSignature[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) signatures.push(readEntry(reader));
  return { height, round, blockId, signatures };
}

function writeEntry(writer: ByteWriter, { flag, validatorAddress, time, signature }: CommitSignature): void {
  writeByte(writer, flag);
  if (flag === CommitFlag.absent) return;
  writeFixed(writer, validatorAddress);
  writeTimestamp(writer, time);
  writeFixed(writer, signature);
}

function readEntry(reader: ByteReader): CommitSignature {
  const flag = readByte(reader);
  if (flag === CommitFlag.absent) return absentSignature;
  if (flag !== CommitFlag.commit && flag !== CommitFlag.nil) {
    refuseReading(reader, "no such flag of a vote");
    return absentSignature;
  }
  const validatorAddress = readFixed(reader, addressLength);
  return { flag, validatorAddress, time: readTimestamp(reader), signature: readFixed(reader, signatureBytes) };
}

export function writeValidators(writer: ByteWriter, validators: readonly Validator[]): void {
  writeWhole(writer, validators.length);
  for (const { publicKey, power } of validators) {
    writeFixed(writer, publicKey);
    writeAmount(writer, power);
  }
}

export function readValidators(reader: ByteReader): readonly Validator[] {
  const count = readCount(reader, validatorsMax);
  const validators: Validator[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    validators.push({ publicKey: readFixed(reader, 32), power: readAmount(reader) });
  }
  return validators;
}
