import { assert } from "../../../common/result";
import { lengthOf, polylineOf, type Polyline } from "../geometry/polyline";
import type { Carriageway, RoadGraph, RoadWay } from "../roads/road-graph";

/**
 * A road between two places where something changes: a crossing, an end, other lanes or another name. Both directions
 * of it are driven along the same points. Directed sections are numbered `2 × section` along the points and
 * `2 × section + 1` against them.
 */
export interface Section {
  /** Rows of the graph's nodes, at least two; first and last differ. */
  readonly nodes: readonly number[];
  readonly line: Polyline;
  readonly lengthM: number;
  /** Rows of the ways at both ends, for rules that name ways. */
  readonly startWay: number;
  readonly endWay: number;
  /** The way whose attributes it has. */
  readonly way: RoadWay;
  readonly forward: Carriageway | null;
  readonly backward: Carriageway | null;
  /** Whether a bridge is part of it. */
  readonly hasBridge: boolean;
  /** Identifier of the edge along the points. */
  readonly id: string;
}

/** Nodes of one way between cuts. */
interface Piece {
  readonly way: number;
  readonly nodes: readonly number[];
}

/** Splits ways where they cross, joins ways that only continue each other. */
export function splitIntoSections(graph: RoadGraph): Section[] {
  const isCut = findCuts(graph);
  const pieces = graph.ways.flatMap((way, row) => splitWay(way, row, isCut));
  const chains = chainPieces(pieces, isCut);
  const countOfWay = new Uint32Array(graph.ways.length);
  const sections = chains.flatMap((chain) => splitLoop(chain));
  for (const { first } of sections) countOfWay[first]++;
  const nextOfWay = new Uint32Array(graph.ways.length);
  return sections.map((chain) => {
    const way = graph.ways[chain.first];
    assert(way !== undefined, "a chain names a way of the graph");
    const number = nextOfWay[chain.first];
    nextOfWay[chain.first] = number + 1;
    const line = polylineOf(
      chain.nodes.map((node) => graph.nodeX[node]),
      chain.nodes.map((node) => graph.nodeY[node]),
    );
    return {
      nodes: chain.nodes,
      line,
      lengthM: lengthOf(line),
      startWay: chain.startWay,
      endWay: chain.endWay,
      way,
      forward: way.forward,
      backward: way.backward,
      hasBridge: chain.ways.some((row) => graph.ways[row]?.isBridge),
      id: countOfWay[chain.first] === 1 ? way.id : `${way.id}#${number}`,
    };
  });
}

/** 1 at nodes where sections end. */
function findCuts(graph: RoadGraph): Uint8Array {
  const nodeCount = graph.nodeX.length;
  const degree = new Uint32Array(nodeCount);
  for (const { nodes } of graph.ways) {
    nodes.forEach((node, index) => {
      degree[node] += index === 0 || index === nodes.length - 1 ? 1 : 2;
    });
  }
  const isCut = new Uint8Array(nodeCount);
  degree.forEach((count, node) => (isCut[node] = count === 2 ? 0 : 1));
  for (const { viaNode } of graph.restrictions) isCut[viaNode] = 1;
  for (const { nodes } of graph.pathRestrictions) isCut[nodes[0]] = isCut[nodes.at(-1) ?? 0] = 1;

  // Where exactly two ways end, the road goes on if both say the same of it.
  const endsAt = new Map<number, { readonly way: number; readonly atEnd: boolean }>();
  graph.ways.forEach(({ nodes }, way) => {
    for (const atEnd of [false, true]) {
      const node = nodes[atEnd ? nodes.length - 1 : 0];
      if (isCut[node] === 1) continue;
      const other = endsAt.get(node);
      if (other === undefined) endsAt.set(node, { way, atEnd });
      else if (!continues(graph, other, { way, atEnd })) isCut[node] = 1;
    }
  });
  return isCut;
}

interface WayEnd {
  readonly way: number;
  readonly atEnd: boolean;
}

function continues(graph: RoadGraph, first: WayEnd, second: WayEnd): boolean {
  const [a, b] = [graph.ways[first.way], graph.ways[second.way]];
  assert(a !== undefined && b !== undefined, "way ends name ways of the graph");
  // End to start: same direction. End to end or start to start: the second runs against the first.
  const sameWayRound = first.atEnd !== second.atEnd;
  return (
    a.roadClass === b.roadClass &&
    a.isLink === b.isLink &&
    a.isRoundabout === b.isRoundabout &&
    a.name === b.name &&
    sameCarriageway(a.forward, sameWayRound ? b.forward : b.backward) &&
    sameCarriageway(a.backward, sameWayRound ? b.backward : b.forward)
  );
}

function sameCarriageway(a: Carriageway | null, b: Carriageway | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.laneCount === b.laneCount &&
    a.speedMps === b.speedMps &&
    (a.turnMarks ?? []).join() === (b.turnMarks ?? []).join()
  );
}

function splitWay({ nodes }: RoadWay, way: number, isCut: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let index = 1; index < nodes.length; index++) {
    if (index < nodes.length - 1 && isCut[nodes[index]] === 0) continue;
    pieces.push({ way, nodes: [...nodes.subarray(from, index + 1)] });
    from = index;
  }
  return pieces;
}

interface Chain {
  readonly nodes: readonly number[];
  /** The way that gives attributes, direction and name. */
  readonly first: number;
  readonly startWay: number;
  readonly endWay: number;
  readonly ways: readonly number[];
}

/** Joins pieces over nodes that are no cuts. Each chain runs in the direction of its piece that comes first in the file. */
function chainPieces(pieces: readonly Piece[], isCut: Uint8Array): Chain[] {
  const piecesAt = new Map<number, number[]>();
  pieces.forEach(({ nodes }, piece) => {
    for (const node of [nodes[0], nodes.at(-1) ?? 0]) {
      if (isCut[node] === 1) continue;
      const there = piecesAt.get(node);
      if (there === undefined) piecesAt.set(node, [piece]);
      else there.push(piece);
    }
  });
  const used = new Uint8Array(pieces.length);
  const extend = (nodes: number[], ways: number[]): number => {
    let lastWay = ways[0];
    for (;;) {
      const end = nodes.at(-1) ?? 0;
      const next = piecesAt.get(end)?.find((piece) => used[piece] === 0);
      const found = next === undefined ? undefined : pieces[next];
      if (next === undefined || found === undefined) return lastWay;
      used[next] = 1;
      lastWay = found.way;
      ways.push(lastWay);
      const onward = found.nodes[0] === end ? found.nodes : [...found.nodes].reverse();
      for (let index = 1; index < onward.length; index++) nodes.push(onward[index]);
    }
  };
  const chains: Chain[] = [];
  pieces.forEach((piece, row) => {
    if (used[row] === 1) return;
    used[row] = 1;
    const nodes = [...piece.nodes];
    const ways = [piece.way];
    const endWay = extend(nodes, ways);
    nodes.reverse();
    const startWay = extend(nodes, ways);
    nodes.reverse();
    chains.push({ nodes, first: piece.way, startWay, endWay, ways });
  });
  return chains;
}

/** A section that ends where it began is cut in its middle, so that every edge has two junctions. */
function splitLoop(chain: Chain): Chain[] {
  const { nodes, first, startWay, endWay, ways } = chain;
  if (nodes[0] !== nodes.at(-1)) return [chain];
  const middle = nodes.length >> 1;
  return [
    { nodes: nodes.slice(0, middle + 1), first, startWay, endWay: first, ways },
    { nodes: nodes.slice(middle), first, startWay: first, endWay, ways },
  ];
}
