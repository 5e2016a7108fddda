import { SignalLetter, Turn } from "../../../common/city";
import { endDirection, type Point } from "../geometry/polyline";
import { noteDropped, type ImportNotes } from "../import-notes";
import { priorityOf } from "../roads/road-classes";
import type { Conflict } from "./conflicts";
import type { Connection } from "./connections";
import type { NetworkEdge } from "./edges";
import type { BuiltNetwork } from "./network";
import type { RightOfWay } from "./right-of-way";

/** A fixed-time program. Letter i rules the junction's i-th connection. */
export interface SignalProgram {
  readonly junction: number;
  /** Rows of the connections that the letters rule, ascending. */
  readonly links: readonly number[];
  readonly phases: readonly SignalPhase[];
  readonly offsetS: number;
}

interface SignalPhase {
  readonly durationS: number;
  readonly letters: readonly SignalLetter[];
}

/** The programs of a city. */
export interface SignalPlan {
  readonly programs: readonly SignalProgram[];
  /** Row of each junction's program, -1 = none. */
  readonly programOf: Int32Array<ArrayBuffer>;
}

/**
 * Programs for all junctions with signals.
 * @param traffic vehicles expected on each edge, in any unit
 */
export function planSignals(network: BuiltNetwork, traffic: ArrayLike<number>, notes: ImportNotes): SignalPlan {
  const programs: SignalProgram[] = [];
  const programOf = new Int32Array(network.junctions.length).fill(-1);
  network.junctions.forEach(({ hasSignals }, junction) => {
    if (!hasSignals) return;
    const program = signalProgram(network, junction, traffic);
    if (program === null) noteDropped(notes, "signals", "nothing crosses there");
    else programOf[junction] = programs.push(program) - 1;
  });
  return { programs, programOf };
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
function signalProgram(network: BuiltNetwork, junction: number, traffic: ArrayLike<number>): SignalProgram | null {
  const { edges, connections, rightOfWay: decide } = network;
  const { links, conflicts } = network.junctions[junction];
  const incoming = [...new Set(links.map((link) => connections[link].fromEdge))];
  const approaches = weighApproaches(incoming.map((edge) => approachOf(edges, edge, traffic)));
  const groups = groupByAxis(approaches, conflictingEdges(conflicts, connections));
  const stages: WeighedStage[] = [];
  groups.forEach((group, row) => {
    const members = new Set(group.map(({ edge }) => edge));
    const mine = links.filter((link) => members.has(connections[link].fromEdge));
    const weight = Math.max(...group.map((approach) => approach.weight));
    // Stages that are still to come must fit the cycle.
    const mayProtect = stages.length + groups.length - row < stageLimit;
    const lefts = mayProtect ? findProtectedLefts(mine, conflicts, connections) : new Set<number>();
    const others = mine.filter((link) => !lefts.has(link));
    if (others.length > 0) stages.push({ weight, stage: stageOf(others, conflicts, decide) });
    if (lefts.size > 0) stages.push({ weight: weight * leftStageShare, stage: stageOf([...lefts], conflicts, decide) });
  });
  const [first] = groups;
  if (stages.length < 2 || first === undefined) return null;
  const phases = phasesOf(stages, links, edges, connections);
  return { junction, links, phases, offsetS: offsetOf(first, phases) };
}

interface WeighedStage {
  readonly stage: Stage;
  /** Share of the cycle's spare time that it gets, in any unit. */
  readonly weight: number;
}

interface Approach {
  readonly edge: number;
  readonly heading: Point;
  readonly importance: number;
  readonly speedMps: number;
  readonly place: Point;
  /** Expected traffic of one lane, in any unit. */
  readonly weight: number;
}

function approachOf(edges: readonly NetworkEdge[], edge: number, traffic: ArrayLike<number>): Approach {
  const { way, carriageway, lanes } = edges[edge];
  const [lane] = lanes;
  return {
    edge,
    heading: endDirection(lane, 12),
    importance: priorityOf(way.roadClass, way.isLink, way.isRoundabout) + carriageway.laneCount / 100,
    weight: traffic[edge] / carriageway.laneCount,
    speedMps: carriageway.speedMps,
    place: { x: lane.x.at(-1) ?? 0, y: lane.y.at(-1) ?? 0 },
  };
}

/** What comes from outside of the city is not expected by any trip, but by the size of the road: up to this share of the busiest. */
const throughShare = 0.3;

function weighApproaches(approaches: readonly Approach[]): Approach[] {
  const busiest = Math.max(...approaches.map(({ weight }) => weight)) || 1;
  const biggest = Math.max(...approaches.map(({ importance }) => importance));
  return approaches.map((approach) => ({
    ...approach,
    weight: approach.weight + (throughShare * busiest * approach.importance) / biggest,
  }));
}

/** Pairs of edges with conflicting links, as "smaller.larger". */
function conflictingEdges(conflicts: readonly Conflict[], connections: readonly Connection[]): ReadonlySet<string> {
  return new Set(
    conflicts.map(({ first, second }) => pairKey(connections[first].fromEdge, connections[second].fromEdge)),
  );
}

const pairKey = (a: number, b: number): string => `${Math.min(a, b)}.${Math.max(a, b)}`;

/** The biggest approach first, with what faces it and what runs alongside without getting in each other's way. */
function groupByAxis(approaches: readonly Approach[], conflicting: ReadonlySet<string>): Approach[][] {
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
      const isAlongside = group.slice(0, 2).some((member) => cosineOf(member, other) > alongsideCosine);
      const isClear = group.every((member) => !conflicting.has(pairKey(member.edge, other.edge)));
      if (other !== facing && isAlongside && isClear) group.push(other);
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

const leftStageShare = 0.4;
/** Shortest green, s (RiLSA 2015: 5 s; drivers expect more on a through road). */
const leastGreenS = 8;
const shortestCycleS = 60;
/** RiLSA 2015: 90 s, at most 120 s where many stages must be. */
const longestCycleS = 120;
const cyclePerStageS = 25;
/** A junction wider than this takes a second more to clear, m. */
const wideJunctionM = 25;

/** Yellow for the fastest approach: 3 s up to 50 km/h, 4 s at 60, 5 s at 70 (RiLSA 2015). */
function yellowS(speedMps: number): number {
  if (speedMps <= 14) return 3;
  return speedMps <= 17 ? 4 : 5;
}

/** Greens in proportion to the traffic expected of each stage (Webster, Traffic Signal Settings, RRL 39, 1958), whole seconds. */
function phasesOf(
  stages: readonly WeighedStage[],
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
  const sum = stages.reduce((total, { weight }) => total + weight, 0);
  const greens = stages.map(({ weight }) => leastGreenS + Math.floor((spareS * weight) / sum));
  const given = greens.reduce((total, green) => total + green, 0);
  greens[0] += spareS + stages.length * leastGreenS - given;
  return stages.flatMap(({ stage }, row): SignalPhase[] => {
    const next = stages[(row + 1) % stages.length].stage;
    const letters = (ending: SignalLetter) =>
      links.map((link) => {
        const letter = stage.get(link);
        if (letter === undefined) return SignalLetter.red;
        return next.has(link) ? letter : ending;
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
