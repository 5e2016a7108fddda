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
  /** Those of them whose sign has drivers stop first. */
  readonly stops: ReadonlySet<number>;
}

/** Signals and signs stand before the crossing that they control, at most so far, m: a stop line and the width of a large crossing. */
const controlReachM = 45;
/** A signal on an approach belongs to a crossing with signals that lies so near ahead, even beyond another one, m. */
const sharedReachM = 65;

/**
 * Mappers put signals on the crossing's node or on each approach. Those of an approach are carried on, in driving
 * direction, to a crossing that has signals anyway, else to the nearest; what reaches none is a pedestrians' signal
 * between crossings. Approaches on bigger roads are settled first: their crossing is the main one.
 */
export function locateControls(graph: RoadGraph, sections: readonly Section[], notes: ImportNotes): Controls {
  const search: Search = { graph, sections, arms: armCounts(sections), leaving: leavingByNode(sections) };
  const places = placesOnSections(graph.controls, sections);
  const signalNodes = new Set<number>();
  const givesWay = new Set<number>();
  const stops = new Set<number>();
  const isCrossing = (node: number) => (search.arms.get(node) ?? 0) >= 3;
  const onApproaches: Approach[] = [];
  for (const control of graph.controls) {
    if (!isCrossing(control.node)) onApproaches.push(approachOf(search, control, places.get(control.node) ?? []));
    else if (control.kind === "signals") signalNodes.add(control.node);
    // A sign on the crossing's own node does not say whom it faces.
    else noteDropped(notes, "stop and give-way signs", "they stand on the crossing itself and face no one");
  }
  onApproaches.sort((a, b) => a.roadClass - b.roadClass);
  for (const { kind, ahead } of onApproaches) {
    const nearest = ahead.find(({ distanceM, isFirst }) => isFirst && distanceM <= controlReachM);
    if (kind !== "signals") {
      if (nearest === undefined) noteDropped(notes, "stop and give-way signs", "no crossing within 45 m ahead");
      else {
        givesWay.add(nearest.directed);
        if (kind === "stop") stops.add(nearest.directed);
      }
    } else if (ahead.some(({ directed }) => signalNodes.has(endNodeOf(sections, directed)))) continue;
    else if (nearest !== undefined) signalNodes.add(endNodeOf(sections, nearest.directed));
    else noteDropped(notes, "signals", "no crossing within 45 m: for pedestrians, who are not simulated");
  }
  return { signalNodes, givesWay, stops };
}

interface Search {
  readonly graph: RoadGraph;
  readonly sections: readonly Section[];
  readonly arms: ReadonlyMap<number, number>;
  readonly leaving: ReadonlyMap<number, readonly number[]>;
}

interface Approach {
  readonly kind: NodeControl["kind"];
  /** Of the road that the control stands on. */
  readonly roadClass: number;
  /** Crossings ahead, nearest first. */
  readonly ahead: readonly Ahead[];
}

interface Ahead {
  /** The directed section that ends at the crossing. */
  readonly directed: number;
  readonly distanceM: number;
  /** Whether no other crossing lies before it. */
  readonly isFirst: boolean;
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

function approachOf(search: Search, control: NodeControl, places: readonly PlaceOnSection[]): Approach {
  const ahead = places.flatMap(({ section, index }) =>
    [forwardOf(section), backwardOf(section)].flatMap((directed) => {
      const facesBackward = (directed & 1) === 1;
      const isFaced = control.faces === "both" || (control.faces === "backward") === facesBackward;
      return isFaced && carriagewayOf(search.sections, directed) !== null
        ? crossingsAhead(search, directed, index)
        : [];
    }),
  );
  return {
    kind: control.kind,
    roadClass: Math.min(...places.map(({ section }) => search.sections[section].way.roadClass)),
    ahead: ahead.sort((a, b) => a.distanceM - b.distanceM || a.directed - b.directed),
  };
}

/** Drives on from a point of a directed section, and lists the crossings that come. */
function crossingsAhead({ graph, sections, arms, leaving }: Search, first: number, fromIndex: number): Ahead[] {
  const { nodes } = sections[sectionOf(first)];
  const restM = alongNodes(graph, (first & 1) === 0 ? nodes.slice(fromIndex) : nodes.slice(0, fromIndex + 1));
  const found: Ahead[] = [];
  const seen = new Set<number>([first]);
  const open = [{ directed: first, distanceM: restM, isFirst: true }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.distanceM > sharedReachM) continue;
    const { directed, distanceM, isFirst } = at;
    const end = endNodeOf(sections, directed);
    const isCrossing = (arms.get(end) ?? 0) >= 3;
    if (isCrossing) found.push(at);
    for (const next of leaving.get(end) ?? []) {
      if (seen.has(next) || sectionOf(next) === sectionOf(directed)) continue;
      seen.add(next);
      open.push({
        directed: next,
        distanceM: distanceM + sections[sectionOf(next)].lengthM,
        isFirst: isFirst && !isCrossing,
      });
    }
  }
  return found;
}

function alongNodes({ nodeX, nodeY }: RoadGraph, nodes: readonly number[]): number {
  let sum = 0;
  for (let index = 1; index < nodes.length; index++) {
    const [a, b] = [nodes[index - 1], nodes[index]];
    sum += length(nodeX[b] - nodeX[a], nodeY[b] - nodeY[a]);
  }
  return sum;
}
