import { base64FromBytes, bytesFromBase64 } from "cosmjs-types/helpers";
import { fromHex, utf8Of } from "../../common/canonical";
import { succeed, type Failure, type Result } from "../../common/result";
import type { LightClientAttackEvidence } from "cosmjs-types/tendermint/types/evidence";
import type { LightBlock as LightBlockMessage } from "cosmjs-types/tendermint/types/types";
import type { Validator as ValidatorMessage } from "cosmjs-types/tendermint/types/validator";
import type { Block, DuplicateVote, Evidence, QuotedAttack, Vote } from "./block";
import { appHashBytesMax, chainIdBytesMax, validatorsMax } from "./canonical-form";
import { CommitFlag, commitMessage, roundMax, signatureLength, type Commit, type CommitSignature } from "./commit";
import {
  emptyBlockId,
  hashLength,
  headerMessage,
  partTotalMax,
  timestampMessage,
  type BlockId,
  type Header,
} from "./header";
import { parseTimestamp, zeroTime, type Timestamp } from "./timestamp";
import { addressLength, addressOf, publicKeyLength, sortValidators, type Validator } from "./validators";

/**
 * Reads the JSON forms of CometBFT's RPC and genesis: numbers of 64 bits as strings, hashes as hexadecimal, keys,
 * signatures and transactions as base64. What is missing, of another type, length or out of range is a failure that names
 * where: protobuf's writer would wrap a number that is too large.
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

/** An int32 in CometBFT. */
const validatorIndexMax = 0x7fff_ffff;

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
    sortValidators(
      membersAt(reader, json, where).map((item, index) => validatorAt(reader, item, `${where}[${index}]`)),
    ),
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

/** A list with an item for each validator. */
function membersAt(reader: JsonReader, json: unknown, where: string): readonly unknown[] {
  const items = arrayAt(reader, json, where);
  if (items.length <= validatorsMax) return items;
  return refuse(reader, `${items.length} validators, more than ${validatorsMax}`, where, []);
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

/** A whole number that may not be negative. @param max the largest that protobuf's type holds */
function countAt(reader: JsonReader, json: unknown, where: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = wholeAt(reader, json, where);
  return value >= 0 && value <= max ? value : refuse(reader, `${value} is not from 0 to ${max}`, where, 0);
}

/** An int64. */
function powerAt(reader: JsonReader, json: unknown, where: string): bigint {
  const text = typeof json === "number" ? String(json) : textAt(reader, json, where);
  if (!/^-?\d{1,20}$/.test(text)) return refuse(reader, "not a whole number", where, 0n);
  const power = BigInt(text);
  return power === BigInt.asIntN(64, power) ? power : refuse(reader, `${text} exceeds 64 bits`, where, 0n);
}

function hexAt(reader: JsonReader, json: unknown, where: string): Uint8Array {
  if (json === undefined || json === null) return new Uint8Array(0);
  const bytes = fromHex(textAt(reader, json, where));
  if (bytes === undefined) return refuse(reader, "not hexadecimal", where, new Uint8Array(0));
  return bytes;
}

/** So many bytes, or none. */
function hexOfLengthAt(reader: JsonReader, json: unknown, where: string, length: number): Uint8Array {
  const bytes = hexAt(reader, json, where);
  if (bytes.length === 0 || bytes.length === length) return bytes;
  return refuse(reader, `${bytes.length} bytes, not ${length}`, where, new Uint8Array(0));
}

function hashAt(reader: JsonReader, json: unknown, where: string): Uint8Array {
  return hexOfLengthAt(reader, json, where, hashLength);
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
    hash: hashAt(reader, hash, `${where}.hash`),
    partTotal: countAt(reader, header["total"], `${where}.parts.total`, partTotalMax),
    partsHash: hashAt(reader, header["hash"], `${where}.parts.hash`),
  };
}

function headerAt(reader: JsonReader, json: unknown, where: string): Header {
  const fields = fieldsAt(reader, json, where);
  const version = fieldsAt(reader, fields["version"] ?? {}, `${where}.version`);
  const hash = (name: string) => hashAt(reader, fields[name], `${where}.${name}`);
  return {
    blockVersion: countAt(reader, version["block"], `${where}.version.block`),
    appVersion: countAt(reader, version["app"], `${where}.version.app`),
    chainId: chainIdAt(reader, fields["chain_id"], `${where}.chain_id`),
    height: countAt(reader, fields["height"], `${where}.height`),
    time: timeAt(reader, fields["time"], `${where}.time`),
    lastBlockId: blockIdAt(reader, fields["last_block_id"], `${where}.last_block_id`),
    lastCommitHash: hash("last_commit_hash"),
    dataHash: hash("data_hash"),
    validatorsHash: hash("validators_hash"),
    nextValidatorsHash: hash("next_validators_hash"),
    consensusHash: hash("consensus_hash"),
    appHash: appHashAt(reader, fields["app_hash"], `${where}.app_hash`),
    lastResultsHash: hash("last_results_hash"),
    evidenceHash: hash("evidence_hash"),
    proposerAddress: hexOfLengthAt(reader, fields["proposer_address"], `${where}.proposer_address`, addressLength),
  };
}

