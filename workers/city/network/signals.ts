import { SignalLetter, Turn } from "../../../common/city";
import { endDirection, type Point } from "../geometry/polyline";
import { priorityOf, roadClassDefaults } from "../roads/road-classes";
import type { Conflict } from "./conflicts";
import type { Connection } from "./connections";
import type { NetworkEdge } from "./edges";
import type { RightOfWay } from "./right-of-way";

/** A fixed-time program. Letter i rules the junction's i-th connection. */
export interface SignalProgram {
  readonly junction: number;
  /** Rows of the connections that the letters rule, ascending. */
  readonly links: readonly number[];
  readonly phases: readonly SignalPhase[];
  readonly offsetS: number;
}

export interface SignalPhase {
  readonly durationS: number;
  readonly letters: readonly SignalLetter[];
}

export interface SignalJunction {
  readonly junction: number;
  readonly links: readonly number[];
  readonly conflicts: readonly Conflict[];
}

/** What stays green together, by link; links that are not in it are red. */
type Stage = ReadonlyMap<number, typeof SignalLetter.green | typeof SignalLetter.greenYield>;

/** Approaches within 40° of opposite share a stage. */
const oppositeCosine = -0.766;
/** Approaches within 25° of each other are one road. */
const alongsideCosine = 0.906;
const stageLimit = 6;

/**
 * A program for a junction: approaches on one axis share a stage; a left turn with a lane of its own against two or
 * more oncoming lanes gets a stage for itself, any other left turn waits for gaps.
 * @returns null where nothing needs to be separated
 */
export function signalProgram(
  { junction, links, conflicts }: SignalJunction,
  edges: readonly NetworkEdge[],
  connections: readonly Connection[],
  decide: (first: number, second: number) => RightOfWay,
): SignalProgram | null {
  const approaches = [...new Set(links.map((link) => connections[link].fromEdge))].map((edge) =>
    approachOf(edges, edge),
  );
  const groups = groupByAxis(approaches);
  const stages: Stage[] = [];
  const weights: number[] = [];
  for (const group of groups) {
    const members = new Set(group.map(({ edge }) => edge));
    const mine = links.filter((link) => members.has(connections[link].fromEdge));
    const protectedLefts = findProtectedLefts(mine, conflicts, connections);
    const weight = Math.max(...group.map(weightOf));
    stages.push(
      stageOf(
        mine.filter((link) => !protectedLefts.has(link)),
        conflicts,
        decide,
      ),
    );
    weights.push(weight);
    if (protectedLefts.size === 0) continue;
    stages.push(stageOf([...protectedLefts], conflicts, decide));
    weights.push(weight * leftStageShare);
  }
  const [first] = groups;
  if (stages.length < 2 || first === undefined) return null;
  const phases = phasesOf(stages, weights, links, edges, connections);
  return { junction, links, phases, offsetS: offsetOf(first, phases) };
}

interface Approach {
  readonly edge: number;
  readonly heading: Point;
  readonly importance: number;
  readonly laneCount: number;
  readonly speedMps: number;
  readonly place: Point;
}

function approachOf(edges: readonly NetworkEdge[], edge: number): Approach {
  const row = edges[edge];
  const lane = row?.lanes[0];
  if (row === undefined || lane === undefined) throw new Error("broken invariant: an approach is an edge with lanes");
  const { way, carriageway } = row;
  return {
    edge,
    heading: endDirection(lane, 12),
    importance: priorityOf(way.roadClass, way.isLink, way.isRoundabout) + carriageway.laneCount / 100,
    laneCount: carriageway.laneCount,
    speedMps: carriageway.speedMps,
    place: { x: lane.x.at(-1) ?? 0, y: lane.y.at(-1) ?? 0 },
  };
}

/** The biggest approach first, with what faces it and what runs alongside. */
function groupByAxis(approaches: readonly Approach[]): Approach[][] {
  const waiting = [...approaches].sort((a, b) => b.importance - a.importance || a.edge - b.edge);
  const groups: Approach[][] = [];
  for (let leader = waiting.shift(); leader !== undefined; leader = waiting.shift()) {
    const group = [leader];
    const facing = waiting
      .map((other) => ({ other, cosine: cosineOf(leader, other) }))
      .filter(({ cosine }) => cosine < oppositeCosine)
      .sort((a, b) => a.cosine - b.cosine)[0]?.other;
    if (facing !== undefined) group.push(facing);
    for (const other of waiting) {
      if (other !== facing && group.slice(0, 2).some((member) => cosineOf(member, other) > alongsideCosine))
        group.push(other);
    }
    for (const member of group.slice(1)) waiting.splice(waiting.indexOf(member), 1);
    // More stages than fit a cycle: the smallest roads share the last one and give way in it.
    if (groups.length < stageLimit) groups.push(group);
    else groups.at(-1)?.push(...group);
  }
  return groups;
}

function cosineOf(a: { readonly heading: Point }, b: { readonly heading: Point }): number {
  return a.heading.x * b.heading.x + a.heading.y * b.heading.y;
}

