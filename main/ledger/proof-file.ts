import {
  bytesEqual,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readBytes,
  readCount,
  readFixed,
  readText,
  refuseReading,
  toHex,
  writeBytes,
  writeFixed,
  writeText,
  writeWhole,
} from "../../common/canonical";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { decodeContract, type ContractRecord } from "../../ledger/machine/records/contract-record";
import { identifierLength, StateKind } from "../../ledger/machine/state-paths";
import { valueBytesMax } from "../../ledger/machine/tree/node-store";
import { pathOfDigest } from "../../ledger/machine/tree/path";
import { decodeProof, encodeProof, type StateProof } from "../../ledger/machine/tree/proof";
import { hashHeader } from "../../ledger/wire/header";
import { readLightBlock, writeLightBlock, type LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { verifyState } from "./state-proof";
import {
  trustOneThird,
  verify,
  verifyConsistency,
  verifyTwoThirds,
  type Verification,
  type VerifyOptions,
} from "./verify";

/**
 * The proof of one contract as a file, for a verifier without the ledger: the contract's bytes, its state proof, the
 * header that has the state's root, and headers that lead there from one that the reader trusts. One canonical form:
 * every byte is signed by the validators, hashed into what they signed, or fixed by the form.
 */
export interface ProofFile {
  /** Ascending by height. The first is the one to be trusted, the last has the state's root as its app hash. */
  readonly blocks: readonly LightBlock[];
  /** 31 bytes. */
  readonly contractDigest: Uint8Array;
  readonly contractBytes: Uint8Array;
  readonly proof: StateProof;
}

/** What the reader trusts: it comes from elsewhere, never from the file. */
export type TrustAnchor =
  | { readonly chainId: string; readonly kind: "header"; readonly hash: Uint8Array }
  | { readonly chainId: string; readonly kind: "validators"; readonly hash: Uint8Array };

export interface ProofFileOptions {
  readonly verifySignature: VerifyOptions["verifySignature"];
  /** When given, the trusted header must not be older than this; else its age is not judged. */
  readonly now?: Timestamp;
  readonly trustingPeriodS?: number;
}

export interface Check {
  readonly what: string;
  readonly ok: boolean;
}

export interface ProofFileVerdict {
  /** Each check in the order in which it was made; the last one is the one that failed, if any did. */
  readonly checks: readonly Check[];
  readonly outcome: Result<ProvedContract>;
}

export interface ProvedContract {
  readonly contractId: string;
  readonly contract: ContractRecord;
  /** Height of the header that has the state's root: the state is the one behind the block before. */
  readonly height: number;
  readonly headerHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly siblings: number;
}

const proofFileForm = "pendulaire-proof-1";
const blocksMax = 64;
const proofBytesMax = 16_384;
const proofFileBytesMax = 16 * 1024 * 1024;

export function encodeProofFile(file: ProofFile): Uint8Array<ArrayBuffer> {
  const writer = createWriter(4096);
  writeText(writer, proofFileForm);
  writeFixed(writer, file.contractDigest);
  writeBytes(writer, file.contractBytes);
  writeBytes(writer, encodeProof(file.proof));
  writeWhole(writer, file.blocks.length);
  for (const block of file.blocks) writeLightBlock(writer, block);
  return finishWriting(writer);
}

/** By its first bytes only. */
export function isProofFile(bytes: Uint8Array): boolean {
  const reader = createReader(bytes);
  return readText(reader, proofFileForm.length) === proofFileForm;
}

export function decodeProofFile(bytes: Uint8Array): Result<ProofFile> {
  if (bytes.length > proofFileBytesMax) return fail(`a proof file has at most ${proofFileBytesMax} bytes`);
  const reader = createReader(bytes);
  if (readText(reader, proofFileForm.length) !== proofFileForm) refuseReading(reader, "not a proof file");
  const contractDigest = readFixed(reader, identifierLength);
  const contractBytes = readBytes(reader, valueBytesMax);
  const proof = decodeProof(readBytes(reader, proofBytesMax));
  const count = readCount(reader, blocksMax);
  const blocks: LightBlock[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) blocks.push(readLightBlock(reader));
  if (!proof.ok) return fail(`state proof: ${proof.error.message}`);
  return finishReading(reader, { blocks, contractDigest, contractBytes, proof: proof.value });
}

/** Checks a proof file with every signature in it. Never throws: what does not hold is said. */
export function verifyProofFile(bytes: Uint8Array, anchor: TrustAnchor, options: ProofFileOptions): ProofFileVerdict {
  const checks: Check[] = [];
  const note = <T>(what: string, result: Result<T>): Result<T> => {
    checks.push({ what: result.ok ? what : `${what}: ${describeFailure(result.error)}`, ok: result.ok });
    return result;
  };
  const outcome = ((): Result<ProvedContract> => {
    const file = note("the file is in its canonical form", decodeProofFile(bytes));
    if (!file.ok) return file;
    const { blocks, contractBytes, contractDigest, proof } = file.value;
    const anchored = note("the first header is the trusted one", verifyAnchor(blocks, anchor));
    if (!anchored.ok) return anchored;
    for (const [index, block] of blocks.entries()) {
      const believed = verifyBlock(blocks, index, anchor.chainId, options);
      const what = `header ${block.header.height}: hash, validator set and every signature`;
      const noted = note(what, resultOf(believed));
      if (!noted.ok) return noted;
    }
    const { header } = blocks[blocks.length - 1];
    const path = pathOfDigest(StateKind.contract, contractDigest);
    const claimed = { height: header.height - 1, path, value: contractBytes, proof };
    const proved = note(`the contract lies in the state of header ${header.height}`, verifyState(header, claimed));
    if (!proved.ok) return proved;
    const contract = note("the contract is readable", decodeContract(contractBytes));
    if (!contract.ok) return contract;
    return succeed({
      contractId: toHex(contractDigest),
      contract: contract.value,
      height: header.height,
      headerHash: hashHeader(header),
      appHash: header.appHash,
      siblings: proof.siblings.filter((sibling) => sibling !== null).length,
    });
  })();
  return { checks, outcome };
}

function verifyAnchor(blocks: readonly LightBlock[], anchor: TrustAnchor): Result<void> {
  const first = blocks[0];
  if (first === undefined) return fail("the file holds no header");
  const found = anchor.kind === "header" ? hashHeader(first.header) : first.header.validatorsHash;
  return bytesEqual(found, anchor.hash) ? succeed(undefined) : fail(`found ${toHex(found)}, not ${toHex(anchor.hash)}`);
}

/** The first block by itself, each later one from the one before. */
function verifyBlock(
  blocks: readonly LightBlock[],
  index: number,
  chainId: string,
  { verifySignature, now, trustingPeriodS }: ProofFileOptions,
): Verification {
  const block = blocks[index];
  const everySignature = true;
  if (index === 0) {
    const consistent = verifyConsistency(block, chainId);
    return consistent.verdict === "success" ? verifyTwoThirds(block, { everySignature, verifySignature }) : consistent;
  }
  return verify({
    trusted: blocks[index - 1],
    untrusted: block,
    options: {
      everySignature,
      verifySignature,
      trustLevel: trustOneThird,
      clockDriftS: 1,
      trustingPeriodS: trustingPeriodS ?? ageUnjudgedS,
    },
    now: now ?? block.header.time,
  });
}

/** A thousand years: longer than any gap between two headers. */
const ageUnjudgedS = 31_557_600_000;

function resultOf(verification: Verification): Result<void> {
  return verification.verdict === "success" ? succeed(undefined) : fail(verification.reason, verification.clause);
}
