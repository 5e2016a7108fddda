import { describe, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import { recordsOf } from "../../test/support/traffic-checks";
import { advanceTwin } from "../twin-engine";

/** A slow road from west to east over a crossing, with a piece of 2.5 m after it; from the south a road that gives way. */
const marginM = 1;
const pieceM = 4.5;
const city = plainCity({
  points: [
    [0, 0],
    [200, 0],
    [200 + pieceM, 0],
    [400, 0],
    [200, -200],
    [200, 200],
  ],
  edges: [
    { from: 0, to: 1, priority: 3, speedMps: 1.5 },
    { from: 1, to: 2, priority: 3, speedMps: 1.5 },
    { from: 2, to: 3, priority: 3, speedMps: 1.5 },
    { from: 4, to: 1 },
    { from: 1, to: 5 },
  ],
  marginM,
});

describe("a crossing before a lane shorter than a car", () => {
  test("is held until the car's rear has left it, and free afterwards", () => {
    const main = Array.from({ length: 8 }, (_, row) => ({ from: 0, to: 2, departS: 25 * row }));
    const side = Array.from({ length: 120 }, (_, row) => ({ from: 3, to: 4, departS: 3 * row }));
    const engine = twinOf(city, populationOf([...main, ...side]), 0.1, 1, 128);
    const { columns, counts, header } = engine.arena;
    const { laneLengthM, connectionFromLane, connectionToLane, connectionClaims } = columns;
    const between = (from: number, to: number) =>
      connectionFromLane.findIndex((lane, row) => lane === from && connectionToLane[row] === to);
    const [over, beyond, across] = [between(0, 1), between(1, 2), between(3, 4)];
    // Where each lane of the main road begins, m after the crossing's line.
    const starts = new Map([
      [counts.edgeLanes + over, 0],
      [1, laneLengthM[counts.edgeLanes + over]],
      [counts.edgeLanes + beyond, laneLengthM[counts.edgeLanes + over] + laneLengthM[1]],
      [2, laneLengthM[counts.edgeLanes + over] + laneLengthM[1] + laneLengthM[counts.edgeLanes + beyond]],
    ]);
    const carM = columns.typeLengthM[0];
    expect(laneLengthM[1] + laneLengthM[counts.edgeLanes + beyond]).toBeLessThan(carM);
    let hanging = 0;
    for (let tick = 1; tick <= 8000; tick++) {
      advanceTwin(engine, tick);
      const records = recordsOf(engine.arena);
      const isOn = records.some(({ lane, positionM }) => {
        const startM = starts.get(lane);
        return startM !== undefined && startM + positionM - carM < laneLengthM[counts.edgeLanes + over] - 0.01;
      });
      const beyondPiece = records.some(
        ({ lane, positionM }) =>
          (lane === counts.edgeLanes + beyond || lane === 2) &&
          (starts.get(lane) ?? 0) + positionM - carM < laneLengthM[counts.edgeLanes + over] - 0.01,
      );
      if (beyondPiece) hanging++;
      if (isOn) expect(connectionClaims[over], `tick ${tick}`).toBeGreaterThan(0);
      const isCrossed = records.some(({ lane }) => lane === counts.edgeLanes + across);
      expect(isOn && isCrossed, `tick ${tick}: two cars on one crossing`).toBe(false);
    }
    expect(hanging, "rears stood on the crossing while the front was beyond the short lane").toBeGreaterThan(20);
    expect(header.arrivedCount).toBe(main.length + side.length);
    expect(connectionClaims.every((claims) => claims === 0)).toBe(true);
    expect(columns.heldUntilM.every((untilM) => untilM === 0)).toBe(true);
  });
});
