import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../../common/result";
import { findSecrets, secretBytes } from "./secrets";

/** What is looked for, byte by byte. */
export interface Scan {
  readonly patterns: PatternSet;
  /** 32 bytes with a key's or salt's check. @param at where in the file they lie; null when they were written as text */
  readonly onSecret: (secret: Uint8Array, at: number | null) => void;
  /** @param after what follows the pattern, at least `followingBytes` of it unless the file ends */
  readonly onPattern: (pattern: Pattern, at: number, after: Uint8Array) => void;
}

export interface Pattern {
  /** At least `patternBytesMin`, at most `patternBytesMax`. */
  readonly bytes: Uint8Array;
  readonly label: string;
}

const patternBytesMin = 4;
export const patternBytesMax = 512;
export const followingBytes = 64;
const chunkBytes = 1 << 20;
/** Chunks overlap, so that whatever is looked for lies whole in one of them. */
const overlapBytes = patternBytesMax + followingBytes;

/** Patterns by their first four bytes. */
export interface PatternSet {
  readonly byHead: ReadonlyMap<number, readonly Pattern[]>;
  /** One flag for each sixteen bits that a head's product may begin with: tells most bytes off without a look-up. */
  readonly flags: Uint8Array;
}

export function createPatternSet(patterns: readonly Pattern[]): PatternSet {
  const byHead = new Map<number, Pattern[]>();
  const flags = new Uint8Array(65_536);
  for (const pattern of patterns) {
    const { length } = pattern.bytes;
    assert(length >= patternBytesMin && length <= patternBytesMax, "a pattern is of a length that can be looked for");
    const head = new DataView(pattern.bytes.buffer, pattern.bytes.byteOffset).getInt32(0);
    const others = byHead.get(head);
    if (others === undefined) byHead.set(head, [pattern]);
    else others.push(pattern);
    flags[flagOf(head)] = 1;
  }
  return { byHead, flags };
}

function flagOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> 16;
}

/** Goes over a file once. Keys and salts are found as bytes, as hexadecimal and as base64 of either alphabet. @returns its size */
export function scanFile(file: string, scan: Scan): number {
  const descriptor = openSync(file, "r");
  try {
    const chunk = new Uint8Array(chunkBytes + overlapBytes);
    for (let start = 0; ; start += chunkBytes) {
      const length = readSync(descriptor, chunk, 0, chunk.length, start);
      scanChunk(chunk.subarray(0, length), start, scan);
      if (length <= chunkBytes) return start + length;
    }
  } finally {
    closeSync(descriptor);
  }
}

function scanChunk(bytes: Uint8Array, start: number, scan: Scan): void {
  findSecrets(bytes, (at) => {
    scan.onSecret(bytes.slice(at, at + secretBytes), start + at);
  });
  matchPatterns(bytes, start, scan);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const report = (decoded: Uint8Array) => {
    findSecrets(decoded, (at) => {
      scan.onSecret(decoded.slice(at, at + secretBytes), null);
    });
  };
  for (const [run] of text.matchAll(/[0-9a-fA-F]{64,}/g)) {
    for (const phase of [0, 1]) report(Buffer.from(run.slice(phase), "hex"));
  }
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{43,}/g)) {
    for (const phase of [0, 1, 2, 3]) report(Buffer.from(run.slice(phase), "base64"));
  }
}

function matchPatterns(bytes: Uint8Array, start: number, { patterns: { byHead, flags }, onPattern }: Scan): void {
  let head = 0;
  for (let end = 0; end < bytes.length; end++) {
    head = (head << 8) | bytes[end];
    if (end < 3 || flags[flagOf(head)] === 0) continue;
    const at = end - 3;
    for (const pattern of byHead.get(head) ?? []) {
      const after = at + pattern.bytes.length;
      if (after > bytes.length || !pattern.bytes.every((byte, index) => bytes[at + index] === byte)) continue;
      onPattern(pattern, start + at, bytes.subarray(after));
    }
  }
}

/** Every regular file below a folder; what links lead to is not followed. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(name);
    return entry.isFile() ? [name] : [];
  });
}
