/**
 * What the console asks about the chain itself: who orders its blocks, who is a member, which nodes are asked, and from
 * which header everything is believed. Keys, addresses and hashes are hexadecimal, dates RFC 3339 in UTC, powers whole
 * numbers; times are session seconds since midnight, as in `console-api.ts`.
 */

export const signatureFlags = ["commit", "absent", "nil"] as const;
/** How a validator took part in a commit: for the block, not at all, or for no block. */
export type SignatureFlag = (typeof signatureFlags)[number];

export interface ValidatorReport {
  readonly address: string;
  readonly publicKey: string;
  readonly power: number;
  /** In the commit of the latest header that is believed. */
  readonly flag: SignatureFlag;
  /** When it signed, by its own clock; null when it did not. */
  readonly signedAt: string | null;
  /** Of the commits of the last `headersLookedAt` headers that are kept, how many it signed. */
  readonly signed: number;
}

export const nodeParts = ["engine", "primary", "witness"] as const;

export interface NodeReport {
  readonly name: string;
  /** engine: the embedded one, of this very program. */
  readonly part: (typeof nodeParts)[number];
  /** Its last block; null when it does not answer. */
  readonly height: number | null;
  /** Blocks that it is behind the furthest of all nodes; null when it does not answer. */
  readonly lag: number | null;
  /** Why it is heard no longer, or did not answer; null while all is well. */
  readonly reason: string | null;
}

/** The header that everything is believed from. */
export interface TrustRootReport {
  readonly height: number;
  readonly hash: string;
  /** Of the header. */
  readonly time: string;
  /** When it was first believed, by this computer's clock; null for one of a store of before that was noted. */
  readonly anchoredAt: string | null;
  /** Public key of the operator who chose it; null: the one that the chain, or the launch, began with. */
  readonly anchoredBy: string | null;
}

/** Members of roles that may be many are counted, not listed. */
export interface MemberReport {
  readonly publicKey: string;
  readonly role: string;
  /** Of an endorser: whom it stands for. */
  readonly cohort: string | null;
  readonly revoked: boolean;
  /** Session time of the last second of validity; null = none. */
  readonly validUntilS: number | null;
  /** Its credential's proof holds under the latest header. */
  readonly proved: boolean;
}

export interface ConsortiumReport {
  readonly engine: "embedded" | "network";
  readonly chainId: string;
  readonly head: { readonly height: number; readonly hash: string; readonly time: string };
  /** In the set's order. */
  readonly validators: readonly ValidatorReport[];
  readonly signedPower: number;
  readonly totalPower: number;
  readonly headersLookedAt: number;
  readonly nodes: readonly NodeReport[];
  /** Why the light client has halted; null while it believes. */
  readonly halted: string | null;
  /** Proof against those who signed what halted it, in words; then, in the run that found it, what the nodes answered to it. */
  readonly evidence: readonly string[];
  readonly root: TrustRootReport;
  /** By role, then key; terminals are counted only. */
  readonly members: readonly MemberReport[];
  readonly terminals: number;
  /** Members beyond those listed. */
  readonly membersLeftOut: number;
}

/** A header's hash as it is compared and typed: 64 hexadecimal digits. */
export const headerHashDigits = 64;

/** What the certificate authority may enrol beside terminals. */
export const enrolledRoles = [
  "roadAuthority",
  "endorser",
  "custodian",
  "dataBuyer",
  "prosumer",
  "parkingOwner",
  "merchant",
  "exchange",
] as const;
export type EnrolledRole = (typeof enrolledRoles)[number];
export const endorserCohorts = ["commuters", "employers", "operators", "energyUsers", "suppliers"] as const;
export type EndorserCohort = (typeof endorserCohorts)[number];

/** What the certificate authority, who is the data-protection delegate, orders. */
export type DelegateOrder =
  /** `cohort`: of an endorser, else null. A road authority's officer gets the session's grant. */
  | {
      readonly kind: "enrol";
      readonly publicKey: string;
      readonly role: EnrolledRole;
      readonly cohort: EndorserCohort | null;
    }
  | { readonly kind: "revoke"; readonly publicKey: string }
  | { readonly kind: "erase"; readonly contractId: string };
