import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";

const recordWords = 8;
const tripWord = 2;

/** The edge on which each person drives now; `none` for those who are not on the road. Inside junctions: the edge ahead. */
export function locatePeople(arena: Arena): Uint32Array {
  const { columns, counts, header } = arena;
  const found = new Uint32Array(counts.people).fill(none);
  const current = header.currentBuffer === 0 ? columns.vehiclesA : columns.vehiclesB;
  const words = new Uint32Array(current.buffer, current.byteOffset, current.length / 4);
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const edgeLane = lane < counts.edgeLanes ? lane : columns.connectionToLane[lane - counts.edgeLanes];
    const edge = columns.laneEdge[edgeLane];
    const first = columns.laneFirst[lane];
    for (let row = first; row < first + columns.laneVehicles[lane]; row++) {
      found[words[row * recordWords + tripWord] >>> 1] = edge;
    }
  }
  return found;
}

/** The trip that the person is on or will make next; `none` when the day's trips are done. */
export function tripUnderWay(arena: Arena, person: number): number {
  const { tripArrivalTick } = arena.columns;
  if (tripArrivalTick[2 * person] === none) return 2 * person;
  return tripArrivalTick[2 * person + 1] === none ? 2 * person + 1 : none;
}
