import { edgeCountOf, type City } from "../../common/city";
import { linkSpeedUnits, linkSpeedUnknown, queueUnits, type FrameReport } from "../../common/frame";

/**
 * What reports say of each road, in the form that the graphics card reads: four floats an edge. All classes are made
 * here, once a second, so that drawing, legend and tests share one rule.
 */

/** Mean speed below these shares of the limit is shown. */
export const cautionRatio = 0.5;
export const alarmRatio = 0.25;
/** A queue from this length on is a caution, m: more than a usual red light gathers on a lane. */
export const cautionQueueM = 60;
/** A queue that reaches back over so much of its road, up to the junction before, is an alarm: it blocks that one too. */
export const spillbackShare = 0.92;
/** From this length on: a queue over a very short road is one vehicle. */
const spillbackLeastM = 30;
/** Vehicles an hour at which a flow's ribbon is as wide as it gets: two lanes at capacity (HCM: about 1,900 each). */
export const widestFlowVehH = 3600;
/** A flow is known when it was counted for at least so long, s: one vehicle in a second is not 3,600 an hour. */
export const leastWindowS = 60;

/** Steps of the diverging scales; below the first nothing is shown. */
export const speedStepsKmh = [3, 10, 20] as const;
export const flowStepsVehH = [60, 180, 480] as const;

export const roadTexelFloats = 4;
/** Floats of a road's texel in the picture of one city. */
export const RoadTexel = {
  /** A `Grade` of the mean speed; -1 where it is not known. */
  speedGrade: 0,
  /** Vehicles an hour over the road's end. */
  flowVehH: 1,
  /** Where the longest queue begins, as a part of the lane, plus twice its `Grade`. */
  queueHead: 2,
  queueTail: 3,
} as const;
/** Floats of a road's texel in the difference of both cities. */
export const DifferenceTexel = {
  /** −3 … 3, 0 where there is no difference to show or one side is not known. */
  speedStep: 0,
  flowStep: 1,
  speedKmh: 2,
  flowVehH: 3,
} as const;

export const Grade = { normal: 0, caution: 1, alarm: 2 } as const;
type Grade = (typeof Grade)[keyof typeof Grade];

/** Vehicles an hour; null while the window is too short to tell. */
export function flowOf({ passed, windowS }: FrameReport, edge: number): number | null {
  return windowS < leastWindowS ? null : (passed[edge] * 3600) / windowS;
}

/** Length of the longest queue on one lane, m. @param laneLengthM of the edge's first lane; its others are as long */
export function queueLengthOf({ queueHead, queueTail }: FrameReport, edge: number, laneLengthM: number): number {
  return ((queueHead[edge] - queueTail[edge]) / queueUnits) * laneLengthM;
}

export function speedGrade(byte: number): Grade | -1 {
  if (byte === linkSpeedUnknown) return -1;
  const ratio = byte / linkSpeedUnits;
  return ratio < alarmRatio ? Grade.alarm : ratio < cautionRatio ? Grade.caution : Grade.normal;
}

/** Of each byte of a report. */
const speedGrades = Int8Array.from({ length: 256 }, (_, byte) => speedGrade(byte));

/** @param tail rear of the last vehicle, as a part of the lane */
export function queueGrade(lengthM: number, tail: number): Grade {
  if (lengthM >= spillbackLeastM && tail <= 1 - spillbackShare) return Grade.alarm;
  return lengthM >= cautionQueueM ? Grade.caution : Grade.normal;
}

/** −3 … 3. @param steps ascending; a difference smaller than the first is none */
export function divergingStep(difference: number, steps: readonly number[]): number {
  const size = Math.abs(difference);
  let step = 0;
  while (step < steps.length && size >= steps[step]) step++;
  return difference < 0 ? -step : step;
}

/** Writes `RoadTexel`s. Allocates nothing. */
export function writeRoadTexels(city: City, report: FrameReport, texels: Float32Array): void {
  const { edgeLaneStart, laneLengthM } = city.columns;
  const { speeds, passed, queueHead, queueTail } = report;
  const edges = Math.min(edgeCountOf(city), speeds.length);
  const perHour = report.windowS < leastWindowS ? 0 : 3600 / report.windowS;
  for (let edge = 0, at = 0; edge < edges; edge++, at += roadTexelFloats) {
    texels[at + RoadTexel.speedGrade] = speedGrades[speeds[edge]];
    texels[at + RoadTexel.flowVehH] = passed[edge] * perHour;
    if (queueHead[edge] > queueTail[edge]) {
      const head = queueHead[edge] / queueUnits;
      const tail = queueTail[edge] / queueUnits;
      const lengthM = (head - tail) * laneLengthM[edgeLaneStart[edge]];
      texels[at + RoadTexel.queueHead] = head + 2 * queueGrade(lengthM, tail);
      texels[at + RoadTexel.queueTail] = tail;
    } else {
      texels[at + RoadTexel.queueHead] = 0;
      texels[at + RoadTexel.queueTail] = 0;
    }
  }
}

/** Writes `DifferenceTexel`s: live minus do-nothing. Allocates nothing. */
export function writeDifferenceTexels(
  city: City,
  live: FrameReport,
  doNothing: FrameReport,
  texels: Float32Array,
): void {
  const { edgeSpeedMps } = city.columns;
  const edges = Math.min(edgeCountOf(city), live.speeds.length, doNothing.speeds.length);
  const isCounted = live.windowS >= leastWindowS && doNothing.windowS >= leastWindowS;
  for (let edge = 0, at = 0; edge < edges; edge++, at += roadTexelFloats) {
    const speedKmh = speedDifferenceKmh(live.speeds[edge], doNothing.speeds[edge], edgeSpeedMps[edge]);
    const flowVehH = isCounted
      ? 3600 * (live.passed[edge] / live.windowS - doNothing.passed[edge] / doNothing.windowS)
      : 0;
    texels[at + DifferenceTexel.speedStep] = divergingStep(speedKmh, speedStepsKmh);
    texels[at + DifferenceTexel.flowStep] = divergingStep(flowVehH, flowStepsVehH);
    texels[at + DifferenceTexel.speedKmh] = speedKmh;
    texels[at + DifferenceTexel.flowVehH] = flowVehH;
  }
}

/** A road on which nobody was lately has no speed, and so no difference. */
function speedDifferenceKmh(live: number, doNothing: number, limitMps: number): number {
  if (live === linkSpeedUnknown || doNothing === linkSpeedUnknown) return 0;
  return ((live - doNothing) / linkSpeedUnits) * limitMps * 3.6;
}
