import { edgeCountOf, type City } from "../../common/city";

/**
 * Edges end at every junction and are mostly too short to carry their street's name. This joins edges of one name and
 * class end to end into lines that are long enough to be labelled.
 */
export interface StreetChain {
  readonly name: string;
  readonly roadClass: number;
  /** Rows of the city's edges, in order; each starts where the one before it ends. */
  readonly edges: readonly number[];
}

export function chainStreets(city: City): StreetChain[] {
  const { edgeFrom, edgeTo, edgeName, edgeClass } = city.columns;
  const used = new Uint8Array(edgeCountOf(city));
  const leaving = edgesByStart(city);
  const arriving = edgesByEnd(city);

  const sameStreet = (edge: number, other: number) =>
    used[other] === 0 && edgeName[other] === edgeName[edge] && edgeClass[other] === edgeClass[edge];
  const isReturn = (edge: number, other: number) =>
    edgeFrom[other] === edgeTo[edge] && edgeTo[other] === edgeFrom[edge];

  function take(edge: number) {
    used[edge] = 1;
    // The way back along the same street would only repeat the name.
    for (const back of leaving.get(edgeTo[edge]) ?? [])
      if (isReturn(edge, back) && sameStreet(edge, back)) used[back] = 1;
  }

  function extend(
    edges: number[],
    start: number,
    candidates: (edge: number) => readonly number[],
    add: "push" | "unshift",
  ) {
    for (let edge: number | undefined = start; edge !== undefined;) {
      const current: number = edge;
      const next: number | undefined = candidates(current).find((other) => sameStreet(current, other));
      if (next === undefined) return;
      take(next);
      edges[add](next);
      edge = next;
    }
  }

  const chains: StreetChain[] = [];
  for (let edge = 0; edge < used.length; edge++) {
    const name = city.meta.names[edgeName[edge]];
    if (used[edge] === 1 || name === undefined) continue;
    take(edge);
    const edges = [edge];
    extend(edges, edge, (last) => leaving.get(edgeTo[last]) ?? [], "push");
    extend(edges, edge, (first) => arriving.get(edgeFrom[first]) ?? [], "unshift");
    chains.push({ name, roadClass: edgeClass[edge], edges });
  }
  return chains;
}

function edgesByStart({ columns: { edgeFrom } }: City): Map<number, number[]> {
  return groupRows(edgeFrom);
}

function edgesByEnd({ columns: { edgeTo } }: City): Map<number, number[]> {
  return groupRows(edgeTo);
}

function groupRows(keys: Uint32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  keys.forEach((key, row) => {
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  });
  return groups;
}
