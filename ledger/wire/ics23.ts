import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256, sha512, sha512_256 } from "@noble/hashes/sha2.js";
import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { CommitmentProof, HashOp, LengthOp } from "cosmjs-types/cosmos/ics23/v1/proofs";
import type { ExistenceProof, InnerOp, LeafOp, NonExistenceProof } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { bytesEqual, compareBytes } from "../../common/canonical";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { varint } from "./varint";

/**
 * ICS-23 commitment proofs, checked against the tendermint proof spec: what other chains of the family answer queries
 * with.
 * @see https://github.com/cosmos/ics23, go/proof.go and go/ops.go
 */
const tendermintSpec = {
  leaf: { hash: HashOp.SHA256, prehashKey: HashOp.NO_HASH, prehashValue: HashOp.SHA256, length: LengthOp.VAR_PROTO },
  leafPrefix: new Uint8Array([0]),
  childSize: 32,
  minPrefixLength: 1,
  maxPrefixLength: 1,
  innerHash: HashOp.SHA256,
} as const;

/** By the numbers of ICS-23's HashOp; the last two are not named in cosmjs-types. */
const hashFunctions = new Map<number, (preimage: Uint8Array) => Uint8Array>([
  [HashOp.SHA256, sha256],
  [HashOp.SHA512, sha512],
  [HashOp.KECCAK, keccak_256],
  [HashOp.RIPEMD160, ripemd160],
  [HashOp.BITCOIN, (preimage) => ripemd160(sha256(preimage))],
  [HashOp.SHA512_256, sha512_256],
  [7, (preimage) => blake2b(preimage, { dkLen: 64 })],
  [8, (preimage) => blake2s(preimage, { dkLen: 32 })],
]);

export function hashWith(op: number, preimage: Uint8Array): Result<Uint8Array> {
  const hash = hashFunctions.get(op);
  return hash === undefined ? fail(`hash operation ${op} is not supported`) : succeed(hash(preimage));
}

export function applyLeaf(op: LeafOp, key: Uint8Array, value: Uint8Array): Result<Uint8Array> {
  if (key.length === 0) return fail("a leaf needs a key");
  if (value.length === 0) return fail("a leaf needs a value");
  const keyPart = prepare(op.prehashKey, op.length, key);
  if (!keyPart.ok) return keyPart;
  const valuePart = prepare(op.prehashValue, op.length, value);
  if (!valuePart.ok) return valuePart;
  return hashWith(op.hash, concatenate(op.prefix, keyPart.value, valuePart.value));
}

export function applyInner(op: InnerOp, child: Uint8Array): Result<Uint8Array> {
  if (child.length === 0) return fail("an inner operation needs a child");
  return hashWith(op.hash, concatenate(op.prefix, child, op.suffix));
}

/** The root that an existence proof leads to. */
export function rootOfExistence(proof: ExistenceProof): Result<Uint8Array> {
  if (proof.leaf === undefined) return fail("an existence proof needs a leaf operation");
  let node = applyLeaf(proof.leaf, proof.key, proof.value);
  for (const op of proof.path) {
    if (!node.ok) return node;
    node = applyInner(op, node.value);
  }
  return node;
}

function prepare(prehash: HashOp, length: LengthOp, data: Uint8Array): Result<Uint8Array> {
  const hashed = prehash === HashOp.NO_HASH ? succeed(data) : hashWith(prehash, data);
  return hashed.ok ? withLength(length, hashed.value) : hashed;
}

