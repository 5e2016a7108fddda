import type { RoadGraph } from "../roads/road-graph";
import { findBorderPairs } from "./border-pairs";
import { findClusters, type Clusters } from "./junction-clusters";
import type { Section } from "./sections";
import { findWantedTrims } from "./trims";

/** A car and its gap, m: on a shorter edge between two crossings who waits at one blocks the other. */
const carRoomM = 7;
/** Before and behind signals two cars, or hardly anybody gets through in a green, m. */
const queueRoomM = 13;
/** In a roundabout nobody waits, but a car has to clear the way that it came by, m. */
const circlingRoomM = 6;
/** Joining makes crossings wider and edges shorter; after so many rounds what is left is left. */
const rounds = 6;

/**
 * Crossings such that there is room on every edge between two of them: where there is not, both are one.
 */
export function clusterWithRoom(
  graph: RoadGraph,
  sections: readonly Section[],
  signalNodes: ReadonlySet<number>,
): Clusters {
  const tooShort = new Set<number>();
  const borderPairs = findBorderPairs(graph, sections);
  for (let round = 1; ; round++) {
    const clusters = findClusters(graph, sections, { signalNodes, tooShort, borderPairs });
    const before = tooShort.size;
    const signalised = new Set([...signalNodes].map((node) => clusters.junctionOf[node]));
    for (const section of sectionsWithoutRoom(sections, clusters, signalised)) tooShort.add(section);
    if (tooShort.size === before || round === rounds) return clusters;
  }
}

function sectionsWithoutRoom(
  sections: readonly Section[],
  clusters: Clusters,
  signalised: ReadonlySet<number>,
): number[] {
  const isEdge = clusters.isInner.map((inner) => 1 - inner);
  const { wanted, least } = findWantedTrims(sections, clusters, isEdge);
  const arms = new Map<number, number>();
  const junctionsOf = ({ nodes }: Section) => [clusters.junctionOf[nodes[0]], clusters.junctionOf[nodes.at(-1) ?? 0]];
  sections.forEach((section, row) => {
    if (isEdge[row] === 0) return;
    for (const junction of junctionsOf(section)) arms.set(junction, (arms.get(junction) ?? 0) + 1);
  });
  return sections.flatMap((section, row) => {
    if (isEdge[row] === 0) return [];
    const junctions = junctionsOf(section);
    const atSignals = junctions.some((junction) => signalised.has(junction));
    // Kerbs in a roundabout are as narrow as they must be; elsewhere a crossing that needs narrow kerbs is one.
    const { startM, endM } = section.way.isRoundabout ? least : wanted;
    const roomM = section.way.isRoundabout ? circlingRoomM : atSignals ? queueRoomM : carRoomM;
    if (section.lengthM - startM[row] - endM[row] >= roomM) return [];
    return junctions.every((junction) => (arms.get(junction) ?? 0) >= 3) ? [row] : [];
  });
}
