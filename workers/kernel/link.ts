// The kernel is compiled with placeholders where the addresses of the arena's sections belong, and linked for a layout before it is
// instantiated: an address in the code costs a column's access nothing, one in a variable two loads (docs/decisions/0044).

/** How placeholders are numbered: section `row` has `base + row × spacing + spacing / 2`, from which an access may be off by less than half of `spacing`. */
export interface Placeholders {
  readonly base: number;
  readonly spacing: number;
}

/** Beyond every address but those of an arena that is full to the last 16 MiB; of five bytes in LEB128, signed or not. */
export const placeholders: Placeholders = { base: 0x7f000000, spacing: 0x2000 };

/** Bytes of a placeholder, and of any address that takes its place: LEB128 may be padded. */
const lebBytes = 5;

export const placeholderOf = (row: number, { base, spacing }: Placeholders): number =>
  base + row * spacing + spacing / 2;

/**
 * The module with the addresses of one layout.
 * @param wasm as compiled, with placeholders @param addresses byte address of each section, below 2^31
 */
export function linkKernel(
  wasm: Uint8Array,
  addresses: ArrayLike<number>,
  { base, spacing }: Placeholders = placeholders,
): Uint8Array<ArrayBuffer> {
  const linked = Uint8Array.from(wasm);
  const end = base + addresses.length * spacing;
  for (let at = 0; at + lebBytes <= linked.length; at++) {
    const value = paddedLeb(linked, at);
    if (value < base || value >= end) continue;
    const row = Math.floor((value - base) / spacing);
    putPaddedLeb(linked, at, addresses[row] + value - placeholderOf(row, { base, spacing }));
    at += lebBytes - 1;
  }
  return linked;
}

/** The number of five bytes at `at`, below 2^31; -1 where there is none. */
function paddedLeb(bytes: Uint8Array, at: number): number {
  const last = bytes[at + lebBytes - 1];
  if (last > 7 || (bytes[at] & bytes[at + 1] & bytes[at + 2] & bytes[at + 3] & 0x80) === 0) return -1;
  let value = last;
  for (let byte = lebBytes - 2; byte >= 0; byte--) value = (value << 7) | (bytes[at + byte] & 0x7f);
  return value;
}

function putPaddedLeb(bytes: Uint8Array, at: number, value: number): void {
  for (let byte = 0; byte < lebBytes; byte++) {
    const more = byte < lebBytes - 1 ? 0x80 : 0;
    bytes[at + byte] = ((value >>> (7 * byte)) & 0x7f) | more;
  }
}
