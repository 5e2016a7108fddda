/** What a kept record may be passed on for. Names are only ever added at the end. */
export const releasePurposes = ["statistics", "services", "research"] as const;
export type ReleasePurpose = (typeof releasePurposes)[number];

/**
 * What a commuter may allow: that a kept record be passed on for a purpose; and, "counts", that passages be among those that are
 * counted for sale, for which no record is ever passed on. Names are only ever added at the end.
 */
export const consentPurposes = ["statistics", "services", "research", "counts"] as const satisfies (
  ReleasePurpose | "counts"
)[];
export type ConsentPurpose = (typeof consentPurposes)[number];

/**
 * What the holder of a contract agrees to. By signing, its records are kept to settle it and passed on to nobody; the
 * contract's key says anything else. Statements are numbered, so that an earlier one cannot be sent again.
 */
export interface Consent {
  /** How many statements the contract's key has made: the number of its next one, and the version that records name. */
  readonly sequence: number;
  /** Whether records may be kept at all. */
  readonly withdrawn: boolean;
  /** Each once, in the order of `consentPurposes`; none once withdrawn. */
  readonly purposes: readonly ConsentPurpose[];
  /** Who wants the records erased, and since when; null so far as nobody does. It is never taken back. */
  readonly erasure: { readonly wantedBy: "holder" | "delegate"; readonly sinceS: number } | null;
}

/** Consent as signing gives it: to the clause, and to nothing beyond. */
export const consentOfSigning: Consent = { sequence: 0, withdrawn: false, purposes: [], erasure: null };

/**
 * Whether stating these purposes would give a withdrawn consent again on the way. Who withdrew gives it again by a statement
 * of its own: to the clause, and to nothing beyond.
 */
export function givesAgainOnTheWay({ withdrawn }: Consent, purposes: readonly ConsentPurpose[]): boolean {
  return withdrawn && purposes.length > 0;
}

/** ISO 3166-1 alpha-2, or ISO 3166-2 (a country's subdivision). */
const territoryForm = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;
export const territoryLengthMax = 6;

export function isTerritory(text: string): boolean {
  return territoryForm.test(text);
}

/** Whether a place lies in a territory: in the same one, or in one of its subdivisions. */
export function liesWithin(place: string, territory: string): boolean {
  return place === territory || place.startsWith(`${territory}-`);
}
