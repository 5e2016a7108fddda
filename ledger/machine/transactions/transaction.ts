import {
  compareBytes,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readBytes,
  readCount,
  readFixed,
  readFlag,
  readText,
  readWhole,
  refuseReading,
  writeBytes,
  writeFixed,
  writeFlag,
  writeText,
  writeWhole,
} from "../../../common/canonical";
import { signersPerTransactionMax, transactionBytesMax } from "../limits";
import { publicKeyLength } from "../records/credential-record";
import { chainIdLengthMax } from "../records/governance-records";
import { refuse, type Ruling } from "../refusals";
import type { Payload } from "./payload";
import { decodePayload, encodePayload, payloadKindOf, payloadKinds, signatureLength } from "./payload-form";

/** What is signed. */
export interface UnsignedTransaction {
  readonly chainId: string;
  /** Key of the enrolled member who sends it; null for kinds that need none (passages, settlements, what a contract's holder says). */
  readonly sender: Uint8Array | null;
  /** The sender's next number, counted from 0; 0 without a sender. */
  readonly nonce: number;
  readonly payload: Payload;
}

interface Transaction extends UnsignedTransaction {
  /** Ascending by public key, each once. */
  readonly signatures: readonly TransactionSignature[];
}

export interface TransactionSignature {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export interface DecodedTransaction extends Transaction {
  /** What the signatures are over. */
  readonly signBytes: Uint8Array;
}

const transactionForm = "pendulaire-transaction-1";

/** What every signer signs: the transaction without its signatures, which are what follows it on the wire. */
export function signBytesOf(transaction: UnsignedTransaction): Uint8Array<ArrayBuffer> {
  const payload = encodePayload(transaction.payload);
  const form = payloadKinds[transaction.payload.kind];
  const writer = createWriter(128 + payload.length);
  writeText(writer, transactionForm);
  writeText(writer, transaction.chainId);
  writeWhole(writer, form.number);
  writeWhole(writer, form.version);
  writeFlag(writer, transaction.sender !== null);
  if (transaction.sender !== null) writeFixed(writer, transaction.sender);
  writeWhole(writer, transaction.nonce);
  writeBytes(writer, payload);
  return finishWriting(writer);
}

/** @param signatures in any order */
export function encodeTransaction(
  signBytes: Uint8Array,
  signatures: readonly TransactionSignature[],
): Uint8Array<ArrayBuffer> {
  const writer = createWriter(signBytes.length + 100 * signatures.length + 8);
  writeFixed(writer, signBytes);
  writeWhole(writer, signatures.length);
  for (const { publicKey, signature } of [...signatures].sort((a, b) => compareBytes(a.publicKey, b.publicKey))) {
    writeFixed(writer, publicKey);
    writeFixed(writer, signature);
  }
  return finishWriting(writer);
}

/** What was read, for as long as the bytes live: a transaction is looked at when it comes, and in its block. */
const known = new WeakMap<Uint8Array, Ruling<DecodedTransaction>>();

/**
 * Reads a transaction, or refuses it: one meaning has one encoding, and nothing follows it.
 * @param bytes not to be written to any more
 */
export function decodeTransaction(bytes: Uint8Array): Ruling<DecodedTransaction> {
  const remembered = known.get(bytes);
  if (remembered !== undefined) return remembered;
  const decoded = decode(bytes);
  known.set(bytes, decoded);
  return decoded;
}

function decode(bytes: Uint8Array): Ruling<DecodedTransaction> {
  if (bytes.length > transactionBytesMax) return refuse("transaction-too-large");
  const reader = createReader(bytes);
  if (readText(reader, transactionForm.length) !== transactionForm) refuseReading(reader, "not a transaction");
  const chainId = readText(reader, chainIdLengthMax);
  const kindNumber = readWhole(reader);
  const kindVersion = readWhole(reader);
  const sender = readFlag(reader) ? readFixed(reader, publicKeyLength) : null;
  const nonce = readWhole(reader);
  if (sender === null && nonce !== 0) refuseReading(reader, "nonce without a sender");
  const payloadBytes = readBytes(reader, transactionBytesMax);
  const signBytes = bytes.subarray(0, reader.offset);
  const signatureCount = readCount(reader, signersPerTransactionMax);
  const signatures: TransactionSignature[] = [];
  for (let index = 0; index < signatureCount; index++) {
    const publicKey = readFixed(reader, publicKeyLength);
    const last = signatures[index - 1];
    if (last !== undefined && compareBytes(last.publicKey, publicKey) >= 0) {
      refuseReading(reader, "signers do not ascend");
    }
    signatures.push({ publicKey, signature: readFixed(reader, signatureLength) });
  }
  const envelope = finishReading(reader, { chainId, sender, nonce, signatures, signBytes });
  if (!envelope.ok) return refuse("malformed", envelope.error.message);
  const kind = payloadKindOf(kindNumber, kindVersion);
  if (kind === undefined) return refuse("kind-unknown", `${kindNumber} version ${kindVersion}`);
  const payload = decodePayload(kind, payloadBytes);
  if (!payload.ok) return refuse("malformed", `payload: ${payload.error.message}`);
  return { ok: true, value: { ...envelope.value, payload: payload.value } };
}
