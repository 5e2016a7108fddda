import { startDirection } from "../geometry/polyline";
import type { NetworkEdge } from "./edges";
import type { EdgeMovement, LaneRange } from "./lane-choice";

/** cos 60°: roads that meet at less than that merge; the rest turn in. */
const mergingCosine = 0.5;

/**
 * The lanes of an edge that each edge before it may use. Where roads merge, as at ramps, they take the lanes in turn
 * from the right when there are enough for all; otherwise the bigger road keeps its lanes and the other joins them at
 * its side. Elsewhere everyone uses all lanes.
 */
export function mergeRanges(
  edges: readonly NetworkEdge[],
  movements: readonly (readonly EdgeMovement[])[],
): (movement: EdgeMovement) => LaneRange {
  const arriving = new Map<number, EdgeMovement[]>();
  for (const movement of movements.flat()) {
    const there = arriving.get(movement.toEdge);
    if (there === undefined) arriving.set(movement.toEdge, [movement]);
    else there.push(movement);
  }
  const ranges = new Map<EdgeMovement, LaneRange>();
  for (const [toEdge, list] of arriving) {
    if (list.length < 2 || list.some(({ cosine, isUTurn }) => isUTurn || cosine < mergingCosine)) continue;
    shareLanes(edges, list, edges[toEdge].carriageway.laneCount, ranges);
  }
  return (movement) => ranges.get(movement) ?? { first: 0, end: movement.targetCount };
}

function shareLanes(
  edges: readonly NetworkEdge[],
  merging: readonly EdgeMovement[],
  targetCount: number,
  ranges: Map<EdgeMovement, LaneRange>,
): void {
  const lanesOf = ({ fromEdge }: EdgeMovement) => edges[fromEdge].carriageway.laneCount;
  const fromRight = sideways(edges, merging)
    .sort((a, b) => b.rightM - a.rightM || a.movement.fromEdge - b.movement.fromEdge)
    .map(({ movement }) => movement);
  const main = fromRight.reduce((best, other) => (isBigger(edges, other, best) ? other : best));
  const mainAt = fromRight.indexOf(main);
  const sumOf = (list: readonly EdgeMovement[]) => list.reduce((sum, movement) => sum + lanesOf(movement), 0);
  const right = sumOf(fromRight.slice(0, mainAt));
  const left = sumOf(fromRight.slice(mainAt + 1));
  const mainCount = Math.min(lanesOf(main), targetCount);
  const enough = right + lanesOf(main) + left <= targetCount;
  const mainFirst = enough ? right : Math.min(right, targetCount - mainCount);
  ranges.set(main, { first: mainFirst, end: enough ? targetCount - left : mainFirst + mainCount });
  let next = 0;
  for (const movement of fromRight.slice(0, mainAt)) {
    const count = Math.min(lanesOf(movement), targetCount);
    const first = Math.min(next, targetCount - count);
    ranges.set(movement, { first, end: first + count });
    next += count;
  }
  next = targetCount;
  for (const movement of fromRight.slice(mainAt + 1).reverse()) {
    const count = Math.min(lanesOf(movement), targetCount);
    const end = Math.max(next, count);
    ranges.set(movement, { first: end - count, end });
    next -= count;
  }
}

/** How far to the right of the edge behind each of them ends, m. Headings would not do: ramps arrive in parallel. */
function sideways(
  edges: readonly NetworkEdge[],
  merging: readonly EdgeMovement[],
): { readonly movement: EdgeMovement; readonly rightM: number }[] {
  return merging.map((movement) => {
    const behind = edges[movement.toEdge]?.lanes[0];
    const before = edges[movement.fromEdge]?.lanes[0];
    if (behind === undefined || before === undefined) return { movement, rightM: 0 };
    const along = startDirection(behind, 12);
    const dx = (before.x.at(-1) ?? 0) - behind.x[0];
    const dy = (before.y.at(-1) ?? 0) - behind.y[0];
    return { movement, rightM: dx * along.y - dy * along.x };
  });
}

function isBigger(edges: readonly NetworkEdge[], movement: EdgeMovement, best: EdgeMovement): boolean {
  const [a, b] = [edges[movement.fromEdge], edges[best.fromEdge]];
  if (a === undefined || b === undefined || a === b) return false;
  if (a.way.isLink !== b.way.isLink) return b.way.isLink;
  if (a.way.roadClass !== b.way.roadClass) return a.way.roadClass < b.way.roadClass;
  return a.carriageway.laneCount > b.carriageway.laneCount;
}
