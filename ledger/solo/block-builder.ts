import { rootHashOf } from "../machine/tree/tree";
import type { State } from "../machine/state";
import { noEvidenceHash, type Block } from "../wire/block";
import { CommitFlag, hashCommit, precommitSignBytes, type Commit } from "../wire/commit";
import { blockProtocolVersion, emptyBlockId, type BlockId, type Header } from "../wire/header";
import { hashData, hashParameters, hashResults } from "../wire/results";
import type { Timestamp } from "../wire/timestamp";
import { addressOf, hashValidators, type Validator } from "../wire/validators";
import type { KeyPair } from "./ed25519";

/** Consensus parameters of a new CometBFT 0.38 chain. */
export const blockLimits = { maxBytes: 22_020_096, maxGas: -1 };
const appVersion = 1;
/** Every block is decided at once: there is nobody to disagree. */
const round = 0;
const validatorPower = 10n;

export function validatorsOf(validatorKey: KeyPair): readonly Validator[] {
  return [{ publicKey: validatorKey.publicKey, power: validatorPower }];
}

/** What the next block follows. */
export interface Predecessor {
  readonly height: number;
  readonly blockId: BlockId;
  readonly resultsHash: Uint8Array;
}

/** Before the first block. */
export const noPredecessor: Predecessor = { height: 0, blockId: emptyBlockId, resultsHash: hashResults([]) };
const emptyCommit: Commit = { height: 0, round: 0, blockId: emptyBlockId, signatures: [] };

/**
 * The next block. The last commit in it is signed anew with this block's time, as CometBFT's rule for block time has it:
 * a header's time is the median of the votes for the block before.
 * @param state behind the predecessor
 */
export function buildBlock(
  validatorKey: KeyPair,
  chainId: string,
  predecessor: Predecessor,
  state: State,
  time: Timestamp,
  transactions: readonly Uint8Array[],
): Block {
  const validatorsHash = hashValidators(validatorsOf(validatorKey));
  const lastCommit =
    predecessor.height === 0
      ? emptyCommit
      : signCommit(validatorKey, chainId, predecessor.height, predecessor.blockId, time);
  const header: Header = {
    blockVersion: blockProtocolVersion,
    appVersion,
    chainId,
    height: predecessor.height + 1,
    time,
    lastBlockId: predecessor.blockId,
    lastCommitHash: hashCommit(lastCommit),
    dataHash: hashData(transactions),
    validatorsHash,
    nextValidatorsHash: validatorsHash,
    consensusHash: hashParameters(blockLimits),
    appHash: rootHashOf(state.tree),
    lastResultsHash: predecessor.resultsHash,
    evidenceHash: noEvidenceHash,
    proposerAddress: addressOf(validatorKey.publicKey),
  };
  return { header, transactions, evidence: [], lastCommit };
}

/** The one validator's precommit for a block. */
export function signCommit(
  validatorKey: KeyPair,
  chainId: string,
  height: number,
  blockId: BlockId,
  time: Timestamp,
): Commit {
  const signature = validatorKey.sign(precommitSignBytes(chainId, height, round, blockId, time));
  const validatorAddress = addressOf(validatorKey.publicKey);
  return { height, round, blockId, signatures: [{ flag: CommitFlag.commit, validatorAddress, time, signature }] };
}