function chainIdAt(reader: JsonReader, json: unknown, where: string): string {
  const chainId = textAt(reader, json, where);
  // What stands in JSON for bytes that are no text.
  if (chainId.includes("\ufffd")) return refuse(reader, "not valid UTF-8", where, "");
  const { length } = utf8Of(chainId);
  if (length <= chainIdBytesMax) return chainId;
  return refuse(reader, `${length} bytes, more than ${chainIdBytesMax}`, where, "");
}

function appHashAt(reader: JsonReader, json: unknown, where: string): Uint8Array {
  const hash = hexAt(reader, json, where);
  if (hash.length <= appHashBytesMax) return hash;
  return refuse(reader, `${hash.length} bytes, more than ${appHashBytesMax}`, where, new Uint8Array(0));
}

function commitAt(reader: JsonReader, json: unknown, where: string): Commit {
  const fields = fieldsAt(reader, json, where);
  return {
    height: countAt(reader, fields["height"], `${where}.height`),
    round: countAt(reader, fields["round"], `${where}.round`, roundMax),
    blockId: blockIdAt(reader, fields["block_id"], `${where}.block_id`),
    signatures: membersAt(reader, fields["signatures"], `${where}.signatures`).map((item, index) =>
      signatureAt(reader, item, `${where}.signatures[${index}]`),
    ),
  };
}

/** @see CometBFT 0.38 `types/block.go` CommitSig.ValidateBasic, which lets shorter signatures pass: none of them verifies */
function signatureAt(reader: JsonReader, json: unknown, where: string): CommitSignature {
  const fields = fieldsAt(reader, json, where);
  const number = wholeAt(reader, fields["block_id_flag"], `${where}.block_id_flag`);
  const flag = Object.values(CommitFlag).find((known) => known === number);
  const entry: CommitSignature = {
    flag: flag ?? refuse(reader, "no such flag of a vote", `${where}.block_id_flag`, CommitFlag.absent),
    validatorAddress: hexAt(reader, fields["validator_address"], `${where}.validator_address`),
    time: timeAt(reader, fields["timestamp"], `${where}.timestamp`),
    signature: base64At(reader, fields["signature"], `${where}.signature`),
  };
  const { validatorAddress, signature } = entry;
  if (entry.flag === CommitFlag.absent) {
    // Its time is left as it is: published cases have others than Go's zero, and only a hash can judge it.
    if (validatorAddress.length > 0 || signature.length > 0) {
      noteFault(reader, "an absent vote with an address or a signature", where);
    }
    return entry;
  }
  if (validatorAddress.length !== addressLength) {
    noteFault(reader, `${validatorAddress.length} bytes, not ${addressLength}`, `${where}.validator_address`);
  }
  if (signature.length !== signatureLength) {
    noteFault(reader, `${signature.length} bytes, not ${signatureLength}`, `${where}.signature`);
  }
  return entry;
}

function validatorAt(reader: JsonReader, json: unknown, where: string): Validator {
  const fields = fieldsAt(reader, json, where);
  const key = fieldsAt(reader, fields["pub_key"], `${where}.pub_key`);
  if (key["type"] !== "tendermint/PubKeyEd25519") noteFault(reader, "not an ed25519 key", `${where}.pub_key`);
  const publicKey = base64At(reader, key["value"], `${where}.pub_key.value`);
  if (publicKey.length !== publicKeyLength) {
    noteFault(reader, `${publicKey.length} bytes, not ${publicKeyLength}`, `${where}.pub_key.value`);
  }
  return {
    publicKey,
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
      evidenceAt(reader, item, `${where}.evidence[${index}]`),
    ),
    lastCommit: commitAt(reader, fields["last_commit"] ?? {}, `${where}.last_commit`),
  };
}

function evidenceAt(reader: JsonReader, json: unknown, where: string): Evidence {
  const { type, value } = fieldsAt(reader, json, where);
  const fields = fieldsAt(reader, value, `${where}.value`);
  if (type === "tendermint/LightClientAttackEvidence") {
    return { kind: "lightClientAttack", attack: attackAt(reader, fields, `${where}.value`) };
  }
  if (type !== "tendermint/DuplicateVoteEvidence") noteFault(reader, "evidence of a kind that is not read", where);
  return { kind: "duplicateVote", duplicate: duplicateVoteAt(reader, fields, `${where}.value`) };
}

