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

const lossWord = 4;

/** What each person has lost so far today, on the road and waiting at the kerb, s. */
export function lossOfPeople(arena: Arena): Float64Array {
  const { columns, counts, header } = arena;
  const lossS = new Float64Array(counts.people);
  for (let trip = 0; trip < counts.trips; trip++) {
    const startTick = columns.tripStartTick[trip];
    const departTick = columns.tripDepartTick[trip];
    const waits = startTick === none ? header.tick : startTick;
    // Who counts as having travelled before the beginning has tick 0 everywhere; a way home waits for the way to work.
    const hasBegun = trip % 2 === 0 || columns.tripArrivalTick[trip - 1] !== none;
    if (hasBegun && waits > departTick) lossS[trip >>> 1] += (waits - departTick) * header.dtS;
    if (columns.tripArrivalTick[trip] !== none) lossS[trip >>> 1] += columns.tripLossS[trip];
  }
  const current = header.currentBuffer === 0 ? columns.vehiclesA : columns.vehiclesB;
  const words = new Uint32Array(current.buffer, current.byteOffset, current.length / 4);
  const numbers = new Float32Array(current.buffer, current.byteOffset, current.length / 4);
  for (let lane = 0; lane < counts.edgeLanes + counts.connections; lane++) {
    const first = columns.laneFirst[lane];
    for (let row = first; row < first + columns.laneVehicles[lane]; row++) {
      lossS[words[row * recordWords + tripWord] >>> 1] += numbers[row * recordWords + lossWord];
    }
  }
  return lossS;
}
