import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scrypt,
  sign,
  type KeyObject,
} from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import type { OperatorState } from "../../common/console-api";
import { messageOf, refuseSaying, succeed, type Result } from "../../common/result";
import type { Signer } from "../ledger/session-ledger";

/** Keeps a secret in the system's keyring; absent where that is not safe. */
export interface Keyring {
  /** @returns the ciphertext, to be kept by the caller */
  encrypt(secret: Uint8Array): Promise<Uint8Array>;
  decrypt(ciphertext: Uint8Array): Promise<Uint8Array>;
}

/** The operator's signing key: made once, locked at every start, unlocked for the session. */
export interface OperatorKey {
  state(): OperatorState;
  /** The signer while unlocked. */
  signer(): Signer | undefined;
  /** Unlocks the key, or makes it when there is none. Without a keyring the passphrase protects it. */
  unlock(passphrase: string): Promise<Result<OperatorState>>;
}

interface KeyFile {
  readonly protection: "keyring" | "passphrase";
  /** ed25519, hexadecimal: not secret. */
  readonly publicKey: string;
  readonly ciphertext: string;
  readonly salt?: string;
  readonly nonce?: string;
  readonly tag?: string;
}

/** scrypt at the cost that OWASP's password storage cheat sheet names (N = 2^17, r = 8, p = 1): 128 MiB a try. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };
export const passphraseLengthMin = 8;
/** PKCS #8 of an ed25519 private key up to its 32 bytes (RFC 8410). */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

const scryptAsync = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt);

export function openOperatorKey(file: string, keyring: Keyring | undefined): OperatorKey {
  let unlocked: Signer | undefined;
  const protection = keyring === undefined ? "passphrase" : "keyring";

  const state = (): OperatorState => {
    const known = readKeyFile(file);
    return {
      key: unlocked !== undefined ? "unlocked" : known === undefined ? "none" : "locked",
      protection: known?.protection ?? protection,
      address: unlocked === undefined ? (known?.publicKey ?? null) : Buffer.from(unlocked.publicKey).toString("hex"),
    };
  };

  const unlockNow = async (passphrase: string): Promise<Result<OperatorState>> => {
    if (!existsSync(file)) {
      if (keyring === undefined && passphrase.length < passphraseLengthMin) {
        return refuseSaying({ code: "passphrase-short", args: { least: passphraseLengthMin } }, "passphrase");
      }
      const secret = randomBytes(32);
      const signer = signerOf(secret);
      try {
        writeKeyFile(file, await seal(secret, signer.publicKey, passphrase, keyring));
      } catch (error) {
        const reason = messageOf(error);
        return refuseSaying({ code: "key-not-kept", args: { reason } }, file);
      }
      unlocked = signer;
      return succeed(state());
    }
    const known = readKeyFile(file);
    if (known === undefined) return refuseSaying({ code: "key-damaged", args: {} }, file);
    const secret = await open(known, passphrase, keyring);
    if (!secret.ok) return secret;
    const signer = signerOf(secret.value);
    if (Buffer.from(signer.publicKey).toString("hex") !== known.publicKey)
      return refuseSaying({ code: "key-damaged", args: {} }, file);
    unlocked = signer;
    return succeed(state());
  };

  // One after the other: two consoles that both find no key must not make two.
  let tail: Promise<unknown> = Promise.resolve();
  const unlock = (passphrase: string): Promise<Result<OperatorState>> => {
    const result = tail.then(() => unlockNow(passphrase));
    tail = result.catch(() => undefined);
    return result;
  };

  return { state, unlock, signer: () => unlocked };
}

async function seal(
  secret: Buffer,
  publicKey: Uint8Array,
  passphrase: string,
  keyring: Keyring | undefined,
): Promise<KeyFile> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  if (keyring !== undefined) {
    return { protection: "keyring", publicKey: hex(publicKey), ciphertext: hex(await keyring.encrypt(secret)) };
  }
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await scryptAsync(passphrase, salt, 32, cost), nonce);
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    protection: "passphrase",
    publicKey: hex(publicKey),
    ciphertext: hex(ciphertext),
    salt: hex(salt),
    nonce: hex(nonce),
    tag: hex(cipher.getAuthTag()),
  };
}

async function open(known: KeyFile, passphrase: string, keyring: Keyring | undefined): Promise<Result<Buffer>> {
  const bytes = (hex: string | undefined) => Buffer.from(hex ?? "", "hex");
  try {
    if (known.protection === "keyring") {
      if (keyring === undefined) return refuseSaying({ code: "keyring-missing", args: {} }, "operator key");
      return succeed(Buffer.from(await keyring.decrypt(bytes(known.ciphertext))));
    }
    const key = await scryptAsync(passphrase, bytes(known.salt), 32, cost);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(known.nonce));
    decipher.setAuthTag(bytes(known.tag));
    return succeed(Buffer.concat([decipher.update(bytes(known.ciphertext)), decipher.final()]));
  } catch {
    // Authenticated decryption says no more than that it failed.
    return refuseSaying({ code: "passphrase-wrong", args: {} }, "passphrase");
  }
}

function signerOf(secret: Uint8Array): Signer {
  const privateKey: KeyObject = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, secret]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: new Uint8Array(spki.subarray(spki.length - 32)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function readKeyFile(file: string): KeyFile | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const read = JSON.parse(readFileSync(file, "utf8")) as Partial<KeyFile> | null;
    const isHex = (text: unknown) => typeof text === "string" && /^([0-9a-f]{2})*$/.test(text);
    if (read?.protection !== "keyring" && read?.protection !== "passphrase") return undefined;
    return isHex(read.publicKey) && isHex(read.ciphertext) ? (read as KeyFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all. */
function writeKeyFile(file: string, content: KeyFile): void {
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  renameSync(draft, file);
}
