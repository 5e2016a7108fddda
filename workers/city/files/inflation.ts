import { Inflate } from "pako";
import { fail, succeed, type Result } from "../../../common/result";

/** Compressed bytes handed over at once: what comes out of one piece is at most about a thousand times as much. */
const pieceBytes = 1 << 16;

/**
 * Inflates a zlib or gzip stream (also one of several gzip members) and checks its checksum.
 * @param limitBytes more inflated bytes than that are refused: a small file must not fill the memory
 * @param take gets the inflated bytes in order; returns false to stop early
 */
export function inflate(
  bytes: Uint8Array,
  limitBytes: number,
  take: (chunk: Uint8Array, consumedBytes: number) => boolean,
): Result<void> {
  const inflater = new Inflate({ chunkSize: 1 << 16 });
  let inflatedBytes = 0;
  let consumedBytes = 0;
  let stopped = false;
  inflater.onData = (chunk) => {
    inflatedBytes += chunk.length;
    if (stopped || inflatedBytes > limitBytes) return;
    stopped = !take(chunk, consumedBytes);
  };
  while (consumedBytes < bytes.length) {
    const piece = bytes.subarray(consumedBytes, consumedBytes + pieceBytes);
    consumedBytes += piece.length;
    inflater.push(piece, consumedBytes === bytes.length);
    if (stopped) return succeed(undefined);
    if (inflater.err !== 0) {
      const ended = inflater.err === bufferError;
      return fail(ended ? "compressed data end early" : `compressed data are broken (${inflater.msg})`);
    }
    if (inflatedBytes > limitBytes) return fail(`inflates to more than ${limitBytes} bytes`);
  }
  return succeed(undefined);
}

/** zlib's Z_BUF_ERROR: no progress is possible, the input has run out. */
const bufferError = -5;
