/** A moment of one city that can be gone back to. */
export interface Keyframe {
  readonly id: number;
  /** The whole keyframe whose pages it differs from; null: whole itself. */
  readonly base: number | null;
  /** 0 = the live city, else the do-nothing city that was forked by the n-th branching command. */
  readonly lineage: number;
  readonly tick: number;
  /** Commands that had been given when it was taken. */
  readonly commands: number;
  /** On disk. */
  readonly byteLength: number;
  /** Bytes of the snapshot. */
  readonly length: number;
}

/** Keyframes kept at most, whatever they weigh. */
export const keyframesMax = 20_000;

/** Which keyframes there are, and which go when there are too many. Pure: files are the store's. */
export interface KeyframeIndex {
  readonly all: readonly Keyframe[];
  readonly byteLength: number;
  add(keyframe: Keyframe): void;
  /** Takes it out, and all that rest on it. */
  drop(id: number): readonly Keyframe[];
  /** Takes out what is too much: the older, the thinner. @returns what was taken out */
  thin(budgetBytes: number): readonly Keyframe[];
}

export function createKeyframeIndex(): KeyframeIndex {
  const all: Keyframe[] = [];
  let byteLength = 0;
  const take = (row: number): Keyframe[] => {
    const [taken] = all.splice(row, 1);
    if (taken === undefined) return [];
    byteLength -= taken.byteLength;
    return [taken];
  };
  return {
    all,
    get byteLength() {
      return byteLength;
    },
    add: (keyframe) => {
      all.push(keyframe);
      byteLength += keyframe.byteLength;
    },
    drop: (id) => {
      const dropped: Keyframe[] = [];
      for (let row = all.length - 1; row >= 0; row--) {
        const { id: own, base } = all[row] ?? { id: -1, base: null };
        if (own === id || base === id) dropped.push(...take(row));
      }
      return dropped;
    },
    thin: (budgetBytes) => {
      const thinned: Keyframe[] = [];
      while (byteLength > budgetBytes || all.length > keyframesMax) {
        const row = leastMissed(all);
        if (row === undefined) break;
        thinned.push(...take(row));
      }
      return thinned;
    },
  };
}

/**
 * The keyframe whose loss costs the least: the gap that it would leave, over its age. Gaps so grow in proportion to age.
 * Never the first, by which every instant is reached in the end, nor one on which others rest, nor the newest whole one.
 */
function leastMissed(all: readonly Keyframe[]): number | undefined {
  const newest = all.at(-1);
  if (newest === undefined) return undefined;
  const bases = new Set(all.map(({ base }) => base));
  const newestWhole = all.reduce((last, { id, base }) => (base === null ? id : last), -1);
  const before = neighbours(all);
  let best: number | undefined;
  let bestCost = Infinity;
  for (let row = 1; row < all.length - 1; row++) {
    const { id, base, tick } = all[row] ?? newest;
    if (bases.has(id) || (base === null && id === newestWhole)) continue;
    const { previousTick, nextTick } = before[row] ?? { previousTick: 0, nextTick: 0 };
    const cost = (nextTick - previousTick) / (1 + newest.tick - tick);
    if (cost >= bestCost) continue;
    best = row;
    bestCost = cost;
  }
  return best;
}

/** Ticks of the keyframes before and after each in its own lineage. */
function neighbours(all: readonly Keyframe[]): { previousTick: number; nextTick: number }[] {
  const lastRow = new Map<number, number>();
  const found = all.map(({ tick }) => ({ previousTick: 0, nextTick: tick }));
  const newestTick = all.at(-1)?.tick ?? 0;
  all.forEach(({ lineage, tick }, row) => {
    const place = found[row];
    if (place === undefined) return;
    const before = lastRow.get(lineage);
    const previous = before === undefined ? undefined : found[before];
    if (previous !== undefined) previous.nextTick = tick;
    place.previousTick = before === undefined ? 0 : (all[before]?.tick ?? 0);
    place.nextTick = newestTick;
    lastRow.set(lineage, row);
  });
  return found;
}
