import { base64FromBytes } from "cosmjs-types/helpers";
import { toHex } from "../../common/canonical";
import type { Block } from "./block";
import { CommitFlag, type Commit } from "./commit";
import type { BlockId, Header } from "./header";
import { formatTimestamp, zeroTime } from "./timestamp";
import { addressOf, type Validator } from "./validators";

/** CometBFT's JSON forms, as its RPC and its Go clients write and read them; `json-form.ts` reads the same. */
const hex = (bytes: Uint8Array) => toHex(bytes).toUpperCase();

export function headerJson(header: Header): unknown {
  return {
    version: { block: String(header.blockVersion), app: String(header.appVersion) },
    chain_id: header.chainId,
    height: String(header.height),
    time: formatTimestamp(header.time),
    last_block_id: blockIdJson(header.lastBlockId),
    last_commit_hash: hex(header.lastCommitHash),
    data_hash: hex(header.dataHash),
    validators_hash: hex(header.validatorsHash),
    next_validators_hash: hex(header.nextValidatorsHash),
    consensus_hash: hex(header.consensusHash),
    app_hash: hex(header.appHash),
    last_results_hash: hex(header.lastResultsHash),
    evidence_hash: hex(header.evidenceHash),
    proposer_address: hex(header.proposerAddress),
  };
}

export function blockIdJson({ hash, partTotal, partsHash }: BlockId): unknown {
  return { hash: hex(hash), parts: { total: partTotal, hash: hex(partsHash) } };
}

export function commitJson({ height, round, blockId, signatures }: Commit): unknown {
  return {
    height: String(height),
    round,
    block_id: blockIdJson(blockId),
    signatures: signatures.map(({ flag, validatorAddress, time, signature }) => ({
      block_id_flag: flag,
      validator_address: hex(validatorAddress),
      timestamp: formatTimestamp(flag === CommitFlag.absent ? zeroTime : time),
      signature: flag === CommitFlag.absent ? null : base64FromBytes(signature),
    })),
  };
}

export function validatorJson({ publicKey, power }: Validator): unknown {
  return {
    address: hex(addressOf(publicKey)),
    pub_key: { type: "tendermint/PubKeyEd25519", value: base64FromBytes(publicKey) },
    voting_power: String(power),
    proposer_priority: "0",
  };
}

/** A block without evidence: the embedded engine has nobody to accuse. */
export function blockJson({ header, transactions, lastCommit }: Block): unknown {
  return {
    header: headerJson(header),
    data: { txs: transactions.map((transaction) => base64FromBytes(transaction)) },
    evidence: { evidence: [] },
    last_commit: commitJson(lastCommit),
  };
}
