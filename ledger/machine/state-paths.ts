import { createWriter, finishWriting, fromHex, toHex, utf8Of, writeFixed, writeWhole } from "../../common/canonical";
import { assert } from "../../common/result";
import { sha256 } from "./sha256";
import { bytesOfPath, keyDigestLength, pathOfDigest, pathOfKey, type StatePath } from "./tree/path";

/** First byte of a path. A number, once given, is never used for anything else. */
export const StateKind = {
  /** Parameters and totals, keyed by name. */
  system: 0x01,
  /** Enrolled keys, keyed by public key. */
  credential: 0x10,
  /** Which key a terminal signs with, keyed by terminal number. */
  terminal: 0x11,
  /** Endorsements that a kind of transaction needs, keyed by the kind's number. */
  policy: 0x12,
  /** What consensus proved against validators, keyed by address. */
  misbehavior: 0x13,
  /** Balances, keyed by public key. */
  account: 0x20,
  /** Pools of rewards and of road authorities' bonuses, keyed by pool number. */
  pool: 0x21,
  /** What officers' instructions may still pay, keyed by public key. */
  outstanding: 0x22,
  /** Contract templates, keyed by template number. */
  template: 0x30,
  /** What the supervisory authority allows of a template, keyed by template number. */
  licence: 0x31,
  /** Commuters' contracts, keyed by the contract's public key. */
  contract: 0x40,
  /** Attested passages, keyed by nullifier. */
  passage: 0x41,
  /** Instructions, keyed by what was signed. */
  instruction: 0x50,
  /** What contracts' holders agree to, beyond their signature, keyed as contracts are. */
  consent: 0x60,
  /** Commitments to records that custodians keep, keyed by the record's identifier. */
  record: 0x61,
  /** Leave to give a record's key to a buyer, keyed by record and buyer. */
  keyRelease: 0x62,
  /** Under whose law members handle data, keyed by public key. */
  seat: 0x63,
  /** Orders of counts with what was answered, keyed by number. */
  sale: 0x70,
  /** How a sale's price was shared out, keyed as sales are. Tells the exact count: for whoever holds the state only. */
  saleShares: 0x71,
  /** What contracts gave to sales, of privacy, and got, keyed as contracts are. */
  source: 0x72,
} as const;
export type StateKind = (typeof StateKind)[keyof typeof StateKind];

function keyOfNumber(number: number): Uint8Array {
  const writer = createWriter(8);
  writeWhole(writer, number);
  return finishWriting(writer);
}

export const parametersPath: StatePath = pathOfKey(StateKind.system, utf8Of("parameters"));
export const totalsPath: StatePath = pathOfKey(StateKind.system, utf8Of("totals"));
export const validatorsPath: StatePath = pathOfKey(StateKind.system, utf8Of("validators"));
export const salesPath: StatePath = pathOfKey(StateKind.system, utf8Of("sales"));

/** Paths of keys, for as long as the key's bytes live: one transaction asks several times. Keys are not written to. */
const keyPathsOf = (kind: StateKind): ((publicKey: Uint8Array) => StatePath) => {
  const known = new WeakMap<Uint8Array, StatePath>();
  return (publicKey) => {
    const remembered = known.get(publicKey);
    if (remembered !== undefined) return remembered;
    const path = pathOfKey(kind, publicKey);
    known.set(publicKey, path);
    return path;
  };
};
export const credentialPath = keyPathsOf(StateKind.credential);
export const accountPath = keyPathsOf(StateKind.account);
export const outstandingPath = keyPathsOf(StateKind.outstanding);
/** Asked for with every passage: the paths of the first ones are kept. */
const terminalPaths: StatePath[] = [];
const terminalPathsMax = 4096;
export const terminalPath = (terminal: number): StatePath =>
  terminal < terminalPathsMax ? (terminalPaths[terminal] ??= pathOfTerminal(terminal)) : pathOfTerminal(terminal);
