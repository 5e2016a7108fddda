import {
  add,
  fieldBytes,
  isOdd,
  isZero,
  multiply,
  negate,
  powerOfRoot,
  readField,
  setSmall,
  square,
  subtract,
} from "./field";

/**
 * Whether a sum of multiples of points of edwards25519, times the cofactor 8, is the neutral element: what a batch of
 * ed25519 signatures comes down to. Points are decoded as ZIP-215 has it. Variable time: nothing here is secret.
 * @see https://zips.z.cash/zip-0215; Hisil, Wong, Carter, Dawson 2008 for the sums (complete for a = −1);
 *   Bernstein, Doumen, Lange, Oosterwijk 2012, "Faster batch forgery identification", for buckets
 */

/** Points of one sum, at most. */
export const pointsMax: i32 = 4096;
/** An encoded point and its scalar, 32 bytes each, little-endian; the scalar is below 2^253. */
const inputBytes: usize = 64;
/** y + x, y − x, 2dxy. */
const tableBytes: usize = 3 * fieldBytes;
/** Scalars are written in base 2^width with digits from −2^(width − 1) to 2^(width − 1) − 1; a width of 4 has most digits. */
const digitsMax: i32 = 64;
const widthMax: i32 = 7;
/** X, Y, Z, T with x = X/Z, y = Y/Z, T = XY/Z. */
const pointBytes: usize = 4 * fieldBytes;
const buckets: i32 = 1 << (widthMax - 1);

const inputs: usize = (__heap_base + 15) & ~15;
const tables: usize = inputs + <usize>pointsMax * inputBytes;
const digitRows: usize = tables + <usize>pointsMax * tableBytes;
const bucketsAt: usize = digitRows + <usize>pointsMax * digitsMax;
const end: usize = bucketsAt + (<usize>buckets + 1) * pointBytes;

if ((<usize>memory.size()) << 16 < end) memory.grow(<i32>((end - ((<usize>memory.size()) << 16) + 0xffff) >> 16));

/** Where the caller writes the inputs. */
export function inputsAt(): usize {
  return inputs;
}

const encodedD = memory.data<u8>([
  0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00, 0x98, 0xe8, 0x79,
  0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
]);
const encodedRoot = memory.data<u8>([
  0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f, 0xa7, 0xd7, 0xfb,
  0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
]);
const curveD = memory.data(40);
const curveD2 = memory.data(40);
/** A square root of −1. */
const rootOfMinusOne = memory.data(40);
const one = memory.data(40);
setSmall(one, 1);
readField(curveD, encodedD);
readField(rootOfMinusOne, encodedRoot);
add(curveD2, curveD, curveD);
multiply(curveD2, curveD2, one);

const a = memory.data(40);
const b = memory.data(40);
const c = memory.data(40);
const d = memory.data(40);
const e = memory.data(40);
const f = memory.data(40);
const g = memory.data(40);
const h = memory.data(40);

const x = memory.data(40);
const y = memory.data(40);
const u = memory.data(40);
const v = memory.data(40);
const w = memory.data(40);

/** Decodes a point into its table. @returns false where there is none with this y */
function decode(table: usize, encoded: usize): bool {
  readField(y, encoded);
  square(u, y);
  multiply(v, u, curveD);
  subtract(u, u, one);
  add(v, v, one);
  // x = u v³ (u v⁷)^((p − 5) / 8)
  square(w, v);
  multiply(w, w, v);
  square(x, w);
  multiply(x, x, v);
  multiply(x, x, u);
  powerOfRoot(x, x);
  multiply(x, x, w);
  multiply(x, x, u);
  square(w, x);
  multiply(w, w, v);
  multiply(u, u, one);
  subtract(a, w, u);
  if (!isZero(a)) {
    add(a, w, u);
    if (!isZero(a)) return false;
    multiply(x, x, rootOfMinusOne);
  }
  if (isOdd(x) != (load<u8>(encoded + 31) >> 7 != 0)) negate(x, x);
  multiply(w, x, y);
  add(a, y, x);
  multiply(table, a, one);
  subtract(a, y, x);
  multiply(table + fieldBytes, a, one);
  multiply(table + 2 * fieldBytes, w, curveD2);
  return true;
}

function digitsOf(width: i32): i32 {
  return (255 + width - 1) / width;
}

/** Wide digits mean fewer sums a point and more buckets. */
function widthFor(count: i32): i32 {
  return count > 800 ? 7 : count > 150 ? 6 : count > 24 ? 5 : 4;
}

