import type { DroppedElements } from "../../common/city";

/** Counts what an import leaves out, by what it is and why. */
export interface ImportNotes {
  readonly counts: Map<string, { readonly what: string; readonly why: string; count: number }>;
}

export const startNotes = (): ImportNotes => ({ counts: new Map() });

export function noteDropped(notes: ImportNotes, what: string, why: string, count = 1): void {
  if (count === 0) return;
  const key = `${what}\n${why}`;
  const known = notes.counts.get(key);
  if (known === undefined) notes.counts.set(key, { what, why, count });
  else known.count += count;
}

/** Largest count first; ties in the order in which they were met. */
export function listDropped(notes: ImportNotes): DroppedElements[] {
  return [...notes.counts.values()]
    .map(({ what, count, why }) => ({ what, count, why }))
    .sort((first, second) => second.count - first.count);
}