/** CometBFT 1.0 has other names of the powers and the time than 0.38, which names them as its Go does. */
function duplicateVoteAt(reader: JsonReader, fields: Fields, where: string): DuplicateVote {
  const field = (name: string, later: string) => fields[name] ?? fields[later];
  return {
    voteA: voteAt(reader, fields["vote_a"], `${where}.vote_a`),
    voteB: voteAt(reader, fields["vote_b"], `${where}.vote_b`),
    totalPower: powerAt(reader, field("TotalVotingPower", "total_voting_power"), `${where}.TotalVotingPower`),
    validatorPower: powerAt(reader, field("ValidatorPower", "validator_power"), `${where}.ValidatorPower`),
    time: timeAt(reader, field("Timestamp", "timestamp"), `${where}.Timestamp`),
  };
}

/** Who did it has to be read. What they signed is whatever a liar made up: where it cannot be read it stays unread. */
function attackAt(reader: JsonReader, fields: Fields, where: string): QuotedAttack {
  const byzantine = membersAt(reader, fields["ByzantineValidators"], `${where}.ByzantineValidators`).map(
    (item, index) => memberMessageAt(reader, item, `${where}.ByzantineValidators[${index}]`),
  );
  const commonHeight = countAt(reader, fields["CommonHeight"], `${where}.CommonHeight`);
  const totalPower = powerAt(reader, fields["TotalVotingPower"], `${where}.TotalVotingPower`);
  const time = timeAt(reader, fields["Timestamp"], `${where}.Timestamp`);
  const conflicting = reading((inner) => quotedBlockAt(inner, fields["ConflictingBlock"], `${where}.ConflictingBlock`));
  const message: LightClientAttackEvidence | null = conflicting.ok
    ? {
        conflictingBlock: conflicting.value,
        commonHeight: BigInt(commonHeight),
        byzantineValidators: [...byzantine],
        totalVotingPower: totalPower,
        timestamp: timestampMessage(time),
      }
    : null;
  const blamed = byzantine.map(({ pubKey, votingPower }) => {
    return { address: addressOf(pubKey.ed25519 ?? new Uint8Array(0)), power: votingPower };
  });
  return { message, commonHeight, byzantine: blamed, time };
}

function quotedBlockAt(reader: JsonReader, json: unknown, where: string): LightBlockMessage {
  const fields = fieldsAt(reader, json, where);
  const signed = fieldsAt(reader, fields["signed_header"], `${where}.signed_header`);
  const set = fieldsAt(reader, fields["validator_set"], `${where}.validator_set`);
  return {
    signedHeader: {
      header: headerMessage(headerAt(reader, signed["header"], `${where}.signed_header.header`)),
      commit: commitMessage(commitAt(reader, signed["commit"], `${where}.signed_header.commit`)),
    },
    validatorSet: {
      validators: membersAt(reader, set["validators"], `${where}.validator_set.validators`).map((item, index) =>
        memberMessageAt(reader, item, `${where}.validator_set.validators[${index}]`),
      ),
      proposer: memberMessageAt(reader, set["proposer"], `${where}.validator_set.proposer`),
      // CometBFT leaves the sum out, as it is computed.
      totalVotingPower: 0n,
    },
  };
}

/** A validator in the place where the JSON has it, with all that protobuf has of it. */
function memberMessageAt(reader: JsonReader, json: unknown, where: string): ValidatorMessage {
  const fields = fieldsAt(reader, json, where);
  const { publicKey, power } = validatorAt(reader, json, where);
  return {
    address: hexAt(reader, fields["address"], `${where}.address`),
    pubKey: { ed25519: publicKey },
    votingPower: power,
    proposerPriority: powerAt(reader, fields["proposer_priority"], `${where}.proposer_priority`),
  };
}

function voteAt(reader: JsonReader, json: unknown, where: string): Vote {
  const fields = fieldsAt(reader, json, where);
  const type = wholeAt(reader, fields["type"], `${where}.type`);
  if (type !== 1 && type !== 2) noteFault(reader, "neither prevote nor precommit", `${where}.type`);
  return {
    type: type === 1 ? "prevote" : "precommit",
    height: countAt(reader, fields["height"], `${where}.height`),
    round: countAt(reader, fields["round"], `${where}.round`, roundMax),
    blockId: blockIdAt(reader, fields["block_id"], `${where}.block_id`),
    time: timeAt(reader, fields["timestamp"], `${where}.timestamp`),
    validatorAddress: hexAt(reader, fields["validator_address"], `${where}.validator_address`),
    validatorIndex: countAt(reader, fields["validator_index"], `${where}.validator_index`, validatorIndexMax),
    signature: base64At(reader, fields["signature"], `${where}.signature`),
    extension: base64At(reader, fields["extension"], `${where}.extension`),
    extensionSignature: base64At(reader, fields["extension_signature"], `${where}.extension_signature`),
  };
}
