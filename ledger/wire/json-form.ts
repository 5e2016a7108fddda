import { base64FromBytes, bytesFromBase64 } from "cosmjs-types/helpers";
import { fromHex } from "../../common/canonical";
import { succeed, type Failure, type Result } from "../../common/result";
import type { Block, DuplicateVote, Vote } from "./block";
import { CommitFlag, type Commit, type CommitSignature } from "./commit";
import { emptyBlockId, type BlockId, type Header } from "./header";
import { parseTimestamp, zeroTime, type Timestamp } from "./timestamp";
import { sortValidators, type Validator } from "./validators";

/**
 * Reads the JSON forms of CometBFT's RPC and genesis: numbers of 64 bits as strings, hashes as hexadecimal, keys,
 * signatures and transactions as base64. What is missing, of another type or out of range is a failure that names where.
 */
interface JsonReader {
  /** What was wrong first; from there on defaults are read, and thrown away with it. */
  fault: Failure | undefined;
}

function reading<T>(read: (reader: JsonReader) => T): Result<T> {
  const reader: JsonReader = { fault: undefined };
  const value = read(reader);
  return reader.fault === undefined ? succeed(value) : { ok: false, error: reader.fault };
}

/** Notes a fault; the first one stands. @returns what is read instead, to go on with */
function refuse<T>(reader: JsonReader, message: string, where: string, instead: T): T {
  noteFault(reader, message, where);
  return instead;
}

function noteFault(reader: JsonReader, message: string, where: string): void {
  reader.fault ??= { message, where };
}

export const readHeader = (json: unknown, where = "header"): Result<Header> =>
  reading((reader) => headerAt(reader, json, where));
export const readCommit = (json: unknown, where = "commit"): Result<Commit> =>
  reading((reader) => commitAt(reader, json, where));
export const readBlock = (json: unknown, where = "block"): Result<Block> =>
  reading((reader) => blockAt(reader, json, where));
export const readBlockId = (json: unknown, where = "block_id"): Result<BlockId> =>
  reading((reader) => blockIdAt(reader, json, where));
/** In the order of a set, whatever order the JSON has. */
export const readValidators = (json: unknown, where = "validators"): Result<readonly Validator[]> =>
  reading((reader) =>
    sortValidators(arrayAt(reader, json, where).map((item, index) => validatorAt(reader, item, `${where}[${index}]`))),
  );

type Fields = Readonly<Record<string, unknown>>;

function fieldsAt(reader: JsonReader, json: unknown, where: string): Fields {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return refuse(reader, "not an object", where, {});
  return json as Fields;
}

function arrayAt(reader: JsonReader, json: unknown, where: string): readonly unknown[] {
  if (json === null || json === undefined) return [];
  if (!Array.isArray(json)) return refuse(reader, "not a list", where, []);
  return json;
}

function textAt(reader: JsonReader, json: unknown, where: string): string {
  if (typeof json !== "string") return refuse(reader, "not a text", where, "");
  return json;
}

/** A whole number, as JSON number or as text; missing = 0. */
function wholeAt(reader: JsonReader, json: unknown, where: string): number {
  if (json === undefined) return 0;
  const value = typeof json === "string" && /^-?\d{1,16}$/.test(json) ? Number(json) : json;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return refuse(reader, "not a whole number", where, 0);
  return value;
}

function powerAt(reader: JsonReader, json: unknown, where: string): bigint {
  const text = typeof json === "number" ? String(json) : textAt(reader, json, where);
  if (!/^-?\d{1,20}$/.test(text)) return refuse(reader, "not a whole number", where, 0n);
  return BigInt(text);
}

function hexAt(reader: JsonReader, json: unknown, where: string): Uint8Array {
  if (json === undefined || json === null) return new Uint8Array(0);
  const bytes = fromHex(textAt(reader, json, where));
  if (bytes === undefined) return refuse(reader, "not hexadecimal", where, new Uint8Array(0));
  return bytes;
}

function base64At(reader: JsonReader, json: unknown, where: string): Uint8Array {
  if (json === undefined || json === null) return new Uint8Array(0);
  const text = textAt(reader, json, where);
  try {
    const bytes = bytesFromBase64(text);
    if (base64FromBytes(bytes) === text) return bytes;
  } catch {
    // refused below, as what is read but would be written otherwise
  }
  return refuse(reader, "not base64", where, new Uint8Array(0));
}

function timeAt(reader: JsonReader, json: unknown, where: string): Timestamp {
  if (json === undefined || json === null) return zeroTime;
  const time = parseTimestamp(textAt(reader, json, where));
  if (!time.ok) return refuse(reader, time.error.message, where, zeroTime);
  return time.value;
}

/** Null stands for the first block's empty id. Both names of the parts' header are in use. */
function blockIdAt(reader: JsonReader, json: unknown, where: string): BlockId {
  if (json === null || json === undefined) return emptyBlockId;
  const { hash, parts, part_set_header: partSetHeader } = fieldsAt(reader, json, where);
  const header = fieldsAt(reader, parts ?? partSetHeader ?? {}, `${where}.parts`);
  return {
    hash: hexAt(reader, hash, `${where}.hash`),
    partTotal: wholeAt(reader, header["total"], `${where}.parts.total`),
    partsHash: hexAt(reader, header["hash"], `${where}.parts.hash`),
  };
}

