import type { FeatureCollection } from "./map-features";

/**
 * Geometry on its way to the map's worker. As an object it would be taken apart and put together again piece by piece
 * while the page stands still, 0.7 s for the metropolis; as text it is one block, which the worker reads.
 */
export interface MapData {
  /** @returns the address of the features for a source of the style */
  add(features: FeatureCollection): string;
  /** After the map has gone: a lost graphics context asks for them again. */
  close(): void;
}

/** The scheme that the map's worker answers (map-worker.ts). */
export const featuresScheme = "features";

export function openMapData(): MapData {
  const links: string[] = [];
  return {
    add(features) {
      const link = URL.createObjectURL(new Blob([JSON.stringify(features)], { type: "application/geo+json" }));
      links.push(link);
      return `${featuresScheme}://${link}`;
    },
    close() {
      for (const link of links.splice(0)) URL.revokeObjectURL(link);
    },
  };
}
