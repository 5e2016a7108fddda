import type { MicroTokens } from "../../../common/money";
import type { Amendment, InstructedAction } from "../../contracts/instruction";
import type { ContractTerms, Scope } from "../../contracts/terms";
import type { Grant } from "../records/credential-record";
import type { Endorsement } from "../records/consortium-records";
import type { ParametersRecord, TemplateRecord } from "../records/governance-records";
import type { SaleTerms } from "../records/sale-records";
import type { PersonalPayload } from "./personal-payloads";
import type { SalePayload } from "./sale-payloads";

/** What a transaction does. `kind` names one rule each; see `rules/`. */
export type Payload =
  | EnrolPayload
  | RevokePayload
  | MintPayload
  | FundPayload
  | PublishTemplatePayload
  | AcceptOffersPayload
  | AttestPassagePayload
  | InstructPayload
  | SettlePayload
  | LeavePayload
  | AmendPayload
  | WithdrawPayload
  | GovernPayload
  | SetLicencePayload
  | PersonalPayload
  | SalePayload;

export type PayloadKind = Payload["kind"];

/** The certificate authority enrols a key. */
export interface EnrolPayload {
  readonly kind: "enrol";
  readonly publicKey: Uint8Array;
  readonly grant: Grant;
  /** The last second of validity, or 0 for none. */
  readonly validUntilS: number;
}

export interface RevokePayload {
  readonly kind: "revoke";
  readonly publicKey: Uint8Array;
}

/** The treasury mints to its own account, within the cap. */
export interface MintPayload {
  readonly kind: "mint";
  readonly amountMicro: MicroTokens;
}

/** The treasury pays out of its own account. */
export interface FundPayload {
  readonly kind: "fund";
  readonly destination:
    { readonly kind: "pool"; readonly poolId: number } | { readonly kind: "account"; readonly publicKey: Uint8Array };
  readonly amountMicro: MicroTokens;
}

/** The supervisory authority licenses a template, or its next version. */
export interface PublishTemplatePayload {
  readonly kind: "publishTemplate";
  readonly template: TemplateRecord;
}

/**
 * A custodian brings offers that commuters signed. Each contract's deposit, its penalty, is taken from the custodian's
 * account: the custodian holds the commuters' money off the chain and knows who they are; the chain does not.
 */
export interface AcceptOffersPayload {
  readonly kind: "acceptOffers";
  readonly offers: readonly SignedOffer[];
}

export interface SignedOffer {
  readonly terms: ContractTerms;
  /** The contract's own key: its holder's pseudonym, of no other use. */
  readonly contractKey: Uint8Array;
  /** By the contract's key, over `offerSignBytes`. */
  readonly signature: Uint8Array;
}

/** A terminal attests a passage; terminal and phone sign the same bytes. */
export interface AttestPassagePayload {
  readonly kind: "attestPassage";
  readonly terminal: number;
  /** When, by the terminal's clock. */
  readonly timeS: number;
  /** The terminal's challenge, 16 bytes, never given twice for the same second. */
  readonly challenge: Uint8Array;
  readonly contractKey: Uint8Array;
}

/** A road authority instructs those whose itinerary leads through a scope. */
export interface InstructPayload {
  readonly kind: "instruct";
  readonly incidentId: string;
  readonly scope: Scope;
  readonly action: InstructedAction;
  readonly expiresAtS: number;
  readonly bonusMicro: MicroTokens;
  readonly budgetMicro: MicroTokens;
}

/** Settles contracts that are due and releases instructions that expired. Anyone may; no signature is needed. */
export interface SettlePayload {
  readonly kind: "settle";
  readonly contractIds: readonly string[];
  readonly instructionIds: readonly string[];
}

/** The contract's holder leaves it before it begins, signed by the contract's own key. */
export interface LeavePayload {
  readonly kind: "leave";
  readonly contractKey: Uint8Array;
}

/** The authority that issued an instruction prolongs it, offers more, or changes the budget. */
export interface AmendPayload extends Amendment {
  readonly kind: "amend";
  readonly instructionId: string;
}

/** The authority that issued an instruction takes it back, from those who cannot have left yet. */
export interface WithdrawPayload {
  readonly kind: "withdraw";
  readonly instructionId: string;
}

/** The validators decide; more than two thirds of their power sign. */
export interface GovernPayload {
  readonly kind: "govern";
  readonly decision: GovernDecision;
}

export type GovernDecision =
  /** Joins, leaves (power 0) or has another weight. */
  | { readonly kind: "setValidator"; readonly publicKey: Uint8Array; readonly power: bigint }
  | { readonly kind: "setCap"; readonly capMicro: MicroTokens }
  | { readonly kind: "setParameters"; readonly parameters: Omit<ParametersRecord, "chainId"> }
  /** Whose endorsement a kind of transaction needs from now on. */
  | {
      readonly kind: "setPolicy";
      readonly transaction: PayloadKind;
      readonly endorsements: readonly Endorsement[];
    }
  /** On what terms counts of passages are sold from now on. */
  | { readonly kind: "setSaleTerms"; readonly terms: SaleTerms };

/** The supervisory authority limits, suspends or restores the licence of a template. */
export interface SetLicencePayload {
  readonly kind: "setLicence";
  readonly templateId: number;
  readonly suspended: boolean;
  /** 0: no limit. */
  readonly contractsMax: number;
}
