/**
 * Arithmetic modulo 2^255 − 19 on ten signed limbs of 26 and 25 bits in turn, each an i32 in memory; the sums of products
 * are i64. Inputs of a product may be sums of two reduced values, or differences of such with a third.
 * @see Bernstein, Duif, Lange, Schwabe, Yang 2011, "High-speed high-security signatures", and its reference code `ref10`
 */
export const fieldBytes: usize = 40;

function limb(at: usize, index: usize): i64 {
  return <i64>load<i32>(at + index * 4);
}

/** Writes ten sums, carried so that they are reduced. */
function carry(
  out: usize,
  h0: i64,
  h1: i64,
  h2: i64,
  h3: i64,
  h4: i64,
  h5: i64,
  h6: i64,
  h7: i64,
  h8: i64,
  h9: i64,
): void {
  let c: i64;

  c = (h0 + 33554432) >> 26;
  h1 += c;
  h0 -= c << 26;
  c = (h4 + 33554432) >> 26;
  h5 += c;
  h4 -= c << 26;
  c = (h1 + 16777216) >> 25;
  h2 += c;
  h1 -= c << 25;
  c = (h5 + 16777216) >> 25;
  h6 += c;
  h5 -= c << 25;
  c = (h2 + 33554432) >> 26;
  h3 += c;
  h2 -= c << 26;
  c = (h6 + 33554432) >> 26;
  h7 += c;
  h6 -= c << 26;
  c = (h3 + 16777216) >> 25;
  h4 += c;
  h3 -= c << 25;
  c = (h7 + 16777216) >> 25;
  h8 += c;
  h7 -= c << 25;
  c = (h4 + 33554432) >> 26;
  h5 += c;
  h4 -= c << 26;
  c = (h8 + 33554432) >> 26;
  h9 += c;
  h8 -= c << 26;
  c = (h9 + 16777216) >> 25;
  h0 += c * 19;
  h9 -= c << 25;
  c = (h0 + 33554432) >> 26;
  h1 += c;
  h0 -= c << 26;
  store<i32>(out + 0, <i32>h0);
  store<i32>(out + 4, <i32>h1);
  store<i32>(out + 8, <i32>h2);
  store<i32>(out + 12, <i32>h3);
  store<i32>(out + 16, <i32>h4);
  store<i32>(out + 20, <i32>h5);
  store<i32>(out + 24, <i32>h6);
  store<i32>(out + 28, <i32>h7);
  store<i32>(out + 32, <i32>h8);
  store<i32>(out + 36, <i32>h9);
}

