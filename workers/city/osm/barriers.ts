import type { ImportNotes } from "../import-notes";
import { barrierStopsCars } from "./access";
import { noteConditioned, tagsThen, type Conditions } from "./conditional-tags";
import type { OsmElements } from "./elements";
import { tagsOf } from "./tag-access";

/** 1 for nodes that no car passes. */
export function findBarriers(elements: OsmElements, conditions: Conditions, notes: ImportNotes): Uint8Array {
  const stopsCars = new Uint8Array(elements.nodeIds.length);
  elements.taggedNodes.forEach((node, owner) => {
    const tags = tagsOf(elements, elements.nodeTags, owner);
    if (!tags.has("barrier")) return;
    const then = tagsThen(tags, ["access"], conditions);
    noteConditioned(notes, conditions, then.conditioned);
    if (barrierStopsCars(then.tags)) stopsCars[node] = 1;
  });
  return stopsCars;
}