/** Left turns from lanes that only turn left, against two or more lanes of another edge in the same stage. */
function findProtectedLefts(
  links: readonly number[],
  conflicts: readonly Conflict[],
  connections: readonly Connection[],
): ReadonlySet<number> {
  const isLeft = (link: number) => connections[link]?.turn === Turn.left || connections[link]?.turn === Turn.uTurn;
  const laneKey = (link: number) => `${connections[link].fromEdge}.${connections[link].fromLane}`;
  const sharedLanes = new Set(links.filter((link) => !isLeft(link)).map(laneKey));
  const mine = new Set(links);
  const lefts = links.filter((link) => isLeft(link) && !sharedLanes.has(laneKey(link)));
  return new Set(
    lefts.filter((left) => {
      const crossed = conflicts
        .filter(({ first, second }) => first === left || second === left)
        .map(({ first, second }) => (first === left ? second : first))
        .filter(
          (other) => mine.has(other) && !isLeft(other) && connections[other]?.fromEdge !== connections[left]?.fromEdge,
        );
      return new Set(crossed.map(laneKey)).size >= 2;
    }),
  );
}

/** All links green; of two that conflict, the one that waits by the general rules gets the letter that says so. */
function stageOf(
  links: readonly number[],
  conflicts: readonly Conflict[],
  decide: (first: number, second: number) => RightOfWay,
): Stage {
  const stage = new Map<number, typeof SignalLetter.green | typeof SignalLetter.greenYield>(
    links.map((link) => [link, SignalLetter.green]),
  );
  for (const { first, second } of conflicts) {
    if (!stage.has(first) || !stage.has(second)) continue;
    stage.set(decide(first, second).waits === 0 ? first : second, SignalLetter.greenYield);
  }
  return stage;
}

/** Expected traffic of one lane relative to a minor road's. */
function weightOf({ importance, laneCount }: Approach): number {
  return Math.max(2, Math.min(importance, roadClassDefaults[0].priority)) * (laneCount > 1 ? 1.2 : 1);
}

const leftStageShare = 0.4;
/** Shortest green, s (RiLSA 2015: 5 s; drivers expect more on a through road). */
const leastGreenS = 8;
const shortestCycleS = 60;
const longestCycleS = 90;
const cyclePerStageS = 15;
/** A junction wider than this takes a second more to clear, m. */
const wideJunctionM = 25;

/** Yellow for the fastest approach: 3 s up to 50 km/h, 4 s at 60, 5 s at 70 (RiLSA 2015). */
function yellowS(speedMps: number): number {
  if (speedMps <= 14) return 3;
  return speedMps <= 17 ? 4 : 5;
}

/** Greens in proportion to the traffic expected of each stage (Webster, Traffic Signal Settings, RRL 39, 1958), whole seconds. */
function phasesOf(
  stages: readonly Stage[],
  weights: readonly number[],
  links: readonly number[],
  edges: readonly NetworkEdge[],
  connections: readonly Connection[],
): SignalPhase[] {
  const widest = Math.max(...links.map((link) => connections[link].curve.lengthM));
  const allRedS = widest > wideJunctionM ? 2 : 1;
  const fastest = Math.max(...links.map((link) => edges[connections[link]?.fromEdge ?? -1].carriageway.speedMps));
  const changeS = yellowS(fastest) + allRedS;
  const leastCycleS = stages.length * (changeS + leastGreenS);
  const wantedS = Math.min(longestCycleS, shortestCycleS + cyclePerStageS * (stages.length - 2));
  const spareS = Math.max(leastCycleS, wantedS) - leastCycleS;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const greens = weights.map((weight) => leastGreenS + Math.floor((spareS * weight) / sum));
  const given = greens.reduce((total, green) => total + green, 0);
  greens[0] = greens[0] + spareS + stages.length * leastGreenS - given;
  return stages.flatMap((stage, row): SignalPhase[] => {
    const next = stages[(row + 1) % stages.length];
    const letters = (ending: SignalLetter) =>
      links.map((link) => {
        const letter = stage.get(link);
        if (letter === undefined) return SignalLetter.red;
        return next?.has(link) ? letter : ending;
      });
    return [
      { durationS: greens[row] ?? leastGreenS, letters: links.map((link) => stage.get(link) ?? SignalLetter.red) },
      { durationS: changeS - allRedS, letters: letters(SignalLetter.yellow) },
      { durationS: allRedS, letters: letters(SignalLetter.red) },
    ];
  });
}

/**
 * When the main stage starts: a platoon that drives along the main axis at the limit, east- or northward, meets green at
 * every junction with the same cycle.
 */
function offsetOf(main: readonly Approach[], phases: readonly SignalPhase[]): number {
  const [leader] = main;
  if (leader === undefined) return 0;
  const cycleS = phases.reduce((sum, { durationS }) => sum + durationS, 0);
  const { heading, place, speedMps } = leader;
  const sign = heading.x + heading.y >= 0 ? 1 : -1;
  const travelS = (sign * (place.x * heading.x + place.y * heading.y)) / speedMps;
  const wrapped = Math.floor(travelS) % cycleS;
  return wrapped < 0 ? wrapped + cycleS : wrapped;
}
