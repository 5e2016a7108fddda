import { describe, expect, it } from "vitest";
import { linkSpeedUnits, linkSpeedUnknown, queueUnits, type FrameReport } from "../../common/frame";
import { plainCity } from "../../test/support/plain-city";
import {
  DifferenceTexel,
  divergingStep,
  flowOf,
  flowStepsVehH,
  Grade,
  queueGrade,
  queueLengthOf,
  RoadTexel,
  roadTexelFloats,
  speedGrade,
  speedStepsKmh,
  writeDifferenceTexels,
  writeRoadTexels,
} from "./road-picture";

/** Two roads of 400 m at 50 km/h. */
const city = plainCity({
  points: [
    [0, 0],
    [400, 0],
    [800, 0],
  ],
  edges: [
    { from: 0, to: 1, speedMps: 50 / 3.6 },
    { from: 1, to: 2, speedMps: 50 / 3.6 },
  ],
});
const laneM = city.columns.laneLengthM[0];

function report(part: Partial<FrameReport>): FrameReport {
  return {
    timeS: 0,
    windowS: 300,
    passed: new Uint16Array(2),
    terminalPassed: new Uint16Array(0),
    terminalTotal: new Uint16Array(0),
    speeds: new Uint8Array(2).fill(linkSpeedUnknown),
    queueHead: new Uint8Array(2),
    queueTail: new Uint8Array(2),
    ...part,
  };
}

const picture = (of: FrameReport) => {
  const texels = new Float32Array(2 * roadTexelFloats);
  writeRoadTexels(city, of, texels);
  return texels;
};
const difference = (live: FrameReport, doNothing: FrameReport) => {
  const texels = new Float32Array(2 * roadTexelFloats);
  writeDifferenceTexels(city, live, doNothing, texels);
  return texels;
};

describe("the picture of a road", () => {
  it("grades its speed by the limit, and leaves the unknown unknown", () => {
    expect([0, 0.24, 0.26, 0.49, 0.51, 1].map((ratio) => speedGrade(Math.round(ratio * linkSpeedUnits)))).toEqual([
      Grade.alarm,
      Grade.alarm,
      Grade.caution,
      Grade.caution,
      Grade.normal,
      Grade.normal,
    ]);
    expect(speedGrade(linkSpeedUnknown)).toBe(-1);
  });

  it("counts vehicles by the hour, once the window is long enough to tell", () => {
    const passed = Uint16Array.from([25, 0]);
    expect(flowOf(report({ passed }), 0)).toBe(300);
    expect(flowOf(report({ passed, windowS: 150 }), 0)).toBe(600);
    expect(flowOf(report({ passed, windowS: 59 }), 0)).toBeNull();
    expect(picture(report({ passed }))[RoadTexel.flowVehH]).toBe(300);
    expect(picture(report({ passed, windowS: 59 }))[RoadTexel.flowVehH]).toBe(0);
  });

  it("draws a queue from its head to its tail, graded by length and by how far back it reaches", () => {
    const queued = report({ queueHead: Uint8Array.from([255, 255]), queueTail: Uint8Array.from([200, 4]) });
    const texels = picture(queued);
    expect(queueLengthOf(queued, 0, laneM)).toBeCloseTo((55 / queueUnits) * laneM, 3);
    // About 83 m: a caution. To within 2 % of the junction before: an alarm.
    expect(texels[RoadTexel.queueHead]).toBeCloseTo(1 + 2 * Grade.caution, 5);
    expect(texels[RoadTexel.queueTail]).toBeCloseTo(200 / queueUnits, 5);
    expect(texels[roadTexelFloats + RoadTexel.queueHead]).toBeCloseTo(1 + 2 * Grade.alarm, 5);
    expect(queueGrade(20, 0.5)).toBe(Grade.normal);
    expect(queueGrade(20, 0)).toBe(Grade.normal);
    expect(queueGrade(35, 0.01)).toBe(Grade.alarm);
  });

  it("has no queue where nobody queues", () => {
    const texels = picture(report({}));
    expect(texels[RoadTexel.queueHead]).toBe(0);
    expect(texels[RoadTexel.queueTail]).toBe(0);
  });
});

describe("the difference of both cities", () => {
  it("steps by size and keeps the sign", () => {
    const [a, b, c] = speedStepsKmh;
    expect([0, a - 0.1, a, b, c, 200].map((value) => divergingStep(value, speedStepsKmh))).toEqual([0, 0, 1, 2, 3, 3]);
    for (const value of [1, 5, 12, 40]) {
      expect(divergingStep(-value, speedStepsKmh) + divergingStep(value, speedStepsKmh)).toBe(0);
    }
  });

  it("is live minus do-nothing, in km/h and vehicles an hour", () => {
    const texels = difference(
      report({ speeds: Uint8Array.from([250, 50]), passed: Uint16Array.from([100, 0]) }),
      report({ speeds: Uint8Array.from([125, 150]), passed: Uint16Array.from([50, 30]), windowS: 150 }),
    );
    expect(texels[DifferenceTexel.speedKmh]).toBeCloseTo(25, 3);
    expect(texels[DifferenceTexel.speedStep]).toBe(3);
    expect(texels[DifferenceTexel.flowVehH]).toBeCloseTo(0, 3);
    expect(texels[DifferenceTexel.flowStep]).toBe(0);
    expect(texels[roadTexelFloats + DifferenceTexel.speedKmh]).toBeCloseTo(-20, 3);
    expect(texels[roadTexelFloats + DifferenceTexel.flowVehH]).toBeCloseTo(-720, 3);
    expect(texels[roadTexelFloats + DifferenceTexel.flowStep]).toBe(-flowStepsVehH.length);
  });

  it("is none of a city with itself, nor where one side is not known", () => {
    const same = report({ speeds: Uint8Array.from([200, 20]), passed: Uint16Array.from([7, 90]) });
    expect([...difference(same, same)]).toEqual(new Array(8).fill(0));
    const unknown = report({ passed: Uint16Array.from([7, 90]) });
    expect(difference(same, unknown)[DifferenceTexel.speedStep]).toBe(0);
  });
});