export function multiply(out: usize, f: usize, g: usize): void {
  const f0 = limb(f, 0);
  const f1 = limb(f, 1);
  const f2 = limb(f, 2);
  const f3 = limb(f, 3);
  const f4 = limb(f, 4);
  const f5 = limb(f, 5);
  const f6 = limb(f, 6);
  const f7 = limb(f, 7);
  const f8 = limb(f, 8);
  const f9 = limb(f, 9);
  const g0 = limb(g, 0);
  const g1 = limb(g, 1);
  const g2 = limb(g, 2);
  const g3 = limb(g, 3);
  const g4 = limb(g, 4);
  const g5 = limb(g, 5);
  const g6 = limb(g, 6);
  const g7 = limb(g, 7);
  const g8 = limb(g, 8);
  const g9 = limb(g, 9);
  const f1d = f1 * 2;
  const f3d = f3 * 2;
  const f5d = f5 * 2;
  const f7d = f7 * 2;
  const f9d = f9 * 2;
  const g1n = g1 * 19;
  const g2n = g2 * 19;
  const g3n = g3 * 19;
  const g4n = g4 * 19;
  const g5n = g5 * 19;
  const g6n = g6 * 19;
  const g7n = g7 * 19;
  const g8n = g8 * 19;
  const g9n = g9 * 19;
  carry(
    out,
    f0 * g0 + f1d * g9n + f2 * g8n + f3d * g7n + f4 * g6n + f5d * g5n + f6 * g4n + f7d * g3n + f8 * g2n + f9d * g1n,
    f0 * g1 + f1 * g0 + f2 * g9n + f3 * g8n + f4 * g7n + f5 * g6n + f6 * g5n + f7 * g4n + f8 * g3n + f9 * g2n,
    f0 * g2 + f1d * g1 + f2 * g0 + f3d * g9n + f4 * g8n + f5d * g7n + f6 * g6n + f7d * g5n + f8 * g4n + f9d * g3n,
    f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + f4 * g9n + f5 * g8n + f6 * g7n + f7 * g6n + f8 * g5n + f9 * g4n,
    f0 * g4 + f1d * g3 + f2 * g2 + f3d * g1 + f4 * g0 + f5d * g9n + f6 * g8n + f7d * g7n + f8 * g6n + f9d * g5n,
    f0 * g5 + f1 * g4 + f2 * g3 + f3 * g2 + f4 * g1 + f5 * g0 + f6 * g9n + f7 * g8n + f8 * g7n + f9 * g6n,
    f0 * g6 + f1d * g5 + f2 * g4 + f3d * g3 + f4 * g2 + f5d * g1 + f6 * g0 + f7d * g9n + f8 * g8n + f9d * g7n,
    f0 * g7 + f1 * g6 + f2 * g5 + f3 * g4 + f4 * g3 + f5 * g2 + f6 * g1 + f7 * g0 + f8 * g9n + f9 * g8n,
    f0 * g8 + f1d * g7 + f2 * g6 + f3d * g5 + f4 * g4 + f5d * g3 + f6 * g2 + f7d * g1 + f8 * g0 + f9d * g9n,
    f0 * g9 + f1 * g8 + f2 * g7 + f3 * g6 + f4 * g5 + f5 * g4 + f6 * g3 + f7 * g2 + f8 * g1 + f9 * g0,
  );
}

export function square(out: usize, f: usize): void {
  const f0 = limb(f, 0);
  const f1 = limb(f, 1);
  const f2 = limb(f, 2);
  const f3 = limb(f, 3);
  const f4 = limb(f, 4);
  const f5 = limb(f, 5);
  const f6 = limb(f, 6);
  const f7 = limb(f, 7);
  const f8 = limb(f, 8);
  const f9 = limb(f, 9);
  const f0d = f0 * 2;
  const f1d = f1 * 2;
  const f2d = f2 * 2;
  const f3d = f3 * 2;
  const f4d = f4 * 2;
  const f5d = f5 * 2;
  const f6d = f6 * 2;
  const f7d = f7 * 2;
  const f8d = f8 * 2;
  const f9d = f9 * 2;
  const f5n = f5 * 19;
  const f6n = f6 * 19;
  const f7n = f7 * 19;
  const f8n = f8 * 19;
  const f9n = f9 * 19;
  carry(
    out,
    f0 * f0 + f1d * 2 * f9n + f2d * f8n + f3d * 2 * f7n + f4d * f6n + f5d * f5n,
    f0d * f1 + f2d * f9n + f3d * f8n + f4d * f7n + f5d * f6n,
    f0d * f2 + f1d * f1 + f3d * 2 * f9n + f4d * f8n + f5d * 2 * f7n + f6 * f6n,
    f0d * f3 + f1d * f2 + f4d * f9n + f5d * f8n + f6d * f7n,
    f0d * f4 + f1d * 2 * f3 + f2 * f2 + f5d * 2 * f9n + f6d * f8n + f7d * f7n,
    f0d * f5 + f1d * f4 + f2d * f3 + f6d * f9n + f7d * f8n,
    f0d * f6 + f1d * 2 * f5 + f2d * f4 + f3d * f3 + f7d * 2 * f9n + f8 * f8n,
    f0d * f7 + f1d * f6 + f2d * f5 + f3d * f4 + f8d * f9n,
    f0d * f8 + f1d * 2 * f7 + f2d * f6 + f3d * 2 * f5 + f4 * f4 + f9d * f9n,
    f0d * f9 + f1d * f8 + f2d * f7 + f3d * f6 + f4d * f5,
  );
}

export function add(out: usize, f: usize, g: usize): void {
  for (let at: usize = 0; at < fieldBytes; at += 4) store<i32>(out + at, load<i32>(f + at) + load<i32>(g + at));
}

