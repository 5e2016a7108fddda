import { DifferenceTexel, RoadTexel, roadTexelFloats } from "../state/road-picture";
import type { RoadRibbons } from "./road-ribbons";
import { RoadPass, roadTextureWidth } from "./road-shaders";

/**
 * Which roads a pass draws. Most roads are as they should be and show nothing: their ribbons are not in the index buffer,
 * since a picture without a graphics card costs by its vertices.
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

/** Whether a pass has something to show of an edge: the shader says the same (`roadShows`). */
export function isShown(
  { state, difference, hoveredEdge, markedEdge }: RoadPicture,
  pass: RoadPass,
  edge: number,
): boolean {
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

/** Roads whose ribbons lie in a pass' index buffer: all that it shows, and some that it showed a while ago. */
export interface IndexedRoads {
  readonly isIn: Uint8Array;
  /** Indices in the buffer. */
  count: number;
}

export function forgetIndexed(indexed: IndexedRoads): void {
  indexed.isIn.fill(0);
  indexed.count = 0;
}

export function noRoadsIndexed({ indexStart }: RoadRibbons): IndexedRoads {
  return { isIn: new Uint8Array(indexStart.length - 1), count: 0 };
}

/** As many indices of roads that show nothing any more as of those that do: then the buffer is written anew. */
const idleShare = 1;
const idleLeast = 4096;

/**
 * Writes the indices of ribbons that a pass shows and that are not in its buffer yet; those of roads that it shows no more
 * stay, and the shader hides them, until they are too many. Allocates nothing.
 * @param out as long as `ribbons.indices` at least
 * @returns how many indices were written: the last of `indexed.count`, all of them where the buffer is begun anew
 */
export function indexShownRoads(
  ribbons: RoadRibbons,
  picture: RoadPicture,
  pass: RoadPass,
  indexed: IndexedRoads,
  out: Uint32Array,
): number {
  const { indices, indexStart } = ribbons;
  const { isIn } = indexed;
  let shown = 0;
  let written = 0;
  for (let edge = 0; edge < isIn.length; edge++) {
    if (!isShown(picture, pass, edge)) continue;
    const [first, end] = [indexStart[edge], indexStart[edge + 1]];
    shown += end - first;
    if (isIn[edge] === 1) continue;
    isIn[edge] = 1;
    for (let index = first; index < end; index++) out[written++] = indices[index];
  }
  indexed.count += written;
  const hasIdle = indexed.count > shown;
  const isAnew = pass === RoadPass.held ? hasIdle : indexed.count > shown * (1 + idleShare) + idleLeast;
  if (!isAnew) return written;
  forgetIndexed(indexed);
  return indexShownRoads(ribbons, picture, pass, indexed, out);
}
