import { DifferenceTexel, RoadTexel, roadTexelFloats } from "../state/road-picture";
import type { RoadRibbons } from "./road-ribbons";
import { RoadPass, roadTextureWidth } from "./road-shaders";

/**
 * Which roads a pass draws. Most roads are as they should be and show nothing: their ribbons are left out of the index
 * buffer, since a picture without a graphics card costs by its vertices.
 */

/** What the layer reads at each draw. Mutated by the scene, never replaced. */
export interface RoadPicture {
  /** `RoadTexel`s of the city that is shown, of whole rows of the texture. */
  readonly state: Float32Array<ArrayBuffer>;
  /** `DifferenceTexel`s of both cities. */
  readonly difference: Float32Array<ArrayBuffer>;
  /** Changes when the texels have. */
  version: number;
  /** What is switched on, lowest first. */
  passes: readonly RoadPass[];
  /** Edge under the pointer, and edge in hand; -1 for none. */
  hoveredEdge: number;
  markedEdge: number;
}

export function createRoadPicture(edgeCount: number): RoadPicture {
  const texels = () =>
    new Float32Array(roadTextureWidth * Math.max(1, Math.ceil(edgeCount / roadTextureWidth)) * roadTexelFloats);
  return { state: texels(), difference: texels(), version: 0, passes: [], hoveredEdge: -1, markedEdge: -1 };
}

/** Whether a pass reads the texels of the city that is shown. */
export function readsState(pass: RoadPass): boolean {
  return pass === RoadPass.speed || pass === RoadPass.flow || pass === RoadPass.queue;
}

/** Whether a pass reads the texels of both cities. */
export function readsDifference(pass: RoadPass): boolean {
  return pass === RoadPass.speedDifference || pass === RoadPass.flowDifference;
}

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
