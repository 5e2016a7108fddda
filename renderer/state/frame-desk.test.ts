import { describe, expect, it } from "vitest";
import {
  FrameHeader,
  FrameVehicle,
  VehicleMark,
  frameByteLength,
  frameHeaderBytes,
  twinNames,
  viewFrame,
  type FrameView,
  type TwinName,
} from "../../common/frame";
import { createFrameDesk } from "./frame-desk";
import { keptFrames } from "./frames";
import { standingUnitS } from "./standing";

interface Fixture {
  readonly standing?: boolean;
  readonly person?: number;
  readonly second?: boolean;
  readonly twin?: TwinName;
  readonly edges?: number;
}

/** A frame of one vehicle, packed 10 ms before its wall time, which is a tenth of a second a frame. */
function frame(sequence: number, timeS: number, of: Fixture = {}): FrameView {
  const bytes = new Uint8Array(frameByteLength(1, of.edges ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(FrameHeader.sequence, sequence, true);
  view.setUint32(FrameHeader.twin, twinNames.indexOf(of.twin ?? "live"), true);
  view.setFloat64(FrameHeader.timeS, timeS, true);
  view.setUint32(FrameHeader.vehicleSlotCount, 1, true);
  view.setUint32(FrameHeader.edgeCount, of.edges ?? 0, true);
  view.setFloat64(FrameHeader.packedAtMs, sequence * 100 - 10, true);
  view.setUint8(frameHeaderBytes + FrameVehicle.speedRatio, of.standing ? 0 : 200);
  const marks = (of.standing ? VehicleMark.standing : 0) | (of.second ? VehicleMark.returning : 0);
  view.setUint8(frameHeaderBytes + FrameVehicle.marks, marks);
  view.setUint32(frameHeaderBytes + FrameVehicle.rider, of.person ?? 0, true);
  const viewed = viewFrame(bytes);
  if (viewed === undefined) throw new Error("the fixture is not a frame");
  return viewed;
}

describe("the desk at which frames wait", () => {
  it("hands a frame over at once while the page takes them", () => {
    const desk = createFrameDesk();
    for (let k = 0; k < 5; k++) {
      desk.arrived(frame(k, k), k * 100);
      expect(desk.next()?.frames.map(({ frame: { sequence }, skipped }) => [sequence, skipped])).toEqual([[k, 0]]);
      desk.taken();
      expect(desk.next()).toBeUndefined();
    }
  });

  it("keeps the newest of each twin while the page is busy, and the age of all that came", () => {
    const desk = createFrameDesk();
    desk.arrived(frame(0, 0), 0);
    desk.next();
    for (let k = 1; k <= 50; k++) {
      desk.arrived(frame(k, k), k * 100);
      if (k % 2 === 0) desk.arrived(frame(k, k, { twin: "doNothing" }), k * 100);
      expect(desk.next()).toBeUndefined();
    }
    desk.taken();
    const given = desk.next();
    const ofTwin = (twin: TwinName) =>
      given?.frames.filter((one) => one.frame.twin === twin).map((one) => [one.frame.sequence, one.skipped]);
    expect(given?.frames).toHaveLength(2 * keptFrames);
    expect(ofTwin("live")).toEqual([
      [48, 47],
      [49, 0],
      [50, 0],
    ]);
    expect(ofTwin("doNothing")).toEqual([
      [46, 22],
      [48, 0],
      [50, 0],
    ]);
    expect(given?.agesMs).toEqual(Array.from({ length: 75 }, () => 10));
  });

  it("hands over what waits before a message that it must not overtake, and again only when all was taken", () => {
    const desk = createFrameDesk();
    desk.arrived(frame(0, 0), 0);
    desk.next();
    desk.arrived(frame(1, 1), 100);
    expect(desk.rest()?.frames).toHaveLength(1);
    expect(desk.rest()).toBeUndefined();
    desk.arrived(frame(2, 2), 200);
    desk.taken();
    expect(desk.next()).toBeUndefined();
    desk.taken();
    expect(desk.next()?.frames).toHaveLength(1);
  });

  it("keeps the newest report when the frame that brought it is dropped", () => {
    const desk = createFrameDesk();
    desk.arrived(frame(0, 0), 0);
    desk.next();
    for (let k = 1; k <= 9; k++) desk.arrived(frame(k, k, { edges: k === 2 || k === 4 ? 3 : 0 }), k * 100);
    desk.taken();
    expect(desk.next()?.frames.map((one) => one.frame.report?.timeS)).toEqual([4, undefined, undefined]);
  });

  it("writes how long a vehicle has been standing where its speed says nothing, also over frames that are dropped", () => {
    const desk = createFrameDesk();
    let sequence = 0;
    const seen = (timeS: number, of: Fixture) => {
      const one = frame(sequence++, timeS, of);
      desk.arrived(one, sequence * 100);
      return one.vehicles[FrameVehicle.speedRatio];
    };
    expect(seen(100, { standing: true })).toBe(0);
    for (let timeS = 110; timeS < 190; timeS += 10) seen(timeS, { standing: true });
    expect(seen(190, { standing: true })).toBe(90 / standingUnitS);
    expect(seen(200, {})).toBe(200);
    expect(seen(210, { standing: true })).toBe(0);
    expect(seen(9210, { standing: true })).toBe(255);
  });

  it("counts a vehicle's own standing, not that of the one whose slot it took", () => {
    const desk = createFrameDesk();
    const seen = (sequence: number, timeS: number, of: Fixture) => {
      const one = frame(sequence, timeS, { standing: true, ...of });
      desk.arrived(one, sequence * 100);
      return one.vehicles[FrameVehicle.speedRatio];
    };
    seen(0, 100, { person: 7 });
    expect(seen(1, 300, { person: 7 })).toBe(200 / standingUnitS);
    expect(seen(2, 310, { person: 8 })).toBe(0);
    expect(seen(3, 350, { person: 8 })).toBe(40 / standingUnitS);
    expect(seen(4, 360, { person: 8, second: true })).toBe(0);
  });
});
