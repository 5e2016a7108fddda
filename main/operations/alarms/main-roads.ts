import { edgeCountOf, edgeLaneCountOf, edgeOfLanes, RoadClass, type City } from "../../../common/city";

/** The main roads of a city as a graph of their own: rows are of this graph, ascending by edge. */
export interface MainRoads {
  readonly edges: Uint32Array;
  /** Of each edge of the city, its row; -1 where it is no main road. */
  readonly rowOfEdge: Int32Array;
  /** Rows that traffic of a row goes on to: CSR. */
  readonly nextStart: Uint32Array;
  readonly next: Uint32Array;
  /** Rows that traffic of a row comes from: CSR. */
  readonly beforeStart: Uint32Array;
  readonly before: Uint32Array;
  readonly lengthM: Float32Array;
}

/** Edges of these classes are watched: what blocks them is felt by others. */
const leastClass = RoadClass.secondary;

export function mainRoadsOf(city: City): MainRoads {
  const { edgeClass, edgeLengthM, edgeFrom, edgeTo, connectionFromLane, connectionToLane } = city.columns;
  const rowOfEdge = new Int32Array(edgeCountOf(city)).fill(-1);
  const edges = Uint32Array.from(edgeClass.keys()).filter((edge) => edgeClass[edge] <= leastClass);
  edges.forEach((edge, row) => (rowOfEdge[edge] = row));
  const edgeOfLane = edgeOfLanes(city);
  const pairs = new Set<number>();
  for (let connection = 0; connection < connectionFromLane.length; connection++) {
    if (connectionToLane[connection] >= edgeLaneCountOf(city)) continue;
    const [from, to] = [edgeOfLane[connectionFromLane[connection]], edgeOfLane[connectionToLane[connection]]];
    const isBack = edgeFrom[from] === edgeTo[to];
    if (!isBack && rowOfEdge[from] >= 0 && rowOfEdge[to] >= 0)
      pairs.add(rowOfEdge[from] * edges.length + rowOfEdge[to]);
  }
  const froms = Uint32Array.from(pairs, (pair) => Math.floor(pair / edges.length));
  const tos = Uint32Array.from(pairs, (pair) => pair % edges.length);
  const [nextStart, next] = groupRows(froms, tos, edges.length);
  const [beforeStart, before] = groupRows(tos, froms, edges.length);
  return {
    edges,
    rowOfEdge,
    nextStart,
    next,
    beforeStart,
    before,
    lengthM: edges.length === 0 ? new Float32Array() : Float32Array.from(edges, (edge) => edgeLengthM[edge]),
  };
}

/** @returns CSR of the values by their key */
function groupRows(keys: Uint32Array, values: Uint32Array, rows: number): [Uint32Array, Uint32Array] {
  const start = new Uint32Array(rows + 1);
  for (const key of keys) start[key + 1]++;
  for (let row = 0; row < rows; row++) start[row + 1] += start[row];
  const place = start.slice(0, rows);
  const grouped = new Uint32Array(values.length);
  keys.forEach((key, at) => (grouped[place[key]++] = values[at]));
  return [start, grouped];
}

/** Where several marked rows follow each other: its head, from which traffic goes on freely, and how far it reaches back. */
export interface Stretch {
  readonly row: number;
  readonly lengthM: number;
}

/**
 * The stretches of marked rows, one for each head. Linear in the marked rows: each is walked once, so that what two heads
 * share counts for the first.
 * @param marked 1 where a row is, else 0; walked rows are set to 2
 */
export function stretchesOf(roads: MainRoads, marked: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  for (let row = 0; row < marked.length; row++) {
    if (marked[row] === 0 || hasMarkedAhead(roads, marked, row)) continue;
    stretches.push({ row, lengthM: reachBack(roads, marked, row) });
  }
  return stretches;
}

function hasMarkedAhead({ nextStart, next }: MainRoads, marked: Uint8Array, row: number): boolean {
  for (let at = nextStart[row]; at < nextStart[row + 1]; at++) if (marked[next[at]] !== 0) return true;
  return false;
}

/** The longest way back over marked rows, m. */
function reachBack({ beforeStart, before, lengthM }: MainRoads, marked: Uint8Array, head: number): number {
  const reached: [row: number, m: number][] = [[head, lengthM[head]]];
  let longestM = 0;
  for (let at = 0; at < reached.length; at++) {
    const [row, m] = reached[at];
    longestM = Math.max(longestM, m);
    for (let place = beforeStart[row]; place < beforeStart[row + 1]; place++) {
      const earlier = before[place];
      if (marked[earlier] !== 1) continue;
      marked[earlier] = 2;
      reached.push([earlier, m + lengthM[earlier]]);
    }
  }
  return longestM;
}
