import type { NodeControl } from "../roads/road-graph";
import type { OsmElements } from "./elements";
import { tagsOf } from "./tag-access";

const kinds: ReadonlyMap<string, NodeControl["kind"]> = new Map([
  ["traffic_signals", "signals"],
  ["stop", "stop"],
  ["give_way", "giveWay"],
]);

/**
 * Signals and signs at nodes of roads.
 * @see https://wiki.openstreetmap.org/wiki/Tag:highway=traffic_signals, `traffic_signals:direction`, `direction`
 */
export function readControls(elements: OsmElements, graphNodeOf: Int32Array): NodeControl[] {
  const controls: NodeControl[] = [];
  elements.taggedNodes.forEach((osmNode, owner) => {
    const node = graphNodeOf[osmNode];
    if (node < 0) return;
    const tags = tagsOf(elements, elements.nodeTags, owner);
    const kind = kinds.get(tags.get("highway") ?? "");
    if (kind === undefined) return;
    const direction = tags.get("traffic_signals:direction") ?? tags.get("direction");
    const faces = direction === "forward" || direction === "backward" ? direction : "both";
    controls.push({ node, kind, faces });
  });
  return controls;
}
