/** A way across a junction, from one directed section to another. */
export interface Movement {
  readonly from: number;
  readonly to: number;
  /** Metres between the nodes where one ends and the other starts, along the junction's inner sections. */
  readonly insideM: number;
  readonly isUTurn: boolean;
}

/** Movements that leave each directed section. */
export type MovementsFrom = ReadonlyMap<number, readonly Movement[]>;
