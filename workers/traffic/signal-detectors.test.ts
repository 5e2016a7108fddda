import { expect, test } from "vitest";
import { ProgramKind, SignalLetter } from "../../common/city";
import { stretchedCrossing } from "../../test/support/stretched-crossing";
import { placeDetectors, Serves } from "./signal-detectors";

test("detectors lie where the least green clears the cars before them, on the road before where theirs is too short", () => {
  const city = stretchedCrossing(ProgramKind.actuated);
  const { rows, programStart, phaseStart, ofPhases } = placeDetectors(city);
  const { laneLengthM } = city.columns;
  // (5 s / 1.9 s + 0.5) cars of 7.5 m, less than 2 s at 13.89 m/s.
  const beforeM = (5 / 1.9 + 0.5) * 7.5;
  const byLane = new Map(rows.map(({ lane, atM }) => [lane, atM]));
  expect([...byLane.keys()].sort()).toEqual([0, 3, 4, 6]);
  expect(byLane.get(3)).toBeCloseTo(laneLengthM[3] - beforeM, 4);
  expect(byLane.get(0)).toBeCloseTo(laneLengthM[0] + laneLengthM[1] - beforeM, 4);
  expect([...programStart]).toEqual([0, 4]);
  // East and west ask in the first phase, north and south in the third, nobody while it is yellow.
  expect([...phaseStart]).toEqual([0, 2, 2, 4, 4]);
  expect(ofPhases.every(({ serves }) => serves === Serves.green)).toBe(true);
  const asked = (phase: number) =>
    ofPhases.slice(phaseStart[phase], phaseStart[phase + 1]).map(({ detector }) => rows[detector]?.lane);
  expect(asked(0).sort()).toEqual([0, 3]);
  expect(asked(2).sort()).toEqual([4, 6]);
});

test("who may have to wait on the lane for another phase holds no green", () => {
  const city = stretchedCrossing(ProgramKind.actuated, ({ columns: c }) => {
    const own = [...c.connectionFromLane.keys()].find((row) => c.connectionFromLane[row] === 3) ?? 0;
    c.phaseLetters[c.phaseLetterStart[0] + c.connectionSignal[own]] = SignalLetter.red;
  });
  const { rows, phaseStart, ofPhases } = placeDetectors(city);
  const asked = ofPhases.slice(phaseStart[0], phaseStart[1]).map(({ detector }) => rows[detector]?.lane);
  expect(asked).toEqual([0]);
});

test("delays are watched over all lanes in reach, and others' waiting is seen", () => {
  const city = stretchedCrossing(ProgramKind.delayBased);
  const { rows, phaseStart, ofPhases } = placeDetectors(city);
  const { laneLengthM } = city.columns;
  const west = rows.filter(({ lane }) => lane === 1 || lane === 0);
  expect(west.map(({ lane }) => lane)).toEqual([1, 0]);
  expect(new Set(west.map(({ approach }) => approach)).size).toBe(1);
  expect(west[0]?.restM).toBe(0);
  expect(west[1]?.restM).toBeCloseTo(laneLengthM[1], 4);
  expect(west[1]?.atM).toBeCloseTo(laneLengthM[0] - (100 - laneLengthM[1]), 3);
  const asked = ofPhases.slice(phaseStart[0], phaseStart[1]);
  expect(asked.filter(({ serves }) => serves === Serves.green).length).toBe(3);
  expect(asked.filter(({ serves }) => serves === Serves.waits).length).toBe(2);
  expect(phaseStart[2] - phaseStart[1]).toBe(0);
});

test("a fixed program has no detector, and a reach without end ends with the roads", () => {
  expect(placeDetectors(stretchedCrossing(ProgramKind.fixed)).rows).toEqual([]);
  const far = stretchedCrossing(ProgramKind.delayBased, ({ columns: c }) => (c.programRangeM[0] = 1e12));
  expect(placeDetectors(far).rows.length).toBeLessThan(40);
});
