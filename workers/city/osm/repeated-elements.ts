/**
 * What the file says of an element's edition: twice its version, plus 1 where it carries tags. Version 0 = not stated. 16 bits.
 */
export const editionOf = (version: number): number =>
  Number.isInteger(version) && version > 0 ? 2 * Math.min(version, versionMost) : 0;

const versionMost = 0x7fff;

const isTagged = (edition: number): boolean => (edition & 1) === 1;

/** Negative where the first of two elements of one identifier is newer by their versions; 0 where these do not tell. */
function compareVersions(first: number, second: number): number {
  const [firstVersion, secondVersion] = [first >> 1, second >> 1];
  return firstVersion === 0 || secondVersion === 0 ? 0 : secondVersion - firstVersion;
}

/**
 * Whether the later of two elements of one identifier rules. Where no version tells, it does unless it alone is without tags:
 * Overpass prints members of what it printed before a second time, as skeletons.
 */
function isLaterNewer(earlier: number, later: number): boolean {
  const newer = compareVersions(earlier, later);
  return newer === 0 ? isTagged(later) || !isTagged(earlier) : newer > 0;
}

/** A skeleton beside the whole element takes nothing away; anything else that is passed over is told. */
const losesSomething = (earlier: number, later: number): boolean =>
  compareVersions(earlier, later) !== 0 || (isTagged(earlier) && isTagged(later));

/** The row of each identifier's element that rules, in the file's order; null where each comes once, as nearly always. */
export function newestOfEach(
  ids: Float64Array,
  editions: Uint16Array,
): { readonly ids: Float64Array; readonly rows: Uint32Array | null; readonly repeatedCount: number } {
  if (isAscending(ids)) return { ids, rows: null, repeatedCount: 0 };
  const newest = new Map<number, number>();
  let repeatedCount = 0;
  ids.forEach((id, row) => {
    const known = newest.get(id);
    if (known !== undefined) repeatedCount += Number(losesSomething(editions[known], editions[row]));
    if (known === undefined || isLaterNewer(editions[known], editions[row])) newest.set(id, row);
  });
  if (newest.size === ids.length) return { ids, rows: null, repeatedCount: 0 };
  const rows = Uint32Array.from([...newest.values()].sort((a, b) => a - b));
  return { ids: Float64Array.from(rows, (row) => ids[row]), rows, repeatedCount };
}

export interface SortedNodes {
  /** Ascending, each once. */
  readonly ids: Float64Array;
  /** Where each has its place from, a row of the file; null where the file is in order, as nearly always. */
  readonly order: Uint32Array | null;
  /** By row of the file, the row that has its tags; -1 where another's count. */
  readonly newRows: Int32Array | null;
  readonly repeatedCount: number;
}

/** Of a node that comes again where no version tells, the last place counts, and the tags of the last that carries any. */
export function sortNodes(
  ids: Float64Array,
  editions: Uint16Array,
  isSamePlace: (first: number, second: number) => boolean,
): SortedNodes {
  if (isAscending(ids)) return { ids, order: null, newRows: null, repeatedCount: 0 };
  const sorted = new Uint32Array(ids.length);
  for (let row = 0; row < sorted.length; row++) sorted[row] = row;
  sorted.sort((a, b) => ids[a] - ids[b] || a - b);
  const order = new Uint32Array(ids.length);
  const newRows = new Int32Array(ids.length).fill(-1);
  let [count, repeatedCount] = [0, 0];
  for (let at = 0; at < sorted.length; count++) {
    let [place, tags] = [sorted[at], sorted[at]];
    for (at++; at < sorted.length && ids[sorted[at]] === ids[place]; at++) {
      const later = sorted[at];
      const loses = losesSomething(editions[tags], editions[later]) || !isSamePlace(place, later);
      repeatedCount += Number(loses);
      if (compareVersions(editions[place], editions[later]) >= 0) place = later;
      if (isLaterNewer(editions[tags], editions[later])) tags = later;
    }
    order[count] = place;
    newRows[tags] = count;
  }
  const places = order.slice(0, count);
  return { ids: Float64Array.from(places, (row) => ids[row]), order: places, newRows, repeatedCount };
}

function isAscending(ids: Float64Array): boolean {
  for (let row = 1; row < ids.length; row++) if (!(ids[row - 1] < ids[row])) return false;
  return true;
}
