import { sha256 } from "@noble/hashes/sha2.js";
import { HashedParams } from "cosmjs-types/tendermint/types/params";
import { createWriter, writeByte, writeFixed, writeWhole, type ByteWriter } from "../../common/canonical";
import { merkleRoot, proveLeaf, type MerkleProof } from "./merkle";

/** The part of a transaction's result that the next header commits to; log, info and events are not. */
export interface CommittedResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly gasWanted: number;
  readonly gasUsed: number;
}

/**
 * A result as protobuf's ExecTxResult with the fields 1, 2, 5 and 6 only. Written by hand: a block has thousands, and the
 * general writer takes ten times as long.
 * @see CometBFT 0.38 `abci/types/types.go` DeterministicExecTxResult
 */
export function encodeResult({ code, data, gasWanted, gasUsed }: CommittedResult): Uint8Array {
  const writer = createWriter(32 + data.length);
  if (code !== 0) writeField(writer, 0x08, code);
  if (data.length > 0) {
    writeField(writer, 0x12, data.length);
    writeFixed(writer, data);
  }
  if (gasWanted !== 0) writeField(writer, 0x28, gasWanted);
  if (gasUsed !== 0) writeField(writer, 0x30, gasUsed);
  return writer.bytes.subarray(0, writer.length);
}

/** A tag and a varint, which is the canonical form's whole number. */
function writeField(writer: ByteWriter, tag: number, value: number): void {
  writeByte(writer, tag);
  writeWhole(writer, value);
}

/** The next header's `lastResultsHash`. */
export function hashResults(results: readonly CommittedResult[]): Uint8Array {
  return merkleRoot(results.map(encodeResult));
}

/** Shows that a result stands at `index` of the block before the header that it is proved against. */
export function proveResult(results: readonly CommittedResult[], index: number): MerkleProof {
  return proveLeaf(results.map(encodeResult), index);
}

/** A header's `dataHash`: the leaves are the transactions' hashes. @see CometBFT 0.38 `types/tx.go` Txs.Hash */
export function hashData(transactions: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(transactions.map((transaction) => sha256(transaction)));
}

/** Shows that a transaction stands at `index` of its block. */
export function proveTransaction(transactions: readonly Uint8Array[], index: number): MerkleProof {
  return proveLeaf(
    transactions.map((transaction) => sha256(transaction)),
    index,
  );
}

/** A transaction's name everywhere: its SHA-256. */
export function hashTransaction(transaction: Uint8Array): Uint8Array {
  return sha256(transaction);
}

export interface BlockLimits {
  readonly maxBytes: number;
  /** −1 = none. */
  readonly maxGas: number;
}

/** A header's `consensusHash`. @see CometBFT 0.38 `types/params.go` ConsensusParams.Hash */
export function hashParameters({ maxBytes, maxGas }: BlockLimits): Uint8Array {
  return sha256(HashedParams.encode({ blockMaxBytes: BigInt(maxBytes), blockMaxGas: BigInt(maxGas) }).finish());
}
