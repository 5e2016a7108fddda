import { connectionCountOf, edgeCountOf, edgeOfLanes, type City } from "../../../../common/city";
import { quoted, refuse, type Element } from "../element-reading";

/** Finds rows of a city by the names that SUMO's files use. */
export interface CityRows {
  /** Row of an edge; -1 = it is in the network, and not open to motor vehicles. Any other name is refused. */
  readonly edge: (element: Element, id: string) => number;
  /** The same of a lane, "edge_number". */
  readonly lane: (element: Element, id: string) => number;
  readonly areConnected: (fromEdge: number, toEdge: number) => boolean;
  /** Whether one of the classes may drive on a lane of the edge. */
  readonly isOpen: (edge: number, classes: number) => boolean;
  readonly edgeOfLane: (lane: number) => number;
  readonly laneLengthM: (lane: number) => number;
  readonly edgeId: (edge: number) => string;
}

export function rowsOfCity(city: City): CityRows {
  const { columns, meta } = city;
  const edgeRow = new Map(meta.edgeIds.map((id, row) => [id, row]));
  const leftOut = new Set(meta.leftOutEdgeIds);
  const edgeOf = edgeOfLanes(city);
  const edges = edgeCountOf(city);
  const pairs = new Set<number>();
  for (let row = 0; row < connectionCountOf(city); row++) {
    pairs.add(edgeOf[columns.connectionFromLane[row]] * edges + edgeOf[columns.connectionToLane[row]]);
  }
  const classes = new Uint32Array(edges);
  edgeOf.forEach((edge, lane) => (classes[edge] |= columns.laneClasses[lane]));
  const edge: CityRows["edge"] = (element, id) => {
    const row = edgeRow.get(id);
    if (row !== undefined) return row;
    return leftOut.has(id) ? -1 : refuse(element, `there is no edge ${quoted(id)} in the network`);
  };
  return {
    edge,
    lane(element, id) {
      const at = id.lastIndexOf("_");
      const number = /^\d+$/.test(id.slice(at + 1)) ? Number(id.slice(at + 1)) : -1;
      if (at < 1 || number < 0) refuse(element, `no name of a lane: ${quoted(id)}`);
      const row = edge(element, id.slice(0, at));
      if (row < 0) return -1;
      const [first, end] = [columns.edgeLaneStart[row], columns.edgeLaneStart[row + 1]];
      const there = columns.laneNumber.subarray(first, end).indexOf(number);
      // Gaps are lanes that the import left out; there is none beyond the last.
      if (there < 0 && number > columns.laneNumber[end - 1] + lanesBeside)
        refuse(element, `there is no lane ${quoted(id)} in the network`);
      return there < 0 ? -1 : first + there;
    },
    areConnected: (fromEdge, toEdge) => pairs.has(fromEdge * edges + toEdge),
    isOpen: (row, wanted) => (classes[row] & wanted) !== 0,
    edgeOfLane: (lane) => edgeOf[lane],
    laneLengthM: (lane) => columns.laneLengthM[lane],
    edgeId: (row) => meta.edgeIds[row],
  };
}

/** Lanes that a road may have for others left of those for motor vehicles: rails, a bicycle lane. */
export const lanesBeside = 3;