function writeDigits(row: usize, scalar: usize, width: i32): void {
  const half = 1 << (width - 1);
  let carried: i32 = 0;
  let held: u32 = 0;
  let heldBits: i32 = 0;
  let at: usize = scalar;
  for (let index = 0; index < digitsOf(width); index++) {
    if (heldBits < width && at < scalar + 32) {
      held |= (<u32>load<u8>(at++)) << heldBits;
      heldBits += 8;
    }
    let digit = <i32>(held & ((1 << width) - 1)) + carried;
    held >>= width;
    heldBits -= width;
    carried = digit >= half ? 1 : 0;
    if (carried) digit -= half * 2;
    store<i8>(row + index, <i8>digit);
  }
}

function setNeutral(point: usize): void {
  memory.fill(point, 0, pointBytes);
  store<i32>(point + fieldBytes, 1);
  store<i32>(point + 2 * fieldBytes, 1);
}

/** From e = B − A, f = D − C, g = D + C, h = B + A to the sum. */
function finishSum(point: usize): void {
  multiply(point, e, f);
  multiply(point + fieldBytes, g, h);
  multiply(point + 2 * fieldBytes, f, g);
  multiply(point + 3 * fieldBytes, e, h);
}

/** point += ± the table's point */
function addTable(point: usize, table: usize, negative: bool): void {
  const plus = negative ? table + fieldBytes : table;
  const minus = negative ? table : table + fieldBytes;
  subtract(a, point + fieldBytes, point);
  multiply(a, a, minus);
  add(b, point + fieldBytes, point);
  multiply(b, b, plus);
  multiply(c, point + 3 * fieldBytes, table + 2 * fieldBytes);
  if (negative) negate(c, c);
  add(d, point + 2 * fieldBytes, point + 2 * fieldBytes);
  subtract(e, b, a);
  subtract(f, d, c);
  add(g, d, c);
  add(h, b, a);
  finishSum(point);
}

/** point += other, which may be the same */
function addPoint(point: usize, other: usize): void {
  subtract(a, point + fieldBytes, point);
  subtract(b, other + fieldBytes, other);
  multiply(a, a, b);
  add(b, point + fieldBytes, point);
  add(c, other + fieldBytes, other);
  multiply(b, b, c);
  multiply(c, point + 3 * fieldBytes, other + 3 * fieldBytes);
  multiply(c, c, curveD2);
  multiply(d, point + 2 * fieldBytes, other + 2 * fieldBytes);
  add(d, d, d);
  subtract(e, b, a);
  subtract(f, d, c);
  add(g, d, c);
  add(h, b, a);
  finishSum(point);
}

const sum = memory.data(160);
const running = memory.data(160);
const partial = memory.data(160);

/**
 * Of the first `count` inputs.
 * @returns 1 where 8 · Σ scalar · point is neutral, 0 where it is not or where a point does not exist
 */
export function isNeutral(count: i32): i32 {
  if (count < 0 || count > pointsMax) return 0;
  const width = widthFor(count);
  for (let row = 0; row < count; row++) {
    const input = inputs + <usize>row * inputBytes;
    if (!decode(tables + <usize>row * tableBytes, input)) return 0;
    writeDigits(digitRows + <usize>row * digitsMax, input + 32, width);
  }
  setNeutral(sum);
  for (let digit = digitsOf(width) - 1; digit >= 0; digit--) {
    for (let times = 0; times < width; times++) addPoint(sum, sum);
    addDigit(digit, count);
  }
  for (let times = 0; times < 3; times++) addPoint(sum, sum);
  if (!isZero(sum)) return 0;
  subtract(a, sum + fieldBytes, sum + 2 * fieldBytes);
  return isZero(a) ? 1 : 0;
}

/** sum += Σ digit · point: a bucket for each digit, then each bucket as often as its digit says. */
function addDigit(digit: i32, count: i32): void {
  let highest: i32 = 0;
  for (let row = 0; row < count; row++) {
    const value = <i32>load<i8>(digitRows + <usize>row * digitsMax + digit);
    if (value == 0) continue;
    const size = value < 0 ? -value : value;
    while (highest < size) setNeutral(bucketsAt + <usize>++highest * pointBytes);
    addTable(bucketsAt + <usize>size * pointBytes, tables + <usize>row * tableBytes, value < 0);
  }
  if (highest == 0) return;
  setNeutral(running);
  setNeutral(partial);
  for (let size = highest; size > 0; size--) {
    addPoint(running, bucketsAt + <usize>size * pointBytes);
    addPoint(partial, running);
  }
  addPoint(sum, partial);
}
