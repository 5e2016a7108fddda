import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties";
import { TurnMark } from "../roads/road-graph";
import { chooseLanes, pairLanes, type LaneMovement } from "./lane-choice";

/** A movement that turns by an angle, positive to the left. */
const turning = (degrees: number, targetCount: number, importance = 1): LaneMovement => ({
  cosine: Math.round(1000 * unit(degrees).x) / 1000,
  sine: Math.round(1000 * unit(degrees).y) / 1000,
  isUTurn: Math.abs(degrees) > 175,
  targetCount,
  importance,
});

/** Unit vector at whole multiples of 15°, from tables: the maths of the product is not under test here. */
function unit(degrees: number): { x: number; y: number } {
  const table = [0, 0.259, 0.5, 0.707, 0.866, 0.966, 1];
  const sine = (angle: number): number => {
    const wrapped = ((angle % 360) + 360) % 360;
    if (wrapped <= 90) return table[wrapped / 15];
    if (wrapped <= 180) return table[(180 - wrapped) / 15];
    return -sine(wrapped - 180);
  };
  return { x: sine(degrees + 90), y: sine(degrees) };
}

const ranges = (laneCount: number, movements: readonly LaneMovement[], marks: readonly number[] | null = null) =>
  chooseLanes(laneCount, movements, marks).map(({ first, end }) => [first, end]);

test("one lane leads everywhere", () => {
  expect(ranges(1, [turning(-90, 1), turning(0, 1), turning(90, 1)])).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

test("turns share the outer lanes where the road goes on with as many", () => {
  expect(ranges(2, [turning(-90, 1), turning(0, 2), turning(90, 1)])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});

test("a lane too many is for the left turn, the next for the right turn", () => {
  expect(ranges(3, [turning(-90, 1), turning(0, 2), turning(90, 1)])).toEqual([
    [0, 1],
    [0, 2],
    [2, 3],
  ]);
  expect(ranges(4, [turning(-90, 1), turning(0, 2), turning(90, 1)])).toEqual([
    [0, 1],
    [1, 3],
    [3, 4],
  ]);
});

test("where a road ends at another, its lanes part", () => {
  expect(ranges(2, [turning(-90, 1), turning(90, 1)])).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(ranges(3, [turning(-90, 1), turning(90, 2)])).toEqual([
    [0, 1],
    [1, 3],
  ]);
});

test("arrows on the lanes go before custom", () => {
  const marks = [TurnMark.right | TurnMark.through, TurnMark.through, TurnMark.left];
  expect(ranges(3, [turning(-90, 2), turning(0, 3), turning(90, 1)], marks)).toEqual([
    [0, 1],
    [0, 2],
    [2, 3],
  ]);
});

test("arrows that cannot be reconciled with the roads are passed over", () => {
  const marks = [TurnMark.left, TurnMark.right];
  expect(ranges(2, [turning(-90, 1), turning(90, 1)], marks)).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("more lanes than lead on merge into the last", () => {
  expect(pairLanes({ first: 0, end: 3 }, { first: 0, end: 2 }, false)).toEqual([
    [0, 0],
    [1, 1],
    [2, 1],
  ]);
  expect(pairLanes({ first: 0, end: 2 }, { first: 0, end: 1 }, true)).toEqual([
    [1, 0],
    [0, 0],
  ]);
});

const movementLists = fc
  .uniqueArray(fc.integer({ min: -11, max: 12 }), { minLength: 1, maxLength: 6 })
  .chain((steps) =>
    fc.tuple(
      ...steps
        .sort((a, b) => a - b)
        .map((step) =>
          fc.tuple(fc.constant(step * 15), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })),
        ),
    ),
  )
  .map((list) => list.map(([degrees, lanes, importance]) => turning(degrees, lanes, importance)));

test("every lane leads somewhere, every movement has a lane, and no two movements of an edge cross", () => {
  const marks = fc.integer({ min: 0, max: 255 });
  const cases = fc
    .integer({ min: 1, max: 8 })
    .chain((laneCount) =>
      fc.tuple(
        fc.constant(laneCount),
        movementLists,
        fc.option(fc.array(marks, { minLength: laneCount, maxLength: laneCount })),
      ),
    );
  fc.assert(
    fc.property(cases, ([laneCount, movements, turnMarks]) => {
      const chosen = chooseLanes(laneCount, movements, turnMarks);
      expect(chosen).toHaveLength(movements.length);
      const leads = new Set<number>();
      chosen.forEach(({ first, end }, row) => {
        expect(first).toBeLessThan(end);
        for (let lane = first; lane < end; lane++) leads.add(lane);
        if (row === 0) return;
        expect(first).toBeGreaterThanOrEqual(chosen[row - 1].first);
        expect(end).toBeGreaterThanOrEqual(chosen[row - 1].end);
      });
      expect([...leads].sort((a, b) => a - b)).toEqual(Array.from({ length: laneCount }, (_, lane) => lane));
    }),
    { numRuns: 2000 },
  );
});
