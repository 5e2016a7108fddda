/** The last measurements of one thing, in a ring that is allocated once. */
export interface Samples {
  add(value: number): void;
  /** Measurements since the start. */
  count(): number;
  /**
   * @param share 0.5 for the median, 0.95 for the 95th percentile
   * @param last of the newest so many measurements, at most those that are kept
   * @returns NaN when nothing was measured
   */
  percentile(share: number, last?: number): number;
}

const kept = 4096;

export function createSamples(): Samples {
  const ring = new Float64Array(kept);
  let count = 0;
  return {
    add(value) {
      ring[count % kept] = value;
      count++;
    },
    count: () => count,
    percentile(share, last = kept) {
      const length = Math.min(count, kept, last);
      const sorted = Float64Array.from({ length }, (_, back) => ring[(count - 1 - back) % kept]).sort();
      return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
    },
  };
}
