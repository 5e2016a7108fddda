import { CommitFlag, type Commit, type CommitSignature } from "../../ledger/wire/commit";
import { appHashBytesMax, chainIdBytesMax, validatorsMax } from "../../ledger/wire/canonical-form";
import type { BlockId, Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { isTimestamp } from "../../ledger/wire/timestamp";
import { addressLength, type Validator } from "../../ledger/wire/validators";

const hashBytes = 32;
const publicKeyBytes = 32;
const signatureBytes = 64;
const roundMax = 0x7fff_ffff;
const partsMax = 0xffff_ffff;

/**
 * What keeps a light block from being one at all, whoever signed it: lengths, flags and ranges, of the votes too that no
 * decision needs. One that passes comes back from its canonical form as it went in, so that it can be stored; but for the time
 * of an absent vote, which nodes write in several ways and nobody reads.
 * @returns null when nothing does
 * @see CometBFT 0.38 `types/block.go` Header.ValidateBasic, Commit.ValidateBasic, CommitSig.ValidateBasic
 */
export function faultOfForm({ header, commit, validators, nextValidators }: LightBlock): string | null {
  return faultOfHeader(header) ?? faultOfSet(validators) ?? faultOfSet(nextValidators) ?? faultOfCommit(commit);
}

function faultOfHeader(header: Header): string | null {
  if (!isWhole(header.blockVersion) || !isWhole(header.appVersion)) return "the header's version is not a whole number";
  if (Buffer.byteLength(header.chainId) > chainIdBytesMax) return `chain id of more than ${chainIdBytesMax} bytes`;
  if (!isTimestamp(header.time)) return "the header's time does not exist";
  const hashes: readonly (keyof Header & `${string}Hash`)[] = [
    ...(["lastCommitHash", "dataHash", "validatorsHash", "nextValidatorsHash"] as const),
    ...(["consensusHash", "lastResultsHash", "evidenceHash"] as const),
  ];
  const wrong = hashes.find((name) => !isHash(header[name]));
  if (wrong !== undefined) return `${wrong} of ${header[wrong].length} bytes`;
  if (header.appHash.length > appHashBytesMax) return `appHash of ${header.appHash.length} bytes`;
  if (header.proposerAddress.length !== addressLength) {
    return `proposer's address of ${header.proposerAddress.length} bytes`;
  }
  return faultOfBlockId(header.lastBlockId);
}

function faultOfBlockId({ hash, partTotal, partsHash }: BlockId): string | null {
  if (!isHash(hash) || !isHash(partsHash)) return `block id of ${hash.length} and ${partsHash.length} bytes`;
  return isWhole(partTotal, partsMax) ? null : `${partTotal} parts`;
}

function faultOfSet(validators: readonly Validator[]): string | null {
  if (validators.length > validatorsMax) return `${validators.length} validators, more than ${validatorsMax}`;
  const wrong = validators.find(({ publicKey }) => publicKey.length !== publicKeyBytes);
  return wrong === undefined ? null : `validator's key of ${wrong.publicKey.length} bytes`;
}

function faultOfCommit({ round, blockId, signatures }: Commit): string | null {
  if (!isWhole(round, roundMax)) return `round ${round}`;
  if (signatures.length > validatorsMax) return `${signatures.length} votes, more than ${validatorsMax}`;
  for (const [index, entry] of signatures.entries()) {
    const fault = faultOfVote(entry);
    if (fault !== null) return `vote ${index}: ${fault}`;
  }
  return faultOfBlockId(blockId);
}

function faultOfVote({ flag, validatorAddress, time, signature }: CommitSignature): string | null {
  if (flag === CommitFlag.absent) {
    return validatorAddress.length === 0 && signature.length === 0 ? null : "absent, and not empty";
  }
  if (flag !== CommitFlag.commit && flag !== CommitFlag.nil) return `flag ${String(flag)}`;
  if (validatorAddress.length !== addressLength) return `address of ${validatorAddress.length} bytes`;
  if (!isTimestamp(time)) return "a time that does not exist";
  return signature.length === signatureBytes ? null : `signature of ${signature.length} bytes`;
}

function isHash({ length }: Uint8Array): boolean {
  return length === 0 || length === hashBytes;
}

function isWhole(value: number, max = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}
