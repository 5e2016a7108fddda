import { bytesEqual } from "../../common/canonical";
import { judgeCredential, readCredential, writeCredential, type Execution } from "./execution";
import { nonceAheadMax } from "./limits";
import { readRecord } from "./overlay";
import { decodePolicy, type Endorsement } from "./records/consortium-records";
import { decodeTerminal } from "./records/governance-records";
import { refuse, type Ruling } from "./refusals";
import { readValidatorsRecord } from "./rules/governance-rules";
import { isOfficersWord, needsSecondOfficer } from "./rules/officer-rules";
import { policyPath, terminalPath } from "./state-paths";
import type { Payload } from "./transactions/payload";
import { payloadKinds } from "./transactions/payload-form";
import type { DecodedTransaction } from "./transactions/transaction";

/**
 * Chain, signers, signatures and nonce. Exactly those who must sign have signed: the kind's own signers, and so many
 * endorsers of each cohort as the kind's policy names. Stages the sender's next nonce.
 * @returns by how much the nonce is ahead of the next one
 */
export function authenticate(execution: Execution, transaction: DecodedTransaction): Ruling<number> {
  if (transaction.chainId !== execution.parameters.chainId) return refuse("wrong-chain");
  const signers = judgeSigners(execution, transaction);
  if (!signers.ok) return signers;
  const { sender, nonce, signatures, signBytes } = transaction;
  let ahead = 0;
  if (sender !== null) {
    const credential = judgeCredential(readCredential(execution, sender), execution.nowS);
    if (!credential.ok) return credential;
    ahead = nonce - credential.value.nonce;
    if (ahead < 0 || ahead > nonceAheadMax) return refuse("nonce-wrong");
    writeCredential(execution, { ...credential.value, nonce: nonce + 1 });
  }
  for (const { publicKey, signature } of signatures) {
    if (!execution.verifySignature(publicKey, signBytes, signature)) return refuse("signature-invalid");
  }
  return { ok: true, value: ahead };
}

function judgeSigners(execution: Execution, transaction: DecodedTransaction): Ruling<null> {
  const { payload, sender, signatures } = transaction;
  const keys = signatures.map(({ publicKey }) => publicKey);
  if (payload.kind === "govern") return judgeGovernors(execution, sender, keys);
  const own = ownSigners(execution, transaction);
  if (!own.ok) return own;
  if (!own.value.every((signer) => includes(keys, signer))) return refuse("signers-unexpected");
  const others = keys.filter((key) => !includes(own.value, key));
  const { number } = payloadKinds[payload.kind];
  const endorsements = readRecord(execution.overlay, policyPath(number), decodePolicy)?.endorsements ?? [];
  const endorsed = judgeEndorsements(execution, endorsements, others);
  if (!endorsed.ok) return endorsed;
  const rest = others.filter((key) => !includes(endorsed.value, key));
  return judgeOfficers(execution, transaction, rest);
}

/** More than two thirds of the validators' power, each of them a validator, the sender among them. */
function judgeGovernors(execution: Execution, sender: Uint8Array | null, keys: readonly Uint8Array[]): Ruling<null> {
  const { validators } = readValidatorsRecord(execution);
  if (sender === null || !includes(keys, sender)) return refuse("signers-unexpected");
  let total = 0n;
  let signed = 0n;
  for (const { publicKey, power } of validators) {
    total += power;
    if (includes(keys, publicKey)) signed += power;
  }
  if (!keys.every((key) => validators.some(({ publicKey }) => bytesEqual(publicKey, key)))) {
    return refuse("signers-unexpected");
  }
  return signed * 3n > total * 2n ? nobodyElse : refuse("governance-threshold");
}

/** @returns the keys among these that sign as endorsers */
function judgeEndorsements(
  execution: Execution,
  endorsements: readonly Endorsement[],
  keys: readonly Uint8Array[],
): Ruling<readonly Uint8Array[]> {
  const endorsing: Uint8Array[] = [];
  for (const { cohort, count } of endorsements) {
    const ofCohort = keys.filter((key) => {
      const credential = judgeCredential(readCredential(execution, key), execution.nowS);
      return credential.ok && credential.value.grant.role === "endorser" && credential.value.grant.cohort === cohort;
    });
    if (ofCohort.length < count) return refuse("endorsement-missing", `${count} of ${cohort}`);
    if (ofCohort.length > count) return refuse("signers-unexpected");
    endorsing.push(...ofCohort);
  }
  return { ok: true, value: endorsing };
}

/** A second officer of the same authority where `needsSecondOfficer` says so; else nobody more. */
function judgeOfficers(
  execution: Execution,
  { payload, sender }: DecodedTransaction,
  others: readonly Uint8Array[],
): Ruling<null> {
  const grant = sender === null ? undefined : readCredential(execution, sender)?.grant;
  if (sender === null || grant?.role !== "roadAuthority" || !isOfficersWord(payload)) {
    return others.length === 0 ? nobodyElse : refuse("signers-unexpected");
  }
  const needed = needsSecondOfficer(execution, payload, sender, grant) ? 1 : 0;
  if (others.length < needed) return refuse("officers-too-few");
  if (others.length > needed) return refuse("signers-unexpected");
  const isOfficer = (key: Uint8Array) => {
    const second = judgeCredential(readCredential(execution, key), execution.nowS);
    return second.ok && second.value.grant.role === "roadAuthority" && second.value.grant.poolId === grant.poolId;
  };
  return others.every(isOfficer) ? nobodyElse : refuse("signers-unexpected");
}

export type HoldersWord = Extract<
  Payload,
  { readonly kind: "leave" | "setConsent" | "withdrawConsent" | "demandErasure" }
>;

/** What the contract's own key says alone. */
export function isHoldersWord(payload: Payload): payload is HoldersWord {
  const { kind } = payload;
  return kind === "leave" || kind === "setConsent" || kind === "withdrawConsent" || kind === "demandErasure";
}

/** The keys that must sign whatever the policies say. */
function ownSigners(execution: Execution, { payload, sender }: DecodedTransaction): Ruling<readonly Uint8Array[]> {
  if (payload.kind === "settle") return sender === null ? { ok: true, value: [] } : refuse("signers-unexpected");
  if (isHoldersWord(payload)) {
    return sender === null ? { ok: true, value: [payload.contractKey] } : refuse("signers-unexpected");
  }
  if (payload.kind === "attestPassage") {
    if (sender !== null) return refuse("signers-unexpected");
    const terminalKey = terminalKeyOf(execution, payload.terminal);
    return terminalKey.ok ? { ok: true, value: [terminalKey.value, payload.contractKey] } : terminalKey;
  }
  return sender === null ? refuse("sender-unknown") : { ok: true, value: [sender] };
}

function terminalKeyOf(execution: Execution, terminal: number): Ruling<Uint8Array> {
  const record = readRecord(execution.overlay, terminalPath(terminal), decodeTerminal);
  if (record === undefined) return refuse("terminal-unknown", `terminal ${terminal}`);
  const credential = judgeCredential(readCredential(execution, record.publicKey), execution.nowS);
  return credential.ok ? { ok: true, value: record.publicKey } : refuse("terminal-revoked", `terminal ${terminal}`);
}

const nobodyElse = { ok: true, value: null } as const;

function includes(keys: readonly Uint8Array[], key: Uint8Array): boolean {
  return keys.some((one) => bytesEqual(one, key));
}
