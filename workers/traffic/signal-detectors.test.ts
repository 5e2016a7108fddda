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

test("delays are watched over all lanes in reach, those within junctions too, and others' waiting is seen", () => {
  const city = stretchedCrossing(ProgramKind.delayBased);
  const { rows, phaseStart, ofPhases } = placeDetectors(city);
  const { laneLengthM, connectionFromLane, connectionToLane } = city.columns;
  const edgeLanes = 8;
  const between = [...connectionFromLane.keys()].find((row) => connectionFromLane[row] === 0) ?? 0;
  expect(connectionToLane[between]).toBe(1);
  const west = rows.filter(({ lane }) => [0, 1, edgeLanes + between].includes(lane));
  expect(west.map(({ lane }) => lane)).toEqual([1, edgeLanes + between, 0]);
  expect(new Set(west.map(({ approach }) => approach)).size).toBe(1);
  const [near, inner] = [laneLengthM[1], laneLengthM[edgeLanes + between]];
  expect(west.map(({ restM }) => restM)).toEqual([0, near, near + inner]);
  expect(west[2]?.atM).toBeCloseTo(laneLengthM[0] - (100 - near - inner), 3);
  expect(west.every(({ limitMps }) => limitMps === city.columns.laneSpeedMps[1])).toBe(true);
  const asked = ofPhases.slice(phaseStart[0], phaseStart[1]);
  // West in three parts, and east.
  expect(asked.filter(({ serves }) => serves === Serves.green).length).toBe(4);
  expect(asked.filter(({ serves }) => serves === Serves.waits).length).toBe(2);
  expect(phaseStart[2] - phaseStart[1]).toBe(0);
});

/** Letters that the west's one way, or the east's, shows in the four phases; and which of the two lanes the first phase asks. */
const held: readonly (readonly [string, string, string, readonly number[]])[] = [
  ["has the way", "Gyrr", "Gyrr", [0, 3]],
  ["gives way on its road's only lane", "gyrr", "Gyrr", [0, 3]],
  ["is red", "rrGy", "Gyrr", [3]],
  ["stops first", "syrr", "Gyrr", [3]],
];

test.each(held)("a lane whose way %s (%s) is asked or not", (_, west, east, lanes) => {
  const city = stretchedCrossing(ProgramKind.actuated, ({ columns: c }) => {
    const letters = {
      r: SignalLetter.red,
      y: SignalLetter.yellow,
      g: SignalLetter.greenYield,
      G: SignalLetter.green,
      s: 5,
    };
    for (const [lane, shown] of [
      [1, west],
      [3, east],
    ] as const) {
      const own = [...c.connectionFromLane.keys()].filter((row) => c.connectionFromLane[row] === lane);
      for (const row of own)
        for (let phase = 0; phase < 4; phase++)
          c.phaseLetters[c.phaseLetterStart[phase] + c.connectionSignal[row]] = letters[shown[phase] as "r"];
    }
  });
  const { rows, phaseStart, ofPhases } = placeDetectors(city);
  const asked = ofPhases.slice(phaseStart[0], phaseStart[1]).map(({ detector }) => rows[detector]?.lane ?? -1);
  expect(asked.sort()).toEqual(lanes);
});

test("no phase is stretched that shows yellow, or whose bounds are one", () => {
  const city = stretchedCrossing(ProgramKind.actuated, ({ columns: c }) => {
    c.phaseMostS[0] = c.phaseLeastS[0];
    c.phaseLeastS[1] = 1;
    c.phaseMostS[1] = 9;
  });
  const { phaseStart } = placeDetectors(city);
  expect([...phaseStart]).toEqual([0, 0, 0, 2, 2]);
});

test("a fixed program has no detector, and a reach without end ends with the roads", () => {
  expect(placeDetectors(stretchedCrossing(ProgramKind.fixed)).rows).toEqual([]);
  const far = stretchedCrossing(ProgramKind.delayBased, ({ columns: c }) => (c.programRangeM[0] = 1e12));
  expect(placeDetectors(far).rows.length).toBeLessThan(40);
});
