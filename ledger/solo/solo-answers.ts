import type { State } from "../machine/state";
import type { StatePath } from "../machine/tree/path";
import { prove, type StateProof } from "../machine/tree/proof";
import { lookUp } from "../machine/tree/tree";
import type { MerkleProof } from "../wire/merkle";
import type { CommittedResult } from "../wire/results";

/** An answer from the state behind block `height`: the header of `height + 1` has its root as `appHash`. */
export interface StateAnswer {
  readonly height: number;
  /** null: nothing lies at the path. */
  readonly value: Uint8Array | null;
  readonly proof: StateProof;
}

export function answerFrom({ tree, height }: State, path: StatePath): StateAnswer {
  return { height, value: lookUp(tree, path)?.slice() ?? null, proof: prove(tree, path) };
}

export interface ResultAnswer {
  readonly transaction: Uint8Array;
  readonly result: CommittedResult;
  /** Against `dataHash` of the block's own header; the leaf is the transaction's hash. */
  readonly transactionProof: MerkleProof;
  /** Against `lastResultsHash` of the next header; the leaf is the encoded result. */
  readonly resultProof: MerkleProof;
}
