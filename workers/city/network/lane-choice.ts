import { TurnMark } from "../roads/road-graph";

/** A movement as the lanes of the edge before it see it. */
export interface LaneMovement {
  /** Cosine of the angle it turns by: 1 is straight on. */
  readonly cosine: number;
  /** Sine of it, positive to the left. */
  readonly sine: number;
  readonly isUTurn: boolean;
  /** Lanes of the edge behind, those that this edge may use. */
  readonly targetCount: number;
  /** Larger for the bigger road behind. */
  readonly importance: number;
}

/** A movement between rows of edges. */
export interface EdgeMovement extends LaneMovement {
  readonly fromEdge: number;
  readonly toEdge: number;
}

/** Lanes `[first, end)`, counted from the right. */
export interface LaneRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Which lanes lead to which movements.
 *
 * Movements are in order from right to left. Ranges come in the same order and neither their first nor their last lanes
 * step back to the right, so that no two movements of an edge cross. Every lane leads somewhere, every movement has a lane.
 *
 * @param turnMarks arrows of each lane from the right, or null
 */
export function chooseLanes(
  laneCount: number,
  movements: readonly LaneMovement[],
  turnMarks: readonly number[] | null,
): LaneRange[] {
  const marked = turnMarks === null ? null : lanesByMarks(laneCount, movements, turnMarks);
  return marked ?? lanesByCustom(laneCount, movements);
}

/** cos 45°: what turns less goes straight on. */
const straightCosine = 0.707;

/**
 * Without arrows: the movement that goes on takes as many lanes as go on; lanes beyond that belong to the turns, to the
 * left first, since who turns left waits; where there are none to spare, turns share the outermost lane.
 */
function lanesByCustom(laneCount: number, movements: readonly LaneMovement[]): LaneRange[] {
  const main = mainMovement(movements);
  if (main === -1) return spreadEvenly(laneCount, movements);
  const onward = movements[main].targetCount;
  const rightTargets = movements.slice(0, main).reduce((sum, { targetCount }) => sum + targetCount, 0);
  const leftTargets = movements.slice(main + 1).reduce((sum, { targetCount }) => sum + targetCount, 0);
  let spare = Math.max(0, laneCount - onward);
  let [left, right] = [0, 0];
  while (spare > 0 && (left < leftTargets || right < rightTargets)) {
    if (left < leftTargets && (left <= right || right >= rightTargets)) left++;
    else right++;
    spare--;
  }
  const rightRanges = spreadEvenly(Math.max(right, 1), movements.slice(0, main));
  const leftFirst = laneCount - Math.max(left, 1);
  const leftRanges = spreadEvenly(laneCount - leftFirst, movements.slice(main + 1));
  return [
    ...rightRanges,
    { first: right, end: laneCount - left },
    ...leftRanges.map(({ first, end }) => ({ first: first + leftFirst, end: end + leftFirst })),
  ];
}

/** The movement straight on; of several the bigger road, then the straighter. -1 where the road ends at a cross street. */
function mainMovement(movements: readonly LaneMovement[]): number {
  let main = -1;
  movements.forEach(({ cosine, importance, isUTurn }, row) => {
    if (cosine < straightCosine || isUTurn) return;
    const best = movements[main];
    if (best === undefined || importance > best.importance || (importance === best.importance && cosine > best.cosine))
      main = row;
  });
  return main;
}

/** Lanes in turn to movements, both from right to left; fewer lanes than movements are shared by neighbours. */
function spreadEvenly(laneCount: number, movements: readonly LaneMovement[]): LaneRange[] {
  const count = movements.length;
  if (laneCount < count) {
    return movements.map((_, row) => {
      const lane = Math.floor((row * laneCount) / count);
      return { first: lane, end: lane + 1 };
    });
  }
  return movements.map((_, row) => ({
    first: Math.floor((row * laneCount) / count),
    end: Math.floor(((row + 1) * laneCount) / count),
  }));
}

/** Arrows from right to left with the cosine and sine of the direction they show. */
const markDirections: readonly (readonly [mark: number, cosine: number, sine: number])[] = [
  [TurnMark.sharpRight, -0.707, -0.707],
  [TurnMark.right, 0, -1],
  [TurnMark.slightRight, 0.707, -0.707],
  [TurnMark.through, 1, 0],
  [TurnMark.slightLeft, 0.707, 0.707],
  [TurnMark.left, 0, 1],
  [TurnMark.sharpLeft, -0.707, 0.707],
];

interface MarkGroup {
  readonly cosine: number;
  readonly sine: number;
  first: number;
  end: number;
}

/** Lanes by their arrows; null where arrows and movements cannot be reconciled. */
function lanesByMarks(
  laneCount: number,
  movements: readonly LaneMovement[],
  turnMarks: readonly number[],
): LaneRange[] | null {
  const groups = groupMarks(turnMarks);
  if (groups.length === 0) return null;
  const ranges =
    groups.length === movements.length
      ? groups.map(({ first, end }) => ({ first, end }))
      : movements.map((movement) => nearestGroup(groups, movement));
  return areUsable(laneCount, ranges) ? ranges : null;
}

/** Lanes with the same arrow form a group; groups are in order from right to left. A lane without arrow leads on. */
function groupMarks(turnMarks: readonly number[]): MarkGroup[] {
  const groups: MarkGroup[] = [];
  for (const [mark, cosine, sine] of markDirections) {
    let group: MarkGroup | null = null;
    turnMarks.forEach((bits, lane) => {
      const shown = (bits & ~TurnMark.reverse) === 0 ? TurnMark.through : bits;
      if ((shown & mark) === 0) return;
      group ??= { cosine, sine, first: lane, end: lane };
      group.end = lane + 1;
    });
    if (group !== null) groups.push(group);
  }
  return groups;
}

function nearestGroup(groups: readonly MarkGroup[], { cosine, sine }: LaneMovement): LaneRange {
  let [best, bestLikeness] = [groups[0], -2];
  for (const group of groups) {
    const likeness = group.cosine * cosine + group.sine * sine;
    if (likeness > bestLikeness) [best, bestLikeness] = [group, likeness];
  }
  return { first: best?.first ?? 0, end: best?.end ?? 1 };
}

/** Ranges leave no lane out and do not step back to the right. */
function areUsable(laneCount: number, ranges: readonly LaneRange[]): boolean {
  let covered = 0;
  let [first, end] = [0, 0];
  for (const range of ranges) {
    if (range.first < first || range.end < end || range.first > covered) return false;
    [first, end] = [range.first, range.end];
    covered = Math.max(covered, range.end);
  }
  return covered === laneCount;
}

/**
 * Pairs of lanes for one movement: what turns right or goes on starts with the rightmost lanes, what turns left with
 * the leftmost. Where more lanes lead there than go on, the last of them merge.
 */
export function pairLanes(
  range: LaneRange,
  targets: LaneRange,
  turnsLeft: boolean,
): (readonly [from: number, to: number])[] {
  const count = range.end - range.first;
  const targetCount = targets.end - targets.first;
  return Array.from({ length: count }, (_, index) => {
    const step = Math.min(index, targetCount - 1);
    return turnsLeft
      ? ([range.end - 1 - index, targets.end - 1 - step] as const)
      : ([range.first + index, targets.first + step] as const);
  });
}