function headerAt(reader: JsonReader, json: unknown, where: string): Header {
  const fields = fieldsAt(reader, json, where);
  const version = fieldsAt(reader, fields["version"] ?? {}, `${where}.version`);
  const hash = (name: string) => hexAt(reader, fields[name], `${where}.${name}`);
  return {
    blockVersion: wholeAt(reader, version["block"], `${where}.version.block`),
    appVersion: wholeAt(reader, version["app"], `${where}.version.app`),
    chainId: textAt(reader, fields["chain_id"], `${where}.chain_id`),
    height: wholeAt(reader, fields["height"], `${where}.height`),
    time: timeAt(reader, fields["time"], `${where}.time`),
    lastBlockId: blockIdAt(reader, fields["last_block_id"], `${where}.last_block_id`),
    lastCommitHash: hash("last_commit_hash"),
    dataHash: hash("data_hash"),
    validatorsHash: hash("validators_hash"),
    nextValidatorsHash: hash("next_validators_hash"),
    consensusHash: hash("consensus_hash"),
    appHash: hash("app_hash"),
    lastResultsHash: hash("last_results_hash"),
    evidenceHash: hash("evidence_hash"),
    proposerAddress: hash("proposer_address"),
  };
}

function commitAt(reader: JsonReader, json: unknown, where: string): Commit {
  const fields = fieldsAt(reader, json, where);
  return {
    height: wholeAt(reader, fields["height"], `${where}.height`),
    round: wholeAt(reader, fields["round"], `${where}.round`),
    blockId: blockIdAt(reader, fields["block_id"], `${where}.block_id`),
    signatures: arrayAt(reader, fields["signatures"], `${where}.signatures`).map((item, index) =>
      signatureAt(reader, item, `${where}.signatures[${index}]`),
    ),
  };
}

function signatureAt(reader: JsonReader, json: unknown, where: string): CommitSignature {
  const fields = fieldsAt(reader, json, where);
  const number = wholeAt(reader, fields["block_id_flag"], `${where}.block_id_flag`);
  const flag = Object.values(CommitFlag).find((known) => known === number);
  return {
    flag: flag ?? refuse(reader, "no such flag of a vote", `${where}.block_id_flag`, CommitFlag.absent),
    validatorAddress: hexAt(reader, fields["validator_address"], `${where}.validator_address`),
    time: timeAt(reader, fields["timestamp"], `${where}.timestamp`),
    signature: base64At(reader, fields["signature"], `${where}.signature`),
  };
}

function validatorAt(reader: JsonReader, json: unknown, where: string): Validator {
  const fields = fieldsAt(reader, json, where);
  const key = fieldsAt(reader, fields["pub_key"], `${where}.pub_key`);
  if (key["type"] !== "tendermint/PubKeyEd25519") noteFault(reader, "not an ed25519 key", `${where}.pub_key`);
  return {
    publicKey: base64At(reader, key["value"], `${where}.pub_key.value`),
    power: powerAt(reader, fields["voting_power"] ?? fields["power"], `${where}.voting_power`),
  };
}

function blockAt(reader: JsonReader, json: unknown, where: string): Block {
  const fields = fieldsAt(reader, json, where);
  const data = fieldsAt(reader, fields["data"] ?? {}, `${where}.data`);
  const evidence = fieldsAt(reader, fields["evidence"] ?? {}, `${where}.evidence`);
  return {
    header: headerAt(reader, fields["header"], `${where}.header`),
    transactions: arrayAt(reader, data["txs"], `${where}.data.txs`).map((item, index) =>
      base64At(reader, item, `${where}.data.txs[${index}]`),
    ),
    evidence: arrayAt(reader, evidence["evidence"], `${where}.evidence`).map((item, index) =>
      duplicateVoteAt(reader, item, `${where}.evidence[${index}]`),
    ),
    lastCommit: commitAt(reader, fields["last_commit"] ?? {}, `${where}.last_commit`),
  };
}

function duplicateVoteAt(reader: JsonReader, json: unknown, where: string): DuplicateVote {
  const { type, value } = fieldsAt(reader, json, where);
  if (type !== "tendermint/DuplicateVoteEvidence") noteFault(reader, "evidence of a kind that is not read", where);
  const fields = fieldsAt(reader, value, `${where}.value`);
  return {
    voteA: voteAt(reader, fields["vote_a"], `${where}.value.vote_a`),
    voteB: voteAt(reader, fields["vote_b"], `${where}.value.vote_b`),
    totalPower: powerAt(reader, fields["total_voting_power"], `${where}.value.total_voting_power`),
    validatorPower: powerAt(reader, fields["validator_power"], `${where}.value.validator_power`),
    time: timeAt(reader, fields["timestamp"], `${where}.value.timestamp`),
  };
}

function voteAt(reader: JsonReader, json: unknown, where: string): Vote {
  const fields = fieldsAt(reader, json, where);
  const type = wholeAt(reader, fields["type"], `${where}.type`);
  if (type !== 1 && type !== 2) noteFault(reader, "neither prevote nor precommit", `${where}.type`);
  return {
    type: type === 1 ? "prevote" : "precommit",
    height: wholeAt(reader, fields["height"], `${where}.height`),
    round: wholeAt(reader, fields["round"], `${where}.round`),
    blockId: blockIdAt(reader, fields["block_id"], `${where}.block_id`),
    time: timeAt(reader, fields["timestamp"], `${where}.timestamp`),
    validatorAddress: hexAt(reader, fields["validator_address"], `${where}.validator_address`),
    validatorIndex: wholeAt(reader, fields["validator_index"], `${where}.validator_index`),
    signature: base64At(reader, fields["signature"], `${where}.signature`),
  };
}
