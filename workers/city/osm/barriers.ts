import type { ImportNotes } from "../import-notes";
import { barrierStopsCars } from "./access";
import { noteConditioned, tagsThen, type Conditions, type FoundKey } from "./conditional-tags";
import type { OsmElements } from "./elements";
import { tagsOf } from "./tag-access";

export interface Barriers {
  /** 1 for nodes that no car passes. */
  readonly stopsCars: Uint8Array;
  /** What became of conditional keys, by node. */
  readonly conditioned: ReadonlyMap<number, readonly FoundKey[]>;
}

export function findBarriers(elements: OsmElements, conditions: Conditions): Barriers {
  const stopsCars = new Uint8Array(elements.nodeIds.length);
  const conditionedAt = new Map<number, readonly FoundKey[]>();
  elements.taggedNodes.forEach((node, owner) => {
    const tags = tagsOf(elements, elements.nodeTags, owner);
    if (!tags.has("barrier")) return;
    const { tags: then, conditioned } = tagsThen(tags, ["access"], conditions);
    if (conditioned.length > 0) conditionedAt.set(node, conditioned);
    if (barrierStopsCars(then)) stopsCars[node] = 1;
  });
  return { stopsCars, conditioned: conditionedAt };
}

/** Tells of the conditional keys of barriers on ways that are roads of the network: gates of parks and gardens are many. */
export function noteBarriers(
  { wayNodeStart, wayNodes }: OsmElements,
  ways: Iterable<number>,
  { conditioned }: Barriers,
  conditions: Conditions,
  notes: ImportNotes,
): void {
  if (conditioned.size === 0) return;
  const met = new Set<number>();
  for (const way of new Set(ways)) {
    for (const node of wayNodes.subarray(wayNodeStart[way], wayNodeStart[way + 1])) {
      const found = conditioned.get(node);
      if (found === undefined || met.has(node)) continue;
      met.add(node);
      noteConditioned(notes, conditions, found);
    }
  }
}
