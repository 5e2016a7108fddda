import { DifferenceTexel, RoadTexel, roadTexelFloats } from "../state/road-picture";
import type { RoadRibbons } from "./road-ribbons";
import { RoadPass } from "./road-shaders";
import type { RoadPicture } from "./roads";

/**
 * Which roads a pass draws. Most roads are as they should be and show nothing: their ribbons are left out of the index
 * buffer, since a picture without a graphics card costs by its vertices.
 */

/** Whether a pass has something to show of an edge. */
function isShown({ state, difference, hoveredEdge, markedEdge }: RoadPicture, pass: RoadPass, edge: number): boolean {
  const at = edge * roadTexelFloats;
  switch (pass) {
    case RoadPass.held:
      return edge === hoveredEdge || edge === markedEdge;
    case RoadPass.speed:
      return state[at + RoadTexel.speedGrade] > 0;
    case RoadPass.flow:
      return state[at + RoadTexel.flowVehH] > 0;
    case RoadPass.queue:
      return state[at + RoadTexel.queueHead] > state[at + RoadTexel.queueTail];
    case RoadPass.speedDifference:
      return difference[at + DifferenceTexel.speedStep] !== 0;
    case RoadPass.flowDifference:
      return difference[at + DifferenceTexel.flowStep] !== 0;
  }
}

/**
 * Writes the indices of all ribbons that a pass shows. Allocates nothing.
 * @param out as long as `ribbons.indices` at least
 * @returns how many indices were written
 */
export function writeShownIndices(
  { indices, indexStart }: RoadRibbons,
  picture: RoadPicture,
  pass: RoadPass,
  out: Uint32Array,
): number {
  let written = 0;
  for (let edge = 0; edge + 1 < indexStart.length; edge++) {
    if (!isShown(picture, pass, edge)) continue;
    for (let index = indexStart[edge]; index < indexStart[edge + 1]; index++) out[written++] = indices[index];
  }
  return written;
}
