import { bytesOfWords, sha256 } from "../sha256";

/**
 * Where a value lies in the state tree: 256 bits as 32 characters of codes 0 … 255 (latin-1), first bit first. As a
 * string it is a key of a Map, and `<` orders paths as the tree does. The first character is the kind of the value,
 * the other 31 are the first 31 bytes of the SHA-256 of its key, so that all values of a kind are one subtree.
 */
export type StatePath = string;

export const pathLength = 32;
/** Bytes of the hashed key: what identifies a contract, an instruction, … */
export const keyDigestLength = 31;

/** Path of the value of this kind and key. */
export function pathOfKey(kind: number, key: Uint8Array): StatePath {
  return pathOfDigest(kind, sha256(key).subarray(0, keyDigestLength));
}

const pathScratch = new Uint8Array(pathLength);

/** @param digest 31 bytes */
export function pathOfDigest(kind: number, digest: Uint8Array): StatePath {
  pathScratch[0] = kind;
  pathScratch.set(digest, 1);
  return pathOfBytes(pathScratch);
}

export function bytesOfPath(path: StatePath): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pathLength);
  for (let index = 0; index < pathLength; index++) bytes[index] = path.charCodeAt(index);
  return bytes;
}

/** @param bytes 32 of them */
export function pathOfBytes(bytes: Uint8Array): StatePath {
  return (
    eightCharacters(bytes, 0) + eightCharacters(bytes, 8) + eightCharacters(bytes, 16) + eightCharacters(bytes, 24)
  );
}

/** Spelled out: spreading a typed array into arguments takes ten times as long. */
function eightCharacters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at],
    bytes[at + 1],
    bytes[at + 2],
    bytes[at + 3],
    bytes[at + 4],
    bytes[at + 5],
    bytes[at + 6],
    bytes[at + 7],
  );
}

/** The path as eight words at `out[outAt …]`. Allocates nothing. */
export function wordsOfPath(path: StatePath, out: Int32Array, outAt: number): void {
  for (let word = 0; word < 8; word++) {
    const at = word * 4;
    out[outAt + word] =
      (path.charCodeAt(at) << 24) |
      (path.charCodeAt(at + 1) << 16) |
      (path.charCodeAt(at + 2) << 8) |
      path.charCodeAt(at + 3);
  }
}

export function pathOfWords(words: Int32Array, at: number): StatePath {
  return pathOfBytes(bytesOfWords(words, at));
}

/** Bit `depth` of a path given as words. */
export function bitOf(words: Int32Array, at: number, depth: number): 0 | 1 {
  return ((words[at + (depth >> 5)] >>> (31 - (depth & 31))) & 1) as 0 | 1;
}
