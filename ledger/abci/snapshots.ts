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
  writeBytes,
  writeFixed,
  writeWhole,
} from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { State } from "../machine/state";
import { hashAt, pathsOf, valueOf, type NodeReference } from "../machine/tree/node-store";
import { bytesOfPath, pathOfBytes, pathOfWords, type StatePath } from "../machine/tree/path";
import { rootHashOf, visitAll } from "../machine/tree/tree";
import { treeOf } from "../solo/stored-chain";

/**
 * A state in pieces, for a node that joins: its leaves in the order of their paths. The metadata holds the hash of every
 * piece, so that a wrong one is refused when it comes; the whole is believed only when its root is the app hash that
 * the joining node's light client verified.
 */
export const snapshotFormat = 1;
const chunkBytesAim = 1 << 20;
const chunksMax = 65_536;
const leavesPerChunkMax = 1 << 20;
const leafBytesMax = 1 << 24;
const hashBytes = 32;

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

export function takeSnapshot({ tree, height }: State): Snapshot {
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
  const chunk = (index: number): Uint8Array | undefined => {
    if (index < 0 || index >= firsts.length) return undefined;
    const writer = createWriter(chunkBytesAim);
    const rows = leaves.slice(firsts[index], firsts[index + 1] ?? leaves.length);
    writeWhole(writer, rows.length);
    for (const leaf of rows) {
      writeFixed(writer, bytesOfPath(pathOfWords(pathsOf(tree.store, leaf), hashAt(leaf))));
      writeBytes(writer, valueOf(tree.store, leaf));
    }
    return finishWriting(writer);
  };
  const metadata = Buffer.concat(firsts.map((_, index) => sha256Of(chunk(index) ?? new Uint8Array(0))));
  const offer = { height, chunks: firsts.length, hash: sha256Of(metadata), metadata: new Uint8Array(metadata) };
  return { offer, chunk };
}

/** Takes in the chunks of an offered snapshot, in order. */
export interface Restoration {
  readonly offer: SnapshotOffer;
  /** A failure names what is wrong with the chunk; nothing of it was taken. */
  take(index: number, chunk: Uint8Array): Result<void>;
  /** Whether all chunks are there. */
  isWhole(): boolean;
  /** The state, and its leaves to be stored; a failure when its root is not the verified app hash. */
  finish(): Result<{ readonly state: State; readonly leaves: ReadonlyMap<StatePath, Uint8Array> }>;
}

/** @param appHash verified by the joining node's light client */
export function beginRestoration(offer: SnapshotOffer, appHash: Uint8Array): Result<Restoration> {
  const { chunks, metadata, hash } = offer;
  if (!Number.isSafeInteger(chunks) || chunks < 1 || chunks > chunksMax) return fail(`${chunks} chunks`, "snapshot");
  if (metadata.length !== chunks * hashBytes) return fail("the metadata is not one hash a chunk", "snapshot");
  if (!bytesEqual(sha256Of(metadata), hash)) return fail("the metadata is not what the hash is of", "snapshot");
  const leaves = new Map<StatePath, Uint8Array>();
  let taken = 0;
  let lastPath = "";
  return succeed({
    offer,
    take: (index, chunk) => {
      if (index !== taken) return fail(`chunk ${index} where ${taken} is next`, "snapshot");
      const expected = metadata.subarray(index * hashBytes, (index + 1) * hashBytes);
      if (!bytesEqual(sha256Of(chunk), expected)) return fail(`chunk ${index} is not what was offered`, "snapshot");
      const read = readChunk(chunk);
      if (!read.ok) return read;
      for (const [path] of read.value) {
        if (path <= lastPath) return fail(`chunk ${index} is not in the order of its paths`, "snapshot");
        lastPath = path;
      }
      for (const [path, value] of read.value) leaves.set(path, value);
      taken++;
      return succeed(undefined);
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

function readChunk(chunk: Uint8Array): Result<readonly (readonly [StatePath, Uint8Array])[]> {
  const reader = createReader(chunk);
  const count = readCount(reader, leavesPerChunkMax);
  const leaves: (readonly [StatePath, Uint8Array])[] = [];
  for (let row = 0; row < count && reader.fault === undefined; row++) {
    const path = pathOfBytes(readFixed(reader, hashBytes));
    leaves.push([path, readBytes(reader, leafBytesMax).slice()]);
  }
  return finishReading(reader, leaves);
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
