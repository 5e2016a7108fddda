import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { FrameVehicle, frameVehicleBytes, headingUnits, VehicleMark, type FrameView } from "../../common/frame";
import { personNearest, slotOfPerson } from "../scene/followed-vehicle";
import { createNearSelection, nearMost, nearReachM, placeBetween, selectNear } from "./near-vehicles";

interface Vehicle {
  readonly x: number;
  readonly y: number;
  readonly heading?: number;
  readonly person?: number;
  readonly returning?: boolean;
}

function frameOf(vehicles: readonly Vehicle[]): FrameView {
  const bytes = new Uint8Array(vehicles.length * frameVehicleBytes);
  const view = viewOf(bytes);
  vehicles.forEach(({ x, y, heading, person, returning }, slot) => {
    const at = slot * frameVehicleBytes;
    view.setFloat32(at + FrameVehicle.x, x, true);
    view.setFloat32(at + FrameVehicle.y, y, true);
    view.setUint16(at + FrameVehicle.heading, heading ?? 0, true);
    view.setUint32(at + FrameVehicle.rider, person ?? slot, true);
    view.setUint8(at + FrameVehicle.marks, returning ? VehicleMark.returning : 0);
  });
  return {
    sequence: 1,
    twin: "live",
    timeS: 0,
    runningCount: vehicles.length,
    sinceLastS: 0,
    packedAtMs: 0,
    vehicles: bytes,
    vehicleSlotCount: vehicles.length,
    report: null,
  };
}
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const somewhere = fc.record({
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
});

describe("the vehicles near the middle of the map", () => {
  it("are those within one radius, and no others", () => {
    fc.assert(
      fc.property(fc.array(somewhere, { maxLength: 600 }), (vehicles) => {
        const frame = frameOf(vehicles);
        const selection = createNearSelection();
        selectNear(frame, 10, -20, selection);
        const view = viewOf(frame.vehicles);
        const chosen = new Set(selection.slots.subarray(0, selection.count));
        expect(selection.count).toBeLessThanOrEqual(nearMost);
        expect(selection.radiusM).toBeLessThanOrEqual(nearReachM);
        for (let slot = 0; slot < vehicles.length; slot++) {
          const dx = view.getFloat32(slot * frameVehicleBytes, true) - 10;
          const dy = view.getFloat32(slot * frameVehicleBytes + 4, true) + 20;
          expect(chosen.has(slot)).toBe(dx * dx + dy * dy < selection.radiusM ** 2);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("stay bounded in a crowd, and leave empty slots out", () => {
    const crowd = Array.from({ length: 5000 }, (_, slot) => ({ x: Math.sqrt(slot) * 3, y: 0 }));
    const selection = createNearSelection();
    selectNear(frameOf([...crowd, { x: NaN, y: NaN }]), 0, 0, selection);
    expect(selection.count).toBeGreaterThan(nearMost / 2);
    expect(selection.count).toBeLessThanOrEqual(nearMost);
    selectNear(frameOf([{ x: NaN, y: 0 }]), 0, 0, selection);
    expect(selection.count).toBe(0);
  });
});

describe("a vehicle between two frames", () => {
  const between = (from: Vehicle, to: Vehicle, mix: number) => {
    const place = { x: 0, y: 0, headingRad: 0 };
    placeBetween(viewOf(frameOf([from]).vehicles), viewOf(frameOf([to]).vehicles), 0, mix, place);
    return place;
  };
  it("is on the straight line between them", () => {
    expect(between({ x: 0, y: 0 }, { x: 10, y: 20 }, 0.25)).toMatchObject({ x: 2.5, y: 5 });
  });
  it("turns along the shorter arc, over north as over south", () => {
    const degrees = headingUnits / 360;
    const { headingRad } = between({ x: 0, y: 0, heading: 350 * degrees }, { x: 1, y: 0, heading: 10 * degrees }, 0.5);
    expect(Math.cos(headingRad)).toBeCloseTo(1, 3);
    const back = between({ x: 0, y: 0, heading: 10 * degrees }, { x: 1, y: 0, heading: 350 * degrees }, 0.25);
    expect(Math.sin(back.headingRad)).toBeCloseTo(Math.sin((5 * Math.PI) / 180), 3);
  });
  it("snaps where another vehicle took the slot, however near, or the slot was empty", () => {
    expect(between({ x: 0, y: 0, person: 1 }, { x: 4, y: 0, person: 2 }, 0.5).x).toBe(4);
    expect(between({ x: 0, y: 0, person: 1 }, { x: 4, y: 0, person: 1, returning: true }, 0.5).x).toBe(4);
    expect(between({ x: NaN, y: NaN }, { x: 30, y: 0 }, 0.5).x).toBe(30);
  });
  it("moves as far as the fastest does in six seconds, and no further along a straight line", () => {
    expect(between({ x: 0, y: 0 }, { x: 198, y: 0 }, 0.5).x).toBe(99);
    expect(between({ x: 0, y: 0 }, { x: 300, y: 0 }, 0.5).x).toBe(300);
  });
});

describe("a followed person", () => {
  const frame = frameOf([
    { x: NaN, y: NaN, person: 7 },
    { x: 5, y: 0, person: 12 },
    { x: 90, y: 0, person: 7 },
  ]);
  it("is found wherever they drive, and not where they have been", () => {
    expect(slotOfPerson(frame, 7, 0)).toBe(2);
    expect(slotOfPerson(frame, 12, 1)).toBe(1);
    expect(slotOfPerson(frame, 99, 1)).toBe(-1);
  });
  it("is the one nearest to the middle when nobody is named", () => {
    expect(personNearest(frame, 80, 0)).toBe(7);
    expect(personNearest(frameOf([]), 0, 0)).toBeNull();
  });
});
