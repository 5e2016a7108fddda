import { Block as BlockMessage } from "cosmjs-types/tendermint/types/block";
import {
  DuplicateVoteEvidence,
  LightClientAttackEvidence,
  type Evidence as EvidenceMessage,
} from "cosmjs-types/tendermint/types/evidence";
import { SignedMsgType, type Vote as VoteMessage } from "cosmjs-types/tendermint/types/types";
import { assert } from "../../common/result";
import { commitMessage, type Commit } from "./commit";
import { blockIdMessage, hashHeader, headerMessage, timestampMessage, type BlockId, type Header } from "./header";
import { merkleRoot } from "./merkle";
import type { Timestamp } from "./timestamp";

export interface Block {
  readonly header: Header;
  readonly transactions: readonly Uint8Array[];
  readonly evidence: readonly Evidence[];
  readonly lastCommit: Commit;
}

/** Proof of misbehavior that a proposer put into a block. @see CometBFT 0.38 `types/evidence.go` */
export type Evidence =
  | { readonly kind: "duplicateVote"; readonly duplicate: DuplicateVote }
  | { readonly kind: "lightClientAttack"; readonly attack: QuotedAttack };

/** An attack on light clients as a block quotes it, which consensus has judged. */
export interface QuotedAttack {
  /** All of it, for its bytes; null when the header that it quotes is none that can be read. */
  readonly message: LightClientAttackEvidence | null;
  /** Of the last header that both chains have. */
  readonly commonHeight: number;
  /** Of those who signed what they must not have. */
  readonly byzantine: readonly { readonly address: Uint8Array; readonly power: bigint }[];
  /** Of the header at the common height. */
  readonly time: Timestamp;
}

/** One validator's part in a block's evidence. */
export interface Misbehavior {
  readonly kind: Evidence["kind"];
  /** 20 bytes. */
  readonly validatorAddress: Uint8Array;
  readonly power: bigint;
  /** Of the votes, or of the last header that both chains have. */
  readonly height: number;
  /** Of the block at that height, whole seconds (cut). */
  readonly timeS: number;
}

/** A vote as evidence quotes it. */
export interface Vote {
  readonly type: "prevote" | "precommit";
  readonly height: number;
  readonly round: number;
  readonly blockId: BlockId;
  readonly time: Timestamp;
  readonly validatorAddress: Uint8Array;
  readonly validatorIndex: number;
  readonly signature: Uint8Array;
  /** Of a precommit, where its sender put one; nobody asks for any here. */
  readonly extension: Uint8Array;
  readonly extensionSignature: Uint8Array;
}

/** A validator signed two blocks of one height and round. */
export interface DuplicateVote {
  readonly voteA: Vote;
  readonly voteB: Vote;
  readonly totalPower: bigint;
  readonly validatorPower: bigint;
  readonly time: Timestamp;
}

/** Of a block without evidence. */
export const noEvidenceHash: Uint8Array = merkleRoot([]);

/** Bytes of one part of a block as it is spread. @see CometBFT 0.38 `types/params.go` BlockPartSizeBytes */
const partBytes = 65_536;

/** The block as protobuf, as it is cut into parts. @see CometBFT 0.38 `types/block.go` Block.ToProto */
function encodeBlock(block: Block): Uint8Array {
  return BlockMessage.encode({
    header: headerMessage(block.header),
    data: { txs: [...block.transactions] },
    evidence: {
      evidence: block.evidence.map((one) => {
        const message = evidenceMessage(one);
        assert(message !== undefined, "the block's evidence is read whole");
        return message;
      }),
    },
    lastCommit: commitMessage(block.lastCommit),
  }).finish();
}

/** The id that validators sign: the header's hash, and how many parts of which root. Of a block whose evidence is read whole. */
export function blockIdOf(block: Block): BlockId {
  const bytes = encodeBlock(block);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += partBytes) parts.push(bytes.subarray(at, at + partBytes));
  return { hash: hashHeader(block.header), partTotal: parts.length, partsHash: merkleRoot(parts) };
}

/**
 * A header's `evidenceHash`; undefined when an attack quotes what cannot be read.
 * @see CometBFT 0.38 `types/evidence.go` EvidenceList.Hash
 */
export function hashEvidence(evidence: readonly Evidence[]): Uint8Array | undefined {
  const leaves = evidence.map((one) => {
    if (one.kind === "duplicateVote") return DuplicateVoteEvidence.encode(duplicateMessage(one.duplicate)).finish();
    return one.attack.message === null ? undefined : LightClientAttackEvidence.encode(one.attack.message).finish();
  });
  return leaves.every((leaf) => leaf !== undefined) ? merkleRoot(leaves) : undefined;
}

/** What consensus tells the application of a block's evidence. @see CometBFT 0.38 `types/evidence.go` EvidenceList.ToABCI */
export function misbehaviorOf(evidence: readonly Evidence[]): readonly Misbehavior[] {
  return evidence.flatMap((one): readonly Misbehavior[] => {
    if (one.kind === "duplicateVote") {
      const { voteA, validatorPower, time } = one.duplicate;
      const { validatorAddress, height } = voteA;
      return [{ kind: one.kind, validatorAddress, power: validatorPower, height, timeS: time.seconds }];
    }
    const { byzantine, commonHeight, time } = one.attack;
    return byzantine.map(({ address, power }) => {
      return { kind: one.kind, validatorAddress: address, power, height: commonHeight, timeS: time.seconds };
    });
  });
}

/** undefined when it quotes what cannot be read. */
function evidenceMessage(one: Evidence): EvidenceMessage | undefined {
  if (one.kind === "duplicateVote") return { duplicateVoteEvidence: duplicateMessage(one.duplicate) };
  return one.attack.message === null ? undefined : { lightClientAttackEvidence: one.attack.message };
}

function duplicateMessage(duplicate: DuplicateVote): DuplicateVoteEvidence {
  return {
    voteA: voteMessage(duplicate.voteA),
    voteB: voteMessage(duplicate.voteB),
    totalVotingPower: duplicate.totalPower,
    validatorPower: duplicate.validatorPower,
    timestamp: timestampMessage(duplicate.time),
  };
}

function voteMessage(vote: Vote): VoteMessage {
  return {
    type: vote.type === "prevote" ? SignedMsgType.SIGNED_MSG_TYPE_PREVOTE : SignedMsgType.SIGNED_MSG_TYPE_PRECOMMIT,
    height: BigInt(vote.height),
    round: vote.round,
    blockId: blockIdMessage(vote.blockId),
    timestamp: timestampMessage(vote.time),
    validatorAddress: vote.validatorAddress,
    validatorIndex: vote.validatorIndex,
    signature: vote.signature,
    extension: vote.extension,
    extensionSignature: vote.extensionSignature,
  };
}
