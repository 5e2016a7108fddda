import { fail, succeed, type Result } from "../../common/result";
import { varint } from "../wire/varint";

/**
 * ABCI's framing on a socket: an unsigned varint with the message's length, then the message.
 * @see CometBFT 0.38 `abci/types/messages.go`, whose limit of a message is this one
 */
export const frameBytesMax = 104_857_600;
/** A length up to the limit takes no more bytes than this. */
const prefixBytesMax = 4;
const noBytes = new Uint8Array(0);

export interface FrameReader {
  /** The messages that this piece completes. After a failure the stream cannot be read any further. */
  push(piece: Uint8Array): Result<readonly Uint8Array[]>;
}

/** Puts messages together from the pieces in which a socket delivers them. Holds what has arrived, never more. */
export function createFrameReader(bytesMax = frameBytesMax): FrameReader {
  /** Of the prefix that is being read. */
  let prefix: number[] = [];
  let wanted: number | undefined;
  let parts: Uint8Array[] = [];
  let held = 0;
  let broken: Result<never> | undefined;

  const take = (piece: Uint8Array): Result<readonly Uint8Array[]> => {
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < piece.length) {
      if (wanted === undefined) {
        prefix.push(piece[at++]);
        const length = lengthOf(prefix, bytesMax);
        if (!length.ok) return length;
        wanted = length.value;
        if (wanted === undefined) continue;
        prefix = [];
      }
      const part = piece.subarray(at, at + wanted - held);
      at += part.length;
      held += part.length;
      if (part.length > 0) parts.push(part);
      if (held < wanted) continue;
      frames.push(joined(parts, wanted));
      [wanted, parts, held] = [undefined, [], 0];
    }
    return succeed(frames);
  };
  return {
    push: (piece) => {
      const taken = broken ?? take(piece);
      if (!taken.ok) broken = taken;
      return taken;
    },
  };
}

/** undefined while bytes are lacking. */
function lengthOf(prefix: readonly number[], bytesMax: number): Result<number | undefined> {
  const last = prefix[prefix.length - 1] ?? 0;
  if (last >= 0x80) {
    return prefix.length < prefixBytesMax ? succeed(undefined) : fail("the length of a message has too many bytes");
  }
  if (last === 0 && prefix.length > 1) return fail("the length of a message is not in its shortest form");
  const length = prefix.reduce((sum, byte, index) => sum + (byte & 0x7f) * 128 ** index, 0);
  return length <= bytesMax ? succeed(length) : fail(`a message of ${length} bytes exceeds the limit of ${bytesMax}`);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length <= 1) return parts[0] ?? noBytes;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message with its length before it. */
export function frameOf(message: Uint8Array): Uint8Array {
  const prefix = varint(message.length);
  const frame = new Uint8Array(prefix.length + message.length);
  frame.set(prefix);
  frame.set(message, prefix.length);
  return frame;
}
