import { bytesEqual } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { StatePath } from "../../ledger/machine/tree/path";
import { verifyProof, type StateProof } from "../../ledger/machine/tree/proof";
import type { Header } from "../../ledger/wire/header";
import { verifyLeaf, type MerkleProof } from "../../ledger/wire/merkle";
import { encodeResult, hashResults, hashTransaction, type CommittedResult } from "../../ledger/wire/results";

/** An answer to a query of the state behind block `height`. */
export interface ClaimedState {
  readonly height: number;
  readonly path: StatePath;
  /** null: nothing lies there. */
  readonly value: Uint8Array | null;
  readonly proof: StateProof;
}

/** Checks an answer against the verified header that follows its block: only that one has the state's root. */
export function verifyState(header: Header, claimed: ClaimedState): Result<void> {
  if (header.height !== claimed.height + 1) {
    return fail(
      `the state behind block ${claimed.height} is proved by header ${claimed.height + 1}, not ${header.height}`,
    );
  }
  return verifyProof(header.appHash, claimed.path, claimed.value, claimed.proof);
}

/** Checks the results of all transactions of a block against the verified header that follows it. */
export function verifyResults(header: Header, height: number, results: readonly CommittedResult[]): Result<void> {
  if (header.height !== height + 1) return fail(`the results of block ${height} are proved by header ${height + 1}`);
  return bytesEqual(hashResults(results), header.lastResultsHash)
    ? succeed(undefined)
    : fail("the results are not those that the header commits to");
}

/** Checks one result against the verified header that follows its block. */
export function verifyResult(
  header: Header,
  height: number,
  result: CommittedResult,
  proof: MerkleProof,
): Result<void> {
  if (header.height !== height + 1) return fail(`the results of block ${height} are proved by header ${height + 1}`);
  return verifyLeaf(header.lastResultsHash, encodeResult(result), proof)
    ? succeed(undefined)
    : fail("the result is not one that the header commits to");
}

/** Checks that a transaction is in the block of a verified header. */
export function verifyTransaction(header: Header, transaction: Uint8Array, proof: MerkleProof): Result<void> {
  return verifyLeaf(header.dataHash, hashTransaction(transaction), proof)
    ? succeed(undefined)
    : fail("the transaction is not one that the header commits to");
}
