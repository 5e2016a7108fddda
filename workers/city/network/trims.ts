import { cut, lengthOf, pointAt, reversed, type Polyline } from "../geometry/polyline";
import type { Clusters } from "./junction-clusters";
import { halfWidthM } from "./lane-widths";
import type { Section } from "./sections";

/** How far sections are cut back at their ends, to make room for junctions, m. */
export interface Trims {
  readonly startM: Float64Array;
  readonly endM: Float64Array;
}

/** Beyond the last overlap of two carriageways at a corner: the kerb's radius, m (RASt 06: small radii in towns). */
const kerbRadiusM = 3;
/** At crossings, so that the movement straight on has a length. */
const leastAtCrossingM = 2.5;
/** Where a road only goes on. */
const leastAtContinuationM = 1;
/** Where the number of lanes changes: they shift to the side over twice this length. */
const leastAtLaneChangeM = 4;
/** Room to turn around at a dead end. */
const deadEndM = 3;
/** Carriageways that part at a small angle overlap for long; what is left of it is the nose of the fork. */
const longestM = 24;
/** What is looked at of each arm. */
const viewM = 45;
const stepM = 0.5;
/** Overlaps farther from the last one than this belong to other crossings. */
const gapM = 8;
/** A lane keeps this length, or this share of a short section. */
const leastLaneM = 4;
const leastLaneShare = 0.4;

/** One end of a section, seen from the junction outwards. */
interface Arm {
  readonly section: number;
  readonly atEnd: boolean;
  readonly line: Polyline;
  readonly halfWidthM: number;
}

interface Obstacle {
  readonly line: Polyline;
  readonly halfWidthM: number;
}

/** @param isKept 1 for sections that become edges */
export function findTrims(sections: readonly Section[], clusters: Clusters, isKept: Uint8Array): Trims {
  const trims: Trims = { startM: new Float64Array(sections.length), endM: new Float64Array(sections.length) };
  const arms = armsByJunction(sections, clusters, isKept);
  const inner = innerByJunction(sections, clusters);
  arms.forEach((armsHere, junction) => {
    for (const arm of armsHere) {
      const trimM = trimOf(arm, armsHere, inner.get(junction) ?? []);
      (arm.atEnd ? trims.endM : trims.startM)[arm.section] = trimM;
    }
  });
  sections.forEach(({ lengthM }, section) => fitIntoLength(trims, section, lengthM));
  return trims;
}

function armsByJunction(sections: readonly Section[], clusters: Clusters, isKept: Uint8Array): Map<number, Arm[]> {
  const arms = new Map<number, Arm[]>();
  sections.forEach((section, row) => {
    if (isKept[row] === 0) return;
    for (const atEnd of [false, true]) {
      const node = (atEnd ? section.nodes.at(-1) : section.nodes[0]) ?? 0;
      const junction = clusters.junctionOf[node];
      const outward = atEnd ? reversed(section.line) : section.line;
      const arm: Arm = {
        section: row,
        atEnd,
        line: cut(outward, 0, Math.min(section.lengthM, viewM)),
        halfWidthM: halfWidthM(section),
      };
      arms.set(junction, [...(arms.get(junction) ?? []), arm]);
    }
  });
  return arms;
}

function innerByJunction(sections: readonly Section[], clusters: Clusters): Map<number, Obstacle[]> {
  const inner = new Map<number, Obstacle[]>();
  sections.forEach((section, row) => {
    if (clusters.isInner[row] === 0) return;
    const junction = clusters.junctionOf[section.nodes[0]];
    inner.set(junction, [...(inner.get(junction) ?? []), { line: section.line, halfWidthM: halfWidthM(section) }]);
  });
  return inner;
}

function trimOf(arm: Arm, arms: readonly Arm[], inner: readonly Obstacle[]): number {
  if (arms.length === 1) return deadEndM;
  const others = arms.filter((other) => other !== arm);
  const overlapM = overlapOf(arm, [...others, ...inner]);
  const [only] = others;
  if (arms.length === 2 && only !== undefined) {
    const sameLanes = only.halfWidthM === arm.halfWidthM;
    return Math.min(
      longestM,
      Math.max(overlapM + leastAtContinuationM, sameLanes ? leastAtContinuationM : leastAtLaneChangeM),
    );
  }
  return Math.min(longestM, Math.max(overlapM > 0 ? overlapM + kerbRadiusM : 0, leastAtCrossingM));
}

/** Distance from the arm's start up to which its carriageway lies on another's. */
function overlapOf(arm: Arm, obstacles: readonly Obstacle[]): number {
  const armM = lengthOf(arm.line);
  let lastM = 0;
  for (let atM = stepM; atM <= Math.min(armM, longestM) && atM <= lastM + gapM; atM += stepM) {
    const before = pointAt(arm.line, atM - stepM);
    const here = pointAt(arm.line, atM);
    const [rightX, rightY] = [(here.y - before.y) / stepM, -(here.x - before.x) / stepM];
    for (const side of [-arm.halfWidthM, 0, arm.halfWidthM]) {
      const [x, y] = [here.x + side * rightX, here.y + side * rightY];
      if (obstacles.some((obstacle) => covers(obstacle, x, y))) lastM = atM;
    }
  }
  return lastM;
}

/** Whether a point lies on a carriageway: beside one of its segments, not beyond its ends. */
function covers({ line, halfWidthM: reachM }: Obstacle, x: number, y: number): boolean {
  for (let index = 1; index < line.x.length; index++) {
    const [fromX, fromY] = [line.x[index - 1], line.y[index - 1]];
    const [dx, dy] = [line.x[index] - fromX, line.y[index] - fromY];
    const squared = dx * dx + dy * dy;
    const along = (x - fromX) * dx + (y - fromY) * dy;
    if (along < 0 || along > squared) continue;
    const across = (x - fromX) * dy - (y - fromY) * dx;
    if (across * across < reachM * reachM * squared) return true;
  }
  return false;
}

/** Both trims shrink alike where they would leave too little of a short section. */
function fitIntoLength(trims: Trims, section: number, lengthM: number): void {
  const [startM, endM] = [trims.startM[section], trims.endM[section]];
  const room = lengthM - Math.min(leastLaneM, leastLaneShare * lengthM);
  if (startM + endM <= room) return;
  const scale = room / (startM + endM);
  trims.startM[section] = startM * scale;
  trims.endM[section] = endM * scale;
}
