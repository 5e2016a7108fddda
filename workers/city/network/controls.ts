import { noteDropped, type ImportNotes } from "../import-notes";
import { length } from "../../kernel/maths";
import type { NodeControl, RoadGraph } from "../roads/road-graph";
import {
  armCounts,
  backwardOf,
  carriagewayOf,
  endNodeOf,
  forwardOf,
  leavingByNode,
  sectionOf,
} from "./directed-sections";
import type { Section } from "./sections";

/** Signals and signs, by the crossing that they control. */
export interface Controls {
  /** Nodes whose crossing has signals. */
  readonly signalNodes: ReadonlySet<number>;
  /** Directed sections that give way where they end, by a sign. */
  readonly givesWay: ReadonlySet<number>;
}

/** Signals and signs stand before the crossing that they control, at most so far, m: a stop line and the width of a large crossing. */
const controlReachM = 45;

/**
 * Mappers put signals on the crossing's node or on each approach. Those of an approach are carried on, in driving
 * direction, to the crossing; what reaches none is a pedestrians' signal between crossings.
 */
export function locateControls(graph: RoadGraph, sections: readonly Section[], notes: ImportNotes): Controls {
  const arms = armCounts(sections);
  const leaving = leavingByNode(sections);
  const places = placesOnSections(graph.controls, sections);
  const signalNodes = new Set<number>();
  const givesWay = new Set<number>();
  for (const control of graph.controls) {
    if ((arms.get(control.node) ?? 0) >= 3) {
      if (control.kind === "signals") signalNodes.add(control.node);
      // A sign on the crossing's own node does not say whom it faces.
      else noteDropped(notes, "stop and give-way signs", "they stand on the crossing itself and face no one");
      continue;
    }
    const reached = nearestCrossing(graph, sections, leaving, arms, places.get(control.node) ?? [], control);
    if (reached === null) {
      if (control.kind === "signals")
        noteDropped(notes, "signals", "no crossing within 45 m: for pedestrians, who are not simulated");
      else noteDropped(notes, "stop and give-way signs", "no crossing within 45 m ahead");
    } else if (control.kind === "signals") signalNodes.add(endNodeOf(sections, reached));
    else givesWay.add(reached);
  }
  return { signalNodes, givesWay };
}

interface PlaceOnSection {
  readonly section: number;
  /** Position in the section's nodes. */
  readonly index: number;
}

function placesOnSections(
  controls: readonly NodeControl[],
  sections: readonly Section[],
): ReadonlyMap<number, readonly PlaceOnSection[]> {
  const wanted = new Map<number, PlaceOnSection[]>(controls.map(({ node }) => [node, []]));
  sections.forEach(({ nodes }, section) => {
    nodes.forEach((node, index) => wanted.get(node)?.push({ section, index }));
  });
  return wanted;
}

/** The directed section that ends at the crossing nearest ahead of the control, or null. */
function nearestCrossing(
  graph: RoadGraph,
  sections: readonly Section[],
  leaving: ReadonlyMap<number, readonly number[]>,
  arms: ReadonlyMap<number, number>,
  places: readonly PlaceOnSection[],
  control: NodeControl,
): number | null {
  let best: number | null = null;
  let bestM = controlReachM;
  for (const { section, index } of places) {
    for (const directed of [forwardOf(section), backwardOf(section)]) {
      const facesBackward = (directed & 1) === 1;
      if (carriagewayOf(sections, directed) === null) continue;
      if (control.faces !== "both" && (control.faces === "backward") !== facesBackward) continue;
      const found = follow(graph, sections, leaving, arms, directed, index);
      if (found !== null && found.distanceM < bestM) [best, bestM] = [found.directed, found.distanceM];
    }
  }
  return best;
}

/** Drives on from a point of a directed section, over nodes that only continue the road, to the next crossing. */
function follow(
  graph: RoadGraph,
  sections: readonly Section[],
  leaving: ReadonlyMap<number, readonly number[]>,
  arms: ReadonlyMap<number, number>,
  first: number,
  fromIndex: number,
): { readonly directed: number; readonly distanceM: number } | null {
  const nodes = sections[sectionOf(first)]?.nodes ?? [];
  let distanceM = alongNodes(graph, (first & 1) === 0 ? nodes.slice(fromIndex) : nodes.slice(0, fromIndex + 1));
  let directed = first;
  while (distanceM <= controlReachM) {
    const end = endNodeOf(sections, directed);
    if ((arms.get(end) ?? 0) >= 3) return { directed, distanceM };
    const next = leaving.get(end)?.find((other) => sectionOf(other) !== sectionOf(directed));
    if (next === undefined) return null;
    directed = next;
    distanceM += Math.max(sections[sectionOf(next)].lengthM, 1);
  }
  return null;
}

function alongNodes({ nodeX, nodeY }: RoadGraph, nodes: readonly number[]): number {
  let sum = 0;
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    sum += length(nodeX[b] - nodeX[a], nodeY[b] - nodeY[a]);
  }
  return sum;
}
