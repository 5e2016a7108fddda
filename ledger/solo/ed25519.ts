import * as crypto from "node:crypto";
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { assert } from "../../common/result";
import { batchSignaturesMax, batchSignaturesMin, verifyTogether, type SignedMessage } from "./batch-verification";

/** A key that signs at once. @see RFC 8032 */
export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns 64 bytes */
  sign(message: Uint8Array): Uint8Array;
  /** As `sign`, in the thread pool. */
  signAhead(message: Uint8Array): Promise<Uint8Array>;
}

const base64url = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");

/** RFC 8410: everything of an ed25519 private key in PKCS #8 but its 32 bytes. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKeyOfPkcs8(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: "der", type: "pkcs8" });
}

/** Node asks for the public half of a JWK and recomputes it: a placeholder does, where the check below says so. */
function privateKeyOfJwk(secret: Uint8Array): KeyObject {
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64url(secret), x: base64url(new Uint8Array(32)) };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

function publicBytesOf(key: KeyObject): Uint8Array {
  const { x } = key.export({ format: "jwk" });
  assert(typeof x === "string", "an ed25519 key has a public half");
  return new Uint8Array(Buffer.from(x, "base64url"));
}

/** OpenSSL 3 decodes PKCS #8 in 0.5 ms, a JWK in 0.06 ms; tens of thousands of keys are derived at a session's start. */
const importsJwk = (() => {
  // RFC 8032, section 7.1, test 1
  const secret = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
  const expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  try {
    return Buffer.from(publicBytesOf(privateKeyOfJwk(secret))).toString("hex") === expected;
  } catch {
    return false;
  }
})();

/** @param secret 32 bytes */
export function keyPairOf(secret: Uint8Array): KeyPair {
  assert(secret.length === 32, "an ed25519 secret has 32 bytes");
  const key = importsJwk ? privateKeyOfJwk(secret) : privateKeyOfPkcs8(secret);
  return {
    publicKey: publicBytesOf(key),
    sign: (message) => new Uint8Array(sign(null, message, key)),
    signAhead: (message) =>
      new Promise((resolve, reject) => {
        sign(null, message, key, (error, signature) => {
          if (error === null) resolve(new Uint8Array(signature));
          else reject(error);
        });
      }),
  };
}

/**
 * Whether a signature holds under ZIP-215, which validators agree on where implementations of RFC 8032 differ. The
 * system's library goes first: what it accepts, ZIP-215 accepts. What it refuses is judged again by @noble/curves.
 * @see https://zips.z.cash/zip-0215
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verifyWithSystem(publicKey, message, signature) || verifyZip215(publicKey, message, signature);
}

function verifyWithSystem(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    return false;
  }
}

function verifyZip215(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: true });
  } catch {
    return false;
  }
}

/** A key takes about 1.5 KB, and 0.02 ms to import. */
const keyObjectsMax = 32_768;
/** Keys seen lately, least recently used first. */
const keyObjects = new Map<string, KeyObject>();

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const x = base64url(publicKey);
  const known = keyObjects.get(x);
  if (known !== undefined) {
    keyObjects.delete(x);
    keyObjects.set(x, known);
    return known;
  }
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  keyObjects.set(x, key);
  if (keyObjects.size > keyObjectsMax) {
    for (const oldest of keyObjects.keys()) {
      keyObjects.delete(oldest);
      break;
    }
  }
  return key;
}

/** Verifies each signature once: ahead of time, many together, or when it is first asked for. */
export interface SignatureCache {
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
  /** Verifies many together, and lets others have a turn in between. Resolves when all that hold are known. */
  readonly verifyAhead: (messages: readonly SignedMessage[]) => Promise<void>;
  /** As `verifyAhead`, at once; where not all of them hold, none is known by this. */
  readonly verifyNow: (messages: readonly SignedMessage[]) => void;
}

/**
 * Only signatures that hold are remembered, so that nobody can fill the cache with refused ones. Keys, messages and signatures
 * may not be written to after they were given.
 * @param entriesMax oldest go first
 */
export function createSignatureCache(entriesMax: number): SignatureCache {
  const known = new Set<string>();
  /** Those of transactions that were read once and are still about, by the signature's own bytes: no digest is taken. */
  const held = new WeakMap<Uint8Array, SignedMessage>();
  const isHeld = ({ publicKey, message, signature }: SignedMessage): boolean => {
    const before = held.get(signature);
    return before !== undefined && before.publicKey === publicKey && before.message === message;
  };
  const remember = (digest: string, signed: SignedMessage) => {
    held.set(signed.signature, signed);
    known.add(digest);
    if (known.size <= entriesMax) return;
    for (const oldest of known) {
      known.delete(oldest);
      break;
    }
  };
  const verifyOne = (digest: string, { publicKey, message, signature }: SignedMessage): Promise<void> =>
    new Promise((resolve) => {
      try {
        verify(null, message, publicKeyObject(publicKey), signature, (error, holds) => {
          if (error === null && holds) remember(digest, { publicKey, message, signature });
          resolve();
        });
      } catch {
        resolve();
      }
    });
  /** Those that are not known yet, by digest, in batches. */
  const batchesOf = (messages: readonly SignedMessage[]): readonly (readonly [string, SignedMessage])[][] => {
    const fresh = new Map<string, SignedMessage>();
    for (const signed of messages) {
      if (signed.publicKey.length !== 32 || signed.signature.length !== 64 || isHeld(signed)) continue;
      const digest = digestOf(signed.publicKey, signed.message, signed.signature);
      if (!known.has(digest)) fresh.set(digest, signed);
    }
    const all = [...fresh];
    const count = Math.ceil(all.length / batchSignaturesMax);
    return Array.from({ length: count }, (_, row) =>
      all.slice(row * batchSignaturesMax, (row + 1) * batchSignaturesMax),
    );
  };
  const verifyBatch = (batch: readonly (readonly [string, SignedMessage])[]): boolean => {
    if (batch.length < batchSignaturesMin || !verifyTogether(batch.map(([, signed]) => signed))) return false;
    for (const [digest, signed] of batch) remember(digest, signed);
    return true;
  };
  return {
    verify: (publicKey, message, signature) => {
      const signed = { publicKey, message, signature };
      if (isHeld(signed)) return true;
      const digest = digestOf(publicKey, message, signature);
      const holds = known.has(digest) || verifySignature(publicKey, message, signature);
      if (holds) remember(digest, signed);
      return holds;
    },
    verifyAhead: async (messages) => {
      for (const [row, batch] of batchesOf(messages).entries()) {
        if (row > 0) await new Promise(setImmediate);
        if (!verifyBatch(batch)) await Promise.all(batch.map(([digest, signed]) => verifyOne(digest, signed)));
      }
    },
    verifyNow: (messages) => {
      if (messages.length < batchSignaturesMin) return;
      for (const batch of batchesOf(messages)) verifyBatch(batch);
    },
  };
}

/** Binds key, signature and message; the first two have fixed lengths. */
function digestOf(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): string {
  const bytes = new Uint8Array(96 + message.length);
  bytes.set(publicKey);
  bytes.set(signature, 32);
  bytes.set(message, 96);
  return hashToText(bytes);
}

/** The one-shot function came with Node 20.12; Electron 25 has Node 18.15. */
const hashToText: (bytes: Uint8Array) => string =
  typeof (crypto as { hash?: unknown }).hash === "function"
    ? (bytes) => crypto.hash("sha256", bytes, "binary")
    : (bytes) => createHash("sha256").update(bytes).digest("binary");
