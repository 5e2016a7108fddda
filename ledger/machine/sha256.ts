/**
 * SHA-256 for the state tree and for short keys, on 32-bit words.
 *
 * Why not a library: the tree hashes pairs of digests that already lie in word arrays, millions of times a block.
 * 65 bytes take 1.6 µs here, 4.4 µs with @noble/hashes 2.4 and 4.0 µs with node:crypto's createHash, which a pure room
 * may not import anyway (2.8 GHz Xeon with little else to do; `test/verification/ledger-figures.ts hashes` prints yours).
 * @see FIPS PUB 180-4, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2
 */
const roundConstants = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

const initialState = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

// Working storage of the functions below; none of them calls out while it is in use.
const schedule = new Int32Array(64);
const state = new Int32Array(8);

/** Fills `target[16 … 63]` from its first 16 words. */
function expandSchedule(target: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const x = target[t - 15];
    const y = target[t - 2];
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    target[t] = (target[t - 16] + sigma0 + target[t - 7] + sigma1) | 0;
  }
}

/** One round of compression with a full schedule. Allocates nothing. */
function compress(words: Int32Array): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + roundConstants[t] + words[t]) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = state[0] + a;
  state[1] = state[1] + b;
  state[2] = state[2] + c;
  state[3] = state[3] + d;
  state[4] = state[4] + e;
  state[5] = state[5] + f;
  state[6] = state[6] + g;
  state[7] = state[7] + h;
}

function absorb(bytes: Uint8Array): void {
  state.set(initialState);
  const length = bytes.length;
  let at = 0;
  for (; at + 64 <= length; at += 64) {
    for (let word = 0; word < 16; word++) schedule[word] = wordOf(bytes, at + word * 4);
    expandSchedule(schedule);
    compress(schedule);
  }
  schedule.fill(0, 0, 16);
  const rest = length - at;
  for (let index = 0; index < rest; index++) putByte(index, bytes[at + index]);
  putByte(rest, 0x80);
  if (rest >= 56) {
    expandSchedule(schedule);
    compress(schedule);
    schedule.fill(0, 0, 16);
  }
  schedule[14] = Math.floor(length / 0x2000_0000);
  schedule[15] = length << 3;
  expandSchedule(schedule);
  compress(schedule);
}

function putByte(index: number, byte: number): void {
  schedule[index >> 2] = schedule[index >> 2] | (byte << (24 - 8 * (index & 3)));
}

/** Four bytes, big-endian. */
function wordOf(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** The digest, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  absorb(bytes);
  return bytesOfWords(state, 0);
}

/** The digest as eight words at `out[outAt …]`. */
export function sha256ToWords(bytes: Uint8Array, out: Int32Array, outAt: number): void {
  absorb(bytes);
  for (let word = 0; word < 8; word++) out[outAt + word] = state[word];
}

/** Second block of a 65-byte message, up to its one byte that differs: the schedule is the same for every message. */
function scheduleOfTail(tag: number): Int32Array {
  const words = new Int32Array(64);
  words[0] = (tag << 24) | 0x80_0000;
  words[15] = 65 * 8;
  expandSchedule(words);
  return words;
}

const tails = [scheduleOfTail(0), scheduleOfTail(1)] as const;

/**
 * SHA-256 of 65 bytes: two strings of 32 bytes, given as words, and a tag of 0 or 1 that keeps leaves and branches apart.
 * Allocates nothing; `out` may be either input.
 */
export function hashPair(
  first: Int32Array,
  firstAt: number,
  second: Int32Array,
  secondAt: number,
  tag: 0 | 1,
  out: Int32Array,
  outAt: number,
): void {
  for (let word = 0; word < 8; word++) {
    schedule[word] = first[firstAt + word];
    schedule[8 + word] = second[secondAt + word];
  }
  state.set(initialState);
  expandSchedule(schedule);
  compress(schedule);
  compress(tails[tag]);
  for (let word = 0; word < 8; word++) out[outAt + word] = state[word];
}

/** Eight words as 32 bytes, big-endian. */
export function bytesOfWords(words: Int32Array, at: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < 8; index++) {
    const word = words[at + index];
    bytes[index * 4] = word >>> 24;
    bytes[index * 4 + 1] = word >>> 16;
    bytes[index * 4 + 2] = word >>> 8;
    bytes[index * 4 + 3] = word;
  }
  return bytes;
}

/** 32 bytes as eight words at `out[outAt …]`. */
export function wordsOfBytes(bytes: Uint8Array, out: Int32Array, outAt: number): void {
  for (let word = 0; word < 8; word++) out[outAt + word] = wordOf(bytes, word * 4);
}
