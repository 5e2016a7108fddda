import { createHash } from "node:crypto";
import {
  bytesEqual,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readBytes,
  readCount,
  readFixed,
  refuseReading,
  writeBytes,
  writeFixed,
  writeWhole,
} from "../../common/canonical";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import type { State } from "../machine/state";
import { pathAt, valueBytesMax, valueOf, type NodeReference } from "../machine/tree/node-store";
import { bytesOfPath, pathOfBytes, type StatePath } from "../machine/tree/path";
import { rootHashOf, visitAll } from "../machine/tree/tree";
import { treeOf } from "../solo/stored-chain";

/**
 * A state in pieces, for a node that joins: its leaves in the order of their paths. The metadata holds the hash of every
 * piece, so that a wrong one is refused when it comes; the whole is believed only when its root is the app hash that
 * the joining node's light client verified.
 */
export const snapshotFormat = 1;
const hashBytes = 32;
const chunkBytesAim = 1 << 20;
/** A chunk ends with the leaf that reaches the aim, and the aim does not count the lengths before its values. */
const lengthsBytesMax = 65_536;
const chunkBytesMax = chunkBytesAim + valueBytesMax + lengthsBytesMax;
/** Of a whole snapshot: a joining node holds its leaves until their root can be compared. */
const snapshotBytesMax = 1 << 30;
const chunksMax = snapshotBytesMax / chunkBytesAim;
/** Each takes its path, a length and a byte at least. */
const leavesPerChunkMax = Math.floor(chunkBytesMax / (hashBytes + 2));

export interface SnapshotOffer {
  readonly height: number;
  readonly chunks: number;
  /** SHA-256 of the metadata. */
  readonly hash: Uint8Array;
  /** The chunks' hashes, one after the other. */
  readonly metadata: Uint8Array;
}

/** A state that is offered. Chunks are written when they are asked for, and not kept. */
export interface Snapshot {
  readonly offer: SnapshotOffer;
  chunk(index: number): Uint8Array | undefined;
}

/** @returns undefined when the state is too large to be offered: who joins takes the blocks instead */
export function takeSnapshot({ tree, height }: State): Snapshot | undefined {
  /** The leaves of chunk c begin at `firsts[c]`. */
  const leaves: NodeReference[] = [];
  const firsts: number[] = [];
  let bytes = chunkBytesAim;
  visitAll(tree, (leaf) => {
    if (bytes >= chunkBytesAim) {
      firsts.push(leaves.length);
      bytes = 0;
    }
    bytes += hashBytes + valueOf(tree.store, leaf).length;
    return leaves.push(leaf) > 0;
  });
  if (firsts.length > chunksMax) return undefined;
  const chunk = (index: number): Uint8Array | undefined => {
    if (index < 0 || index >= firsts.length) return undefined;
    const writer = createWriter(chunkBytesAim);
    const rows = leaves.slice(firsts[index], firsts[index + 1] ?? leaves.length);
    writeWhole(writer, rows.length);
    for (const leaf of rows) {
      writeFixed(writer, bytesOfPath(pathAt(tree.store, leaf)));
      writeBytes(writer, valueOf(tree.store, leaf));
    }
    return finishWriting(writer);
  };
  const metadata = Buffer.concat(firsts.map((_, index) => sha256Of(chunk(index) ?? new Uint8Array(0))));
  const offer = { height, chunks: firsts.length, hash: sha256Of(metadata), metadata: new Uint8Array(metadata) };
  return { offer, chunk };
}

/** Whether a chunk was taken; if not, nothing of it was. */
export type Taken =
  | { readonly kind: "taken" }
  /** It is not the one that was offered: another peer may have that. */
  | { readonly kind: "another"; readonly reason: string }
  /** It is the one that was offered, and can be no part of a state: nor can the snapshot. */
  | { readonly kind: "unfit"; readonly reason: string };

/** Takes in the chunks of an offered snapshot, in order. */
export interface Restoration {
  readonly offer: SnapshotOffer;
  take(index: number, chunk: Uint8Array): Taken;
  /** Whether all chunks are there. */
  isWhole(): boolean;
  /** The state, and its leaves to be stored; a failure when its root is not the verified app hash. */
  finish(): Result<{ readonly state: State; readonly leaves: ReadonlyMap<StatePath, Uint8Array> }>;
}

/** @param appHash verified by the joining node's light client */
export function beginRestoration(offer: SnapshotOffer, appHash: Uint8Array): Result<Restoration> {
  const { height, chunks, metadata, hash } = offer;
  if (!Number.isSafeInteger(height) || height < 1) return fail(`height ${height}`, "snapshot");
  if (!Number.isSafeInteger(chunks) || chunks < 1 || chunks > chunksMax) return fail(`${chunks} chunks`, "snapshot");
  if (metadata.length !== chunks * hashBytes) return fail("the metadata is not one hash a chunk", "snapshot");
  if (!bytesEqual(sha256Of(metadata), hash)) return fail("the metadata is not what the hash is of", "snapshot");
  const leaves = new Map<StatePath, Uint8Array>();
  let taken = 0;
  let lastPath = "";
  return succeed({
    offer,
    take: (index, chunk) => {
      if (index !== taken) return { kind: "another", reason: `chunk ${index} where ${taken} is next` };
      const expected = metadata.subarray(index * hashBytes, (index + 1) * hashBytes);
      if (!bytesEqual(sha256Of(chunk), expected)) {
        return { kind: "another", reason: `chunk ${index} is not what was offered` };
      }
      const read = readChunk(chunk, lastPath);
      if (!read.ok) return { kind: "unfit", reason: `chunk ${index}: ${describeFailure(read.error)}` };
      for (const [path, value] of read.value) leaves.set(path, value);
      lastPath = read.value.at(-1)?.[0] ?? lastPath;
      taken++;
      return { kind: "taken" };
    },
    isWhole: () => taken === chunks,
    finish: () => {
      const tree = treeOf(leaves);
      if (!bytesEqual(rootHashOf(tree), appHash)) return fail("the snapshot's root is not the app hash", "snapshot");
      // The time is that of the last block; no header here vouches for it, and the next block brings its own.
      return succeed({ state: { tree, height: offer.height, timeS: 0 }, leaves });
    },
  });
}

/** Leaves as a tree holds them, in the order of their paths. @param after the path that all of them lie behind */
function readChunk(chunk: Uint8Array, after: StatePath): Result<readonly (readonly [StatePath, Uint8Array])[]> {
  if (chunk.length > chunkBytesMax) return fail(`${chunk.length} bytes, more than ${chunkBytesMax}`);
  const reader = createReader(chunk);
  const count = readCount(reader, leavesPerChunkMax);
  const leaves: (readonly [StatePath, Uint8Array])[] = [];
  let lastPath = after;
  for (let row = 0; row < count && reader.fault === undefined; row++) {
    const path = pathOfBytes(readFixed(reader, hashBytes));
    const value = readBytes(reader, valueBytesMax).slice();
    if (value.length === 0) refuseReading(reader, "a leaf without a value");
    if (path <= lastPath) refuseReading(reader, "not in the order of its paths");
    leaves.push([path, value]);
    lastPath = path;
  }
  return finishReading(reader, leaves);
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
