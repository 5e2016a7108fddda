import { cut, lengthOf, reversed, type Polyline } from "../geometry/polyline";
import { length } from "../../kernel/maths";
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
/** Room for a car and its gap between the stop lines, m: kerbs give way to it as far as carriageways do not overlap. */
const wantedLaneM = 9;
/** What is left of a section too short for that. */
const leastLaneShare = 0.4;
/** Beyond the overlap, at the least. */
const leastBeyondOverlapM = 0.7;

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

const emptyTrims = (size: number): Trims => ({ startM: new Float64Array(size), endM: new Float64Array(size) });

/** What sections should be cut back by, and the least without which carriageways overlap. */
export interface WantedTrims {
  readonly wanted: Trims;
  readonly least: Trims;
}

/** @param isKept 1 for sections that become edges */
export function findWantedTrims(sections: readonly Section[], clusters: Clusters, isKept: Uint8Array): WantedTrims {
  const wanted = emptyTrims(sections.length);
  const least = emptyTrims(sections.length);
  const arms = armsByJunction(sections, clusters, isKept);
  const inner = innerByJunction(sections, clusters);
  arms.forEach((armsHere, junction) => {
    for (const arm of armsHere) {
      const { wantedM, leastM } = trimOf(arm, armsHere, inner.get(junction) ?? []);
      (arm.atEnd ? wanted.endM : wanted.startM)[arm.section] = wantedM;
      (arm.atEnd ? least.endM : least.startM)[arm.section] = leastM;
    }
  });
  return { wanted, least };
}

/** The wanted trims, as far as they fit into the length of each section. */
export function findTrims(sections: readonly Section[], clusters: Clusters, isKept: Uint8Array): Trims {
  const { wanted, least } = findWantedTrims(sections, clusters, isKept);
  sections.forEach(({ lengthM }, section) => fitIntoLength(wanted, least, section, lengthM));
  return wanted;
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

/** The trim that an arm should have, and the one without which carriageways would overlap. */
interface ArmTrim {
  readonly wantedM: number;
  readonly leastM: number;
}

function trimOf(arm: Arm, arms: readonly Arm[], inner: readonly Obstacle[]): ArmTrim {
  if (arms.length === 1) return { wantedM: deadEndM, leastM: leastAtContinuationM };
  const others = arms.filter((other) => other !== arm);
  const overlapM = overlapOf(arm, [...others, ...inner]);
  const leastM = Math.min(longestM, overlapM + leastBeyondOverlapM);
  const [only] = others;
  if (arms.length === 2 && only !== undefined) {
    const usualM = only.halfWidthM === arm.halfWidthM ? leastAtContinuationM : leastAtLaneChangeM;
    return { wantedM: Math.min(longestM, Math.max(overlapM + leastAtContinuationM, usualM)), leastM };
  }
  const kerbM = overlapM > 0 ? overlapM + kerbRadiusM : 0;
  return {
    wantedM: Math.min(longestM, Math.max(kerbM, leastAtCrossingM)),
    leastM: Math.max(leastM, leastAtCrossingM / 2),
  };
}

/** Distance from the arm's start up to which its carriageway lies on another's. Hot: allocates nothing by step. */
function overlapOf({ line, halfWidthM }: Arm, obstacles: readonly Obstacle[]): number {
  const { x, y } = line;
  const armM = lengthOf(line);
  let lastM = 0;
  let hereX = x[0];
  let hereY = y[0];
  for (let atM = stepM; atM <= Math.min(armM, longestM) && atM <= lastM + gapM; atM += stepM) {
    const beforeX = hereX;
    const beforeY = hereY;
    // As pointAt.
    hereX = x[x.length - 1];
    hereY = y[y.length - 1];
    let left = atM;
    for (let index = 1; index < x.length; index++) {
      const dx = x[index] - x[index - 1];
      const dy = y[index] - y[index - 1];
      const segmentM = length(dx, dy);
      if (left <= segmentM && segmentM > 0) {
        const share = Math.max(0, left) / segmentM;
        hereX = x[index - 1] + share * dx;
        hereY = y[index - 1] + share * dy;
        break;
      }
      left -= segmentM;
    }
    const rightX = (hereY - beforeY) / stepM;
    const rightY = -(hereX - beforeX) / stepM;
    for (let side = -1; side <= 1; side++) {
      const sideM = side * halfWidthM;
      if (coversAny(obstacles, hereX + sideM * rightX, hereY + sideM * rightY)) lastM = atM;
    }
  }
  return lastM;
}

function coversAny(obstacles: readonly Obstacle[], x: number, y: number): boolean {
  for (let row = 0; row < obstacles.length; row++) if (covers(obstacles[row], x, y)) return true;
  return false;
}

/** Whether a point lies on a carriageway: beside one of its segments, not beyond its ends. */
function covers({ line, halfWidthM: reachM }: Obstacle, x: number, y: number): boolean {
  for (let index = 1; index < line.x.length; index++) {
    const fromX = line.x[index - 1];
    const fromY = line.y[index - 1];
    const dx = line.x[index] - fromX;
    const dy = line.y[index] - fromY;
    const squared = dx * dx + dy * dy;
    const along = (x - fromX) * dx + (y - fromY) * dy;
    if (along < 0 || along > squared) continue;
    const across = (x - fromX) * dy - (y - fromY) * dx;
    if (across * across < reachM * reachM * squared) return true;
  }
  return false;
}

/** Trims shrink towards the least where they would leave too little of a section, and beyond it where even that does. */
function fitIntoLength(trims: Trims, least: Trims, section: number, lengthM: number): void {
  const [startM, endM] = [trims.startM[section], trims.endM[section]];
  const roomM = lengthM - wantedLaneM;
  if (startM + endM <= roomM) return;
  const [leastStartM, leastEndM] = [Math.min(startM, least.startM[section]), Math.min(endM, least.endM[section])];
  const spareM = roomM - leastStartM - leastEndM;
  if (spareM >= 0) {
    const share = spareM / (startM + endM - leastStartM - leastEndM);
    trims.startM[section] = leastStartM + (startM - leastStartM) * share;
    trims.endM[section] = leastEndM + (endM - leastEndM) * share;
    return;
  }
  const scale = Math.min(1, ((1 - leastLaneShare) * lengthM) / (leastStartM + leastEndM));
  const shrunk = (leastM: number): number => Math.max(leastM * scale, Math.min(leastBeyondOverlapM, lengthM / 4));
  trims.startM[section] = shrunk(leastStartM);
  trims.endM[section] = shrunk(leastEndM);
}
