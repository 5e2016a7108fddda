/** Decodes UTF-8 that arrives in pieces; a character may be cut by the end of a piece. */
export interface Utf8Decoder {
  /** The text of the bytes so far that form whole characters; null where they are no UTF-8. */
  readonly decode: (bytes: Uint8Array) => string | null;
  /** The text before what is no UTF-8, of the bytes that `decode` refused. */
  readonly before: () => string;
  /** False while a character waits for its last bytes. */
  readonly isComplete: () => boolean;
}

export function openUtf8Decoder(): Utf8Decoder {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let waiting = new Uint8Array(0);
  let refused = new Uint8Array(0);
  return {
    before: () => new TextDecoder("utf-8").decode(refused).split("\uFFFD", 1)[0],
    decode(bytes) {
      const all = waiting.length === 0 ? bytes : joined(waiting, bytes);
      const cut = wholeCharacters(all);
      waiting = all.slice(cut);
      try {
        return decoder.decode(all.subarray(0, cut));
      } catch {
        refused = all.slice(0, cut);
        return null;
      }
    },
    isComplete: () => waiting.length === 0,
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Number of bytes up to the last character that is whole. A lead byte announces the length of its character. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
