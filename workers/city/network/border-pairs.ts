import { length } from "../../kernel/maths";
import { endDirection, startDirection, type Point } from "../geometry/polyline";
import type { RoadGraph } from "../roads/road-graph";
import { armCounts, endNodeOf, forwardOf, lineOf, startNodeOf } from "./directed-sections";
import type { Section } from "./sections";

/** Carriageways of one road lie no farther apart, m. */
const farthestM = 60;
/** cos 135°: they run against each other. */
const againstEachOther = -0.707;
/** Directions are taken over so many metres. */
const viewM = 30;

interface LooseEnd {
  readonly node: number;
  readonly towards: Point;
}

/**
 * Where the border of a map cuts a road with two carriageways, one ends in nothing and the other begins there. Their
 * ends are paired, nearest first, so that who leaves the map comes back: the road is of use to somebody.
 */
export function findBorderPairs(graph: RoadGraph, sections: readonly Section[]): (readonly [number, number])[] {
  const { ends, starts } = looseEnds(sections);
  const candidates = ends.flatMap((end) =>
    starts
      .filter((start) => end.towards.x * start.towards.x + end.towards.y * start.towards.y < againstEachOther)
      .map((start) => ({ end: end.node, start: start.node, distanceM: distance(graph, end.node, start.node) }))
      .filter(({ distanceM }) => distanceM <= farthestM),
  );
  candidates.sort((a, b) => a.distanceM - b.distanceM || a.end - b.end || a.start - b.start);
  const taken = new Set<number>();
  const pairs: (readonly [number, number])[] = [];
  for (const { end, start } of candidates) {
    if (taken.has(end) || taken.has(start)) continue;
    taken.add(end).add(start);
    pairs.push([end, start]);
  }
  return pairs;
}

function distance({ nodeX, nodeY }: RoadGraph, a: number, b: number): number {
  return length(nodeX[b] - nodeX[a], nodeY[b] - nodeY[a]);
}

/** Ends of one-way roads that nothing else meets: where they end, and where they start. */
function looseEnds(sections: readonly Section[]): { readonly ends: LooseEnd[]; readonly starts: LooseEnd[] } {
  const arms = armCounts(sections);
  const [ends, starts]: [LooseEnd[], LooseEnd[]] = [[], []];
  sections.forEach(({ forward, backward }, section) => {
    if ((forward === null) === (backward === null)) return;
    const directed = forwardOf(section) + (forward === null ? 1 : 0);
    const [start, end] = [startNodeOf(sections, directed), endNodeOf(sections, directed)];
    const line = lineOf(sections, directed);
    if (arms.get(end) === 1) ends.push({ node: end, towards: endDirection(line, viewM) });
    if (arms.get(start) === 1) starts.push({ node: start, towards: startDirection(line, viewM) });
  });
  return { ends, starts };
}
