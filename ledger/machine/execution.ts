import { assert } from "../../common/result";
import {
  decodeCredential,
  encodeCredential,
  type CredentialRecord,
  type Grant,
  type Role,
} from "./records/credential-record";
import type { ParametersRecord } from "./records/governance-records";
import {
  decodeAccount,
  decodePool,
  decodeTotals,
  encodeAccount,
  encodePool,
  encodeTotals,
  type PoolRecord,
  type TotalsRecord,
} from "./records/money-records";
import type { MicroTokens } from "../../common/money";
import { readRecord, settleTree, writeValue, type Overlay } from "./overlay";
import { refuse, type Ruling } from "./refusals";
import { accountPath, credentialPath, poolPath, totalsPath } from "./state-paths";
import type { DecodedTransaction } from "./transactions/transaction";
import type { Tree } from "./tree/tree";

/** Whether an ed25519 signature holds under ZIP-215. Injected: the same answer on every machine. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** What a rule works with: the state, the block's time and height, and the parameters. */
export interface Execution {
  readonly overlay: Overlay;
  readonly parameters: ParametersRecord;
  readonly height: number;
  /** Block time, whole seconds. */
  readonly nowS: number;
  readonly verifySignature: VerifySignature;
  /** How many times all contracts were walked over, at most `walksPerBlockMax`. */
  readonly walks: { count: number };
}

/** Carries out a payload on the staged state, or refuses it. @returns the result's data */
export type Rule<Payload> = (
  execution: Execution,
  payload: Payload,
  transaction: DecodedTransaction,
) => Ruling<Uint8Array>;

export const noData = new Uint8Array(0);

export function readCredential(execution: Execution, publicKey: Uint8Array): CredentialRecord | undefined {
  return readRecord(execution.overlay, credentialPath(publicKey), decodeCredential);
}

export function writeCredential(execution: Execution, record: CredentialRecord): void {
  writeValue(execution.overlay, credentialPath(record.publicKey), encodeCredential(record));
}

/** Whether a credential is in force, or why not. */
export function judgeCredential(record: CredentialRecord | undefined, nowS: number): Ruling<CredentialRecord> {
  if (record === undefined) return refuse("sender-unknown");
  if (record.revoked) return refuse("sender-revoked");
  if (record.validUntilS !== 0 && nowS > record.validUntilS) return refuse("sender-expired");
  return { ok: true, value: record };
}

type GrantOf<Name extends Role> =
  Extract<Grant, { readonly role: Name }> extends never ? Grant : Extract<Grant, { readonly role: Name }>;

/** The sender's grant, when the sender is enrolled in this role and in force. */
export function requireRole<Name extends Role>(
  execution: Execution,
  sender: Uint8Array | null,
  role: Name,
): Ruling<GrantOf<Name>> {
  if (sender === null) return refuse("sender-unknown");
  const credential = judgeCredential(readCredential(execution, sender), execution.nowS);
  if (!credential.ok) return credential;
  const { grant } = credential.value;
  return grant.role === role ? { ok: true, value: grant as GrantOf<Name> } : refuse("role-wrong");
}

/** The tree with all that was kept, for one more walk over all contracts. */
export function treeToWalk(execution: Execution): Tree {
  execution.walks.count++;
  return settleTree(execution.overlay);
}

/** What a key's account holds; nothing when it has none. */
export function balanceOf(execution: Execution, publicKey: Uint8Array): MicroTokens {
  return readRecord(execution.overlay, accountPath(publicKey), decodeAccount)?.balanceMicro ?? 0n;
}

export function setBalance(execution: Execution, publicKey: Uint8Array, balanceMicro: MicroTokens): void {
  assert(balanceMicro >= 0n, "a balance is not negative");
  writeValue(execution.overlay, accountPath(publicKey), encodeAccount({ publicKey, balanceMicro }));
}

export function readPool(execution: Execution, poolId: number): PoolRecord | undefined {
  return readRecord(execution.overlay, poolPath(poolId), decodePool);
}

/** Adds to a pool that exists; a negative amount takes from it what it has. */
export function addToPool(execution: Execution, poolId: number, amountMicro: MicroTokens): void {
  const pool = readPool(execution, poolId);
  assert(pool !== undefined, "the pool exists");
  const balanceMicro = pool.balanceMicro + amountMicro;
  assert(balanceMicro >= 0n, "a pool's balance is not negative");
  writeValue(execution.overlay, poolPath(poolId), encodePool({ ...pool, balanceMicro }));
}

export function readTotals(execution: Execution): TotalsRecord {
  const totals = readRecord(execution.overlay, totalsPath, decodeTotals);
  assert(totals !== undefined, "the totals exist since the genesis");
  return totals;
}

export function writeTotals(execution: Execution, totals: TotalsRecord): void {
  writeValue(execution.overlay, totalsPath, encodeTotals(totals));
}
