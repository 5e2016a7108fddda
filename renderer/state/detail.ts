/**
 * How much detail the map is drawn with. A weak graphics card, or a processor that draws in place of one, gives more
 * pictures with less in each: no houses, no borders of roads, fewer pixels.
 */
export const details = ["automatic", "full", "reduced"] as const;
export type Detail = (typeof details)[number];

/** Judges by how long pictures take whether the automatic choice draws less. */
export interface DetailJudge {
  readonly isReduced: boolean;
  /** @param ms from a picture's calls until it was done @returns whether the judgement changed */
  took(ms: number): boolean;
}

/** A picture that takes longer is slow, ms: fewer than four a second. */
const slowMs = 250;
/** With less detail pictures take so little that all of it is tried again, ms. */
const swiftMs = 40;
/** Pictures looked at before less is drawn, and before all is tried again; their median counts. */
const slowPictures = 5;
const swiftPictures = 40;
/** Times that full detail is tried again: a card that is swift with less only must not go to and fro. */
const returnsMax = 2;

/** @param expectsSlow less is drawn until pictures turn out to be swift */
export function createDetailJudge(expectsSlow = false): DetailJudge {
  let isReduced = expectsSlow;
  let returns = 0;
  let seen: number[] = [];
  return {
    get isReduced() {
      return isReduced;
    },
    took(ms) {
      seen.push(ms);
      if (seen.length < (isReduced ? swiftPictures : slowPictures)) return false;
      const median = seen.sort((a, b) => a - b)[Math.floor(seen.length / 2)];
      seen = [];
      const changes = isReduced ? median <= swiftMs && returns < returnsMax : median > slowMs;
      if (!changes) return false;
      if (isReduced) returns++;
      isReduced = !isReduced;
      return true;
    },
  };
}