function withLength(op: LengthOp, data: Uint8Array): Result<Uint8Array> {
  const fixed = (bytes: number, littleEndian: boolean) => {
    const prefix = new Uint8Array(bytes);
    const view = new DataView(prefix.buffer);
    if (bytes === 4) view.setUint32(0, data.length, littleEndian);
    else view.setBigUint64(0, BigInt(data.length), littleEndian);
    return succeed(concatenate(prefix, data));
  };
  switch (op) {
    case LengthOp.NO_PREFIX:
      return succeed(data);
    case LengthOp.VAR_PROTO:
      return succeed(concatenate(varint(data.length), data));
    case LengthOp.FIXED32_BIG:
      return fixed(4, false);
    case LengthOp.FIXED32_LITTLE:
      return fixed(4, true);
    case LengthOp.FIXED64_BIG:
      return fixed(8, false);
    case LengthOp.FIXED64_LITTLE:
      return fixed(8, true);
    case LengthOp.REQUIRE_32_BYTES:
      return data.length === 32 ? succeed(data) : fail(`${data.length} bytes where 32 are required`);
    case LengthOp.REQUIRE_64_BYTES:
      return data.length === 64 ? succeed(data) : fail(`${data.length} bytes where 64 are required`);
    case LengthOp.VAR_RLP:
    case LengthOp.UNRECOGNIZED:
    default:
      return fail("the length operation is not supported");
  }
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads a protobuf CommitmentProof; a failure when the bytes are none. */
export function decodeCommitmentProof(bytes: Uint8Array): Result<CommitmentProof> {
  try {
    return succeed(CommitmentProof.decode(bytes));
  } catch (error) {
    return fail(`not a commitment proof: ${messageOf(error)}`);
  }
}

/** Checks that `key` has `value` under `root`, by the tendermint spec. */
export function verifyMembership(
  proof: CommitmentProof,
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array,
): Result<void> {
  if (proof.exist === undefined) return fail("not an existence proof");
  if (!bytesEqual(proof.exist.key, key)) return fail("the proof is of another key");
  if (!bytesEqual(proof.exist.value, value)) return fail("the proof is of another value");
  return verifyExistence(proof.exist, root);
}

/** Checks that `key` has no value under `root`, by the tendermint spec. */
export function verifyNonMembership(proof: CommitmentProof, root: Uint8Array, key: Uint8Array): Result<void> {
  const absence = proof.nonexist;
  if (absence === undefined) return fail("not a non-existence proof");
  const { left, right } = absence;
  if (left === undefined && right === undefined) return fail("neither neighbour is proved");
  for (const neighbour of [left, right]) {
    if (neighbour === undefined) continue;
    const proved = verifyExistence(neighbour, root);
    if (!proved.ok) return proved;
  }
  if (left !== undefined && compareBytes(left.key, key) >= 0) return fail("the left neighbour is not left of the key");
  if (right !== undefined && compareBytes(key, right.key) >= 0) {
    return fail("the right neighbour is not right of the key");
  }
  return areNeighbours(absence) ? succeed(undefined) : fail("there may be keys between the neighbours");
}

function verifyExistence(proof: ExistenceProof, root: Uint8Array): Result<void> {
  if (proof.leaf === undefined) return fail("an existence proof needs a leaf operation");
  if (!leafFollowsSpec(proof.leaf)) return fail("the leaf operation is not the spec's");
  if (!proof.path.every(innerFollowsSpec)) return fail("an inner operation is not the spec's");
  const computed = rootOfExistence(proof);
  if (!computed.ok) return computed;
  return bytesEqual(computed.value, root) ? succeed(undefined) : fail("the proof leads to another root");
}

function leafFollowsSpec(op: LeafOp): boolean {
  const { leaf, leafPrefix } = tendermintSpec;
  return (
    op.hash === leaf.hash &&
    op.prehashKey === leaf.prehashKey &&
    op.prehashValue === leaf.prehashValue &&
    op.length === leaf.length &&
    bytesEqual(op.prefix, leafPrefix)
  );
}

function innerFollowsSpec(op: InnerOp): boolean {
  const { innerHash, leafPrefix, minPrefixLength, maxPrefixLength, childSize } = tendermintSpec;
  return (
    op.hash === innerHash &&
    !bytesEqual(op.prefix.subarray(0, leafPrefix.length), leafPrefix) &&
    op.prefix.length >= minPrefixLength &&
    op.prefix.length <= maxPrefixLength + childSize &&
    op.suffix.length % childSize === 0
  );
}

function areNeighbours({ left, right }: NonExistenceProof): boolean {
  if (left === undefined) return right?.path.every((op) => isChild(op, 0)) ?? false;
  if (right === undefined) return left.path.every((op) => isChild(op, 1));
  const [leftPath, rightPath] = [[...left.path], [...right.path]];
  let [leftTop, rightTop] = [leftPath.pop(), rightPath.pop()];
  while (leftTop !== undefined && rightTop !== undefined && sameInner(leftTop, rightTop)) {
    [leftTop, rightTop] = [leftPath.pop(), rightPath.pop()];
  }
  if (leftTop === undefined || rightTop === undefined) return false;
  const partHere = isChild(leftTop, 0) && isChild(rightTop, 1);
  return partHere && leftPath.every((op) => isChild(op, 1)) && rightPath.every((op) => isChild(op, 0));
}

function sameInner(a: InnerOp, b: InnerOp): boolean {
  return bytesEqual(a.prefix, b.prefix) && bytesEqual(a.suffix, b.suffix);
}

/** Whether the path goes through the left (0) or right (1) child of a node, by where the sibling stands. */
function isChild(op: InnerOp, branch: 0 | 1): boolean {
  const { childSize, minPrefixLength } = tendermintSpec;
  const [prefixLength, suffixLength] = branch === 0 ? [0, childSize] : [childSize, 0];
  return op.prefix.length === minPrefixLength + prefixLength && op.suffix.length === suffixLength;
}
