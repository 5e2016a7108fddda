import { barrierStopsCars } from "./access";
import type { OsmElements } from "./elements";
import { tagsOf } from "./tag-access";

/** 1 for nodes that no car passes. */
export function findBarriers(elements: OsmElements): Uint8Array {
  const stopsCars = new Uint8Array(elements.nodeIds.length);
  elements.taggedNodes.forEach((node, owner) => {
    if (barrierStopsCars(tagsOf(elements, elements.nodeTags, owner))) stopsCars[node] = 1;
  });
  return stopsCars;
}
