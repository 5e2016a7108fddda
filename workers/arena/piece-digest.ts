import { instantiateDigest } from "../kernel/kernel";

/** A digest of bytes that come piece by piece. */
export interface PieceDigest {
  take(piece: Uint8Array): void;
  /** @returns 8 bytes */
  bytes(): Uint8Array;
}

const pageBytes = 65_536;

/**
 * XXH64 of each piece, with the digest of the one before for its seed: finds damage, not malice, in a fraction of the time of
 * SHA-256, which Electron 25 computes at 0.4 GB/s.
 * @param pieceBytesMax of one piece
 */
export function digestPieces(pieceBytesMax: number): PieceDigest {
  const pages = 1 + Math.ceil(pieceBytesMax / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const digestOf = instantiateDigest(memory);
  const room = new Uint8Array(memory.buffer, pageBytes);
  let digest = 0n;
  return {
    take(piece) {
      room.set(piece);
      digest = digestOf(pageBytes, piece.length, digest);
    },
    bytes() {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, digest), true);
      return bytes;
    },
  };
}
