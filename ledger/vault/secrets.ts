import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { bytesEqual, toHex } from "../../common/canonical";

/**
 * A record's key and salt. Each has 28 random bytes and a check over them, so that a scan can tell one from other bytes
 * without knowing it; 224 bits of chance are left to each, and both are needed.
 */
export interface RecordSecrets {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

export const secretBytes = 32;
const chanceBytes = secretBytes - 4;
/** Odd, so that a product forgets nothing of its factor. @see Knuth, The Art of Computer Programming 3, 6.4 */
const checkFactor = 0x9e3779b1;
/** Of zeros no secret is made. */
const checkOffset = 0x5bd1e995;

/** Weight of the byte that leaves the window: factor^27, modulo 2^32. */
const leavingWeight = (() => {
  let weight = 1;
  for (let power = 1; power < chanceBytes; power++) weight = Math.imul(weight, checkFactor);
  return weight;
})();

export function drawSecrets(): RecordSecrets {
  return { key: drawSecret(), salt: drawSecret() };
}

function drawSecret(): Uint8Array {
  const secret = new Uint8Array(randomBytes(secretBytes));
  let sum = 0;
  for (let index = 0; index < chanceBytes; index++) sum = (Math.imul(sum, checkFactor) + secret[index]) | 0;
  new DataView(secret.buffer).setUint32(chanceBytes, (sum ^ checkOffset) >>> 0);
  return secret;
}

/** Calls `found` with the offset of every 32 bytes that may be a key or salt: all that are, and one in 2^32 that is not. */
export function findSecrets(bytes: Uint8Array, found: (at: number) => void): void {
  let sum = 0;
  for (let end = 0; end + 4 <= bytes.length; end++) {
    if (end >= chanceBytes) {
      const check = (bytes[end] << 24) | (bytes[end + 1] << 16) | (bytes[end + 2] << 8) | bytes[end + 3];
      if (check === (sum ^ checkOffset)) found(end - chanceBytes);
      sum = (sum - Math.imul(bytes[end - chanceBytes], leavingWeight)) | 0;
    }
    sum = (Math.imul(sum, checkFactor) + bytes[end]) | 0;
  }
}

export function digestOf(secret: Uint8Array): string {
  return toHex(createHash("sha256").update(secret).digest());
}

/** @see RFC 5869 (HKDF) */
function derive({ key, salt }: RecordSecrets, purpose: "cipher" | "commitment"): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, `pendulaire-vault-${purpose}-1`, 32));
}

/** What goes onto the chain for data: whoever has key and salt can check it, nobody else can even guess. */
export function commitmentTo(secrets: RecordSecrets, data: Uint8Array): string {
  return toHex(createHmac("sha256", derive(secrets, "commitment")).update(data).digest());
}

export const nonceBytes = 12;
export const tagBytes = 16;

interface Sealed {
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** AES-256-GCM; a key seals one text. @param bound what is not enciphered, but cannot be changed either */
export function seal(secrets: RecordSecrets, text: Uint8Array, bound: Uint8Array): Sealed {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", derive(secrets, "cipher"), nonce).setAAD(bound);
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** undefined when anything was changed. */
export function unseal(secrets: RecordSecrets, sealed: Sealed, bound: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv("aes-256-gcm", derive(secrets, "cipher"), sealed.nonce, {
    authTagLength: tagBytes,
  });
  decipher.setAAD(bound).setAuthTag(sealed.tag);
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]));
  } catch {
    return undefined;
  }
}

/** Whether key and salt are those that a record's digests stand for. */
export function areSecretsOf(
  { key, salt }: RecordSecrets,
  digests: { readonly keyDigest: string; readonly saltDigest: string },
): boolean {
  return digestOf(key) === digests.keyDigest && digestOf(salt) === digests.saltDigest && !bytesEqual(key, salt);
}
