import { createHash } from "node:crypto";
import { toHex, utf8Of } from "../../common/canonical";
import type { MicroTokens } from "../../common/money";
import type { ContractTerms, TemplateReference } from "../contracts/terms";
import type { TerminalSite } from "../machine/records/credential-record";
import type { Genesis } from "../machine/genesis";
import { instructionMatchesMax } from "../machine/limits";
import type { AttestPassagePayload, LeavePayload, Payload, SignedOffer } from "../machine/transactions/payload";
import type {
  DemandErasurePayload,
  SetConsentPayload,
  WithdrawConsentPayload,
} from "../machine/transactions/personal-payloads";
import { challengeLength, offerSignBytes } from "../machine/transactions/payload-form";
import { encodeTransaction, signBytesOf } from "../machine/transactions/transaction";
import type { KeyPair } from "./ed25519";
import { memberKey } from "./members";

/** The pool of which contracts' rewards are escrowed, and the road authority's bonus pool, in the embedded mode. */
export const rewardPoolId = 1;
export const bonusPoolId = 2;
export const commuterTemplate: TemplateReference = { templateId: 1, version: 1 };

export interface ConsortiumOptions {
  readonly chainId: string;
  /** Secret of all simulated members. */
  readonly seed: Uint8Array;
  /** Block time of the beginning, whole seconds. */
  readonly timeS: number;
  readonly capMicro: MicroTokens;
  readonly terminalCount: number;
  /** Where they stand, in their order; absent: not known. */
  readonly terminalSites?: readonly TerminalSite[];
  /** The notification and validation clause of the commuter contract. */
  readonly clause: string;
  readonly rewardMaxMicro: MicroTokens;
  readonly penaltyMaxMicro: MicroTokens;
  /** From a deadline to its settlement; passages are taken for as long. */
  readonly challengeS: number;
}

/** SHA-256 of a clause's text, hexadecimal. */
export function clauseHashOf(clause: string): string {
  return toHex(createHash("sha256").update(utf8Of(clause)).digest());
}

/** What the simulated consortium agrees on: one member of each role, every terminal, one template. */
export function consortiumGenesis(options: ConsortiumOptions): Genesis {
  const { seed, chainId, challengeS } = options;
  const member = (role: "validator" | "certificateAuthority" | "supervisoryAuthority" | "treasury" | "custodian") => ({
    publicKey: memberKey(seed, role, 0).publicKey,
    grant: { role },
  });
  return {
    parameters: {
      chainId,
      challengeS,
      passageAgeMaxS: challengeS,
      passageAheadMaxS: 10,
      instructionMatchesMax,
    },
    timeS: options.timeS,
    capMicro: options.capMicro,
    members: [
      member("validator"),
      member("certificateAuthority"),
      member("supervisoryAuthority"),
      member("treasury"),
      member("custodian"),
      ...Array.from({ length: options.terminalCount }, (_, terminal) => ({
        publicKey: memberKey(seed, "terminal", terminal).publicKey,
        grant: { role: "terminal" as const, terminal, place: options.terminalSites?.[terminal] ?? null },
      })),
    ],
    validatorsMax: 1,
    bonusPoolIds: [bonusPoolId],
    templates: [
      {
        ...commuterTemplate,
        clause: { version: 1, hash: clauseHashOf(options.clause) },
        rewardMaxMicro: options.rewardMaxMicro,
        penaltyMaxMicro: options.penaltyMaxMicro,
        rewardPoolId,
      },
    ],
  };
}

/** A transaction of one enrolled member, signed. */
export function signAsMember(chainId: string, key: KeyPair, nonce: number, payload: Payload): Uint8Array<ArrayBuffer> {
  const signBytes = signBytesOf({ chainId, sender: key.publicKey, nonce, payload });
  return encodeTransaction(signBytes, [{ publicKey: key.publicKey, signature: key.sign(signBytes) }]);
}

/** A transaction of one member that others sign too: officers, endorsers, validators. */
export function signTogether(
  chainId: string,
  sender: KeyPair,
  nonce: number,
  payload: Payload,
  others: readonly KeyPair[],
): Uint8Array<ArrayBuffer> {
  const signBytes = signBytesOf({ chainId, sender: sender.publicKey, nonce, payload });
  const signatures = [sender, ...others].map((key) => ({ publicKey: key.publicKey, signature: key.sign(signBytes) }));
  return encodeTransaction(signBytes, signatures);
}

/** A transaction that needs no signature: settling what is due. */
export function unsignedTransaction(chainId: string, payload: Payload): Uint8Array<ArrayBuffer> {
  return encodeTransaction(signBytesOf({ chainId, sender: null, nonce: 0, payload }), []);
}

/** What a contract's holder says alone, signed with the contract's own key. */
export function signAsHolder(
  chainId: string,
  holder: KeyPair,
  statement:
    | Pick<SetConsentPayload, "kind" | "sequence" | "purposes">
    | Pick<WithdrawConsentPayload | DemandErasurePayload, "kind" | "sequence">
    | Pick<LeavePayload, "kind">,
): Uint8Array<ArrayBuffer> {
  const payload = { ...statement, contractKey: holder.publicKey };
  const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
  return encodeTransaction(signBytes, [{ publicKey: holder.publicKey, signature: holder.sign(signBytes) }]);
}

/** What a commuter's phone does with an offer that its user consents to. */
export async function signOffer(
  chainId: string,
  custodianKey: Uint8Array,
  commuter: KeyPair,
  terms: ContractTerms,
): Promise<SignedOffer> {
  const offer = { terms, contractKey: commuter.publicKey };
  return { ...offer, signature: await commuter.signAhead(offerSignBytes(chainId, custodianKey, offer)) };
}

/** What terminal and phone do when a vehicle passes: both sign the terminal's challenge. */
export async function signPassage(
  chainId: string,
  terminalKey: KeyPair,
  commuter: KeyPair,
  passage: Omit<AttestPassagePayload, "kind" | "contractKey">,
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = { kind: "attestPassage", ...passage, contractKey: commuter.publicKey } as const;
  const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
  const [terminal, phone] = await Promise.all([terminalKey.signAhead(signBytes), commuter.signAhead(signBytes)]);
  return encodeTransaction(signBytes, [
    { publicKey: terminalKey.publicKey, signature: terminal },
    { publicKey: commuter.publicKey, signature: phone },
  ]);
}

/** What a terminal makes of a passage whose challenge a phone signed elsewhere. */
export async function sealPassage(
  chainId: string,
  terminalKey: KeyPair,
  passage: Omit<AttestPassagePayload, "kind">,
  phoneSignature: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = { kind: "attestPassage", ...passage } as const;
  const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
  return encodeTransaction(signBytes, [
    { publicKey: terminalKey.publicKey, signature: await terminalKey.signAhead(signBytes) },
    { publicKey: passage.contractKey, signature: phoneSignature },
  ]);
}

/** A simulated terminal's challenge: one for each second and contract. A real one draws it at random. */
export function challengeOf(terminal: number, timeS: number, contractKey: Uint8Array): Uint8Array {
  const digest = createHash("sha256").update(`challenge/${terminal}/${timeS}/`).update(contractKey).digest();
  return new Uint8Array(digest.subarray(0, challengeLength));
}
