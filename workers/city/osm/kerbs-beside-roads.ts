import { noteDropped, type ImportNotes } from "../import-notes";
import { kerbOffNetwork } from "../parking/kerbs";
import type { OsmElements } from "./elements";
import { kerbKeys } from "./kerb-keys";
import { kerbOf } from "./kerb-tags";
import type { SelectedWay } from "./road-selection";
import { tagsOf, tagValue } from "./tag-access";

/** Counts the kerbs of ways that did not become roads: nobody can drive there. */
export function noteKerbsBesideRoads(
  elements: OsmElements,
  selected: readonly SelectedWay[],
  notes: ImportNotes,
): void {
  if (!kerbKeys.some((key) => elements.stringIndex.has(key))) return;
  const isRoad = new Set(selected.map(({ way }) => way));
  for (let way = 0; way < elements.wayIds.length; way++) {
    if (isRoad.has(way) || tagValue(elements, elements.wayTags, way, "highway") === undefined) continue;
    const tags = tagsOf(elements, elements.wayTags, way);
    for (const side of ["left", "right"] as const) {
      if (kerbOf(tags, side).kerb !== null) noteDropped(notes, "stretches of kerb parking", kerbOffNetwork);
    }
  }
}
