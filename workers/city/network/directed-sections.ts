import type { Carriageway } from "../roads/road-graph";
import { reversed, type Polyline } from "../geometry/polyline";
import type { Section } from "./sections";

/** Directed sections: `2 × section` along its points, `2 × section + 1` against them. */
export const forwardOf = (section: number): number => 2 * section;
export const backwardOf = (section: number): number => 2 * section + 1;
export const sectionOf = (directed: number): number => directed >> 1;
export const oppositeOf = (directed: number): number => directed ^ 1;
const isForward = (directed: number): boolean => (directed & 1) === 0;

function at(sections: readonly Section[], directed: number): Section {
  const section = sections[directed >> 1];
  if (section === undefined) throw new Error("broken invariant: a directed section has its section");
  return section;
}

export function carriagewayOf(sections: readonly Section[], directed: number): Carriageway | null {
  const section = at(sections, directed);
  return isForward(directed) ? section.forward : section.backward;
}

export function startNodeOf(sections: readonly Section[], directed: number): number {
  const { nodes } = at(sections, directed);
  return (isForward(directed) ? nodes[0] : nodes.at(-1)) ?? 0;
}

export const endNodeOf = (sections: readonly Section[], directed: number): number =>
  startNodeOf(sections, oppositeOf(directed));

/** The way at the end where it arrives, for rules that name ways. */
export function wayAtEnd(sections: readonly Section[], directed: number): number {
  const section = at(sections, directed);
  return isForward(directed) ? section.endWay : section.startWay;
}

export const wayAtStart = (sections: readonly Section[], directed: number): number =>
  wayAtEnd(sections, oppositeOf(directed));

/** Its points in driving direction. */
export function lineOf(sections: readonly Section[], directed: number): Polyline {
  const { line } = at(sections, directed);
  return isForward(directed) ? line : reversed(line);
}

/** A node of it, counted in driving direction. */
export function nodeAlong(sections: readonly Section[], directed: number, step: number): number | undefined {
  const { nodes } = at(sections, directed);
  return nodes.at(isForward(directed) ? step : -1 - step);
}

/** Directed sections that leave each node. A two-way section leaves both its ends. */
export function leavingByNode(sections: readonly Section[]): ReadonlyMap<number, readonly number[]> {
  const leaving = new Map<number, number[]>();
  for (let directed = 0; directed < sections.length * 2; directed++) {
    if (carriagewayOf(sections, directed) === null) continue;
    const node = startNodeOf(sections, directed);
    const there = leaving.get(node);
    if (there === undefined) leaving.set(node, [directed]);
    else there.push(directed);
  }
  return leaving;
}

/** How many section ends meet at each node. */
export function armCounts(sections: readonly Section[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { nodes } of sections) {
    for (const node of [nodes[0], nodes.at(-1) ?? 0]) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}