export function subtract(out: usize, f: usize, g: usize): void {
  for (let at: usize = 0; at < fieldBytes; at += 4) store<i32>(out + at, load<i32>(f + at) - load<i32>(g + at));
}

export function negate(out: usize, f: usize): void {
  for (let at: usize = 0; at < fieldBytes; at += 4) store<i32>(out + at, -load<i32>(f + at));
}

export function copy(out: usize, f: usize): void {
  memory.copy(out, f, fieldBytes);
}

export function setSmall(out: usize, value: i32): void {
  memory.fill(out, 0, fieldBytes);
  store<i32>(out, value);
}

function threeBytes(at: usize): i64 {
  return (<i64>load<u8>(at)) | ((<i64>load<u8>(at + 1)) << 8) | ((<i64>load<u8>(at + 2)) << 16);
}

function fourBytes(at: usize): i64 {
  return <i64>load<u32>(at);
}

/** Little-endian, 32 bytes; the highest bit is left out, and values from 2^255 − 19 on are taken modulo it, as ZIP-215 has it. */
export function readField(out: usize, at: usize): void {
  carry(
    out,
    fourBytes(at),
    threeBytes(at + 4) << 6,
    threeBytes(at + 7) << 5,
    threeBytes(at + 10) << 3,
    threeBytes(at + 13) << 2,
    fourBytes(at + 16),
    threeBytes(at + 20) << 7,
    threeBytes(at + 23) << 5,
    threeBytes(at + 26) << 4,
    (threeBytes(at + 29) & 0x7fffff) << 2,
  );
}

const canonical = memory.data(40);

/** The value as limbs of the one representative in [0, p), at `canonical`. */
function reduce(f: usize): void {
  let q: i64 = (19 * limb(f, 9) + (1 << 24)) >> 25;
  for (let index: usize = 0; index < 10; index++) q = (limb(f, index) + q) >> (index & 1 ? 25 : 26);
  let c: i64 = 19 * q;
  for (let index: usize = 0; index < 10; index++) {
    const bits: i64 = index & 1 ? 25 : 26;
    const sum = limb(f, index) + c;
    c = sum >> bits;
    store<i32>(canonical + index * 4, <i32>(sum - (c << bits)));
  }
}

/** @param f reduced */
export function isZero(f: usize): bool {
  reduce(f);
  for (let at: usize = 0; at < fieldBytes; at += 4) if (load<i32>(canonical + at) != 0) return false;
  return true;
}

/** @param f reduced */
export function isOdd(f: usize): bool {
  reduce(f);
  return (load<i32>(canonical) & 1) != 0;
}

const t0 = memory.data(40);
const t1 = memory.data(40);
const t2 = memory.data(40);

function squareTimes(out: usize, f: usize, times: i32): void {
  square(out, f);
  for (let index = 1; index < times; index++) square(out, out);
}

/** f^((p − 5) / 8) = f^(2^252 − 3) */
export function powerOfRoot(out: usize, f: usize): void {
  square(t0, f); // 2
  squareTimes(t1, t0, 2); // 8
  multiply(t1, f, t1); // 9
  multiply(t0, t0, t1); // 11
  square(t0, t0); // 22
  multiply(t0, t1, t0); // 2^5 − 1
  squareTimes(t1, t0, 5);
  multiply(t0, t1, t0); // 2^10 − 1
  squareTimes(t1, t0, 10);
  multiply(t1, t1, t0); // 2^20 − 1
  squareTimes(t2, t1, 20);
  multiply(t1, t2, t1); // 2^40 − 1
  squareTimes(t1, t1, 10);
  multiply(t0, t1, t0); // 2^50 − 1
  squareTimes(t1, t0, 50);
  multiply(t1, t1, t0); // 2^100 − 1
  squareTimes(t2, t1, 100);
  multiply(t1, t2, t1); // 2^200 − 1
  squareTimes(t1, t1, 50);
  multiply(t0, t1, t0); // 2^250 − 1
  squareTimes(t0, t0, 2);
  multiply(out, t0, f);
}