const pathOfTerminal = (terminal: number): StatePath => pathOfKey(StateKind.terminal, keyOfNumber(terminal));
export const poolPath = (poolId: number): StatePath => pathOfKey(StateKind.pool, keyOfNumber(poolId));
export const templatePath = (templateId: number): StatePath => pathOfKey(StateKind.template, keyOfNumber(templateId));
export const licencePath = (templateId: number): StatePath => pathOfKey(StateKind.licence, keyOfNumber(templateId));

const policyPaths: StatePath[] = [];
/** Asked for with every transaction: each path is computed once. */
export const policyPath = (kindNumber: number): StatePath =>
  (policyPaths[kindNumber] ??= pathOfKey(StateKind.policy, keyOfNumber(kindNumber)));
export const passagePath = (nullifier: Uint8Array): StatePath => pathOfKey(StateKind.passage, nullifier);

/** Identifiers of contracts and instructions: the 31 bytes of their paths after the kind, in hexadecimal. */
export const identifierLength = keyDigestLength;

/** A contract is known by its public key's digest: the key itself is shown only by who signs with it. */
export function contractIdOf(publicKey: Uint8Array): string {
  return toHex(sha256(publicKey).subarray(0, identifierLength));
}

/** An instruction is known by the digest of what was signed, without the signatures. */
export function instructionIdOf(signBytes: Uint8Array): string {
  return toHex(sha256(signBytes).subarray(0, identifierLength));
}

/** Path of a contract or instruction; undefined when the text is no identifier. */
export function pathOfIdentifier(kind: StateKind, identifier: string): StatePath | undefined {
  const digest = fromHex(identifier);
  if (digest === undefined || digest.length !== identifierLength) return undefined;
  return pathOfDigest(kind, digest);
}

/** @param contractId as `contractIdOf` gives it */
export function contractPath(contractId: string): StatePath {
  const path = pathOfIdentifier(StateKind.contract, contractId);
  assert(path !== undefined, "a contract's identifier is 62 hexadecimal digits");
  return path;
}

/** @param instructionId as `instructionIdOf` gives it */
export function instructionPath(instructionId: string): StatePath {
  const path = pathOfIdentifier(StateKind.instruction, instructionId);
  assert(path !== undefined, "an instruction's identifier is 62 hexadecimal digits");
  return path;
}

/** The identifier of what lies at a path. */
export function identifierOfPath(path: StatePath): string {
  return toHex(bytesOfPath(path).subarray(1));
}

/** @param contractId as `contractIdOf` gives it */
export function consentPath(contractId: string): StatePath {
  const path = pathOfIdentifier(StateKind.consent, contractId);
  assert(path !== undefined, "a contract's identifier is 62 hexadecimal digits");
  return path;
}

/** @param recordId 62 hexadecimal digits that its custodian drew */
export function recordPath(recordId: string): StatePath {
  const path = pathOfIdentifier(StateKind.record, recordId);
  assert(path !== undefined, "a record's identifier is 62 hexadecimal digits");
  return path;
}

export function keyReleasePath(recordId: string, buyer: Uint8Array): StatePath {
  const writer = createWriter(64);
  writeFixed(writer, bytesOfPath(recordPath(recordId)));
  writeFixed(writer, buyer);
  return pathOfKey(StateKind.keyRelease, finishWriting(writer));
}

export const misbehaviorPath = (address: Uint8Array): StatePath => pathOfKey(StateKind.misbehavior, address);
export const seatPath = (publicKey: Uint8Array): StatePath => pathOfKey(StateKind.seat, publicKey);

export const salePath = (saleId: number): StatePath => pathOfKey(StateKind.sale, keyOfNumber(saleId));
export const saleSharesPath = (saleId: number): StatePath => pathOfKey(StateKind.saleShares, keyOfNumber(saleId));

/** @param contractId as `contractIdOf` gives it */
export function sourcePath(contractId: string): StatePath {
  const path = pathOfIdentifier(StateKind.source, contractId);
  assert(path !== undefined, "a contract's identifier is 62 hexadecimal digits");
  return path;
}
