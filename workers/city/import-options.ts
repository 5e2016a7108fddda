import type { Moment } from "./moment";

/** Why `at` is refused with anything else than a file of OpenStreetMap. */
export const noConditionsToAsk =
  "only a file of OpenStreetMap has conditional tags to ask; a city that was imported before keeps its moment";

export interface ImportOptions {
  /** Seed of what has to be made up; default 1. */
  readonly seed?: number;
  /** When what tags say under conditions is asked, of a file of OpenStreetMap; default `usualMoment`. */
  readonly at?: Moment;
  /** Told of bytes read, of all bytes. */
  readonly progress?: (doneBytes: number, totalBytes: number) => void;
}
