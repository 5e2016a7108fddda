import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";

/** Words of a vehicle's record as the kernel lays it out. */
const recordWords = 8;
const tripWord = 2;

/** Visits the record of every vehicle until `visit` says that it has seen enough. Inside junctions: the edge ahead. */
function visitVehicles(arena: Arena, visit: (words: Uint32Array, at: number, edge: number) => boolean): void {
  const { columns, counts, header } = arena;
  const current = header.currentBuffer === 0 ? columns.vehiclesA : columns.vehiclesB;
  const words = new Uint32Array(current.buffer, current.byteOffset, current.length / 4);
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const edgeLane = lane < counts.edgeLanes ? lane : columns.connectionToLane[lane - counts.edgeLanes];
    const edge = columns.laneEdge[edgeLane];
    const first = columns.laneFirst[lane];
    for (let row = first; row < first + columns.laneVehicles[lane]; row++) {
      if (visit(words, row * recordWords, edge)) return;
    }
  }
}

/** The edge on which each person drives now; `none` for those who are not on the road. */
export function locatePeople(arena: Arena): Uint32Array {
  const found = new Uint32Array(arena.counts.people).fill(none);
  visitVehicles(arena, (words, at, edge) => {
    found[words[at + tripWord] >>> 1] = edge;
    return false;
  });
  return found;
}

/** The edge on which one person drives now; `none` when they are not on the road. Between two ticks. */
export function edgeOfPerson(arena: Arena, person: number): number {
  let found: number = none;
  visitVehicles(arena, (words, at, edge) => {
    if (words[at + tripWord] >>> 1 !== person) return false;
    found = edge;
    return true;
  });
  return found;
}

/** The trip that the person is on or will make next; `none` when the day's trips are done. */
export function tripUnderWay(arena: Arena, person: number): number {
  const { tripArrivalTick } = arena.columns;
  if (tripArrivalTick[2 * person] === none) return 2 * person;
  return tripArrivalTick[2 * person + 1] === none ? 2 * person + 1 : none;
}
