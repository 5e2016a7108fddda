/** The terminals that the instruction in hand names. */
export interface NamedTerminals {
  /** Not to be passed. */
  readonly scope: ReadonlySet<number>;
  /** To be gone by, in order. */
  readonly via: readonly number[];
}

export const nothingNamed: NamedTerminals = { scope: new Set(), via: [] };
