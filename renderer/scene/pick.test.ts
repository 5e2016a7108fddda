import { describe, expect, test } from "vitest";
import type { City } from "../../common/city";
import { FrameVehicle, frameVehicleBytes, type FrameView } from "../../common/frame";
import { hasBuildingAt, driverAt } from "./pick";

function frameOf(places: readonly (readonly [number, number])[]): FrameView {
  const vehicles = new Uint8Array(places.length * frameVehicleBytes);
  const view = new DataView(vehicles.buffer);
  places.forEach(([x, y], slot) => {
    view.setFloat32(slot * frameVehicleBytes + FrameVehicle.x, x, true);
    view.setFloat32(slot * frameVehicleBytes + FrameVehicle.y, y, true);
    view.setUint32(slot * frameVehicleBytes + FrameVehicle.rider, (3 << 24) | (100 + slot), true);
  });
  return {
    ...{ sequence: 1, twin: "live", timeS: 0, runningCount: places.length, sinceLastS: 1, packedAtMs: 0 },
    ...{ vehicles, vehicleSlotCount: places.length, report: null },
  };
}

describe("the vehicle under the pointer", () => {
  const previous = frameOf([
    [0, 0],
    [100, 0],
    [NaN, NaN],
    [0, 50],
  ]);
  const next = frameOf([
    [20, 0],
    [120, 0],
    [NaN, NaN],
    [9000, 50],
  ]);
  const playback = { previous, next, playheadS: 0, advancedMs: 0, mix: 0.5, drawnS: NaN };

  test("is the nearest one as it is drawn, between the two frames", () => {
    expect(driverAt(playback, 11, 1, 8)).toBe(100);
    expect(driverAt(playback, 108, 0, 8)).toBe(101);
    expect(driverAt(playback, 125, 0, 8)).toBeNull();
  });

  test("is none in an empty slot, and none halfway of a jump", () => {
    expect(driverAt(playback, 4500, 50, 100)).toBeNull();
    expect(driverAt(playback, 9000, 50, 8)).toBe(103);
    expect(driverAt({ ...playback, previous: null, next: null }, 0, 0, 8)).toBeNull();
    expect(driverAt({ ...playback, previous: null }, 20, 0, 1)).toBe(100);
  });
});

test("a building is hit within its footprint only, also where it is not convex", () => {
  const columns = {
    buildingStart: Uint32Array.from([0, 4, 10]),
    // A square, and an L.
    buildingX: Float32Array.from([0, 10, 10, 0, 20, 40, 40, 30, 30, 20]),
    buildingY: Float32Array.from([0, 0, 10, 10, 0, 0, 10, 10, 30, 30]),
  };
  const city = { columns } as unknown as City;
  expect(hasBuildingAt(city, 5, 5)).toBe(true);
  expect(hasBuildingAt(city, 25, 25)).toBe(true);
  expect(hasBuildingAt(city, 35, 25)).toBe(false);
  expect(hasBuildingAt(city, 15, 5)).toBe(false);
});
